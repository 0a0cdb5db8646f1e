use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::atomic::{AtomicUsize, Ordering},
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
    users: Buckets<C>,
    tenants: Buckets<C>,
    own: HashMap<TenantId, Bucket<C>>,
    sources: Buckets<C>,
    clock: C,
}

/// What the options say about rates.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Quotas {
    user: Quota,
    tenant: Quota,
    own: HashMap<TenantId, Quota>,
    source: Quota,
}

type Bucket<C> = RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<<C as Clock>::Instant>>;

impl Rates {
    pub(super) fn new(options: &LimitOptions) -> Self {
        Self::with_clock(options, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Rates<C> {
    pub(super) fn with_clock(options: &LimitOptions, clock: C) -> Self {
        let quotas = Quotas::new(options);
        let bucket = |quota: &Quota| RateLimiter::direct_with_clock(*quota, clock.clone());
        Self {
            users: Buckets::new(quotas.user, &clock),
            tenants: Buckets::new(quotas.tenant, &clock),
            own: quotas.own.iter().map(|(id, quota)| (id.clone(), bucket(quota))).collect(),
            sources: Buckets::new(quotas.source, &clock),
            quotas,
            clock,
        }
    }

    /// Tells whether `options` mean just these rates.
    pub(super) fn is_for(&self, options: &LimitOptions) -> bool {
        self.quotas == Quotas::new(options)
    }

    /// Counts a call of a user; the error is how long to wait.
    pub(super) fn user(&self, key: u64) -> Result<(), Duration> {
        self.users.take(key, &self.clock)
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

    /// Forgets whose bucket is full again: governor keeps every key otherwise.
    pub(super) fn retain_recent(&self) {
        [&self.users, &self.tenants, &self.sources].into_iter().for_each(Buckets::retain_recent);
    }
}

impl Quotas {
    fn new(options: &LimitOptions) -> Self {
        let tenant = |per_minute: u32| Quota::per_minute(at_least_one(per_minute));
        let own = options.tenants.iter();
        Self {
            user: Quota::per_minute(at_least_one(options.user_per_minute))
                .allow_burst(at_least_one(options.user_burst)),
            tenant: tenant(options.tenant_per_minute),
            own: own.map(|(id, per_minute)| (id.clone(), tenant(*per_minute))).collect(),
            source: tenant(options.rejected_per_minute),
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
    fn the_same_options_mean_the_same_rates() {
        let options = LimitOptions::default();
        let (rates, _) = rates(&options);

        assert!(rates.is_for(&LimitOptions { concurrency: 1, ..options.clone() }));
        assert!(!rates.is_for(&LimitOptions { user_burst: 1, ..options }));
    }
}
