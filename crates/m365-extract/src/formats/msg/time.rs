//! Moments as they are written.

use mail_parser::DateTime;

const HALF_A_DAY: i64 = 12 * 60 * 60;

/// A moment in seconds since 1970, by RFC 3339 in UTC.
pub(super) fn moment(seconds: i64) -> String {
    DateTime::from_timestamp(seconds).to_rfc3339()
}

/// The day that begins at a moment, in whatever zone it does: half a day later it is the same day in
/// all zones.
pub(super) fn day(midnight: i64) -> String {
    date(midnight.saturating_add(HALF_A_DAY))
}

/// The last day of a time that ends at a midnight.
pub(super) fn last_day(midnight: i64) -> String {
    date(midnight.saturating_sub(HALF_A_DAY))
}

/// The date of a moment in UTC.
pub(super) fn date(seconds: i64) -> String {
    let moment = moment(seconds);
    moment.split('T').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-14 at midnight in UTC.
    const MIDNIGHT: i64 = 1_773_446_400;

    #[test]
    fn a_day_is_the_same_in_all_zones() {
        for hours in [-10, 0, 5, 11] {
            let midnight = MIDNIGHT + hours * 3600;
            assert_eq!(day(midnight), "2026-03-14");
            assert_eq!(last_day(midnight), "2026-03-13");
        }
    }

    #[test]
    fn a_moment_is_written_in_utc() {
        assert_eq!(moment(MIDNIGHT + 60), "2026-03-14T00:01:00Z");
    }
}
