use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{
    Extensions, HeaderMap, HeaderValue, Method, Request, StatusCode, header::ACCEPT, request::Parts,
};
use http_body::Body;
use serde_json::{Value, json};

use super::{
    HttpResponse,
    answer::{self, HEADER_MISMATCH},
    body,
    head::Head,
};
use crate::ErrorCode;

/// A request whose message was read and understood as far as it says what it is.
pub struct Incoming {
    parts: Parts,
    message: Bytes,
    head: Head,
}

impl Incoming {
    /// Reads the message of a request, which may be `body_bytes` long.
    ///
    /// # Errors
    ///
    /// The answer to what is no `POST` (405), not `application/json` (415), too long (413), no JSON or no
    /// message of JSON-RPC 2.0 (400, with `-32700`, `-32600` or `-32602`), or comes with a header of MCP twice
    /// (400, with `-32020`).
    pub async fn read<B>(request: Request<B>, body_bytes: usize) -> Result<Self, HttpResponse>
    where
        B: Body + Send,
        B::Error: fmt::Display,
    {
        let (mut parts, body) = request.into_parts();
        if parts.method != Method::POST {
            return Err(answer::method_not_allowed());
        }
        let message = body::read(&parts.headers, body, body_bytes).await?;
        let head = Head::read(&message)?;
        check_mirrors(&parts.headers, head.id.as_ref())?;
        accept_both_forms(&mut parts);
        Ok(Self { parts, message, head })
    }

    /// Returns the method; an answer to a question has none.
    #[must_use]
    pub fn method(&self) -> Option<&str> {
        self.head.method.as_deref()
    }

    /// Returns the name of the tool that is asked for, whether or not there is one of that name:
    /// `read_resource` too where a resource is read, or the variables of its address are completed.
    #[must_use]
    pub fn tool(&self) -> Option<&str> {
        self.head.tool.as_deref()
    }

    /// Returns the `traceparent` of the message's `_meta`, as the host wrote it.
    #[must_use]
    pub fn traceparent(&self) -> Option<&str> {
        self.head.traceparent.as_deref()
    }

    /// Returns the id, a string or a number; a notification has none.
    #[must_use]
    pub const fn id(&self) -> Option<&Value> {
        self.head.id.as_ref()
    }

    /// Returns all of the request but its message.
    #[must_use]
    pub const fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Returns what goes with the request to whoever handles it.
    pub const fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.parts.extensions
    }

    /// Returns the error of JSON-RPC with which this request is refused. Its data has `kind` as the `code`
    /// of tool errors; `retry_after` is told in whole seconds, there and as the header of that name.
    #[must_use]
    pub fn refuse(
        &self,
        status: StatusCode,
        code: i64,
        kind: ErrorCode,
        message: &str,
        retry_after: Option<Duration>,
    ) -> HttpResponse {
        let error = json!({"code": code, "message": message, "data": {"code": kind}});
        answer::refusal(status, self.id(), error, retry_after)
    }

    pub(super) fn into_request(self) -> (Request<Bytes>, Option<Value>) {
        (Request::from_parts(self.parts, self.message), self.head.id)
    }
}

/// The headers that say what the body says: of two that differ, a proxy may have read the other one.
const MIRRORS: [&str; 3] = ["mcp-protocol-version", "mcp-method", "mcp-name"];

fn check_mirrors(headers: &HeaderMap, id: Option<&Value>) -> Result<(), HttpResponse> {
    match MIRRORS.iter().find(|name| headers.get_all(**name).iter().nth(1).is_some()) {
        Some(name) => {
            let message = format!("the header {name} is given more than once");
            Err(answer::error(StatusCode::BAD_REQUEST, id, HEADER_MISMATCH, &message))
        }
        None => Ok(()),
    }
}

/// A client that accepts anything accepts what we send; rmcp wants to see both forms named.
fn accept_both_forms(parts: &mut Parts) {
    let anything = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.contains("*/*"));
    let named = parts.headers.contains_key(ACCEPT);
    if !named || parts.headers.get_all(ACCEPT).iter().any(anything) {
        let both = HeaderValue::from_static("application/json, text/event-stream");
        parts.headers.insert(ACCEPT, both);
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming").field("method", &self.head.method).finish_non_exhaustive()
    }
}
