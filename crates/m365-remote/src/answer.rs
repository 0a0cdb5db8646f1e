//! The answers that this server gives itself, before a request reaches MCP.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use m365_tools::ErrorCode;
use serde_json::{Value, json};

/// The body of every answer.
pub(crate) type Body = BoxBody<Bytes, Infallible>;
/// Every answer.
pub(crate) type Answer = Response<Body>;

/// The field that names a request as the audit does.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers with `bytes` of the type `content_type`.
pub(crate) fn of(
    status: StatusCode,
    content_type: &'static str,
    bytes: impl Into<Bytes>,
) -> Answer {
    let mut answer = Response::new(Full::new(bytes.into()).boxed());
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Answers with JSON.
pub(crate) fn json(status: StatusCode, value: &Value) -> Answer {
    of(status, "application/json", value.to_string())
}

/// Answers as OAuth does: an error code and one sentence.
pub(crate) fn error(status: StatusCode, error: &str, description: &str) -> Answer {
    json(status, &json!({ "error": error, "error_description": description }))
}

/// Answers with nothing but a status.
pub(crate) fn empty(status: StatusCode) -> Answer {
    let mut answer = of(status, "text/plain", Bytes::new());
    answer.headers_mut().remove(header::CONTENT_TYPE);
    answer
}

/// Answers 405 and names what is allowed.
pub(crate) fn not_allowed(allowed: &'static str) -> Answer {
    let mut answer = error(
        StatusCode::METHOD_NOT_ALLOWED,
        "invalid_request",
        "This address does not take requests of this method",
    );
    answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    answer
}

/// Ends the connection with this answer, over HTTP/1.
pub(crate) fn last(mut answer: Answer) -> Answer {
    answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    answer
}

/// Says when to come back.
pub(crate) fn retry_after(mut answer: Answer, delay: Duration) -> Answer {
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(delay)));
    answer
}

/// Returns `delay` in seconds, rounded up; zero would be an invitation to come back at once.
pub(crate) fn whole_seconds(delay: Duration) -> u64 {
    delay.as_secs().saturating_add(u64::from(delay.subsec_nanos() > 0)).max(1)
}

/// Lets a page of an allowed origin read the answer.
pub(crate) fn shared_with(mut answer: Answer, origin: &str) -> Answer {
    let Ok(origin) = HeaderValue::from_str(origin) else { return answer };
    let fields = [
        (header::VARY, "origin"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type, mcp-protocol-version, mcp-method, mcp-name, traceparent",
        ),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "www-authenticate, retry-after, x-request-id"),
    ];
    let headers = answer.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    for (name, value) in fields {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// Answers as JSON-RPC does where it is not known what was asked.
pub(crate) fn refusal(
    status: StatusCode,
    code: i64,
    kind: ErrorCode,
    message: &str,
    delay: Duration,
) -> Answer {
    let data = json!({ "code": kind, "retryAfterSeconds": whole_seconds(delay) });
    let error = json!({ "code": code, "message": message, "data": data });
    let body = json!({ "jsonrpc": "2.0", "id": null, "error": error });
    retry_after(json(status, &body), delay)
}

/// Names the request as the audit does, and has nobody keep the answer.
pub(crate) fn named(mut answer: Answer, request_id: &str) -> Answer {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, id);
    }
    answer
}

/// Tells whether an answer is one JSON object.
pub(crate) fn is_json(answer: &Answer) -> bool {
    is_of(answer, b"application/json")
}

/// Tells whether an answer is a stream of events, which goes on with the call.
pub(crate) fn is_stream(answer: &Answer) -> bool {
    is_of(answer, b"text/event-stream")
}

fn is_of(answer: &Answer, media_type: &[u8]) -> bool {
    let content_type = answer.headers().get(header::CONTENT_TYPE);
    content_type.is_some_and(|it| it.as_bytes().starts_with(media_type))
}

/// Keeps `thing` until the answer is sent, or nobody waits for it any more.
pub(crate) fn holding(answer: Answer, thing: impl Send + Sync + Unpin + 'static) -> Answer {
    until_end(answer, thing, drop)
}

/// Keeps `thing` until the answer is sent, which `ends` it; it is dropped where nobody waits any more.
pub(crate) fn until_end<T: Send + Sync + Unpin + 'static>(
    answer: Answer,
    thing: T,
    ends: fn(T),
) -> Answer {
    answer.map(|body| Holding { body, thing: Some(thing), ends }.boxed())
}

struct Holding<T> {
    body: Body,
    thing: Option<T>,
    ends: fn(T),
}

impl<T: Unpin> HttpBody for Holding<T> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        let is_sent = matches!(polled, Poll::Ready(None)) || self.body.is_end_stream();
        if is_sent && let Some(thing) = self.thing.take() {
            (self.ends)(thing);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
