//! A request as a handler sees it, and the response that it gives back.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::Value;

/// Which of the demo tenant's servers was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The sign-in host, Entra ID.
    Login,
    /// Microsoft Graph.
    Graph,
    /// The host for pre-authenticated downloads, which must never see a bearer token.
    Download,
    /// A host that belongs to nobody: whatever reaches it was led astray.
    Foreign,
}

impl Origin {
    /// Returns the name by which other processes know the server.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Login => "entra",
            Self::Graph => "graph",
            Self::Download => "download",
            Self::Foreign => "foreign",
        }
    }
}

/// A request whose body has arrived in full.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The server that was asked.
    pub(crate) origin: Origin,
    /// The method.
    pub(crate) method: Method,
    /// The path as it was sent, percent-encoded.
    pub(crate) path: String,
    /// The query as it was sent, without `?`.
    pub(crate) query: Option<String>,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Bytes,
}

impl Request {
    /// Returns a header's value, where it is text.
    pub(crate) fn header(&self, name: impl http::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// A response as a handler makes it.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    /// The status.
    pub(crate) status: StatusCode,
    /// The headers; the server adds `Date` and `Content-Length`.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Bytes,
}

impl Response {
    /// Makes a response without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// Makes a response of any media type.
    pub(crate) fn bytes(status: StatusCode, content_type: &str, body: impl Into<Bytes>) -> Self {
        let response = Self { body: body.into(), ..Self::empty(status) };
        response.header(header::CONTENT_TYPE, content_type)
    }

    /// Makes a JSON response.
    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self::bytes(status, "application/json; charset=utf-8", body.to_string())
    }

    /// Makes an HTML page.
    pub(crate) fn html(status: StatusCode, body: impl Into<String>) -> Self {
        Self::bytes(status, "text/html; charset=utf-8", body.into())
    }

    /// Sets a header; a value that no header can carry is left out.
    pub(crate) fn header(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Sets a header named by a string literal in lower case, e.g. `request-id`.
    pub(crate) fn named(self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.header(HeaderName::from_static(name), value)
    }

    /// Adds a header beside those of the same name.
    pub(crate) fn also(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
            self.headers.append(name, value);
        }
        self
    }
}
