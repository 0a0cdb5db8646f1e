use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

/// A result whose error is this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn StdError + Send + Sync>;

/// Why there is no token, with the ids that Entra ID gave for it.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    details: Box<Details>,
}

#[derive(Clone, Default)]
struct Details {
    message: Option<String>,
    aadsts: Option<u32>,
    suberror: Option<String>,
    claims: Option<String>,
    correlation_id: Option<String>,
    trace_id: Option<String>,
    retry_after: Option<Duration>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// What kind of thing went wrong: one variant per thing that a caller would do differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The user or the host gave up.
    #[error("the sign-in was cancelled")]
    Cancelled,
    /// The app registration, the tenant or this program's settings are wrong.
    #[error("the configuration is not accepted")]
    Configuration,
    /// An administrator or the user has not consented to what was asked for.
    #[error("consent is required")]
    ConsentRequired,
    /// A policy of the tenant forbids it, and signing in again does not help.
    #[error("a policy of the tenant forbids it")]
    Denied,
    /// Entra ID answered what cannot be read, or what it should not have.
    #[error("the answer of Entra ID cannot be used")]
    Protocol,
    /// No account is signed in, or its refresh token is no longer valid.
    #[error("sign-in is required")]
    SignInRequired,
    /// The token store cannot be read or written.
    #[error("the token store failed")]
    Store,
    /// Entra ID asks to wait; `retry_after` says how long.
    #[error("too many requests to Entra ID")]
    Throttled,
    /// The user did not finish in time.
    #[error("the sign-in timed out")]
    TimedOut,
    /// Entra ID cannot be reached or failed.
    #[error("Entra ID is not available")]
    Unavailable,
    /// Another account than the pinned one signed in.
    #[error("another account is expected")]
    WrongAccount,
}

impl Error {
    /// Creates an error of `kind`.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        Self { kind, details: Box::default() }
    }

    /// Adds one sentence that says what happened or what to do; no secrets.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.details.message = Some(message.into());
        self
    }

    /// Adds the number of Entra ID's error, e.g. 65001.
    #[must_use]
    pub fn with_aadsts(mut self, code: u32) -> Self {
        self.details.aadsts = Some(code);
        self
    }

    /// Adds Entra ID's `suberror`, e.g. `bad_token`.
    #[must_use]
    pub fn with_suberror(mut self, suberror: impl Into<String>) -> Self {
        self.details.suberror = Some(suberror.into());
        self
    }

    /// Adds the claims that the next sign-in must fulfil, JSON text.
    #[must_use]
    pub fn with_claims(mut self, claims: impl Into<String>) -> Self {
        self.details.claims = Some(claims.into());
        self
    }

    /// Adds the ids under which Entra ID logged the request.
    #[must_use]
    pub fn with_ids(mut self, correlation_id: Option<String>, trace_id: Option<String>) -> Self {
        self.details.correlation_id = correlation_id;
        self.details.trace_id = trace_id;
        self
    }

    /// Adds how long Entra ID wants to be left alone.
    #[must_use]
    pub fn with_retry_after(mut self, after: Duration) -> Self {
        self.details.retry_after = Some(after);
        self
    }

    /// Adds what caused it; it must not show a secret or a URL's query.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.details.source = Some(Arc::from(source.into()));
        self
    }

    /// Returns what kind of thing went wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the sentence that says what happened or what to do.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.details.message.as_deref()
    }

    /// Returns the number of Entra ID's error, e.g. 65001.
    #[must_use]
    pub fn aadsts(&self) -> Option<u32> {
        self.details.aadsts
    }

    /// Returns Entra ID's `suberror`.
    #[must_use]
    pub fn suberror(&self) -> Option<&str> {
        self.details.suberror.as_deref()
    }

    /// Returns the claims that the next sign-in must fulfil, JSON text.
    #[must_use]
    pub fn claims(&self) -> Option<&str> {
        self.details.claims.as_deref()
    }

    /// Returns the id that joins our request with Entra ID's log.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        self.details.correlation_id.as_deref()
    }

    /// Returns Entra ID's own id of the request.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.details.trace_id.as_deref()
    }

    /// Returns how long Entra ID wants to be left alone.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.details.retry_after
    }
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Details")
            .field("message", &self.message)
            .field("aadsts", &self.aadsts)
            .field("suberror", &self.suberror)
            .field("claims", &self.claims.as_ref().map(|_| "…"))
            .field("correlation_id", &self.correlation_id)
            .field("trace_id", &self.trace_id)
            .field("retry_after", &self.retry_after)
            .field("source", &self.source)
            .finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        if let Some(message) = self.message() {
            write!(f, ": {message}")?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.details.source.as_deref().map(|source| source as _)
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind)
    }
}
