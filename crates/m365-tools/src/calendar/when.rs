use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use m365_graph::{DateTimeZone, Event};

use crate::{time, zones};

/// When an event takes place, as it is seen from one zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) start: Timestamp,
    /// The first moment after it, which is the start for an event without length.
    pub(crate) end: Timestamp,
}

impl Stretch {
    /// Places an event. One of whole days keeps its dates in every zone; `None` where Graph's times
    /// cannot be read.
    pub(crate) fn of(event: &Event, zone: &TimeZone) -> Option<Self> {
        let place = match event.is_all_day {
            Some(true) => |time: &DateTimeZone, zone: &TimeZone| midnight(time, zone),
            _ => |time: &DateTimeZone, _: &TimeZone| moment(time),
        };
        let start = place(event.start.as_ref()?, zone)?;
        let end = event.end.as_ref().and_then(|end| place(end, zone)).unwrap_or(start);
        Some(Self { start, end: end.max(start) })
    }

    /// Tells whether any of it lies between two moments, the second not included.
    pub(crate) fn overlaps(&self, start: Timestamp, end: Timestamp) -> bool {
        self.start < end && (self.end > start || self.start >= start)
    }
}

/// Returns the moment that Graph names; `None` for a zone or a time that is unknown.
pub(crate) fn moment(time: &DateTimeZone) -> Option<Timestamp> {
    let zoned = local(time)?.to_zoned(zones::by_name(&time.time_zone)?).ok()?;
    Some(zoned.timestamp())
}

/// Returns the wall-clock time that Graph writes.
pub(crate) fn local(time: &DateTimeZone) -> Option<DateTime> {
    time.date_time.parse().ok()
}

fn midnight(time: &DateTimeZone, zone: &TimeZone) -> Option<Timestamp> {
    let day = local(time)?.date().to_zoned(zone.clone()).ok()?;
    Some(day.timestamp())
}

/// Writes an event's time in `zone`; that of a whole day is a date wherever it is looked at, and one
/// in an unknown zone stays as it is.
pub(crate) fn written(time: &DateTimeZone, all_day: bool, zone: &TimeZone) -> String {
    if let Some(day) = local(time).filter(|_| all_day) {
        return day.date().to_string();
    }
    match moment(time) {
        Some(moment) => time::format(moment, zone),
        None => {
            let short = time.date_time.split('.').next().unwrap_or_default();
            crate::mail::fields::one_line(&format!("{short} {}", time.time_zone))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn event(start: &str, end: &str, all_day: bool) -> Event {
        let time = |text: &str| json!({"dateTime": text, "timeZone": "UTC"});
        let event: Value = json!({"start": time(start), "end": time(end), "isAllDay": all_day});
        serde_json::from_value(event).unwrap()
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    #[test]
    fn a_whole_day_is_the_same_day_in_every_zone() {
        let day = event("2026-03-20T00:00:00.0000000", "2026-03-21T00:00:00.0000000", true);

        for (name, start) in [
            ("Asia/Tokyo", "2026-03-20T00:00:00+09:00"),
            ("America/Los_Angeles", "2026-03-20T00:00:00-07:00"),
            ("Europe/Oslo", "2026-03-20T00:00:00+01:00"),
        ] {
            let placed = Stretch::of(&day, &zone(name)).unwrap();
            assert_eq!(time::format(placed.start, &zone(name)), start);
        }
    }

    #[test]
    fn a_timed_event_is_the_same_moment_in_every_zone() {
        let talk = event("2026-03-29T01:30:00.0000000", "2026-03-29T02:00:00.0000000", false);

        let placed = ["Asia/Tokyo", "Europe/Oslo"].map(|name| Stretch::of(&talk, &zone(name)));

        assert_eq!(placed[0], placed[1]);
    }

    #[test]
    fn what_ends_where_a_window_starts_is_outside_and_what_has_no_length_is_inside() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (nine, ten) = (at("2026-03-20T09:00:00Z"), at("2026-03-20T10:00:00Z"));

        assert!(!Stretch { start: nine, end: ten }.overlaps(ten, at("2026-03-20T11:00:00Z")));
        assert!(!Stretch { start: ten, end: ten }.overlaps(nine, ten));
        assert!(Stretch { start: nine, end: nine }.overlaps(nine, ten));
    }
}
