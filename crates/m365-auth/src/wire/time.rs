use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// The longest wait that is believed.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3600);

/// Returns the server's own time of an answer.
pub(crate) fn server_time(headers: &HeaderMap) -> Option<Timestamp> {
    parse_http_date(headers.get(DATE)?.to_str().ok()?)
}

/// Returns how long the server wants to be left alone, in seconds or until a date of its own clock.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => until(parse_http_date(text)?, server_time(headers).unwrap_or(now)),
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

/// Returns the time from `now` to `then`; zero when it has passed.
pub(crate) fn until(then: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now)).unwrap_or_default()
}

/// Says by how much this device's clock is wrong, if that is more than `margin`.
#[cfg(feature = "client")]
pub(crate) fn clock_advice(now: Timestamp, server: Timestamp, margin: Duration) -> Option<String> {
    let difference = now.duration_since(server);
    if difference.unsigned_abs() <= margin {
        return None;
    }
    let minutes = difference.unsigned_abs().as_secs() / 60;
    let direction = if difference.is_negative() { "behind" } else { "ahead of" };
    Some(format!(
        "This device's clock is {} {direction} the clock of Entra ID; set the date and time",
        spoken(minutes)
    ))
}

#[cfg(feature = "client")]
fn spoken(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

fn parse_http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-21T10:00:00Z";

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn seconds(pairs: &[(&'static str, &'static str)]) -> Option<u64> {
        retry_after(&headers(pairs), NOW.parse().unwrap()).map(|wait| wait.as_secs())
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date_of_the_servers_clock() {
        assert_eq!(seconds(&[("retry-after", "17")]), Some(17));
        assert_eq!(seconds(&[("retry-after", "Sat, 21 Nov 2026 10:00:30 GMT")]), Some(30));
        let date = ("date", "Sat, 21 Nov 2026 12:00:00 GMT");
        assert_eq!(seconds(&[date, ("retry-after", "Sat, 21 Nov 2026 12:00:03 GMT")]), Some(3));
        assert_eq!(seconds(&[("retry-after", "Sat, 21 Nov 2026 09:00:00 GMT")]), Some(0));
    }

    #[test]
    fn retry_after_is_capped_and_nonsense_ignored() {
        assert_eq!(seconds(&[("retry-after", "999999")]), Some(3600));
        assert_eq!(seconds(&[("retry-after", "soon")]), None);
        assert_eq!(seconds(&[]), None);
    }

    #[cfg(feature = "client")]
    #[test]
    fn a_clock_that_is_wrong_is_described_and_one_that_is_right_is_not() {
        let now: Timestamp = NOW.parse().unwrap();
        let margin = Duration::from_secs(300);
        let advice = |server: &str| clock_advice(now, server.parse().unwrap(), margin);

        assert_eq!(advice("2026-11-21T10:04:00Z"), None);
        assert!(advice("2026-11-21T12:00:00Z").unwrap().contains("2 h behind"));
        assert!(advice("2026-11-21T08:30:00Z").unwrap().contains("1 h 30 min ahead of"));
    }
}
