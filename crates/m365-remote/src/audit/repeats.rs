use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::Event;

/// Refusals that repeat: the first ones of a window are told one by one, the rest by their number.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    hasher: RandomState,
    seen: Mutex<HashMap<u64, Repeat>>,
}

#[derive(Debug, Default)]
struct Repeat {
    told: usize,
    more: u64,
    /// The last one that was only counted.
    last: Option<Box<Event>>,
}

/// How long repeats are counted until their number is told.
pub(super) const WINDOW: Duration = Duration::from_secs(60);

/// How many callers and kinds of refusal are told apart; further ones are told one by one.
const KEYS: usize = 16_384;

impl Repeats {
    /// Hands `event` back to be told, or only counts it where its like was told `most` times.
    pub(super) fn admit(&self, event: Event, most: usize) -> Option<Event> {
        let key = self.hasher.hash_one(event.subject());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= KEYS && !seen.contains_key(&key) {
            return Some(event);
        }
        let repeat = seen.entry(key).or_default();
        if repeat.told < most {
            repeat.told += 1;
            return Some(event);
        }
        repeat.more += 1;
        repeat.last = Some(Box::new(event));
        None
    }

    /// Ends the window: returns an event with a number for all that was only counted.
    pub(super) fn end(&self) -> Vec<Event> {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        let told = |repeat: Repeat| Some(repeat.last?.detail("more", repeat.more));
        seen.into_values().filter_map(told).collect()
    }
}
