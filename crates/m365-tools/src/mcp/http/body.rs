use std::{fmt, pin::pin};

use bytes::{Buf, Bytes, BytesMut};
use http::{
    HeaderMap, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};
use http_body::Body;
use http_body_util::BodyExt;

use super::{
    HttpResponse,
    answer::{self, INVALID_REQUEST},
};

/// Reads a body of JSON that is no longer than `limit` bytes; a longer one is refused by the length that it
/// announces, or else as soon as it is longer.
///
/// # Errors
///
/// The answer to a body that is no JSON, too long, or broken off.
pub(super) async fn read<B>(
    headers: &HeaderMap,
    body: B,
    limit: usize,
) -> Result<Bytes, HttpResponse>
where
    B: Body + Send,
    B::Error: fmt::Display,
{
    if !is_json(headers) || is_encoded(headers) {
        return Err(not_json());
    }
    if body.size_hint().lower() > u64::try_from(limit).unwrap_or(u64::MAX) {
        return Err(too_long(limit));
    }
    collect(body, limit).await
}

async fn collect<B>(body: B, limit: usize) -> Result<Bytes, HttpResponse>
where
    B: Body + Send,
    B::Error: fmt::Display,
{
    let mut body = pin!(body);
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| broken_off())?.into_data() else { continue };
        if data.remaining() > limit - read.len() {
            return Err(too_long(limit));
        }
        append(&mut read, data);
    }
    Ok(read.freeze())
}

fn append(read: &mut BytesMut, mut data: impl Buf) {
    while data.has_remaining() {
        let chunk = data.chunk();
        read.extend_from_slice(chunk);
        let length = chunk.len();
        data.advance(length);
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut parts = media_type.unwrap_or_default().split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|it| it.eq_ignore_ascii_case("application/json"));
    is_json && parts.all(is_harmless)
}

/// JSON is UTF-8, whatever else it is called: two programs must not read it in two ways.
fn is_harmless(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let value = value.trim().trim_matches('"');
    let is_utf8 = ["utf-8", "utf8"].iter().any(|it| value.eq_ignore_ascii_case(it));
    is_utf8 || !name.trim().eq_ignore_ascii_case("charset")
}

/// What is compressed could unpack to anything.
fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_ENCODING).is_some_and(|value| value != "identity")
}

fn not_json() -> HttpResponse {
    let message = "send the message as application/json, not compressed";
    answer::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, None, INVALID_REQUEST, message)
}

fn too_long(limit: usize) -> HttpResponse {
    let message = format!("the message is longer than {limit} bytes");
    answer::error(StatusCode::PAYLOAD_TOO_LARGE, None, INVALID_REQUEST, &message)
}

fn broken_off() -> HttpResponse {
    let message = "the message broke off before its end";
    answer::error(StatusCode::BAD_REQUEST, None, INVALID_REQUEST, message)
}
