use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::transport::Reply;

mod reaction;
#[cfg(feature = "client")]
mod redirect;
mod sentence;

pub(crate) use reaction::Reaction;
pub(crate) use sentence::{Context, clean};

/// An error of the token or authorization endpoint.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fault {
    pub(crate) status: Option<u16>,
    pub(crate) error: String,
    pub(crate) suberror: Option<String>,
    pub(crate) aadsts: Option<u32>,
    pub(crate) description: Option<String>,
    pub(crate) claims: Option<String>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) trace_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
}

#[derive(Deserialize)]
struct Body {
    error: String,
    suberror: Option<String>,
    error_codes: Option<Vec<Value>>,
    error_description: Option<String>,
    claims: Option<String>,
    correlation_id: Option<String>,
    trace_id: Option<String>,
}

impl Fault {
    /// Reads an answer that is no success; one that is not JSON keeps its status only.
    pub(crate) fn from_reply(reply: &Reply, client_request_id: &str) -> Self {
        let body = serde_json::from_slice::<Body>(&reply.body).ok();
        let fault = body.map_or_else(Self::default, Body::into_fault);
        Self {
            status: Some(reply.status),
            retry_after: reply.retry_after(),
            correlation_id: fault.correlation_id.or_else(|| Some(client_request_id.to_owned())),
            trace_id: fault.trace_id.or_else(|| reply.header("x-ms-request-id")),
            ..fault
        }
    }
}

impl Body {
    fn into_fault(self) -> Fault {
        let listed = self.error_codes.unwrap_or_default().into_iter().find_map(|code| match code {
            Value::String(text) => text.parse().ok(),
            code => code.as_u64().and_then(|code| code.try_into().ok()),
        });
        let described = || self.error_description.as_deref().and_then(number_in);
        Fault {
            aadsts: listed.or_else(described),
            error: self.error,
            suberror: self.suberror.filter(|text| !text.is_empty()),
            description: self.error_description,
            claims: self.claims.filter(|text| !text.is_empty()),
            correlation_id: self.correlation_id.map(|id| clean(&id)),
            trace_id: self.trace_id.map(|id| clean(&id)),
            ..Fault::default()
        }
    }
}

/// Returns the number of Entra ID's error that a text names.
pub(crate) fn number_in(description: &str) -> Option<u32> {
    let (_, rest) = description.split_once("AADSTS")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

#[cfg(test)]
impl Fault {
    /// Reads an answer with nothing but a status and a body.
    fn of(status: u16, body: &str) -> Self {
        let reply = Reply {
            status,
            headers: reqwest::header::HeaderMap::new(),
            body: body.as_bytes().to_vec(),
            received_at: jiff::Timestamp::UNIX_EPOCH,
        };
        Self::from_reply(&reply, "our-id")
    }
}
