//! One request to Graph, as its handler sees it.

use http::{HeaderMap, Method, StatusCode, header};
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    graph::{fail::Fail, query::Query, trace::JSON},
    http::Response,
    state::{Grant, State},
};

/// A request whose bearer is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) state: &'a State,
    pub(crate) grant: &'a Grant,
    pub(crate) method: &'a Method,
    /// The path below the version as it was sent, e.g. `/me/messages`.
    pub(crate) path: &'a str,
    pub(crate) query: &'a Query,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

impl Call<'_> {
    /// Returns the present moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.state.clock.now()
    }

    /// Returns the id of the bearer's tenant.
    pub(crate) fn tenant_id(&self) -> &str {
        self.grant.tenant.id()
    }

    /// Returns the version's root, e.g. `https://graph.microsoft.com/v1.0`.
    pub(crate) fn root(&self) -> String {
        format!("{}/v1.0", self.state.origins.graph)
    }

    /// Returns whether the token carries one of `scopes`.
    pub(crate) fn has(&self, scopes: &[&str]) -> bool {
        scopes.iter().any(|scope| self.grant.scopes.contains(*scope))
    }

    /// Refuses the request unless the token carries one of `scopes`, as Exchange does.
    pub(crate) fn need(&self, scopes: &[&str]) -> Result<(), Fail> {
        if self.has(scopes) { Ok(()) } else { Err(Fail::access_denied()) }
    }

    /// Refuses every method but GET.
    pub(crate) fn reading(&self) -> Result<(), Fail> {
        if self.method == Method::GET { Ok(()) } else { Err(Fail::method_not_allowed()) }
    }

    /// Parses the JSON body of a POST.
    pub(crate) fn posted(&self) -> Result<Value, Fail> {
        if self.method != Method::POST {
            return Err(Fail::method_not_allowed());
        }
        let unreadable = |_| {
            Fail::bad_request(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
            )
        };
        if self.headers.contains_key(header::CONTENT_ENCODING) {
            let message = "The request body must not be compressed.";
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Fail::new(status, "notSupported", message));
        }
        if !self.is_json() {
            return Err(Fail::bad_request("The Content-Type header is missing or not JSON."));
        }
        serde_json::from_slice(self.body).map_err(unreadable)
    }

    fn is_json(&self) -> bool {
        let value = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.to_ascii_lowercase().starts_with("application/json"))
    }

    /// Returns a preference's value by its name in lower case; one without a value is empty.
    pub(crate) fn prefers(&self, name: &str) -> Option<String> {
        let values = self.headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).find_map(|preference| {
            let (own, value) = preference.split_once('=').unwrap_or((preference, ""));
            let found = own.trim().eq_ignore_ascii_case(name);
            found.then(|| value.trim().trim_matches('"').to_owned())
        })
    }
}

/// Answers 200 with JSON.
pub(crate) fn ok(body: &Value) -> Response {
    Response::bytes(StatusCode::OK, JSON, body.to_string())
}
