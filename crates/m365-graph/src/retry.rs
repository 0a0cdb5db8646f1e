use std::time::Duration;

use crate::Limits;

/// Decides whether and when a request is sent again; it neither waits nor draws numbers.
#[derive(Clone, Debug)]
pub(crate) struct RetryPolicy {
    attempts: u32,
    back_off: Duration,
    cap: Duration,
    first_retry: Duration,
    longest_wait: Duration,
}

/// What came of an attempt, as far as it matters for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Not reached, or cut off.
    Disconnected,
    /// 500 or 502.
    Failed,
    /// Nothing that another attempt could mend.
    Final,
    /// 200 with something that cannot be read.
    Garbled,
    /// 503, 504 or 509.
    Overloaded,
    /// Accepted and not answered.
    Silent,
    /// A download's address is no longer good; the next attempt gets a fresh one.
    Stale,
    /// 429 without a time.
    Throttled,
    /// 429, 503 or 504 with a `Retry-After`.
    Wait(Duration),
}

impl Outcome {
    /// Returns what a retry takes from the budget: less where Graph itself asks to wait.
    pub(crate) const fn cost(self) -> u32 {
        match self {
            Self::Throttled | Self::Wait(_) => 5,
            _ => 14,
        }
    }

    const fn most_attempts(self) -> u32 {
        match self {
            Self::Final => 0,
            Self::Garbled | Self::Silent | Self::Stale => 2,
            Self::Failed => 3,
            Self::Disconnected | Self::Overloaded | Self::Throttled | Self::Wait(_) => u32::MAX,
        }
    }
}

impl RetryPolicy {
    pub(crate) const fn new(limits: &Limits) -> Self {
        Self {
            attempts: limits.attempts,
            back_off: limits.back_off,
            cap: limits.back_off_cap,
            first_retry: limits.first_retry,
            longest_wait: limits.retry_after,
        }
    }

    /// Returns how long to wait after `attempt` (from 1) ended in `outcome`, or `None` to give up.
    ///
    /// `random` lies between 0 and 1. The jitter takes up to half of each back-off away, so the
    /// waits differ between callers and still grow from one to the next.
    pub(crate) fn delay(&self, attempt: u32, outcome: Outcome, random: f64) -> Option<Duration> {
        if attempt >= self.attempts.min(outcome.most_attempts()) {
            return None;
        }
        match outcome {
            Outcome::Wait(after) => (after <= self.longest_wait).then_some(after),
            Outcome::Throttled => Some(jittered(self.exponential(attempt - 1), random)),
            _ if attempt == 1 => Some(jittered(self.first_retry, random)),
            _ => Some(jittered(self.exponential(attempt - 2), random)),
        }
    }

    fn exponential(&self, doublings: u32) -> Duration {
        self.back_off.saturating_mul(2_u32.saturating_pow(doublings)).min(self.cap)
    }
}

fn jittered(longest: Duration, random: f64) -> Duration {
    longest.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn policy() -> RetryPolicy {
        RetryPolicy::new(&Limits::default())
    }

    #[test]
    fn a_retry_after_is_waited_out_exactly() {
        let wait = Outcome::Wait(Duration::from_secs(7));

        assert_eq!(policy().delay(1, wait, 0.3), Some(Duration::from_secs(7)));
    }

    #[test]
    fn a_retry_after_beyond_the_limit_is_not_waited_out() {
        let wait = Outcome::Wait(Duration::from_millis(20_001));

        assert_eq!(policy().delay(1, wait, 0.0), None);
    }

    #[test]
    fn the_number_of_attempts_depends_on_the_outcome() {
        let attempts =
            |outcome| (1..9).take_while(|n| policy().delay(*n, outcome, 0.5).is_some()).count() + 1;

        assert_eq!(attempts(Outcome::Final), 1);
        assert_eq!(attempts(Outcome::Garbled), 2);
        assert_eq!(attempts(Outcome::Silent), 2);
        assert_eq!(attempts(Outcome::Stale), 2);
        assert_eq!(attempts(Outcome::Failed), 3);
        assert_eq!(attempts(Outcome::Throttled), 4);
        assert_eq!(attempts(Outcome::Disconnected), 4);
    }

    #[test]
    fn the_first_retry_of_a_lost_connection_is_nearly_at_once() {
        let delay = policy().delay(1, Outcome::Disconnected, 1.0);

        assert_eq!(delay, Some(Duration::from_millis(50)));
    }

    proptest! {
        #[test]
        fn back_offs_after_throttling_grow_and_stay_below_their_cap(
            random in proptest::array::uniform2(0.0..1.0),
            attempt in 1..3_u32,
        ) {
            let policy = policy();
            let first = policy.delay(attempt, Outcome::Throttled, random[0]).unwrap();
            let second = policy.delay(attempt + 1, Outcome::Throttled, random[1]).unwrap();

            prop_assert!(first < second && second <= Duration::from_secs(8));
        }

        #[test]
        fn no_outcome_is_retried_for_ever(attempt in 4..u32::MAX, random in 0.0..1.0) {
            let wait = Outcome::Wait(Duration::ZERO);
            for outcome in [Outcome::Overloaded, Outcome::Throttled, wait] {
                prop_assert_eq!(policy().delay(attempt, outcome, random), None);
            }
        }
    }
}
