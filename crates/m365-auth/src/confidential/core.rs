use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::sync::Semaphore;
use url::Url;

use super::{
    ClientCredential, OboOutcome, OnBehalfOfObserver,
    bounded::{Bounded, Ends, bounded},
    budget::{FailureBudget, RetryBudget},
    cache::TokenCache,
    credential::unusable,
    exchange::{Exchange, exchange},
    holds::Holds,
    key::{CacheKey, UserKey},
};
use crate::{
    AccessToken, Authority, CallerToken, ClientId, Clock, Cloud, Error, ErrorKind, Result,
    TenantId, TokenRequest,
    clock::after,
    wire::{
        flights::{Flight, Flights},
        transport::Transport,
    },
};

/// How many requests may be repeated at once, and how many more in each second.
const RETRIES: u32 = 50;
const RETRIES_PER_SECOND: f64 = 1.0;
/// How often a credential that Entra ID refuses is shown to it in a minute, for each tenant.
const CREDENTIAL_TRIES: u32 = 60;
/// How long it counts that a user was sent to fulfil a policy.
const STEP_UP: Duration = Duration::from_secs(600);

/// What a client was built with.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) cloud: Cloud,
    pub(crate) client_id: ClientId,
    pub(crate) login_root: Url,
    /// The `scope` parameter.
    pub(crate) scope: String,
    pub(crate) wait_for_place: Duration,
}

/// How much of everything there may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) cache_entries: usize,
    pub(crate) parallel: usize,
    pub(crate) failures_per_minute: u32,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { cache_entries: 10_000, parallel: 50, failures_per_minute: 100 }
    }
}

/// What all callers share.
pub(crate) struct Core {
    pub(crate) settings: Settings,
    pub(crate) transport: Transport,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) credential: Arc<dyn ClientCredential>,
    pub(crate) observer: Option<Arc<dyn OnBehalfOfObserver>>,
    pub(crate) cache: TokenCache,
    pub(crate) holds: Holds,
    pub(crate) failures: FailureBudget,
    /// Refusals of our own credential, which are nobody's fault in the tenant.
    pub(crate) refusals: FailureBudget,
    pub(crate) retries: RetryBudget,
    pub(crate) places: Semaphore,
    flights: Flights<FlightKey>,
    step_ups: Bounded<UserKey, StepUp>,
}

/// What makes two exchanges the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct FlightKey {
    key: CacheKey,
    forced: bool,
}

/// A user was sent to fulfil a policy with this token.
struct StepUp {
    token: [u8; 32],
    ends_on: Timestamp,
}

impl Core {
    pub(crate) fn new(
        settings: Settings,
        sizes: Sizes,
        transport: Transport,
        clock: Arc<dyn Clock>,
        credential: Arc<dyn ClientCredential>,
        observer: Option<Arc<dyn OnBehalfOfObserver>>,
    ) -> Self {
        let entries = sizes.cache_entries;
        Self {
            cache: TokenCache::new(entries, clock.clone()),
            holds: Holds::new(entries, clock.clone()),
            failures: FailureBudget::new(sizes.failures_per_minute, clock.clone()),
            refusals: FailureBudget::new(CREDENTIAL_TRIES, clock.clone()).without_debt(),
            retries: RetryBudget::new(RETRIES, RETRIES_PER_SECOND, clock.clone()),
            places: Semaphore::new(sizes.parallel.clamp(1, Semaphore::MAX_PERMITS)),
            flights: Flights::default(),
            step_ups: bounded(entries, &clock),
            settings,
            transport,
            clock,
            credential,
            observer,
        }
    }

    /// Returns a token from memory, or gets one.
    pub(crate) async fn look_up(
        self: &Arc<Self>,
        caller: &CallerToken,
        request: &TokenRequest,
    ) -> (OboOutcome, Result<AccessToken>) {
        let key = CacheKey::of(caller, &self.settings.scope);
        if let Some(rejected) = &request.rejected {
            self.cache.reject(&key, rejected);
        }
        if let Some((token, is_due)) = self.fresh(&key, request) {
            if is_due && self.held(&key, caller, request).is_none() {
                drop(self.board(key, caller, request));
            }
            return (OboOutcome::Hit, Ok(token));
        }
        if let Some(error) = self.held(&key, caller, request) {
            return self.fallback(&key, request, error, OboOutcome::Negative);
        }
        let flight = self.board(key, caller, request);
        let outcome = if flight.joined { OboOutcome::Joined } else { OboOutcome::Miss };
        match flight.landed().await {
            Ok(token) => (outcome, Ok(token)),
            Err(error) => self.fallback(&key, request, error, OboOutcome::Failed),
        }
    }

    /// Returns the token that may answer `request`, and whether it is time to renew it.
    pub(crate) fn fresh(
        &self,
        key: &CacheKey,
        request: &TokenRequest,
    ) -> Option<(AccessToken, bool)> {
        let (cached, now) = (self.cache.get(key)?, self.clock.now());
        let fits = request.claims.is_none() && request.rejected.as_ref() != Some(&cached.token);
        (fits && cached.is_fresh(now)).then(|| (cached.token.clone(), cached.is_due(now)))
    }

    /// Returns the tenant's authority.
    pub(crate) fn authority(&self, tenant: &TenantId) -> Authority {
        let authority = Authority::new(self.settings.cloud, tenant.clone());
        authority.with_login_root(self.settings.login_root.clone())
    }

    /// Returns the error for a tenant whose exchanges fail too often.
    pub(crate) fn over_budget(&self, tenant: &TenantId) -> Option<Error> {
        if let Some(wait) = self.refusals.wait(tenant) {
            return Some(unusable().with_retry_after(wait));
        }
        let wait = self.failures.wait(tenant)?;
        let error = Error::new(ErrorKind::Throttled).with_message(
            "Entra ID has refused too many requests of this tenant's users; try again later",
        );
        Some(error.with_retry_after(wait))
    }

    /// Tells whether the caller comes back from a policy's demand with another token.
    pub(crate) fn has_stepped_up(&self, caller: &CallerToken) -> bool {
        let step_up = self.step_ups.get(&UserKey::of(caller));
        step_up.is_some_and(|step_up| {
            step_up.ends_on > self.clock.now() && step_up.token != *caller.digest()
        })
    }

    /// Notes that a policy demands something of the caller.
    pub(crate) fn note_step_up(&self, caller: &CallerToken) {
        let ends_on = after(self.clock.now(), STEP_UP);
        let step_up = StepUp { token: *caller.digest(), ends_on };
        self.step_ups.insert(UserKey::of(caller), Arc::new(step_up));
    }

    /// Returns why Entra ID is not asked now.
    fn held(&self, key: &CacheKey, caller: &CallerToken, request: &TokenRequest) -> Option<Error> {
        let held = self.holds.find(key, request.claims.as_deref());
        held.or_else(|| self.over_budget(caller.tenant()))
    }

    /// Joins or starts the exchange that `request` needs.
    fn board(
        self: &Arc<Self>,
        key: CacheKey,
        caller: &CallerToken,
        request: &TokenRequest,
    ) -> Flight {
        let flight = FlightKey {
            key: key.with_claims(request.claims.as_deref()),
            forced: request.rejected.is_some(),
        };
        self.flights.board(flight, || {
            let wanted = Exchange { key, caller: caller.clone(), request: request.clone() };
            exchange(self.clone(), wanted)
        })
    }

    /// Returns a token that still is valid although it should have been renewed, or else `error`.
    fn fallback(
        &self,
        key: &CacheKey,
        request: &TokenRequest,
        error: Error,
        outcome: OboOutcome,
    ) -> (OboOutcome, Result<AccessToken>) {
        let forced = request.claims.is_some() || request.rejected.is_some();
        let final_word = matches!(
            error.kind(),
            ErrorKind::SignInRequired | ErrorKind::ConsentRequired | ErrorKind::Denied
        );
        match self.cache.get(key).filter(|_| !forced && !final_word) {
            Some(cached) => (OboOutcome::Hit, Ok(cached.token.clone())),
            None => (outcome, Err(error)),
        }
    }
}

impl Ends for StepUp {
    fn ends_on(&self) -> Timestamp {
        self.ends_on
    }
}
