//! The identity broker of Linux desktops, over D-Bus.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::timeout;

mod answer;
mod bus;
mod question;

use self::{
    bus::{Bus, Interaction, Lost},
    question::Question,
};
use super::{
    Availability, Broker, BrokerOutcome, BrokerRequest, ParentWindow,
    stage::{Limits, Stage},
    verdict,
};

/// The identity broker of Linux desktops: Microsoft's, or another of its bus name.
///
/// Its redirect URI, `https://login.microsoftonline.com/common/oauth2/nativeclient`, must be
/// registered under *Mobile and desktop applications*.
#[derive(Clone, Debug, Default)]
pub struct LinuxBroker {
    address: Option<String>,
    limits: Limits,
}

impl LinuxBroker {
    /// Uses the broker on the user's session bus.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Uses the broker on the bus at a D-Bus address such as `unix:path=/run/user/1000/bus`.
    #[must_use]
    pub fn at(address: impl Into<String>) -> Self {
        Self { address: Some(address.into()), ..Self::default() }
    }

    /// Sets how long silence and an interaction may take; 10 s and 5 min without.
    #[must_use]
    pub const fn with_limits(mut self, silent: Duration, interactive: Duration) -> Self {
        self.limits.silent = silent;
        self.limits.interactive = interactive;
        self
    }

    async fn bus(&self) -> Result<Bus, Lost> {
        Bus::connect(self.address.as_deref()).await
    }

    async fn is_there(&self) -> bool {
        match self.bus().await {
            Ok(bus) => bus.has_broker().await,
            Err(_) => false,
        }
    }

    async fn token(&self, stage: Stage, request: &BrokerRequest) -> BrokerOutcome {
        let limit = self.limits.of(stage);
        match timeout(limit, self.ask(stage, request)).await {
            Ok(Ok(text)) => answer::outcome(stage, request, &text),
            Ok(Err(lost)) => lost.outcome(stage),
            Err(_) => verdict::late(stage, limit),
        }
    }

    async fn ask(&self, stage: Stage, request: &BrokerRequest) -> Result<String, Lost> {
        let bus = self.bus().await?;
        let question = Question::of(request);
        match stage {
            Stage::Silent => bus.call("acquireTokenSilently", &question.silent()).await,
            Stage::Interactive => {
                let interaction = Interaction::new(&bus, question.cancellation());
                let answer = bus.call("acquireTokenInteractively", &question.interactive()).await;
                interaction.finish();
                answer
            }
        }
    }

    async fn forget(&self, request: &BrokerRequest) -> Result<(), String> {
        let bus = self.bus().await.map_err(|lost| lost.to_string())?;
        let question = Question::of(request).removal();
        let text = bus.call("removeAccount", &question).await.map_err(|lost| lost.to_string())?;
        answer::removal(&text)
    }
}

#[async_trait]
impl Broker for LinuxBroker {
    fn name(&self) -> &'static str {
        "Linux identity broker"
    }

    async fn availability(&self, _: &BrokerRequest) -> Availability {
        match timeout(self.limits.brief, self.is_there()).await {
            Ok(true) => Availability::Available,
            _ => Availability::Absent,
        }
    }

    async fn silent(&self, request: &BrokerRequest) -> BrokerOutcome {
        match request.account {
            Some(_) => self.token(Stage::Silent, request).await,
            None => answer::nobody(),
        }
    }

    async fn interactive(&self, request: &BrokerRequest, _: ParentWindow) -> BrokerOutcome {
        self.token(Stage::Interactive, request).await
    }

    async fn sign_out(&self, request: &BrokerRequest) -> Result<(), String> {
        match timeout(self.limits.brief, self.forget(request)).await {
            Ok(result) => result,
            Err(_) => Err("the identity broker did not answer".to_owned()),
        }
    }
}
