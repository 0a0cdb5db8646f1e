//! The faults by their names.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;

use super::{Effect, Fault, bodies};

/// Refusals.
impl Fault {
    /// 429 with `Retry-After` in seconds (G01, G02, E06). Graph remembers it: a user who comes back
    /// to the same workload too early, by the tenant's clock, gets 429 again and a longer wait.
    #[must_use]
    pub fn throttled(retry_after: Duration) -> Self {
        Effect::Throttled { seconds: Some(retry_after.as_secs()), date: false }.into()
    }

    /// 429 with `Retry-After` as a date, so much after the response's `Date` (G05), remembered as
    /// by [`throttled`](Self::throttled).
    #[must_use]
    pub fn throttled_date(retry_after: Duration) -> Self {
        Effect::Throttled { seconds: Some(retry_after.as_secs()), date: true }.into()
    }

    /// 429 without `Retry-After` (G03, G04).
    #[must_use]
    pub fn throttled_bare() -> Self {
        Effect::Throttled { seconds: None, date: false }.into()
    }

    /// A status with the error body of the service that the path belongs to, e.g. 500, 502, 423
    /// (G09, G30).
    #[must_use]
    pub fn status(status: u16) -> Self {
        Effect::Status { status, retry_after: None }.into()
    }

    /// A status with the service's own error body and `Retry-After` in seconds.
    #[must_use]
    pub fn status_after(status: u16, retry_after: Duration) -> Self {
        Effect::Status { status, retry_after: Some(retry_after.as_secs()) }.into()
    }

    /// 503 with `Retry-After` (G08).
    #[must_use]
    pub fn unavailable(retry_after: Duration) -> Self {
        Self::status_after(StatusCode::SERVICE_UNAVAILABLE.as_u16(), retry_after)
    }

    /// 504 with a gateway's HTML (G08).
    #[must_use]
    pub fn gateway_timeout_html() -> Self {
        Self::body(504, "text/html", bodies::GATEWAY)
    }

    /// 302 and its like to any address (G16, G18, G19).
    #[must_use]
    pub fn redirect(status: u16, location: impl Into<String>) -> Self {
        Effect::Redirect { status, location: location.into() }.into()
    }

    /// 401 without a claims challenge (G25, G26).
    #[must_use]
    pub fn unauthorized_plain() -> Self {
        Effect::Unauthorized { claims: None }.into()
    }

    /// 401 with these claims as a challenge (G27).
    #[must_use]
    pub fn unauthorized_claims(claims: Value) -> Self {
        Effect::Unauthorized { claims: Some(claims) }.into()
    }

    /// Entra ID's error of an AADSTS number, e.g. 65001 (E01 to E07).
    #[must_use]
    pub fn entra_error(aadsts: u32) -> Self {
        Effect::Entra { code: aadsts }.into()
    }
}

/// Connections that behave badly.
impl Fault {
    /// The right response after so much real time.
    #[must_use]
    pub fn delay(time: Duration) -> Self {
        Effect::Delay { millis: u64::try_from(time.as_millis()).unwrap_or(u64::MAX) }.into()
    }

    /// Accepted, never answered (G12, E08).
    #[must_use]
    pub fn hang() -> Self {
        Effect::Hang.into()
    }

    /// Headers at once, then so many bytes a second (G11).
    #[must_use]
    pub fn drip(bytes_per_second: u32) -> Self {
        Effect::Drip { bytes_per_second }.into()
    }

    /// The connection is reset before a status line (G10).
    #[must_use]
    pub fn reset_before_headers() -> Self {
        Effect::ResetBeforeHeaders.into()
    }

    /// The connection is reset after half of the body (G10).
    #[must_use]
    pub fn reset_mid_body() -> Self {
        Effect::ResetMidBody.into()
    }
}

/// Bodies that are not what they should be.
impl Fault {
    /// JSON cut in the middle, with the `Content-Length` of what is sent (G13).
    #[must_use]
    pub fn truncated_json() -> Self {
        Effect::Truncated { right_length: true }.into()
    }

    /// JSON cut in the middle, with the `Content-Length` of the whole (G13).
    #[must_use]
    pub fn truncated_json_wrong_length() -> Self {
        Effect::Truncated { right_length: false }.into()
    }

    /// 200 with a page (G14, E09).
    #[must_use]
    pub fn html_200() -> Self {
        Self::body(200, "text/html", bodies::PORTAL)
    }

    /// 200 with an empty body (G14).
    #[must_use]
    pub fn empty_200() -> Self {
        Self::empty(200)
    }

    /// 204 where a body is due (G14).
    #[must_use]
    pub fn no_content_204() -> Self {
        Self::empty(204)
    }

    /// Any status without a body, e.g. a gateway's 401.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Effect::Body { status, content_type: None, body: String::new() }.into()
    }

    /// 200 whose stream ends in an error object (G15).
    #[must_use]
    pub fn error_tail() -> Self {
        Self::body(200, bodies::GRAPH_JSON, bodies::ERROR_TAIL)
    }

    /// Any status, media type and body.
    #[must_use]
    pub fn body(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        let content_type = Some(content_type.to_owned());
        Effect::Body { status, content_type, body: body.into() }.into()
    }

    /// Another file than the one asked for.
    #[must_use]
    pub fn file(bytes: impl Into<Vec<u8>>) -> Self {
        Effect::File { bytes: bytes.into() }.into()
    }

    /// A page with an item of so many bytes (G22).
    #[must_use]
    pub fn huge_page(bytes: usize) -> Self {
        Effect::HugePage { bytes }.into()
    }

    /// A small gzip body that unpacks to so many bytes (G24).
    #[must_use]
    pub fn gzip_bomb(bytes: u64) -> Self {
        Effect::GzipBomb { bytes }.into()
    }
}

/// Collections whose pages lead nowhere.
impl Fault {
    /// The right page, with a next link of any address (G20).
    #[must_use]
    pub fn foreign_next_link(location: impl Into<String>) -> Self {
        Effect::NextLink { location: location.into() }.into()
    }

    /// The right page, whose next link leads to itself (G21).
    #[must_use]
    pub fn looping_next_link() -> Self {
        Effect::LoopingNextLink.into()
    }

    /// The right page, as the first of three that lead to each other in a ring (G21).
    #[must_use]
    pub fn ring() -> Self {
        Effect::Ring.into()
    }

    /// So many empty pages before the right one (G21).
    #[must_use]
    pub fn empty_pages(count: u32) -> Self {
        Effect::EmptyPages { count }.into()
    }
}

/// Entra ID's answers that are not quite right.
impl Fault {
    /// A token answer with any `expires_in`, e.g. `"3599"` as text or a negative number (E09).
    #[must_use]
    pub fn expires_in(value: impl Into<Value>) -> Self {
        Self::token_answer([("expires_in", value.into())])
    }

    /// A token answer without its access token (E09).
    #[must_use]
    pub fn missing_access_token() -> Self {
        Self::token_answer([("access_token", Value::Null)])
    }

    /// A token answer without its refresh token.
    #[must_use]
    pub fn missing_refresh_token() -> Self {
        Self::token_answer([("refresh_token", Value::Null)])
    }

    /// A token answer with changed members; `null` takes one away.
    #[must_use]
    pub fn token_answer<'a>(members: impl IntoIterator<Item = (&'a str, Value)>) -> Self {
        let set = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Effect::Token { set }.into()
    }

    /// Tokens that allow just these of the scopes, in truth and in the answer (E10).
    #[must_use]
    pub fn fewer_scopes(scopes: &[&str]) -> Self {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        Effect::FewerScopes { scopes }.into()
    }

    /// A `Date` header so many seconds ahead, or behind if negative (G28, E18).
    #[must_use]
    pub fn clock_skew(seconds: i64) -> Self {
        Effect::ClockSkew { seconds }.into()
    }

    /// Metadata whose issuer and endpoints are another host's (E16).
    #[must_use]
    pub fn foreign_metadata() -> Self {
        Effect::ForeignMetadata.into()
    }
}
