use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use m365_auth::Hindrance;

pub(crate) mod body;

/// A result whose error is this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Arc<dyn StdError + Send + Sync>;

/// Why Graph gave no answer, with the ids under which it logged the request.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    details: Box<Details>,
}

#[derive(Clone, Debug, Default)]
struct Details {
    status: Option<u16>,
    codes: Vec<String>,
    request_id: Option<String>,
    client_request_id: Option<Arc<str>>,
    retry_after: Option<Duration>,
    source: Option<Source>,
}

/// What kind of thing went wrong: one variant per thing that a caller would do differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no token, or Graph refuses it; [`Error::auth`] says why.
    #[error("no access token that Graph accepts")]
    Auth,
    /// Graph does not accept the request (400, 409, 412, 416), or an id, a setting or a header of
    /// ours is malformed.
    #[error("the request is not accepted")]
    BadRequest,
    /// The client's [observer](crate::GraphObserver::admits) does not admit the request: nothing was
    /// sent.
    #[error("this part of Microsoft 365 is switched off")]
    Disabled,
    /// A permission is missing, or the user has no right to the item (403).
    #[error("access is denied")]
    Forbidden,
    /// The item is no longer there (410).
    #[error("the item is gone")]
    Gone,
    /// The item is locked (423).
    #[error("the item is locked")]
    Locked,
    /// The item does not exist, or the user may not see it (404).
    #[error("the item was not found")]
    NotFound,
    /// Graph cannot do this with this item (405, 406, 415, 501).
    #[error("Graph does not support this")]
    NotSupported,
    /// The answer cannot be read, or leads where it must not.
    #[error("the answer of Graph cannot be used")]
    Protocol,
    /// Graph (429), or this client's own limit, asks to wait; `retry_after` says how long.
    #[error("too many requests")]
    Throttled,
    /// The call's time is up, or Graph is silent.
    #[error("the request timed out")]
    Timeout,
    /// The answer is longer than the call may read.
    #[error("the answer is too large")]
    TooLarge,
    /// Graph cannot be reached or failed (5xx), or there is no HTTP client to reach it with.
    #[error("Graph is not available")]
    Unavailable,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self { kind, details: Box::default() }
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.details.status = Some(status);
        self
    }

    pub(crate) fn with_code(mut self, code: impl Into<String>) -> Self {
        self.details.codes.push(code.into());
        self
    }

    pub(crate) fn with_codes(mut self, codes: Vec<String>) -> Self {
        self.details.codes = codes;
        self
    }

    pub(crate) fn with_request_id(mut self, id: Option<String>) -> Self {
        self.details.request_id = id;
        self
    }

    /// Adds the ids of the request; the header's is preferred to one in the body.
    pub(crate) fn of_request(mut self, theirs: Option<&str>, ours: &Arc<str>) -> Self {
        let known = self.details.request_id.take();
        self.details.request_id = theirs.map(str::to_owned).or(known);
        self.details.client_request_id = Some(Arc::clone(ours));
        self
    }

    pub(crate) fn with_retry_after(mut self, after: Duration) -> Self {
        self.details.retry_after = Some(after);
        self
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.details.source = Some(Arc::new(source));
        self
    }

    /// Makes an error about the token of it, with the ids of Graph's answer.
    pub(crate) fn into_auth(mut self, why: m365_auth::Error) -> Self {
        self.kind = ErrorKind::Auth;
        self.with_source(why)
    }

    /// Returns what kind of thing went wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the HTTP status, where Graph answered at all.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.details.status
    }

    /// Returns Graph's most specific code, e.g. `ErrorItemNotFound`; for an error of our own one
    /// of these: `busy`, `deadline`, `invalidAddress`, `invalidHeader` (the token or the call's
    /// id cannot be sent), `invalidHost`, `invalidId`, `invalidLink`, `invalidPath`,
    /// `invalidRoot`, `invalidTarget`, `malware`, `noContent`, `redirect`, `setup`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.details.codes.last().map(String::as_str)
    }

    /// Returns Graph's codes from the outermost to the most specific one.
    #[must_use]
    pub fn codes(&self) -> &[String] {
        &self.details.codes
    }

    /// Returns Graph's id of the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.details.request_id.as_deref()
    }

    /// Returns our id of the call, a GUID; `ClientRequestId` in the tenant's activity log.
    #[must_use]
    pub fn client_request_id(&self) -> Option<&str> {
        self.details.client_request_id.as_deref()
    }

    /// Returns how long to wait before another try: an hour at most, however long Graph asks for.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.details.retry_after
    }

    /// Returns why there is no token, for [`ErrorKind::Auth`].
    #[must_use]
    pub fn auth(&self) -> Option<&m365_auth::Error> {
        self.details.source.as_ref()?.downcast_ref()
    }

    /// Returns what stands between this device and Graph, for [`ErrorKind::Unavailable`] where it is a
    /// certificate or a proxy.
    #[must_use]
    pub fn hindrance(&self) -> Option<Hindrance> {
        Hindrance::of(self.details.source.as_deref()?)
    }

    /// Returns the claims that the next token must fulfil, JSON text, where only the user can help.
    #[must_use]
    pub fn claims(&self) -> Option<&str> {
        self.auth()?.claims()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        match (self.status(), self.code()) {
            (Some(status), Some(code)) => write!(f, " ({status} {code})"),
            (Some(status), None) => write!(f, " ({status})"),
            (None, Some(code)) => write!(f, " ({code})"),
            (None, None) => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.details.source.as_deref().map(|source| source as _)
    }
}

impl From<m365_auth::Error> for Error {
    fn from(error: m365_auth::Error) -> Self {
        let after = error.retry_after();
        let mut wrapped = Self::new(ErrorKind::Auth).with_source(error);
        wrapped.details.retry_after = after;
        wrapped
    }
}
