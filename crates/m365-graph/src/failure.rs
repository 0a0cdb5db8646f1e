use std::{
    error::Error as StdError,
    io::{
        self,
        ErrorKind::{InvalidData, InvalidInput, UnexpectedEof},
    },
    time::Duration,
};

use reqwest::StatusCode;

use crate::{Error, ErrorKind, error::body::ErrorBody, retry::Outcome};

/// Why one attempt brought nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Graph cannot be reached, or hung up.
    Disconnected(reqwest::Error),
    /// A success whose body cannot be read.
    Garbled,
    /// A redirect that must not be followed.
    Misled,
    /// The request cannot be written: the code says which part of it.
    Malformed(&'static str),
    /// Graph said no.
    Refused(Box<Refusal>),
    /// No HTTP client can be made of the settings and the system's trust store.
    Setup(Option<reqwest::Error>),
    /// A part of a download that ends before the whole does.
    Short,
    /// No headers came in time.
    Silent,
    /// The body came too slowly.
    Stalled,
    /// The body is longer than allowed.
    TooLarge,
}

/// An answer that is not a success.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// Whether a download host said it, to which no token was shown.
    pub(crate) elsewhere: bool,
    pub(crate) body: ErrorBody,
    pub(crate) retry_after: Option<Duration>,
    /// The claims that a new token must fulfil, JSON text.
    pub(crate) claims: Option<String>,
}

impl Failure {
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Disconnected(_) | Self::Short => Outcome::Disconnected,
            Self::Garbled => Outcome::Garbled,
            Self::Refused(refusal) => refusal.outcome(),
            Self::Silent => Outcome::Silent,
            Self::Malformed(_) | Self::Misled | Self::Setup(_) | Self::Stalled | Self::TooLarge => {
                Outcome::Final
            }
        }
    }

    /// Tells whether the connection may be broken: nobody should use it any more.
    pub(crate) fn breaks_connection(&self) -> bool {
        matches!(self, Self::Disconnected(_) | Self::Silent | Self::Stalled)
    }

    /// Tells whether the machine at the other end may be to blame: a retry should meet another.
    /// Those who do not retry leave it, else an outage would cost a connection per request.
    pub(crate) fn blames_machine(&self) -> bool {
        matches!(self, Self::Refused(refusal) if matches!(refusal.status.as_u16(), 503 | 504 | 509))
    }

    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::Disconnected(error) => Error::new(ErrorKind::Unavailable).with_source(error),
            Self::Garbled | Self::Short => Error::new(ErrorKind::Protocol),
            Self::Malformed(code) => Error::new(ErrorKind::BadRequest).with_code(code),
            Self::Misled => Error::new(ErrorKind::Protocol).with_code("redirect"),
            Self::Refused(refusal) => refusal.into_error(),
            Self::Setup(error) => setup_failed(error),
            Self::Silent | Self::Stalled => Error::new(ErrorKind::Timeout),
            Self::TooLarge => Error::new(ErrorKind::TooLarge),
        }
    }
}

/// A connection's error; its URL is taken out, since a download's is a credential.
impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        let in_body = error.is_body() || error.is_decode();
        if in_body && ends_early(&error) {
            return Self::Garbled;
        }
        Self::Disconnected(error.without_url())
    }
}

impl Refusal {
    /// Tells whether another token might be accepted.
    pub(crate) fn is_about_token(&self) -> bool {
        !self.elsewhere && (self.status == StatusCode::UNAUTHORIZED || self.claims.is_some())
    }

    pub(crate) fn is_throttling(&self) -> bool {
        self.status == StatusCode::TOO_MANY_REQUESTS
    }

    fn kind(&self) -> ErrorKind {
        match kind_of(self.status.as_u16()) {
            ErrorKind::Auth if self.elsewhere => ErrorKind::Forbidden,
            kind => kind,
        }
    }

    pub(crate) fn outcome(&self) -> Outcome {
        match (self.status.as_u16(), self.retry_after) {
            (429 | 503 | 504 | 509, Some(after)) => Outcome::Wait(after),
            (429, None) => Outcome::Throttled,
            (503 | 504 | 509, _) => Outcome::Overloaded,
            (500 | 502, _) => Outcome::Failed,
            (401, _) if self.elsewhere => Outcome::Stale,
            _ => Outcome::Final,
        }
    }

    pub(crate) fn into_error(self) -> Error {
        let about_token = self.is_about_token();
        let error = Error::new(self.kind())
            .with_status(self.status.as_u16())
            .with_codes(self.body.codes)
            .with_request_id(self.body.request_id);
        let error = match self.retry_after {
            Some(after) => error.with_retry_after(after),
            None => error,
        };
        if about_token { error.into_auth(sign_in_required(self.claims)) } else { error }
    }
}

fn setup_failed(source: Option<reqwest::Error>) -> Error {
    let error = Error::new(ErrorKind::Unavailable).with_code("setup");
    match source {
        Some(source) => error.with_source(source),
        None => error,
    }
}

/// Says that only the user can help, since not even a new token is accepted.
fn sign_in_required(claims: Option<String>) -> m365_auth::Error {
    let error = m365_auth::Error::new(m365_auth::ErrorKind::SignInRequired);
    match claims {
        Some(claims) => error.with_claims(claims),
        None => error,
    }
}

const fn kind_of(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Auth,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        405 | 406 | 415 | 501 => ErrorKind::NotSupported,
        408 => ErrorKind::Timeout,
        410 => ErrorKind::Gone,
        413 => ErrorKind::TooLarge,
        423 => ErrorKind::Locked,
        424 | 500..=599 => ErrorKind::Unavailable,
        429 => ErrorKind::Throttled,
        400..=499 => ErrorKind::BadRequest,
        _ => ErrorKind::Protocol,
    }
}

/// Tells a body that ends too early, or does not unpack, from a connection that broke.
fn ends_early(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(kind) = error.downcast_ref().and_then(innermost_kind) {
            return matches!(kind, UnexpectedEof | InvalidData | InvalidInput);
        }
        source = error.source();
    }
    error.is_decode()
}

/// Returns what an I/O error is about; one that only wraps another hides it from `source`.
fn innermost_kind(error: &io::Error) -> Option<io::ErrorKind> {
    if error.kind() != io::ErrorKind::Other {
        return Some(error.kind());
    }
    let mut inner: Option<&(dyn StdError + 'static)> = error.get_ref().map(|inner| inner as _);
    while let Some(error) = inner {
        if let Some(kind) = error.downcast_ref().and_then(innermost_kind) {
            return Some(kind);
        }
        inner = error.source();
    }
    None
}
