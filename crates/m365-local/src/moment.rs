//! Moments as people say them.

use jiff::{Timestamp, tz::TimeZone};

/// Writes `moment` in this device's zone, and how far it is from `now`:
/// `Sun 22 Nov 2026, 14:05 CET (in 42 minutes)`.
pub(crate) fn spoken(moment: Timestamp, now: Timestamp) -> String {
    spoken_in(TimeZone::system(), moment, now)
}

fn spoken_in(zone: TimeZone, moment: Timestamp, now: Timestamp) -> String {
    let local = moment.to_zoned(zone).strftime("%a %-d %b %Y, %H:%M %Z").to_string();
    format!("{local} ({})", distance(moment.duration_since(now).as_secs()))
}

/// Writes a number of seconds from now, negative for the past, in its largest unit.
fn distance(seconds: i64) -> String {
    let text = amount(seconds.unsigned_abs());
    match seconds {
        -59..=59 => "now".to_owned(),
        60.. => format!("in {text}"),
        _ => format!("{text} ago"),
    }
}

/// Writes a length of time in its largest unit.
pub(crate) fn amount(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..5_400 => (seconds / 60, "minute"),
        5_400..129_600 => ((seconds + 1_800) / 3_600, "hour"),
        _ => ((seconds + 43_200) / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_local_and_says_how_far_it_is() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let moment = "2026-11-22T13:05:09Z".parse().unwrap();
        let at = |now: &str| spoken_in(zone.clone(), moment, now.parse().unwrap());

        assert_eq!(at("2026-11-22T12:22:40Z"), "Sun 22 Nov 2026, 14:05 CET (in 42 minutes)");
        assert_eq!(at("2026-11-22T13:05:30Z"), "Sun 22 Nov 2026, 14:05 CET (now)");
        assert_eq!(at("2026-11-25T13:05:09Z"), "Sun 22 Nov 2026, 14:05 CET (3 days ago)");
    }

    #[test]
    fn lengths_of_time_are_said_in_their_largest_unit() {
        let said = [1, 60, 5_399, 5_400, 100_000, 7_776_000].map(amount);

        let expected = ["1 second", "1 minute", "89 minutes", "2 hours", "28 hours", "90 days"];
        assert_eq!(said, expected);
    }
}
