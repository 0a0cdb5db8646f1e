//! The demo tenant's own time.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

/// The demo tenant's clock: the machine's, moved forward at will, or one that stands still.
///
/// Clones show the same time.
#[derive(Clone, Debug)]
pub struct SimClock {
    time: Arc<Mutex<Time>>,
}

#[derive(Clone, Copy, Debug)]
enum Time {
    Ahead(Duration),
    At(Timestamp),
}

impl SimClock {
    /// Follows the machine's clock.
    pub(crate) fn running() -> Self {
        Self { time: Arc::new(Mutex::new(Time::Ahead(Duration::ZERO))) }
    }

    /// Shows `now` until it is moved.
    pub(crate) fn standing_at(now: Timestamp) -> Self {
        Self { time: Arc::new(Mutex::new(Time::At(now))) }
    }

    /// Moves the clock forward.
    pub fn advance(&self, duration: Duration) {
        let mut time = self.time.lock().unwrap_or_else(PoisonError::into_inner);
        *time = match *time {
            Time::Ahead(ahead) => Time::Ahead(ahead.saturating_add(duration)),
            Time::At(at) => Time::At(later(at, duration)),
        };
    }

    /// Returns the present moment in the demo tenant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let time = *self.time.lock().unwrap_or_else(PoisonError::into_inner);
        match time {
            Time::Ahead(ahead) => later(machine_now(), ahead),
            Time::At(at) => at,
        }
    }
}

fn later(time: Timestamp, duration: Duration) -> Timestamp {
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}

#[expect(clippy::disallowed_methods, reason = "this is where the demo tenant's time comes from")]
fn machine_now() -> Timestamp {
    Timestamp::now()
}
