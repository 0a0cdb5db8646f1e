use m365_auth::Hindrance;
use m365_graph::{Error, ErrorKind};

use super::{Details, ErrorCode, ToolError};

impl From<&Error> for ToolError {
    fn from(error: &Error) -> Self {
        if let Some(auth) = error.auth() {
            return auth.into();
        }
        let (code, advice) = of(error.kind());
        let told = match error.hindrance() {
            Some(hindrance) => Self::new(code, hindered(&hindrance)),
            None => Self::new(code, advice),
        };
        told.with_details(details(error))
    }
}

impl From<Error> for ToolError {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

fn of(kind: ErrorKind) -> (ErrorCode, &'static str) {
    match kind {
        ErrorKind::Auth => (
            ErrorCode::SignInRequired,
            "Microsoft Graph refuses the sign-in: sign in again, then try again.",
        ),
        ErrorKind::BadRequest => (
            ErrorCode::ValidationError,
            "Microsoft Graph refused the request; check query, filters and ids.",
        ),
        ErrorKind::Disabled => (
            ErrorCode::Forbidden,
            "This part of Microsoft 365 is switched off by the operator of this server.",
        ),
        ErrorKind::Forbidden => (
            ErrorCode::Forbidden,
            "Microsoft Graph denies access: the user has no right to this item, or a permission is missing.",
        ),
        ErrorKind::Gone => {
            (ErrorCode::NotFound, "This item, or this place in a listing, is gone; search again.")
        }
        ErrorKind::Locked => (
            ErrorCode::Forbidden,
            "The item or mailbox is locked; ask its owner or an administrator.",
        ),
        ErrorKind::NotFound => (
            ErrorCode::NotFound,
            "There is no such item, or none that the user may see; search again for its uri.",
        ),
        ErrorKind::NotSupported => (
            ErrorCode::UnsupportedContent,
            "Microsoft Graph cannot give this item in a readable form.",
        ),
        ErrorKind::Throttled => (
            ErrorCode::Throttled,
            "Too many requests to Microsoft Graph; try again after retryAfterSeconds, or in a minute.",
        ),
        ErrorKind::Timeout => (
            ErrorCode::Timeout,
            "Microsoft Graph did not answer in time; narrow the request and try again.",
        ),
        ErrorKind::TooLarge => {
            (ErrorCode::TooLarge, "The answer of Microsoft Graph is too large; narrow the request.")
        }
        ErrorKind::Unavailable => (
            ErrorCode::ServiceError,
            "Microsoft Graph cannot be reached or failed; try again in a minute.",
        ),
        _ => (
            ErrorCode::ServiceError,
            "Microsoft Graph gave an answer that cannot be used; try again.",
        ),
    }
}

fn hindered(hindrance: &Hindrance) -> String {
    format!("Microsoft Graph cannot be reached: {hindrance}. {}.", hindrance.advice())
}

fn details(error: &Error) -> Details {
    Details {
        graph_code: error.code().map(str::to_owned),
        status: error.status(),
        request_id: error.request_id().map(str::to_owned),
        retry_after_seconds: error.retry_after().map(super::whole_seconds),
        ..Details::default()
    }
}
