//! What ends a command without success, and with which exit code.

use std::{fmt, io, process::ExitCode};

use m365_auth::{ErrorKind, help_url};
use m365_tools::{ErrorCode, ToolError};

use crate::{config::ConfigError, terminal::harmless};

/// Whatever has no code of its own.
pub(crate) const OTHER: u8 = 1;
/// A wrong option, argument or configuration.
pub(crate) const USAGE: u8 = 2;
/// Somebody has to sign in.
pub(crate) const SIGN_IN: u8 = 3;
/// Consent or a permission is missing.
pub(crate) const PERMISSION: u8 = 4;
/// There is no such thing.
pub(crate) const NOT_FOUND: u8 = 5;
/// The network or a service failed.
pub(crate) const UNAVAILABLE: u8 = 6;

/// A message for the user, where more is written about it, and the exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    message: Option<String>,
    help: String,
}

impl Failure {
    /// Ends with `code` and `message`.
    pub(crate) fn new(code: u8, message: impl fmt::Display) -> Self {
        Self { code, message: Some(message.to_string()), help: help_url(row(code)) }
    }

    /// Ends with `code`; what there was to say is printed already.
    pub(crate) const fn silent(code: u8) -> Self {
        Self { code, message: None, help: String::new() }
    }

    /// Leads to `help` instead of what is written about the code.
    pub(crate) fn with_help(mut self, help: String) -> Self {
        self.help = help;
        self
    }

    /// Returns the exit code.
    pub(crate) const fn code(&self) -> u8 {
        self.code
    }

    /// Returns the message.
    pub(crate) fn message(&self) -> &str {
        self.message.as_deref().unwrap_or_default()
    }

    /// Prints the message on stderr and returns the code.
    pub(crate) fn report(self) -> ExitCode {
        if let Some(message) = self.message {
            eprintln!("m365-local: {}\n  Help: {}", harmless(&message), self.help);
        }
        ExitCode::from(self.code)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::new(USAGE, error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(OTHER, error)
    }
}

impl From<m365_auth::Error> for Failure {
    fn from(error: m365_auth::Error) -> Self {
        let code = match error.kind() {
            ErrorKind::SignInRequired | ErrorKind::TimedOut | ErrorKind::WrongAccount => SIGN_IN,
            ErrorKind::ConsentRequired | ErrorKind::Denied => PERMISSION,
            ErrorKind::Configuration => USAGE,
            ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::Protocol => UNAVAILABLE,
            _ => OTHER,
        };
        let why = Explained(&error);
        let failure = match error.kind() {
            ErrorKind::Unavailable => {
                Self::new(code, format_args!("{why}. `m365-local doctor` tells what is in the way"))
            }
            _ => Self::new(code, why),
        };
        failure.with_help(error.help_url())
    }
}

impl From<m365_graph::Error> for Failure {
    fn from(error: m365_graph::Error) -> Self {
        let error = ToolError::from(error);
        let help = error.help_url();
        Self::new(exit_code(error.code()), error).with_help(help)
    }
}

/// Returns the row of the troubleshooting guide for what is known by its exit code alone.
const fn row(code: u8) -> &'static str {
    match code {
        USAGE => "configuration",
        SIGN_IN => "sign_in_required",
        PERMISSION => "forbidden",
        NOT_FOUND => "not_found",
        UNAVAILABLE => "no-connection",
        _ => "other-failures",
    }
}

/// Returns the exit code of a tool error.
pub(crate) const fn exit_code(code: ErrorCode) -> u8 {
    match code {
        ErrorCode::ValidationError => USAGE,
        ErrorCode::SignInRequired => SIGN_IN,
        ErrorCode::ConsentRequired | ErrorCode::Forbidden => PERMISSION,
        ErrorCode::NotFound => NOT_FOUND,
        ErrorCode::Throttled | ErrorCode::Timeout | ErrorCode::ServiceError => UNAVAILABLE,
        _ => OTHER,
    }
}

/// An error of Entra ID with the ids that an administrator looks it up by.
struct Explained<'a>(&'a m365_auth::Error);

impl fmt::Display for Explained<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = self.0;
        error.fmt(f)?;
        if let Some(code) = error.aadsts() {
            write!(f, " (AADSTS{code})")?;
        }
        if let Some(id) = error.correlation_id() {
            write!(f, " [correlation id {id}]")?;
        }
        Ok(())
    }
}
