use m365_auth::{Error, ErrorKind};

use super::{Details, ErrorCode, ToolError};

impl From<&Error> for ToolError {
    fn from(error: &Error) -> Self {
        let (code, advice) = of(error.kind());
        let message = error.message().map_or_else(|| advice.to_owned(), str::to_owned);
        let told = Self::new(code, message).with_details(details(error));
        Self { help: Some(error.help_url()), ..told }
    }
}

impl From<Error> for ToolError {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

fn of(kind: ErrorKind) -> (ErrorCode, &'static str) {
    match kind {
        ErrorKind::Cancelled => {
            (ErrorCode::Cancelled, "The sign-in was cancelled; try again to sign in.")
        }
        ErrorKind::Configuration => (
            ErrorCode::ServiceError,
            "Entra ID does not accept this app registration or its settings; an administrator has to check \
             tenant ID, client ID and redirect address.",
        ),
        ErrorKind::ConsentRequired => (
            ErrorCode::ConsentRequired,
            "Entra ID asks for consent; ask an administrator to consent to the configured permissions.",
        ),
        ErrorKind::Denied => (
            ErrorCode::Forbidden,
            "A policy of the tenant forbids the sign-in; ask an administrator.",
        ),
        ErrorKind::SignInRequired => (
            ErrorCode::SignInRequired,
            "Nobody is signed in to Microsoft 365, or the sign-in is no longer good.",
        ),
        ErrorKind::Store => {
            (ErrorCode::ServiceError, "The stored sign-in cannot be read or written.")
        }
        ErrorKind::Throttled => (
            ErrorCode::Throttled,
            "Entra ID asks to wait; try again after retryAfterSeconds, or in a minute.",
        ),
        ErrorKind::TimedOut => {
            (ErrorCode::Timeout, "The sign-in was not finished in time; try again.")
        }
        ErrorKind::Unavailable => (
            ErrorCode::ServiceError,
            "Entra ID cannot be reached; check the network and try again.",
        ),
        ErrorKind::WrongAccount => (
            ErrorCode::SignInRequired,
            "Another account than the expected one signed in; sign in with the expected one.",
        ),
        _ => (ErrorCode::ServiceError, "Entra ID gave an answer that cannot be used; try again."),
    }
}

fn details(error: &Error) -> Details {
    Details {
        aadsts: error.aadsts().map(|code| format!("AADSTS{code}")),
        correlation_id: error.correlation_id().map(str::to_owned),
        retry_after_seconds: error.retry_after().map(super::whole_seconds),
        ..Details::default()
    }
}
