use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;

/// Tells the time and waits, so that no other code asks the machine.
#[async_trait]
pub trait Clock: fmt::Debug + Send + Sync {
    /// Returns the present moment.
    fn now(&self) -> Timestamp;

    /// Returns after `duration` has passed on this clock.
    async fn sleep(&self, duration: Duration);
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where time comes from")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// A clock that stands still until it is moved, for tests.
///
/// Sleeping moves it at once and is recorded, so a test sees each wait without waiting.
#[derive(Clone, Debug)]
pub struct ManualClock {
    state: Arc<Mutex<(Timestamp, Vec<Duration>)>>,
}

impl ManualClock {
    /// Creates a clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { state: Arc::new(Mutex::new((now, Vec::new()))) }
    }

    /// Moves the clock forward.
    pub fn advance(&self, duration: Duration) {
        self.with(|(now, _)| *now = after(*now, duration));
    }

    /// Returns each sleep so far, oldest first.
    #[must_use]
    pub fn sleeps(&self) -> Vec<Duration> {
        self.with(|(_, sleeps)| sleeps.clone())
    }

    fn with<T>(&self, change: impl FnOnce(&mut (Timestamp, Vec<Duration>)) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.with(|(now, _)| *now)
    }

    async fn sleep(&self, duration: Duration) {
        self.with(|(now, sleeps)| {
            *now = after(*now, duration);
            sleeps.push(duration);
        });
        tokio::task::yield_now().await;
    }
}

/// Returns the moment `duration` after `time`, or the end of time.
pub(crate) fn after(time: Timestamp, duration: Duration) -> Timestamp {
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}
