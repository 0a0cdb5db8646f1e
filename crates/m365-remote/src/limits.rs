//! How much a caller may ask: rates by token bucket, and places for calls in flight.
//!
//! Everything is counted in this process alone. Several replicas let a user have more than his share,
//! which does no harm: Graph's own limits are the last word.

mod key;
mod options;
mod place;
mod rate;

use std::{
    net::IpAddr,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use m365_auth::TenantId;
use tokio::time::Instant;

pub(crate) use self::options::LimitOptions;
use self::{
    key::Keys,
    place::{Place as OnePlace, Places},
    rate::Rates,
};
use crate::{
    answer,
    metrics::{InFlight, Metrics},
};

/// The limits of callers; clones share what is counted.
#[derive(Clone, Debug)]
pub(crate) struct Limits(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    keys: Keys,
    rates: RwLock<Arc<Rates>>,
    users: Arc<Places>,
    tenants: Arc<Places>,
    process: Arc<Places>,
    metrics: Metrics,
}

/// Whose limit it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    /// This process.
    Process,
    /// The address from which rejected tokens come.
    Source,
    /// All users of a tenant.
    Tenant,
    /// One user.
    User,
}

/// What was too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitKind {
    /// No place for a call was free in time.
    Busy,
    /// Too many calls in a short time.
    Rate,
}

/// A limit that a caller has reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub(crate) struct Limited {
    scope: Scope,
    kind: LimitKind,
    retry_after: Duration,
}

/// Places of one call, at every scope, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _places: [(OnePlace, InFlight); 3],
}

/// How long a call waits for its places, all together.
const PATIENCE: Duration = Duration::from_secs(1);

/// When to come back where places were taken: calls are short.
const BUSY_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// How often what is no longer needed is forgotten.
const SWEEP: Duration = Duration::from_secs(60);

impl Limits {
    /// Creates the limits that `options` say.
    pub(crate) fn new(options: &LimitOptions, metrics: Metrics) -> Self {
        Self(Arc::new(Inner {
            keys: Keys::default(),
            rates: RwLock::new(Arc::new(Rates::new(options))),
            users: Places::new(options.user_concurrency),
            tenants: Places::new(options.tenant_concurrency),
            process: Places::new(options.concurrency),
            metrics,
        }))
    }

    /// Puts `options` in force. Calls in flight keep their places; only rates that changed start afresh.
    pub(crate) fn replace(&self, options: &LimitOptions) {
        let inner = &*self.0;
        inner.users.resize(options.user_concurrency);
        inner.tenants.resize(options.tenant_concurrency);
        inner.process.resize(options.concurrency);
        let rates = Arc::new(self.rates().changed_to(options));
        *inner.rates.write().unwrap_or_else(PoisonError::into_inner) = rates;
    }

    /// Counts a message of `user`, of whatever kind; there may be more of them than calls.
    ///
    /// # Errors
    ///
    /// The limit, when the user has sent too many.
    pub(crate) fn check_message(&self, tenant: &TenantId, user: &str) -> Result<(), Limited> {
        let key = self.0.keys.user(tenant, user);
        self.rates().message(key).map_err(|wait| self.too_often(Scope::User, wait))
    }

    /// Counts a call of `user`, an object id, in `tenant`.
    ///
    /// # Errors
    ///
    /// The limit, when the user or the tenant has called too often.
    pub(crate) fn check_rate(&self, tenant: &TenantId, user: &str) -> Result<(), Limited> {
        let Inner { keys, .. } = &*self.0;
        let rates = self.rates();
        let user = rates.user(keys.user(tenant, user)).map_err(|wait| (Scope::User, wait));
        let checked = user.and_then(|()| {
            rates.tenant(tenant, keys.tenant(tenant)).map_err(|wait| (Scope::Tenant, wait))
        });
        checked.map_err(|(scope, wait)| self.too_often(scope, wait))
    }

    /// Counts a rejected token from `source`; those that are accepted are never asked.
    ///
    /// # Errors
    ///
    /// The limit, when too many came from there.
    pub(crate) fn check_source(&self, source: IpAddr) -> Result<(), Limited> {
        let key = self.0.keys.source(source);
        self.rates().source(key).map_err(|wait| self.too_often(Scope::Source, wait))
    }

    /// Counts a rejected token from `source` that Entra has signed: more of them
    /// are heard out, since their senders' hosts must learn what is wrong.
    ///
    /// # Errors
    ///
    /// The limit, when too many came from there.
    pub(crate) fn check_signed(&self, source: IpAddr) -> Result<(), Limited> {
        let key = self.0.keys.source(source);
        self.rates().signed(key).map_err(|wait| self.too_often(Scope::Source, wait))
    }

    /// Waits for a place with the user, the tenant and the process, in turn.
    ///
    /// # Errors
    ///
    /// The limit, when that takes longer than a second or too many wait already.
    pub(crate) async fn enter(&self, tenant: &TenantId, user: &str) -> Result<Place, Limited> {
        let Inner { keys, users, tenants, process, .. } = &*self.0;
        let until = Instant::now() + PATIENCE;
        let user = self.enter_one(users, Scope::User, keys.user(tenant, user), until).await?;
        let tenant = self.enter_one(tenants, Scope::Tenant, keys.tenant(tenant), until).await?;
        let process = self.enter_one(process, Scope::Process, 0, until).await?;
        Ok(Place { _places: [user, tenant, process] })
    }

    /// Returns how many calls have a place.
    pub(crate) fn in_flight(&self) -> usize {
        self.0.process.taken()
    }

    /// Tells whether all places of the process are taken and calls wait.
    pub(crate) fn is_full(&self) -> bool {
        self.0.process.is_full()
    }

    /// Forgets, every minute and for ever, who has not called for a while.
    pub(crate) async fn sweep(&self) {
        loop {
            tokio::time::sleep(SWEEP).await;
            self.rates().retain_recent();
        }
    }

    async fn enter_one(
        &self,
        places: &Arc<Places>,
        scope: Scope,
        key: u64,
        until: Instant,
    ) -> Result<(OnePlace, InFlight), Limited> {
        let Inner { metrics, .. } = &*self.0;
        let came = Instant::now();
        let place = places.enter(key, until).await;
        metrics.queue_wait(scope.as_str(), came.elapsed());
        match place {
            Some(place) => Ok((place, metrics.in_flight(scope.as_str()))),
            None => {
                metrics.shed(scope.as_str());
                Err(Limited { scope, kind: LimitKind::Busy, retry_after: BUSY_AGAIN_AFTER })
            }
        }
    }

    fn rates(&self) -> Arc<Rates> {
        Arc::clone(&self.0.rates.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn too_often(&self, scope: Scope, retry_after: Duration) -> Limited {
        self.0.metrics.rate_limited(scope.as_str());
        Limited { scope, kind: LimitKind::Rate, retry_after }
    }
}

impl Scope {
    /// Returns the label of metrics and audit.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Source => "source",
            Self::Tenant => "tenant",
            Self::User => "user",
        }
    }
}

impl Limited {
    /// Returns whose limit it is.
    pub(crate) const fn scope(&self) -> Scope {
        self.scope
    }

    /// Returns the status to answer with: 429, or 503 where it is not the caller's doing.
    pub(crate) const fn status(&self) -> http::StatusCode {
        match (self.kind, self.scope) {
            (LimitKind::Busy, Scope::Process) => http::StatusCode::SERVICE_UNAVAILABLE,
            _ => http::StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// Returns the JSON-RPC error code to answer with.
    pub(crate) const fn code(&self) -> i64 {
        match self.kind {
            LimitKind::Rate => -31001,
            LimitKind::Busy => -31002,
        }
    }

    /// Returns the whole seconds of `Retry-After`, at least one.
    pub(crate) fn retry_after_seconds(&self) -> u64 {
        answer::whole_seconds(self.retry_after)
    }

    /// Returns the sentence for the caller.
    pub(crate) fn message(&self) -> String {
        let seconds = self.retry_after_seconds();
        let what = match (self.kind, self.scope) {
            (LimitKind::Rate, Scope::User) => "You have called too often",
            (LimitKind::Rate, Scope::Tenant) => "Your organization has called too often",
            (LimitKind::Rate, _) => "Too many tokens from your address were rejected",
            (LimitKind::Busy, Scope::User) => "Too many of your calls are still running",
            (LimitKind::Busy, Scope::Tenant) => {
                "Too many calls of your organization are still running"
            }
            (LimitKind::Busy, _) => "The server is busy",
        };
        format!("{what}; try again in {seconds} s")
    }
}

#[cfg(test)]
mod tests;
