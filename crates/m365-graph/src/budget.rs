use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// What the bucket holds when it is full.
const CAPACITY: f64 = 500.0;

/// What flows in by itself, so that a lone user on a bad line is not stuck.
const PER_SECOND: f64 = 10.0;

/// Limits the retries of a client to what its successes earn, so that a lasting outage is not
/// made worse; the numbers are those of the AWS SDKs, with a slow refill.
#[derive(Debug)]
pub(crate) struct RetryBudget(Mutex<(f64, Timestamp)>);

impl RetryBudget {
    pub(crate) const fn new(now: Timestamp) -> Self {
        Self(Mutex::new((CAPACITY, now)))
    }

    /// Takes `cost` if it is there.
    pub(crate) fn take(&self, cost: u32, now: Timestamp) -> bool {
        self.with(|(level, since)| {
            let elapsed = now.duration_since(*since).as_secs_f64().max(0.0);
            (*level, *since) = ((*level + elapsed * PER_SECOND).min(CAPACITY), now);
            let enough = *level >= f64::from(cost);
            if enough {
                *level -= f64::from(cost);
            }
            enough
        })
    }

    /// Pays back what the retry took that succeeded, or 1 for a success at once; the retries
    /// before it are lost.
    pub(crate) fn repay(&self, last: u32) {
        self.with(|(level, _)| *level = (*level + f64::from(last.max(1))).min(CAPACITY));
    }

    fn with<T>(&self, change: impl FnOnce(&mut (f64, Timestamp)) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn an_outage_empties_the_budget() {
        let budget = RetryBudget::new(NOW);

        let granted = (0..1000).filter(|_| budget.take(14, NOW)).count();

        assert_eq!(granted, 35);
    }

    #[test]
    fn g32_a_minutes_outage_adds_few_attempts_to_its_calls() {
        let budget = RetryBudget::new(NOW);
        let calls = (0..12_000_u32).map(|call| NOW + Duration::from_millis(5) * call);

        let retries = calls.filter(|now| budget.take(14, *now)).count();

        assert!(retries <= 12_000 / 20, "{retries}");
    }

    #[test]
    fn an_empty_budget_refills_slowly_by_itself() {
        let budget = RetryBudget::new(NOW);
        while budget.take(14, NOW) {}

        let later = NOW + Duration::from_secs(1);

        assert!(budget.take(14, later));
        assert!(!budget.take(14, later));
    }

    #[test]
    fn a_retry_that_succeeds_is_paid_back() {
        let budget = RetryBudget::new(NOW);

        let granted = (0..1000).filter(|_| {
            let granted = budget.take(14, NOW);
            budget.repay(14);
            granted
        });

        assert_eq!(granted.count(), 1000);
    }
}
