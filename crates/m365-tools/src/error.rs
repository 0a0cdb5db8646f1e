use std::{fmt, time::Duration};

use serde::Serialize;

mod auth;
mod graph;
mod help;
mod hint;

pub(crate) use hint::SIGN_IN_HINT;

/// What a call could not do, and what its reader can do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolError {
    code: ErrorCode,
    message: String,
    details: Box<Details>,
    /// Where it is explained, if not at its code.
    help: Option<String>,
}

/// The kind of a tool error, as hosts and prompts know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum ErrorCode {
    /// The host or the user gave up.
    Cancelled,
    /// Entra ID asks for consent.
    ConsentRequired,
    /// A scope is missing, the user has no right to it, or a setting or policy forbids it.
    Forbidden,
    /// There is no such thing, or none that the user may see.
    NotFound,
    /// Entra ID or Graph failed, or answered what cannot be read.
    ServiceError,
    /// Nobody is signed in, or the sign-in is no longer good.
    SignInRequired,
    /// Too many requests, by Microsoft's limits or by ours.
    Throttled,
    /// The call's time was over.
    Timeout,
    /// The answer, or what was to be read, is too large.
    TooLarge,
    /// The text of that thing cannot be read.
    UnsupportedContent,
    /// An argument is wrong.
    ValidationError,
}

/// What the services said about an error: ids to look it up with, never a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Details {
    /// Graph's own code, e.g. `ErrorItemNotFound`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph_code: Option<String>,
    /// The HTTP status of Graph's answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Graph's id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Entra ID's error, e.g. `AADSTS65001`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aadsts: Option<String>,
    /// The id under which Entra ID logged the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// How many seconds to wait before the next try.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
    /// The item on the web, where a person can open it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_link: Option<String>,
    /// Why each of several things asked for could not be had.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<PartError>,
}

/// Why one of several things asked for could not be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PartError {
    /// What was asked for, as the caller wrote it.
    pub uri: String,
    /// The kind.
    pub code: ErrorCode,
    /// What to do next.
    pub message: String,
}

impl PartError {
    /// Says that `uri` could not be had because of `error`.
    pub(crate) fn new(uri: String, error: &ToolError) -> Self {
        Self { uri, code: error.code, message: error.message.clone() }
    }
}

impl Details {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl ToolError {
    /// Creates an error whose `message` says what to do next.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: Box::default(), help: None }
    }

    /// Creates an error about an argument; `message` names field, value and what is accepted.
    #[must_use]
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ValidationError, message)
    }

    /// Adds what the services said.
    #[must_use]
    pub fn with_details(mut self, details: Details) -> Self {
        *self.details = details;
        self
    }

    /// Adds where a person can open the item.
    #[must_use]
    pub fn with_web_link(mut self, link: impl Into<String>) -> Self {
        self.details.web_link = Some(link.into());
        self
    }

    /// Returns the error with another message.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Returns the error with another code.
    #[must_use]
    pub const fn with_code(mut self, code: ErrorCode) -> Self {
        self.code = code;
        self
    }

    /// Returns the kind.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// Returns the sentence for the reader.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns what the services said.
    #[must_use]
    pub fn details(&self) -> &Details {
        &self.details
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ToolError {}

/// Returns `wait` in seconds, rounded up: who comes back early is refused again.
pub(crate) const fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + (wait.subsec_nanos() > 0) as u64
}
