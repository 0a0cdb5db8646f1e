//! Enterprise SSO on macOS, through a signed helper: `docs/broker-helper.md` says why and how.

use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

use async_trait::async_trait;
use tokio::time::timeout;

mod process;
mod protocol;

use self::{
    process::Lost,
    protocol::{Answer, Operation},
};
use super::{
    Availability, Broker, BrokerOutcome, BrokerRequest, ParentWindow,
    stage::{Limits, Stage},
    verdict::{self, Failure},
};

/// The helper's name, beside the executable.
const NAME: &str = "m365-sso-helper";

/// A helper program that asks the Enterprise SSO extension of macOS.
///
/// It has to be part of the app bundle whose signature the extension checks, so it is never looked
/// for anywhere else. Its protocol is in `docs/broker-helper.md`.
#[derive(Clone, Debug)]
pub struct MacHelper {
    path: PathBuf,
    limits: Limits,
}

impl MacHelper {
    /// Uses the helper at `path`, which must be absolute.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), limits: Limits::default() }
    }

    /// Uses `m365-sso-helper` beside this process's executable.
    #[must_use]
    pub fn beside_executable() -> Option<Self> {
        let folder = env::current_exe().ok()?.parent()?.to_owned();
        Some(Self::new(folder.join(NAME)))
    }

    /// Sets how long silence and an interaction may take; 10 s and 5 min without.
    #[must_use]
    pub const fn with_limits(mut self, silent: Duration, interactive: Duration) -> Self {
        self.limits.silent = silent;
        self.limits.interactive = interactive;
        self
    }

    /// Returns where the helper is expected.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    async fn token(&self, stage: Stage, request: &BrokerRequest) -> BrokerOutcome {
        let operation = match stage {
            Stage::Silent => Operation::Silent,
            Stage::Interactive => Operation::Interactive,
        };
        let limit = self.limits.of(stage);
        match timeout(limit, self.ask(operation, request)).await {
            Ok(Ok(answer)) => answer.outcome(stage),
            Ok(Err(Lost::Absent)) => BrokerOutcome::Unavailable,
            Ok(Err(Lost::Unreadable(code))) => {
                Failure::new(stage, code, "").fallback("the helper gave no answer that can be read")
            }
            Err(_) => verdict::late(stage, limit),
        }
    }

    async fn ask(&self, operation: Operation, request: &BrokerRequest) -> Result<Answer, Lost> {
        let line = protocol::question(operation, request);
        let answer = process::exchange(&self.path, &line).await?;
        Answer::parse(&answer).map_err(|reason| Lost::Unreadable(reason.to_owned()))
    }
}

#[async_trait]
impl Broker for MacHelper {
    fn name(&self) -> &'static str {
        "Enterprise SSO of macOS"
    }

    async fn availability(&self, request: &BrokerRequest) -> Availability {
        match timeout(self.limits.brief, self.ask(Operation::Availability, request)).await {
            Ok(Ok(Answer::Available)) => Availability::Available,
            _ => Availability::Absent,
        }
    }

    async fn silent(&self, request: &BrokerRequest) -> BrokerOutcome {
        self.token(Stage::Silent, request).await
    }

    async fn interactive(&self, request: &BrokerRequest, _: ParentWindow) -> BrokerOutcome {
        self.token(Stage::Interactive, request).await
    }

    async fn sign_out(&self, request: &BrokerRequest) -> Result<(), String> {
        match timeout(self.limits.brief, self.ask(Operation::SignOut, request)).await {
            Ok(Ok(Answer::SignedOut)) => Ok(()),
            Ok(Ok(Answer::Error(error))) => Err(format!("the helper answered {}", error.code())),
            Ok(Ok(_)) => Err("the helper answered something else".to_owned()),
            Ok(Err(lost)) => Err(lost.to_string()),
            Err(_) => Err("the helper did not answer".to_owned()),
        }
    }
}
