use std::time::Duration;

use tokio::{runtime::Handle, time::timeout};
use zbus::{Connection, connection, names::OwnedErrorName};

use super::question::Body;
use crate::{
    BrokerOutcome,
    broker::{
        stage::Stage,
        verdict::{Failure, speakable},
    },
};

const NAME: &str = "com.microsoft.identity.broker1";
const PATH: &str = "/com/microsoft/identity/broker1";
const INTERFACE: &str = "com.microsoft.identity.Broker1";
/// The version of the messages that every broker understands.
const VERSION: &str = "0.0";
const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";
const ABSENT: [&str; 2] =
    ["org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner"];
/// The bus says so when the broker ended before it answered.
const ENDED: &str = "org.freedesktop.DBus.Error.NoReply";

/// How long a broker may take to close its window.
const CLOSING: Duration = Duration::from_secs(5);

/// A session bus. Newer brokers cannot be asked for their methods, so they are written down here.
#[derive(Clone)]
pub(super) struct Bus(Connection);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Lost {
    #[error("there is no session bus")]
    NoBus,
    #[error("there is no identity broker")]
    Absent,
    #[error("the identity broker answered {code}")]
    Refused { code: String, text: String },
    #[error("the identity broker ended without an answer")]
    Ended,
}

impl Bus {
    pub(super) async fn connect(address: Option<&str>) -> Result<Self, Lost> {
        let connection = match address {
            Some(address) => open(address).await,
            None => Connection::session().await,
        };
        connection.map(Self).map_err(|_| Lost::NoBus)
    }

    /// Tells whether the broker runs or can be started; it is not started for that.
    pub(super) async fn has_broker(&self) -> bool {
        let owned = self.0.call_method(Some(BUS), BUS_PATH, Some(BUS), "NameHasOwner", &NAME).await;
        if owned.is_ok_and(|reply| reply.body().deserialize().unwrap_or(false)) {
            return true;
        }
        let names =
            self.0.call_method(Some(BUS), BUS_PATH, Some(BUS), "ListActivatableNames", &()).await;
        names.is_ok_and(|reply| {
            let names = reply.body().deserialize::<Vec<String>>().unwrap_or_default();
            names.iter().any(|name| name == NAME)
        })
    }

    /// Calls a method of the broker, and starts it before if need be.
    pub(super) async fn call(&self, method: &str, body: &Body) -> Result<String, Lost> {
        let arguments = (VERSION, body.correlation_id.as_str(), body.json.to_string());
        let call = self.0.call_method(Some(NAME), PATH, Some(INTERFACE), method, &arguments);
        let reply = call.await.map_err(Lost::from)?;
        reply
            .body()
            .deserialize()
            .map_err(|_| Lost::Refused { code: "signature".to_owned(), text: String::new() })
    }
}

async fn open(address: &str) -> zbus::Result<Connection> {
    connection::Builder::address(address)?.build().await
}

impl From<zbus::Error> for Lost {
    fn from(error: zbus::Error) -> Self {
        match error {
            zbus::Error::MethodError(name, text, _) => Self::named(&name, text),
            _ => Self::Ended,
        }
    }
}

impl Lost {
    fn named(name: &OwnedErrorName, text: Option<String>) -> Self {
        match name.as_str() {
            name if ABSENT.contains(&name) => Self::Absent,
            ENDED => Self::Ended,
            name => Self::Refused { code: speakable(name), text: text.unwrap_or_default() },
        }
    }

    pub(super) fn outcome(self, stage: Stage) -> BrokerOutcome {
        match self {
            Self::NoBus | Self::Absent => BrokerOutcome::Unavailable,
            Self::Refused { code, text } => Failure::new(stage, code, &text)
                .or_else(|failure| failure.fallback("the broker refused the call")),
            Self::Ended if stage == Stage::Silent => BrokerOutcome::Retryable {
                after: None,
                text: "the identity broker ended without an answer".to_owned(),
            },
            Self::Ended => {
                Failure::new(stage, "ended", "").fallback("the broker ended without an answer")
            }
        }
    }
}

/// The broker's window, which is closed when nobody waits for it any more.
pub(super) struct Interaction {
    bus: Bus,
    cancellation: Option<Body>,
}

impl Interaction {
    pub(super) fn new(bus: &Bus, cancellation: Body) -> Self {
        Self { bus: bus.clone(), cancellation: Some(cancellation) }
    }

    /// Ends without a cancellation: the broker answered.
    pub(super) fn finish(mut self) {
        self.cancellation = None;
    }
}

impl Drop for Interaction {
    fn drop(&mut self) {
        let (Some(body), Ok(runtime)) = (self.cancellation.take(), Handle::try_current()) else {
            return;
        };
        let bus = self.bus.clone();
        runtime.spawn(async move {
            let closed = timeout(CLOSING, bus.call("cancelInteractiveFlow", &body)).await;
            if !matches!(closed, Ok(Ok(_))) {
                tracing::debug!("the broker's window may still be open");
            }
        });
    }
}
