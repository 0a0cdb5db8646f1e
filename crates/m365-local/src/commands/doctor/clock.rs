use jiff::Timestamp;

use super::{Check, Subject, about};
use crate::{failure::OTHER, moment};

/// Tokens of a device whose clock is wrong by more than this are refused, in seconds.
const TOLERANCE: u64 = 300;

pub(super) fn subject() -> Subject {
    about("clock", "Clock")
}

/// What a host's clock showed when ours showed `ours`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) host: &'static str,
    pub(super) theirs: Timestamp,
    pub(super) ours: Timestamp,
}

impl Reading {
    /// Returns how far our clock is ahead, in seconds.
    fn ahead(&self) -> i64 {
        self.ours.duration_since(self.theirs).as_secs()
    }
}

/// Compares this device's clock with those of the hosts that answered.
pub(super) fn check(readings: &[Reading]) -> Check {
    let Some(worst) = readings.iter().max_by_key(|reading| reading.ahead().unsigned_abs()) else {
        return subject().skipped("no host has answered with its time");
    };
    let (host, ahead) = (worst.host, worst.ahead());
    let amount = moment::amount(ahead.unsigned_abs().max(1));
    if ahead.unsigned_abs() <= TOLERANCE {
        return subject().ok(format!("within {amount} of {host}"));
    }
    let direction = if ahead < 0 { "behind" } else { "ahead of" };
    subject().failed(
        OTHER,
        format!("this device's clock is {amount} {direction} {host}"),
        "Set the date, the time and the time zone of this device, best automatically",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(theirs: &str) -> Reading {
        let ours = "2026-11-22T12:00:00Z".parse().unwrap();
        Reading { host: "Entra ID", theirs: theirs.parse().unwrap(), ours }
    }

    #[test]
    fn five_minutes_are_tolerated_and_the_worst_reading_counts() {
        let good = reading("2026-11-22T12:05:00Z");
        let bad = reading("2026-11-22T14:00:00Z");

        assert!(!check(&[good]).has_failed());
        assert!(check(&[good, bad]).has_failed());
        assert!(!check(&[]).has_failed());
    }
}
