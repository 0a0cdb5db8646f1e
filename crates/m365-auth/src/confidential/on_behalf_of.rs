use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use tokio::time::Instant;

use super::core::Core;
use crate::{AccessToken, CallerToken, Error, Result, TokenProvider, TokenRequest};

/// Supplies tokens for Graph on behalf of one caller, as long as the caller's own token is good.
///
/// Errors are those of [`TokenProvider`]: [`SignInRequired`](crate::ErrorKind::SignInRequired) with
/// [`claims`](Error::claims) when the caller has to fulfil them and come back, and without them
/// when the caller's token is no longer accepted at all.
pub struct OnBehalfOf {
    core: Arc<Core>,
    caller: CallerToken,
    outcome: Mutex<Option<OboOutcome>>,
}

/// Where the answer to a caller came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OboOutcome {
    /// The exchange that the caller started, or that it waited for, brought no token.
    Failed,
    /// A token that was there.
    Hit,
    /// The exchange that another call had started.
    Joined,
    /// An exchange.
    Miss,
    /// A refusal that was there: Entra ID was not asked.
    Negative,
}

/// Is told of each lookup, for metrics.
pub trait OnBehalfOfObserver: fmt::Debug + Send + Sync {
    /// A lookup ended, with `error` if there is no token.
    fn looked_up(&self, outcome: OboOutcome, elapsed: Duration, error: Option<&Error>);
}

impl OboOutcome {
    /// All outcomes, in the order of their names.
    pub const ALL: [Self; 5] = [Self::Failed, Self::Hit, Self::Joined, Self::Miss, Self::Negative];

    /// Returns the name for metrics and audit, e.g. `hit`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Hit => "hit",
            Self::Joined => "joined",
            Self::Miss => "miss",
            Self::Negative => "negative",
        }
    }
}

impl OnBehalfOf {
    pub(super) const fn new(core: Arc<Core>, caller: CallerToken) -> Self {
        Self { core, caller, outcome: Mutex::new(None) }
    }

    /// Returns how the last lookup ended; `None` before the first.
    #[must_use]
    pub fn outcome(&self) -> Option<OboOutcome> {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns on whose behalf it is.
    #[must_use]
    pub const fn caller(&self) -> &CallerToken {
        &self.caller
    }
}

#[async_trait]
impl TokenProvider for OnBehalfOf {
    async fn access_token(&self, request: &TokenRequest) -> Result<AccessToken> {
        let started = Instant::now();
        let (outcome, result) = self.core.look_up(&self.caller, request).await;
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        if let Some(observer) = &self.core.observer {
            observer.looked_up(outcome, started.elapsed(), result.as_ref().err());
        }
        result
    }
}

impl fmt::Debug for OnBehalfOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnBehalfOf")
            .field("caller", &self.caller)
            .field("outcome", &self.outcome())
            .finish_non_exhaustive()
    }
}
