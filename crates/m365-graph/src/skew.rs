use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

/// How far our clock and Graph's may differ without a word.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// How often a wrong clock is mentioned.
const INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Notices when our clock and Graph's differ, and says so once an hour.
///
/// Nothing else depends on it: tokens end by our clock, waits are relative to Graph's.
#[derive(Debug, Default)]
pub(crate) struct Skew(Mutex<Option<Timestamp>>);

impl Skew {
    pub(crate) fn observe(&self, theirs: Option<Timestamp>, ours: Timestamp) {
        let Some(theirs) = theirs else { return };
        let apart = theirs.duration_since(ours).unsigned_abs();
        if apart > TOLERANCE && self.is_due(ours) {
            tracing::warn!(seconds = apart.as_secs(), "this machine's clock and Graph's differ");
        }
    }

    fn is_due(&self, now: Timestamp) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.is_none_or(|last| now.duration_since(last).unsigned_abs() >= INTERVAL);
        *last = if due { Some(now) } else { *last };
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_due_once_an_hour() {
        let skew = Skew::default();
        let now = Timestamp::UNIX_EPOCH;

        assert!(skew.is_due(now));
        assert!(!skew.is_due(now + Duration::from_secs(3599)));
        assert!(skew.is_due(now + Duration::from_secs(3600)));
    }
}
