use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// The longest wait that is believed: a wrong date must not shut the user out for days.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3600);

/// Returns how long the server asks to wait, an hour at most: its seconds, or its date measured
/// against its own clock, since ours may be wrong.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match value.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => until(http_date(value)?, date(headers).unwrap_or(now)),
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

/// Returns the time from `now` to `then`; zero when it has passed.
fn until(then: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now)).unwrap_or_default()
}

/// Returns the server's idea of the present.
pub(crate) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    http_date(headers.get(DATE)?.to_str().ok()?)
}

fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn headers(retry_after: &'static str, date: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(retry_after));
        headers.insert(DATE, HeaderValue::from_static(date));
        headers
    }

    const DATE_NOW: &str = "Tue, 17 Mar 2026 09:30:12 GMT";

    #[test]
    fn seconds_are_read() {
        let after = retry_after(&headers("120", DATE_NOW), Timestamp::UNIX_EPOCH);

        assert_eq!(after, Some(Duration::from_secs(120)));
    }

    #[test]
    fn a_date_is_measured_against_the_servers_own() {
        let later = headers("Tue, 17 Mar 2026 09:30:15 GMT", DATE_NOW);

        assert_eq!(retry_after(&later, Timestamp::UNIX_EPOCH), Some(Duration::from_secs(3)));
    }

    #[test]
    fn a_date_in_the_past_means_now() {
        let earlier = headers("Tue, 17 Mar 2026 09:00:00 GMT", DATE_NOW);

        assert_eq!(retry_after(&earlier, Timestamp::UNIX_EPOCH), Some(Duration::ZERO));
    }

    #[test]
    fn no_more_than_an_hour_is_believed() {
        for value in ["3601", "18446744073709551615", "Wed, 18 Mar 2026 09:30:12 GMT"] {
            let after = retry_after(&headers(value, DATE_NOW), Timestamp::UNIX_EPOCH);

            assert_eq!(after, Some(Duration::from_secs(3600)), "{value}");
        }
    }

    #[test]
    fn nonsense_is_no_time() {
        for value in ["soon", "-1", "1.5", ""] {
            assert_eq!(retry_after(&headers(value, DATE_NOW), Timestamp::UNIX_EPOCH), None);
        }
    }
}
