//! What identifies one request in its answer, and the finishing touches that every answer gets.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, header};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::http::Response;

/// The media type of Graph's JSON.
pub(crate) const JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

/// The ids and the moment of one request.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    request_id: String,
    client_request_id: String,
    gzip: bool,
    now: Timestamp,
}

impl Trace {
    /// Reads what the client sent to identify its request, and makes up the rest.
    pub(crate) fn new(headers: &HeaderMap, now: Timestamp) -> Self {
        let request_id = crate::random::guid();
        let client_request_id = text(headers, "client-request-id").unwrap_or(&request_id).into();
        let gzip = text(headers, header::ACCEPT_ENCODING.as_str()).is_some_and(accepts_gzip);
        Self { request_id, client_request_id, gzip, now }
    }

    /// Returns the service's id of the request.
    pub(crate) fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Returns the error member that names the request.
    pub(crate) fn inner_error(&self) -> Value {
        json!({
            "date": self.now.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
            "request-id": self.request_id,
            "client-request-id": self.client_request_id,
        })
    }

    /// Adds the headers that every answer carries, and packs the body where the client asked.
    pub(crate) fn finish(&self, response: Response) -> Response {
        let response = self
            .named(response)
            .named("x-ms-ags-diagnostic", DIAGNOSTIC)
            .header(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000")
            .header(header::CACHE_CONTROL, "no-cache")
            .header(header::VARY, "Accept-Encoding");
        if self.gzip { packed(response) } else { response }
    }

    /// Adds the headers that name the request.
    pub(crate) fn named(&self, response: Response) -> Response {
        response
            .named("request-id", &self.request_id)
            .named("client-request-id", &self.client_request_id)
    }
}

const DIAGNOSTIC: &str =
    r#"{"ServerInfo":{"DataCenter":"Demo","Slice":"E","Ring":"0","ScaleUnit":"000"}}"#;

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn accepts_gzip(value: &str) -> bool {
    value.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"))
            && parts.next() != Some("q=0")
    })
}

fn packed(mut response: Response) -> Response {
    if response.body.is_empty() {
        return response;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let body = encoder.write_all(&response.body).and_then(|()| encoder.finish());
    match body {
        Ok(body) => {
            response.body = body.into();
            response.header(header::CONTENT_ENCODING, "gzip")
        }
        Err(_) => response,
    }
}
