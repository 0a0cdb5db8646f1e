use std::time::Duration;

use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{ALLOW, CONTENT_TYPE, RETRY_AFTER},
};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};

use super::HttpResponse;
use crate::error::whole_seconds;

/// JSON-RPC's codes for what is no message, and for what is none that we can answer.
pub(super) const PARSE_ERROR: i64 = -32_700;
pub(super) const INVALID_REQUEST: i64 = -32_600;
pub(super) const INVALID_PARAMS: i64 = -32_602;
/// MCP's code for headers that do not say what the body says.
pub(super) const HEADER_MISMATCH: i64 = -32_020;
const INTERNAL_ERROR: i64 = -32_603;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Returns a JSON-RPC error about the request `id`, which is null where the request has none to tell.
pub(super) fn error(
    status: StatusCode,
    id: Option<&Value>,
    code: i64,
    message: &str,
) -> HttpResponse {
    with_data(status, id, json!({"code": code, "message": message}))
}

/// Returns a refusal that says when to come back.
pub(super) fn refusal(
    status: StatusCode,
    id: Option<&Value>,
    mut error: Value,
    retry_after: Option<Duration>,
) -> HttpResponse {
    // Zero would be an invitation to come back at once.
    let seconds = retry_after.map(|wait| whole_seconds(wait).max(1));
    if let Some(seconds) = seconds {
        error["data"]["retryAfterSeconds"] = seconds.into();
    }
    let mut response = with_data(status, id, error);
    if let Some(seconds) = seconds {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

pub(super) fn method_not_allowed() -> HttpResponse {
    let message = "only POST is answered here: there are no sessions and no streams to resume";
    let mut response = error(StatusCode::METHOD_NOT_ALLOWED, None, INVALID_REQUEST, message);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

fn with_data(status: StatusCode, id: Option<&Value>, error: Value) -> HttpResponse {
    let body = json!({"jsonrpc": "2.0", "id": id, "error": error}).to_string();
    let mut response = Response::new(Full::new(Bytes::from(body)).boxed());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

/// Turns what rmcp refuses in plain text into errors that an MCP host can read.
pub(super) async fn in_protocol(response: HttpResponse, id: Option<&Value>) -> HttpResponse {
    let status = response.status();
    if status.is_success() || response.headers().get(CONTENT_TYPE) == Some(&JSON) {
        return response;
    }
    if status.is_server_error() {
        return error(status, id, INTERNAL_ERROR, "internal error");
    }
    if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        let message = "the body is no message of JSON-RPC 2.0";
        return error(StatusCode::BAD_REQUEST, id, INVALID_REQUEST, message);
    }
    let Ok(text) = response.into_body().collect().await;
    error(status, id, INVALID_REQUEST, &String::from_utf8_lossy(&text.to_bytes()))
}
