//! When keys are fetched.

use std::time::Duration;

use jiff::Timestamp;

use crate::wire::{random::fraction, time::until};

/// How often keys are fetched when all is well.
const REFRESH: Duration = Duration::from_secs(12 * 3600);

/// The longest wait while there are no keys: callers are told to come back after as long.
const MISSING: Duration = Duration::from_secs(5);

/// The first and the longest wait after a failure while there are keys.
const RETRY: Duration = Duration::from_secs(60);
const MAX_RETRY: Duration = Duration::from_secs(3600);

/// The shortest time between two fetches that tokens cause.
const UNEXPECTED: Duration = Duration::from_secs(300);

/// Why keys are to be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::validation) enum Why {
    /// It is time.
    Scheduled,
    /// A token has come and there are no keys.
    NoneHeld,
    /// A token's key is unknown, or no longer fits.
    Unexpected,
}

/// When fetches began, so that tokens do not cause too many.
#[derive(Debug, Default)]
pub(super) struct Pace {
    last: Option<Timestamp>,
    last_unexpected: Option<Timestamp>,
}

impl Pace {
    /// Tells whether a fetch may begin, and if so remembers that it does.
    pub(super) fn admits(&mut self, why: Why, now: Timestamp) -> bool {
        let (last, distance) = match why {
            Why::Scheduled => (None, Duration::ZERO),
            Why::NoneHeld => (self.last, MISSING),
            Why::Unexpected => (self.last_unexpected, UNEXPECTED),
        };
        let admitted = last.is_none_or(|last| until(now, last) >= distance);
        if admitted {
            self.last = Some(now);
            if why == Why::Unexpected {
                self.last_unexpected = Some(now);
            }
        }
        admitted
    }
}

/// Returns how long to wait for the next fetch, after so many failures in a row.
pub(super) fn pause(failures: u32, is_loaded: bool) -> Duration {
    let doubled = |first: Duration| first.saturating_mul(1 << failures.saturating_sub(1).min(16));
    match (failures, is_loaded) {
        (0, _) => spread(REFRESH),
        (_, false) => spread(doubled(Duration::from_millis(500)).min(MISSING)),
        (_, true) => spread(doubled(RETRY).min(MAX_RETRY)),
    }
}

/// Varies a wait by a tenth in both directions, so that replicas do not fetch all at once.
fn spread(wait: Duration) -> Duration {
    wait.mul_f64(0.9 + fraction() / 5.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::after;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_fetch_that_tokens_cause_does_not_delay_one_that_is_due() {
        let (mut pace, start) = (Pace::default(), Timestamp::UNIX_EPOCH);
        let mut admits = |why, seconds| pace.admits(why, after(start, SECOND * seconds));

        assert!(admits(Why::Scheduled, 0));
        assert!(admits(Why::Unexpected, 1), "keys may change right after a fetch");
        assert!(!admits(Why::Unexpected, 300));
        assert!(admits(Why::Scheduled, 300));
        assert!(admits(Why::Unexpected, 301));
        assert!(!admits(Why::NoneHeld, 305));
        assert!(admits(Why::NoneHeld, 306));
    }

    #[test]
    fn pauses_grow_and_end_early_without_keys() {
        let near = |failures, is_loaded, seconds: u32| {
            let pause = pause(failures, is_loaded);
            let wanted = SECOND * seconds;
            assert!((wanted * 9 / 10..=wanted * 11 / 10).contains(&pause), "{failures}: {pause:?}");
        };

        for (failures, seconds) in [(0, 43_200), (1, 60), (2, 120), (6, 1920), (7, 3600)] {
            near(failures, true, seconds);
        }
        for (failures, seconds) in [(0, 43_200), (2, 1), (3, 2), (5, 5), (u32::MAX, 5)] {
            near(failures, false, seconds);
        }
    }
}
