//! How an authorize request is answered: at the app's redirect address.

use http::{StatusCode, header};
use url::form_urlencoded::Serializer;

use super::{
    apps::Platform,
    failure::{self, Failure, Ids},
    pages,
};
use crate::{http::Response, random};

/// The form of the answer (`response_mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Query,
    Fragment,
    FormPost,
}

impl Mode {
    /// Reads a `response_mode`; absent means `query`.
    pub(crate) fn parse(text: Option<&str>) -> Option<Self> {
        match text {
            None | Some("query") => Some(Self::Query),
            Some("fragment") => Some(Self::Fragment),
            Some("form_post") => Some(Self::FormPost),
            Some(_) => None,
        }
    }
}

/// Where and how an answer goes.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) redirect_uri: String,
    pub(crate) platform: Platform,
    /// The registered address has no path.
    pub(crate) bare: bool,
    pub(crate) mode: Mode,
    pub(crate) state: Option<String>,
}

impl Reply {
    /// Answers with a code, and with who it is for where the client asked.
    pub(crate) fn code(&self, code: &str, client_info: Option<String>) -> Response {
        let mut parts = vec![("code", code.to_owned())];
        parts.extend(client_info.map(|info| ("client_info", info)));
        self.send(parts, true)
    }

    /// Answers with an error.
    pub(crate) fn failure(&self, failure: &Failure, ids: &Ids) -> Response {
        let error = failure.redirect_error().to_owned();
        let uri = failure::error_uri(failure.code);
        let description = failure.description(ids);
        self.send(
            vec![("error", error), ("error_description", description), ("error_uri", uri)],
            false,
        )
    }

    /// Answers that the user pressed *Cancel*.
    pub(crate) fn cancelled(&self, ids: &Ids) -> Response {
        let failure = Failure::new(65_004, "User canceled the authentication.");
        let parts = vec![
            ("error", "access_denied".to_owned()),
            ("error_subcode", "cancel".to_owned()),
            ("error_description", failure.description(ids)),
        ];
        self.send(parts, false)
    }

    fn send(&self, mut parts: Vec<(&str, String)>, session: bool) -> Response {
        if let Some(state) = &self.state {
            parts.push(("state", state.clone()));
        }
        if session {
            parts.push(("session_state", random::guid()));
        }
        if self.mode == Mode::FormPost {
            return pages::form_post(&self.address(), &parts);
        }
        let encoded = Serializer::new(String::new()).extend_pairs(&parts).finish();
        let mark = if self.mode == Mode::Fragment { '#' } else { self.query_mark() };
        let location = format!("{}{mark}{encoded}", self.address());
        Response::html(StatusCode::FOUND, pages::moved()).header(header::LOCATION, location)
    }

    /// Entra adds a slash where the registered address has no path.
    fn address(&self) -> String {
        let slash = if self.bare && !self.redirect_uri.ends_with('/') { "/" } else { "" };
        format!("{}{slash}", self.redirect_uri)
    }

    fn query_mark(&self) -> char {
        if self.redirect_uri.contains('?') { '&' } else { '?' }
    }
}
