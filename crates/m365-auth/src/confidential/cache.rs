use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    bounded::{Bounded, Ends, bounded},
    key::{CacheKey, UserKey},
};
use crate::{AccessToken, Clock};

mod cached;

pub(crate) use cached::Cached;

/// The tokens for Graph that were got on behalf of callers; they are nowhere else.
#[derive(Debug)]
pub(crate) struct TokenCache {
    tokens: Bounded<CacheKey, Cached>,
    epochs: Mutex<Epochs>,
    most: usize,
    clock: Arc<dyn Clock>,
}

/// Which exchanges began too early for their tokens to be used.
///
/// A counter and no list of each user's keys: a token that arrives after its user was forgotten
/// is recognised by the number with which its exchange began.
#[derive(Debug, Default)]
struct Epochs {
    now: u64,
    /// Everything from before this is over.
    all: u64,
    users: HashMap<UserKey, u64>,
}

impl TokenCache {
    pub(crate) fn new(entries: usize, clock: Arc<dyn Clock>) -> Self {
        Self { tokens: bounded(entries, &clock), epochs: Mutex::default(), most: entries, clock }
    }

    /// Returns the token for `key` that has not ended.
    pub(crate) fn get(&self, key: &CacheKey) -> Option<Arc<Cached>> {
        let cached = self.tokens.get(key)?;
        if cached.ends_on() > self.clock.now() && self.epochs().is_current(&cached) {
            return Some(cached);
        }
        self.tokens.invalidate(key);
        None
    }

    /// Returns the number with which an exchange begins.
    pub(crate) fn begin(&self) -> u64 {
        self.epochs().now
    }

    pub(crate) fn insert(&self, key: CacheKey, cached: Cached) {
        if cached.ends_on() > self.clock.now() && self.epochs().is_current(&cached) {
            self.tokens.insert(key, Arc::new(cached));
        }
    }

    pub(crate) fn remove(&self, key: &CacheKey) {
        self.tokens.invalidate(key);
    }

    /// Drops the token for `key` if it is the one that was refused.
    pub(crate) fn reject(&self, key: &CacheKey, refused: &AccessToken) {
        if self.tokens.get(key).is_some_and(|cached| cached.token == *refused) {
            self.tokens.invalidate(key);
        }
    }

    /// Drops all tokens of a user, also those that are on their way.
    pub(crate) fn forget_user(&self, user: UserKey) {
        let overflows = self.epochs().forget(user, self.most);
        if overflows {
            self.tokens.invalidate_all();
        }
    }

    /// Drops everything, also what is on its way.
    pub(crate) fn clear(&self) {
        self.epochs().forget_all();
        self.tokens.invalidate_all();
    }

    pub(crate) fn entries(&self) -> u64 {
        self.tokens.run_pending_tasks();
        self.tokens.entry_count()
    }

    fn epochs(&self) -> MutexGuard<'_, Epochs> {
        self.epochs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Epochs {
    fn is_current(&self, cached: &Cached) -> bool {
        let user = self.users.get(&cached.user).copied().unwrap_or_default();
        cached.epoch >= self.all.max(user)
    }

    /// Ends what a user has; when too many were forgotten, rather ends all than forgets that.
    fn forget(&mut self, user: UserKey, most: usize) -> bool {
        self.now += 1;
        self.users.insert(user, self.now);
        let overflows = self.users.len() > most;
        if overflows {
            self.forget_all();
        }
        overflows
    }

    fn forget_all(&mut self) {
        self.now += 1;
        self.all = self.now;
        self.users.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::{ManualClock, wire::answer::Granted};

    const NOW: i64 = 1_790_000_000;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(NOW + seconds).unwrap()
    }

    fn granted(life: i64) -> Granted {
        Granted {
            secret: "graph".into(),
            scopes: Vec::new(),
            expires_on: at(life),
            refresh_on: None,
            obtained_at: at(0),
        }
    }

    fn user(name: &str) -> UserKey {
        UserKey::new(&"11111111-2222-4333-8444-555555555555".parse().unwrap(), name)
    }

    fn key(name: &str) -> CacheKey {
        CacheKey::for_tests(name)
    }

    fn cache(entries: usize) -> (TokenCache, ManualClock) {
        let clock = ManualClock::new(at(0));
        (TokenCache::new(entries, Arc::new(clock.clone())), clock)
    }

    fn cached(cache: &TokenCache, name: &str) -> Cached {
        Cached::new(granted(3600), user(name), cache.begin(), at(4000), 0.0)
    }

    #[test]
    fn r13_a_token_ends_with_its_callers_and_is_not_renewed_then() {
        let (cache, clock) = cache(10);
        cache.insert(key("a"), Cached::new(granted(90_000), user("u"), 0, at(600), 0.0));

        let found = cache.get(&key("a")).unwrap();
        clock.advance(Duration::from_secs(600));

        assert!(found.is_fresh(at(599)) && !found.is_due(at(599)));
        assert!(!found.is_fresh(at(600)));
        assert!(cache.get(&key("a")).is_none());
    }

    #[test]
    fn in_its_last_five_minutes_a_token_is_kept_but_not_fresh() {
        let (cache, clock) = cache(10);
        cache.insert(key("a"), cached(&cache, "u"));

        clock.advance(Duration::from_secs(3400));

        assert!(!cache.get(&key("a")).unwrap().is_fresh(at(3400)));
        clock.advance(Duration::from_secs(200));
        assert!(cache.get(&key("a")).is_none());
    }

    #[test]
    fn e20_a_forgotten_user_has_no_token_not_even_one_on_its_way() {
        let (cache, _clock) = cache(10);
        let on_its_way = cached(&cache, "u");
        cache.insert(key("a"), cached(&cache, "u"));
        cache.insert(key("other"), cached(&cache, "other"));

        cache.forget_user(user("u"));
        cache.insert(key("b"), on_its_way);

        assert!(cache.get(&key("a")).is_none() && cache.get(&key("b")).is_none());
        assert!(cache.get(&key("other")).is_some());
        cache.insert(key("a"), cached(&cache, "u"));
        assert!(cache.get(&key("a")).is_some(), "the user came back");
    }

    #[test]
    fn e20_more_forgotten_users_than_entries_end_everything_and_nothing_comes_back() {
        let (cache, _clock) = cache(2);
        cache.insert(key("a"), cached(&cache, "u"));
        let on_its_way = cached(&cache, "one");

        for name in ["one", "two", "three"] {
            cache.forget_user(user(name));
        }
        cache.insert(key("b"), on_its_way);

        assert!(cache.get(&key("a")).is_none() && cache.get(&key("b")).is_none());
        assert!(cache.epochs().users.is_empty());
    }

    #[test]
    fn the_number_of_entries_is_bounded() {
        let (cache, _clock) = cache(3);

        for number in 0..50 {
            cache.insert(key(&number.to_string()), cached(&cache, "u"));
        }

        assert_eq!(cache.entries(), 3);
    }

    #[test]
    fn only_the_refused_token_is_dropped() {
        let (cache, _clock) = cache(3);
        cache.insert(key("a"), cached(&cache, "u"));

        cache.reject(&key("a"), &AccessToken::new("another", at(10), [""; 0]));
        assert!(cache.get(&key("a")).is_some());
        cache.reject(&key("a"), &AccessToken::new("graph", at(10), [""; 0]));
        assert!(cache.get(&key("a")).is_none());
    }
}
