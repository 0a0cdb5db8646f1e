use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::transport::Server;

/// What a tenant's bucket holds when it is full, and what flows in each second by itself, so that
/// a lone user on a bad line is not stuck. The numbers are those of the AWS SDKs, with a slow
/// refill.
const TENANT: Size = Size { capacity: 500.0, per_second: 10.0 };

/// The same for all tenants together: an outage of one hardly shows in it, and one of all cannot
/// be multiplied by their number.
const ALL: Size = Size { capacity: 5000.0, per_second: 40.0 };

/// One budget for each kind of server, since one may be out while the other is well.
#[derive(Debug)]
pub(crate) struct Budgets {
    graph: RetryBudget,
    downloads: RetryBudget,
}

impl Budgets {
    /// What a tenant has for itself.
    pub(crate) const fn of_tenant(now: Timestamp) -> Self {
        Self { graph: RetryBudget::new(TENANT, now), downloads: RetryBudget::new(TENANT, now) }
    }

    /// What all tenants have together.
    pub(crate) const fn of_all(now: Timestamp) -> Self {
        Self { graph: RetryBudget::new(ALL, now), downloads: RetryBudget::new(ALL, now) }
    }

    pub(crate) const fn of(&self, server: Server) -> &RetryBudget {
        match server {
            Server::Graph => &self.graph,
            Server::Download => &self.downloads,
        }
    }

    /// Tells whether nothing is missing from any.
    pub(crate) fn are_full(&self, now: Timestamp) -> bool {
        self.graph.is_full(now) && self.downloads.is_full(now)
    }
}

#[derive(Clone, Copy, Debug)]
struct Size {
    capacity: f64,
    per_second: f64,
}

/// Limits retries to what successes earn, so that a lasting outage is not made worse.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    size: Size,
    /// What is left, as of when.
    level: Mutex<(f64, Timestamp)>,
}

impl RetryBudget {
    const fn new(size: Size, now: Timestamp) -> Self {
        Self { size, level: Mutex::new((size.capacity, now)) }
    }

    /// Takes `cost` if it is there.
    pub(crate) fn take(&self, cost: u32, now: Timestamp) -> bool {
        self.with(|level| {
            self.refill(level, now);
            let enough = level.0 >= f64::from(cost);
            if enough {
                level.0 -= f64::from(cost);
            }
            enough
        })
    }

    /// Undoes a [`Self::take`] that came to nothing.
    pub(crate) fn give_back(&self, cost: u32) {
        self.with(|level| level.0 = (level.0 + f64::from(cost)).min(self.size.capacity));
    }

    /// Pays back what the retry took that succeeded, or 1 for a success at once; the retries
    /// before it are lost.
    pub(crate) fn repay(&self, last: u32) {
        self.give_back(last.max(1));
    }

    fn is_full(&self, now: Timestamp) -> bool {
        self.with(|level| {
            self.refill(level, now);
            level.0 >= self.size.capacity
        })
    }

    fn refill(&self, (level, since): &mut (f64, Timestamp), now: Timestamp) {
        let elapsed = now.duration_since(*since).as_secs_f64().max(0.0);
        let refilled = *level + elapsed * self.size.per_second;
        (*level, *since) = (refilled.min(self.size.capacity), now);
    }

    fn with<T>(&self, change: impl FnOnce(&mut (f64, Timestamp)) -> T) -> T {
        change(&mut self.level.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn an_outage_empties_the_budget() {
        let budget = RetryBudget::new(TENANT, NOW);

        let granted = (0..1000).filter(|_| budget.take(14, NOW)).count();

        assert_eq!(granted, 35);
    }

    #[test]
    fn g32_a_minutes_outage_adds_few_attempts_to_its_calls() {
        let budget = RetryBudget::new(TENANT, NOW);
        let calls = (0..12_000_u32).map(|call| NOW + Duration::from_millis(5) * call);

        let retries = calls.filter(|now| budget.take(14, *now)).count();

        assert!(retries <= 12_000 / 20, "{retries}");
    }

    #[test]
    fn an_empty_budget_refills_slowly_by_itself() {
        let budget = RetryBudget::new(TENANT, NOW);
        while budget.take(14, NOW) {}

        let later = NOW + Duration::from_secs(1);

        assert!(budget.take(14, later));
        assert!(!budget.take(14, later));
    }

    #[test]
    fn a_retry_that_succeeds_is_paid_back() {
        let budget = RetryBudget::new(TENANT, NOW);

        let granted = (0..1000).filter(|_| {
            let granted = budget.take(14, NOW);
            budget.repay(14);
            granted
        });

        assert_eq!(granted.count(), 1000);
    }

    #[test]
    fn g32_an_outage_of_a_hundred_tenants_adds_no_more_than_one_of_a_single_tenant() {
        let tenants = [0; 100].map(|_| RetryBudget::new(TENANT, NOW));
        let all = RetryBudget::new(ALL, NOW);
        let mut retries = 0;

        for call in 0..12_000_u32 {
            let now = NOW + Duration::from_millis(5) * call;
            let own = &tenants[call as usize % tenants.len()];
            retries += u32::from(own.take(14, now) && all.take(14, now));
        }

        assert!(retries <= 12_000 / 20, "{retries}");
    }

    #[test]
    fn r29_a_tenant_in_an_outage_leaves_the_others_their_retries() {
        let (own, all) = (RetryBudget::new(TENANT, NOW), RetryBudget::new(ALL, NOW));
        for call in 0..60_000_u32 {
            let now = NOW + Duration::from_millis(1) * call;
            let _ = own.take(14, now) && all.take(14, now);
        }

        let other = RetryBudget::new(TENANT, NOW + Duration::from_secs(60));
        let now = NOW + Duration::from_secs(60);
        let granted = (0..35).filter(|_| other.take(14, now) && all.take(14, now)).count();

        assert_eq!(granted, 35);
    }

    #[test]
    fn a_budget_is_full_again_after_its_time() {
        let budget = RetryBudget::new(TENANT, NOW);
        budget.take(14, NOW);

        assert!(!budget.is_full(NOW));
        assert!(budget.is_full(NOW + Duration::from_secs(2)));
    }
}
