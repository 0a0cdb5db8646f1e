//! Faults: what a server does wrong when a test asks it to.

pub(crate) mod apply;
mod bodies;
mod kinds;
mod pages;
pub(crate) mod queue;

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Something that goes wrong with one response.
///
/// Numbers refer to the fault catalogue: G is Graph, E is Entra ID.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use m365_sim::{Fault, Sim};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let tenant = Sim::start().await;
/// tenant.graph().next_response(Fault::throttled(Duration::from_secs(2)));
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Fault {
    pub(crate) effect: Effect,
}

/// What a fault does. This is the form of the control route too.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Effect {
    Throttled {
        #[serde(default)]
        seconds: Option<u64>,
        #[serde(default)]
        date: bool,
    },
    Status {
        status: u16,
        #[serde(default)]
        retry_after: Option<u64>,
    },
    Body {
        status: u16,
        #[serde(default)]
        content_type: Option<String>,
        #[serde(default)]
        body: String,
    },
    File {
        bytes: Vec<u8>,
    },
    Delay {
        millis: u64,
    },
    Hang,
    Drip {
        bytes_per_second: u32,
    },
    ResetBeforeHeaders,
    ResetMidBody,
    Truncated {
        right_length: bool,
    },
    Redirect {
        status: u16,
        location: String,
    },
    NextLink {
        location: String,
    },
    LoopingNextLink,
    Ring,
    EmptyPages {
        count: u32,
    },
    HugePage {
        bytes: usize,
    },
    GzipBomb {
        bytes: u64,
    },
    Unauthorized {
        #[serde(default)]
        claims: Option<Value>,
    },
    Entra {
        code: u32,
    },
    Token {
        set: Map<String, Value>,
    },
    FewerScopes {
        scopes: Vec<String>,
    },
    ClockSkew {
        seconds: i64,
    },
    ForeignMetadata,
}

impl From<Effect> for Fault {
    fn from(effect: Effect) -> Self {
        Self { effect }
    }
}

impl Fault {
    /// Reads the form of the control route, e.g. `{"kind":"throttled","seconds":2}`.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(crate) fn from_json(value: &Value) -> Result<Self, String> {
        let object = if value.is_string() { json!({ "kind": value }) } else { value.clone() };
        serde_json::from_value(object).map_err(|error| error.to_string())
    }
}
