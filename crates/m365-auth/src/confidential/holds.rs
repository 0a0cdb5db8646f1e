use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

use super::{
    bounded::{Bounded, Ends, bounded},
    key::CacheKey,
};
use crate::{Clock, Error, ErrorKind, clock::after, wire::time::until};

/// Answers of Entra ID that hold for a while, so that it is not asked for them again.
#[derive(Debug)]
pub(crate) struct Holds {
    held: Bounded<CacheKey, Held>,
    clock: Arc<dyn Clock>,
}

/// How long an error is the answer, and to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    /// To the same request, claims included.
    Same(Duration),
    /// To every request for the same token: Entra ID asked to be left alone.
    Every(Duration),
}

#[derive(Debug)]
struct Held {
    error: Error,
    until: Timestamp,
}

impl Holds {
    pub(crate) fn new(entries: usize, clock: Arc<dyn Clock>) -> Self {
        Self { held: bounded(entries, &clock), clock }
    }

    pub(crate) fn add(&self, key: &CacheKey, claims: Option<&str>, hold: Hold, error: &Error) {
        let (key, time) = match hold {
            Hold::Same(time) => (key.with_claims(claims), time),
            Hold::Every(time) => (*key, time),
        };
        let until = after(self.clock.now(), time);
        self.held.insert(key, Arc::new(Held { error: error.clone(), until }));
    }

    /// Returns the error that is the answer without asking.
    pub(crate) fn find(&self, key: &CacheKey, claims: Option<&str>) -> Option<Error> {
        self.current(key).or_else(|| self.current(&key.with_claims(claims)))
    }

    pub(crate) fn clear(&self) {
        self.held.invalidate_all();
    }

    fn current(&self, key: &CacheKey) -> Option<Error> {
        let (held, now) = (self.held.get(key)?, self.clock.now());
        let error = (held.until > now).then(|| held.error.clone())?;
        Some(match error.kind() {
            ErrorKind::Throttled | ErrorKind::Unavailable => {
                error.with_retry_after(until(held.until, now))
            }
            _ => error,
        })
    }
}

impl Ends for Held {
    fn ends_on(&self) -> Timestamp {
        self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ManualClock;

    fn holds() -> (Holds, ManualClock) {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
        (Holds::new(10, Arc::new(clock.clone())), clock)
    }

    #[test]
    fn an_answer_to_a_challenge_is_none_to_another() {
        let (holds, clock) = holds();
        let (key, error) = (CacheKey::for_tests("a"), ErrorKind::SignInRequired.into());

        holds.add(&key, Some("{}"), Hold::Same(Duration::from_secs(30)), &error);

        assert!(holds.find(&key, Some("{}")).is_some());
        assert!(holds.find(&key, None).is_none());
        clock.advance(Duration::from_secs(30));
        assert!(holds.find(&key, Some("{}")).is_none());
    }

    #[test]
    fn e06_a_wish_to_be_left_alone_counts_for_every_challenge_and_counts_down() {
        let (holds, clock) = holds();
        let (key, error) = (CacheKey::for_tests("a"), ErrorKind::Throttled.into());

        holds.add(&key, None, Hold::Every(Duration::from_secs(60)), &error);
        clock.advance(Duration::from_secs(20));

        let found = holds.find(&key, Some("{}")).unwrap();
        assert_eq!(found.retry_after(), Some(Duration::from_secs(40)));
    }
}
