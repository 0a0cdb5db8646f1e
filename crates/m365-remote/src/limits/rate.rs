use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed, keyed::DashMapStateStore},
};
use m365_auth::TenantId;

use super::LimitOptions;

/// The rates of users, tenants and sources of rejected authentications.
#[derive(Debug)]
pub(super) struct Rates<C: Clock = DefaultClock> {
    quotas: Quotas,
    users: Arc<Buckets<C>>,
    messages: Arc<Buckets<C>>,
    tenants: Arc<Buckets<C>>,
    own: HashMap<TenantId, Arc<Bucket<C>>>,
    sources: Arc<Buckets<C>>,
    signed: Arc<Buckets<C>>,
    clock: C,
}

/// What the options say about rates.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Quotas {
    user: Quota,
    message: Quota,
    tenant: Quota,
    own: HashMap<TenantId, Quota>,
    source: Quota,
    signed: Quota,
}

/// How many messages of every kind may come for each call: lists, handshakes, notifications.
const MESSAGES: u32 = 10;

/// How many rejected tokens that Entra has signed may come for each of other origin: behind one address
/// many users may share the mistake of their host.
const SIGNED: u32 = 4;

type Bucket<C> = RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<<C as Clock>::Instant>>;

impl Rates {
    pub(super) fn new(options: &LimitOptions) -> Self {
        Self::with_clock(options, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Rates<C> {
    pub(super) fn with_clock(options: &LimitOptions, clock: C) -> Self {
        let quotas = Quotas::new(options);
        let buckets = |quota| Arc::new(Buckets::new(quota, &clock));
        Self {
            users: buckets(quotas.user),
            messages: buckets(quotas.message),
            tenants: buckets(quotas.tenant),
            own: quotas.own.iter().map(|(id, it)| (id.clone(), bucket(*it, &clock))).collect(),
            sources: buckets(quotas.source),
            signed: buckets(quotas.signed),
            quotas,
            clock,
        }
    }

    /// Returns the rates of `options`; of those that stay as they are, what was counted stays too.
    pub(super) fn changed_to(&self, options: &LimitOptions) -> Self {
        let (old, new) = (&self.quotas, Quotas::new(options));
        let kept = |buckets: &Arc<Buckets<C>>, before, after| match before == after {
            true => Arc::clone(buckets),
            false => Arc::new(Buckets::new(after, &self.clock)),
        };
        let own = |(id, quota): (&TenantId, &Quota)| {
            let same = self.own.get(id).filter(|_| old.own.get(id) == Some(quota));
            let bucket = same.cloned().unwrap_or_else(|| bucket(*quota, &self.clock));
            (id.clone(), bucket)
        };
        Self {
            users: kept(&self.users, old.user, new.user),
            messages: kept(&self.messages, old.message, new.message),
            tenants: kept(&self.tenants, old.tenant, new.tenant),
            own: new.own.iter().map(own).collect(),
            sources: kept(&self.sources, old.source, new.source),
            signed: kept(&self.signed, old.signed, new.signed),
            quotas: new,
            clock: self.clock.clone(),
        }
    }

    /// Counts a call of a user; the error is how long to wait.
    pub(super) fn user(&self, key: u64) -> Result<(), Duration> {
        self.users.take(key, &self.clock)
    }

    /// Counts a message of a user, of whatever kind.
    pub(super) fn message(&self, key: u64) -> Result<(), Duration> {
        self.messages.take(key, &self.clock)
    }

    /// Counts a call of a tenant's user.
    pub(super) fn tenant(&self, tenant: &TenantId, key: u64) -> Result<(), Duration> {
        match self.own.get(tenant) {
            Some(own) => own.check().map_err(|not| not.wait_time_from(self.clock.now())),
            None => self.tenants.take(key, &self.clock),
        }
    }

    /// Counts a rejected authentication.
    pub(super) fn source(&self, key: u64) -> Result<(), Duration> {
        self.sources.take(key, &self.clock)
    }

    /// Counts a rejected authentication with a token that Entra has signed.
    pub(super) fn signed(&self, key: u64) -> Result<(), Duration> {
        self.signed.take(key, &self.clock)
    }

    /// Forgets whose bucket is full again: governor keeps every key otherwise.
    pub(super) fn retain_recent(&self) {
        let Self { users, messages, tenants, sources, signed, .. } = self;
        for buckets in [users, messages, tenants, sources, signed] {
            buckets.retain_recent();
        }
    }
}

fn bucket<C: Clock + Clone>(quota: Quota, clock: &C) -> Arc<Bucket<C>> {
    Arc::new(RateLimiter::direct_with_clock(quota, clock.clone()))
}

impl Quotas {
    fn new(options: &LimitOptions) -> Self {
        let tenant = |per_minute: u32| Quota::per_minute(at_least_one(per_minute));
        let own = options.tenants.iter();
        let user = |times: u32, burst: u32| {
            tenant(options.user_per_minute.saturating_mul(times))
                .allow_burst(at_least_one(burst.saturating_mul(times)))
        };
        let burst = options.user_burst;
        Self {
            user: user(1, burst),
            message: user(MESSAGES, burst.max(options.user_per_minute)),
            tenant: tenant(options.tenant_per_minute),
            own: own.map(|(id, per_minute)| (id.clone(), tenant(*per_minute))).collect(),
            source: tenant(options.rejected_per_minute),
            signed: tenant(options.rejected_per_minute.saturating_mul(SIGNED)),
        }
    }
}

fn at_least_one(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

/// How many keys a table may hold: 32 MB at most.
const KEYS: usize = 500_000;

/// What keys are folded to where a table is full.
const SHARED: u64 = 4_096;

/// A bucket for each key, in bounded number.
#[derive(Debug)]
struct Buckets<C: Clock> {
    limiter: RateLimiter<u64, DashMapStateStore<u64>, C, NoOpMiddleware<C::Instant>>,
    /// How many keys there are at most: none can be new without having been counted here.
    upper: AtomicUsize,
}

impl<C: Clock + Clone> Buckets<C> {
    fn new(quota: Quota, clock: &C) -> Self {
        let limiter = RateLimiter::new(quota, DashMapStateStore::default(), clock.clone());
        Self { limiter, upper: AtomicUsize::new(0) }
    }

    fn take(&self, key: u64, clock: &C) -> Result<(), Duration> {
        let key = if self.has_room() { key } else { key % SHARED };
        self.limiter.check_key(&key).map_err(|not| not.wait_time_from(clock.now()))
    }

    /// Tells whether a new key may come. Counting the keys takes every lock of the table, so it happens
    /// only when as many calls came as there is room.
    fn has_room(&self) -> bool {
        if self.upper.fetch_add(1, Ordering::Relaxed) < KEYS {
            return true;
        }
        let keys = self.limiter.len();
        self.upper.store(keys, Ordering::Relaxed);
        keys < KEYS
    }

    fn retain_recent(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
        self.upper.store(self.limiter.len(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn rates(options: &LimitOptions) -> (Rates<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Rates::with_clock(options, clock.clone()), clock)
    }

    #[test]
    fn a_user_has_a_burst_and_then_one_call_a_second() {
        let (rates, clock) = rates(&LimitOptions::default());

        assert!((0..20).all(|_| rates.user(1).is_ok()));
        assert_eq!(rates.user(1), Err(Duration::from_secs(1)));
        clock.advance(Duration::from_secs(1));

        assert!(rates.user(1).is_ok());
        assert!(rates.user(1).is_err());
    }

    #[test]
    fn users_do_not_share_a_bucket() {
        let (rates, _) = rates(&LimitOptions { user_burst: 1, ..LimitOptions::default() });

        assert!(rates.user(1).is_ok());
        assert!(rates.user(1).is_err());
        assert!(rates.user(2).is_ok());
    }

    #[test]
    fn a_tenant_can_have_a_rate_of_its_own() {
        let large = "11111111-1111-4111-8111-111111111111".parse::<TenantId>().unwrap();
        let small = "22222222-2222-4222-8222-222222222222".parse::<TenantId>().unwrap();
        let (rates, _) = rates(&LimitOptions {
            tenant_per_minute: 2,
            tenants: HashMap::from([(large.clone(), 5)]),
            ..LimitOptions::default()
        });

        let passed = |tenant, key| (0..9).filter(|_| rates.tenant(tenant, key).is_ok()).count();

        assert_eq!((passed(&large, 1), passed(&small, 2)), (5, 2));
    }

    #[test]
    fn whoever_has_not_called_for_a_while_is_forgotten() {
        let (rates, clock) = rates(&LimitOptions::default());
        let _ = (0..100).map(|key| rates.user(key)).collect::<Vec<_>>();
        assert_eq!(rates.users.limiter.len(), 100);

        clock.advance(Duration::from_secs(60));
        rates.retain_recent();

        assert_eq!(rates.users.limiter.len(), 0);
    }

    #[test]
    fn a_full_table_grows_no_more() {
        let (rates, _) = rates(&LimitOptions::default());

        for key in 0..(KEYS as u64 + 100_000) {
            let _ = rates.source(key + SHARED);
        }

        let keys = rates.sources.limiter.len();
        assert!(keys <= KEYS + usize::try_from(SHARED).unwrap(), "{keys}");
    }

    #[test]
    fn a_rate_that_changes_leaves_the_others_as_they_are() {
        let tenant = "11111111-1111-4111-8111-111111111111".parse::<TenantId>().unwrap();
        let options = LimitOptions {
            user_burst: 1,
            tenants: HashMap::from([(tenant.clone(), 1)]),
            ..LimitOptions::default()
        };
        let (rates, _) = rates(&options);
        assert!(rates.user(1).is_ok() && rates.tenant(&tenant, 1).is_ok());

        let changed = rates.changed_to(&LimitOptions { rejected_per_minute: 1, ..options.clone() });

        assert!(changed.user(1).is_err() && changed.tenant(&tenant, 1).is_err());
        assert!(changed.source(1).is_ok() && changed.source(1).is_err());
        let changed = changed.changed_to(&LimitOptions { user_burst: 2, ..options });
        assert!(changed.user(1).is_ok() && changed.tenant(&tenant, 1).is_err());
    }

    #[test]
    fn of_other_messages_there_may_be_ten_for_each_call() {
        let (rates, clock) = rates(&LimitOptions::default());

        assert_eq!((0..2_000).filter(|_| rates.message(1).is_ok()).count(), 600);
        clock.advance(Duration::from_secs(1));
        assert_eq!((0..2_000).filter(|_| rates.message(1).is_ok()).count(), 10);
    }
}
