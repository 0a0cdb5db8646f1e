//! Who was told to stay away, and until when.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use crate::{directory::UserId, graph::workload::Workload};

/// The longest wait, however often a client comes back too early.
const LONGEST: Duration = Duration::from_secs(300);

/// The waits that refusals have asked for, by user and workload.
#[derive(Debug, Default)]
pub(crate) struct Waits {
    waits: Mutex<BTreeMap<Key, Wait>>,
}

/// A user, and the workload that asks for a wait.
pub(crate) type Key = (UserId, Workload);

#[derive(Clone, Copy, Debug)]
struct Wait {
    until: Timestamp,
    length: Duration,
}

impl Waits {
    /// Asks for a wait of this length and returns the length that holds: who is waiting already
    /// has come back too early, and waits twice as long.
    pub(crate) fn ask(&self, key: Key, length: Duration, now: Timestamp) -> Duration {
        let mut waits = self.lock();
        let longer = waits.get(&key).and_then(|wait| wait.extended(now)).unwrap_or_default();
        let length = length.max(longer);
        let until = now.checked_add(length).unwrap_or(Timestamp::MAX);
        waits.insert(key, Wait { until, length });
        length
    }

    /// Lets a user in whose wait is over.
    ///
    /// # Errors
    ///
    /// The wait of who comes back too early, which is twice as long as the last one.
    pub(crate) fn check(&self, key: &Key, now: Timestamp) -> Result<(), Duration> {
        let waiting = self.lock().get(key).and_then(|wait| wait.extended(now));
        match waiting {
            Some(longer) => Err(self.ask(key.clone(), longer, now)),
            None => Ok(()),
        }
    }

    /// Forgets all waits.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Wait>> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wait {
    /// Returns the wait that follows on this one, unless it is over.
    fn extended(&self, now: Timestamp) -> Option<Duration> {
        let longer = self.length.saturating_mul(2).min(LONGEST).max(self.length);
        (now < self.until).then_some(longer)
    }
}
