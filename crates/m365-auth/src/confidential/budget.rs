use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use crate::{Clock, TenantId, wire::time::until};

/// More tenants than this are looked through for those that can be left out.
const MANY_TENANTS: usize = 1024;

/// How many exchanges of a tenant may fail in a minute before Entra ID is asked no more for it.
#[derive(Debug)]
pub(crate) struct FailureBudget {
    rate: Rate,
    /// How far below nothing the failures of exchanges that ran at once may lead.
    debt: f64,
    tenants: Mutex<HashMap<TenantId, Bucket>>,
    clock: Arc<dyn Clock>,
}

/// How many requests may be repeated, so that an outage is not made worse.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    rate: Rate,
    bucket: Mutex<Bucket>,
    clock: Arc<dyn Clock>,
}

#[derive(Clone, Copy, Debug)]
struct Rate {
    most: f64,
    per_second: f64,
}

/// What is left, as of a moment.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    level: f64,
    as_of: Timestamp,
}

impl FailureBudget {
    pub(crate) fn new(per_minute: u32, clock: Arc<dyn Clock>) -> Self {
        let most = f64::from(per_minute.max(1));
        let rate = Rate { most, per_second: most / 60.0 };
        // One that fails while others are on their way may leave a debt, but never a long one.
        Self { rate, debt: most, tenants: Mutex::default(), clock }
    }

    /// Lets the next exchange be tried as soon as the rate allows one, whatever failed at once.
    pub(crate) fn without_debt(self) -> Self {
        Self { debt: 0.0, ..self }
    }

    /// Forgets a tenant's failures.
    pub(crate) fn forgive(&self, tenant: &TenantId) {
        self.tenants().remove(tenant);
    }

    /// Returns how long a tenant has to wait, if it has.
    pub(crate) fn wait(&self, tenant: &TenantId) -> Option<Duration> {
        let mut tenants = self.tenants();
        let bucket = tenants.get_mut(tenant)?;
        bucket.fill(self.rate, self.clock.now());
        let missing = 1.0 - bucket.level;
        (missing > 0.0).then(|| Duration::from_secs_f64((missing / self.rate.per_second).max(1.0)))
    }

    /// Counts a failure.
    pub(crate) fn spend(&self, tenant: &TenantId) {
        let now = self.clock.now();
        let mut tenants = self.tenants();
        if tenants.len() >= MANY_TENANTS {
            tenants.retain(|_, bucket| !bucket.is_full(self.rate, now));
        }
        let bucket = tenants.entry(tenant.clone()).or_insert_with(|| Bucket::full(self.rate, now));
        bucket.fill(self.rate, now);
        bucket.level = (bucket.level - 1.0).max(-self.debt);
    }

    fn tenants(&self) -> MutexGuard<'_, HashMap<TenantId, Bucket>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RetryBudget {
    pub(crate) fn new(most: u32, per_second: f64, clock: Arc<dyn Clock>) -> Self {
        let rate = Rate { most: most.into(), per_second };
        let bucket = Mutex::new(Bucket::full(rate, clock.now()));
        Self { rate, bucket, clock }
    }

    /// Takes one repetition out, if there is one.
    pub(crate) fn take(&self) -> bool {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.fill(self.rate, self.clock.now());
        let enough = bucket.level >= 1.0;
        if enough {
            bucket.level -= 1.0;
        }
        enough
    }
}

impl Bucket {
    const fn full(rate: Rate, now: Timestamp) -> Self {
        Self { level: rate.most, as_of: now }
    }

    fn fill(&mut self, rate: Rate, now: Timestamp) {
        let passed = until(now, self.as_of).as_secs_f64();
        self.level = passed.mul_add(rate.per_second, self.level).min(rate.most);
        self.as_of = now;
    }

    fn is_full(mut self, rate: Rate, now: Timestamp) -> bool {
        self.fill(rate, now);
        self.level >= rate.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ManualClock;

    fn tenant(first: char) -> TenantId {
        format!("{first}1111111-2222-4333-8444-555555555555").parse().unwrap()
    }

    fn clock() -> ManualClock {
        ManualClock::new(Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn r28_a_tenants_failures_are_its_own() {
        let clock = clock();
        let budget = FailureBudget::new(60, Arc::new(clock.clone()));

        for _ in 0..60 {
            assert_eq!(budget.wait(&tenant('1')), None);
            budget.spend(&tenant('1'));
        }

        assert_eq!(budget.wait(&tenant('1')), Some(Duration::from_secs(1)));
        assert_eq!(budget.wait(&tenant('2')), None);
        clock.advance(Duration::from_secs(1));
        assert_eq!(budget.wait(&tenant('1')), None);
    }

    #[test]
    fn r28_a_debt_is_paid_back_within_two_minutes() {
        let clock = clock();
        let budget = FailureBudget::new(10, Arc::new(clock.clone()));

        (0..1000).for_each(|_| budget.spend(&tenant('1')));

        let wait = budget.wait(&tenant('1')).unwrap();
        assert!(wait <= Duration::from_secs(67), "{wait:?}");
    }

    #[test]
    fn e04_without_debt_the_next_try_is_a_moment_away_and_a_success_ends_the_wait() {
        let clock = clock();
        let budget = FailureBudget::new(60, Arc::new(clock.clone())).without_debt();

        (0..1000).for_each(|_| budget.spend(&tenant('1')));

        assert_eq!(budget.wait(&tenant('1')), Some(Duration::from_secs(1)));
        clock.advance(Duration::from_secs(1));
        assert_eq!(budget.wait(&tenant('1')), None);
        budget.spend(&tenant('1'));
        budget.forgive(&tenant('1'));
        assert_eq!(budget.wait(&tenant('1')), None);
    }

    #[test]
    fn tenants_that_are_quiet_again_take_no_room() {
        let clock = clock();
        let budget = FailureBudget::new(60, Arc::new(clock.clone()));
        for number in 0..2 * MANY_TENANTS {
            budget.spend(&format!("{number:08x}-2222-4333-8444-555555555555").parse().unwrap());
            clock.advance(Duration::from_secs(1));
        }

        assert!(budget.tenants().len() <= MANY_TENANTS);
    }

    #[test]
    fn repetitions_end_in_an_outage_and_come_back() {
        let clock = clock();
        let budget = RetryBudget::new(5, 1.0, Arc::new(clock.clone()));

        assert_eq!((0..100).filter(|_| budget.take()).count(), 5);
        clock.advance(Duration::from_secs(2));
        assert_eq!((0..100).filter(|_| budget.take()).count(), 2);
    }
}
