use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use crate::Workload;

/// Until when which workload asks this user to stay away.
///
/// A request before its time is refused again and prolongs the block, so nobody is let through.
#[derive(Debug, Default)]
pub(crate) struct Blocks(Mutex<HashMap<Workload, Timestamp>>);

impl Blocks {
    /// Notes that `workload` wants to be left alone until `until`.
    pub(crate) fn note(&self, workload: Workload, until: Timestamp) {
        let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = blocks.entry(workload).or_insert(until);
        *known = until.max(*known);
    }

    /// Returns how long `workload` still wants to be left alone.
    pub(crate) fn remaining(&self, workload: Workload, now: Timestamp) -> Option<Duration> {
        let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = *blocks.get(&workload)?;
        let left = Duration::try_from(until.duration_since(now)).unwrap_or_default();
        if left.is_zero() {
            blocks.remove(&workload);
            return None;
        }
        Some(left)
    }

    /// Tells whether any workload still wants to be left alone.
    pub(crate) fn any(&self, now: Timestamp) -> bool {
        let blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        blocks.values().any(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_holds_for_its_workload_until_its_time() {
        let blocks = Blocks::default();
        let now = Timestamp::UNIX_EPOCH;
        blocks.note(Workload::Outlook, now + Duration::from_secs(120));

        let later = now + Duration::from_secs(100);

        assert_eq!(blocks.remaining(Workload::Outlook, later), Some(Duration::from_secs(20)));
        assert_eq!(blocks.remaining(Workload::Search, later), None);
        assert_eq!(blocks.remaining(Workload::Outlook, now + Duration::from_secs(120)), None);
    }

    #[test]
    fn a_shorter_block_does_not_end_a_longer_one() {
        let blocks = Blocks::default();
        let now = Timestamp::UNIX_EPOCH;
        blocks.note(Workload::Outlook, now + Duration::from_secs(60));

        blocks.note(Workload::Outlook, now + Duration::from_secs(2));

        assert_eq!(blocks.remaining(Workload::Outlook, now), Some(Duration::from_secs(60)));
    }
}
