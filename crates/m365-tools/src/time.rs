//! Dates as people and programs write them, and the stretches of time that they stand for.
//!
//! A date that names a day, a week or a month stands for all of it: its start where something
//! begins, its end, included, where something ends. Weeks start on Monday, as ISO 8601 has it.

mod iso;
mod phrase;
#[cfg(test)]
mod tests;
mod words;

use jiff::{SignedDuration, Timestamp, Zoned, civil::Date, tz::TimeZone};

pub(crate) use self::words::WEEKDAYS;

pub(crate) const ACCEPTED: &str = "Use ISO 8601 (2026-11-21, 2026-11-21T09:00, with Z or an offset) \
     or a phrase such as 'yesterday', 'last week', '3 days ago', 'in 2 hours', 'next friday 14:00'.";

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// A stretch of time; `end` is the first moment after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
}

/// What a date in an argument stands for, before a time zone places it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// A moment, to the second.
    At(Timestamp),
    /// Between two moments, the second not included.
    Between(Timestamp, Timestamp),
    /// Whole days, the second date not included.
    Days(Date, Date),
}

/// Reads a date or phrase as someone means it at `now`, in the zone of `now`.
///
/// Returns `None` for a text that is neither; [`ACCEPTED`] says what would be.
pub(crate) fn parse(text: &str, now: &Zoned) -> Option<Span> {
    let text = text.trim();
    let when = iso::parse(text, now.time_zone()).or_else(|| phrase::parse(text, now))?;
    place(when, now.time_zone())
}

/// Tells whether the meaning of `text` depends on the user's time zone.
pub(crate) fn needs_zone(text: &str) -> bool {
    text.trim().parse::<Timestamp>().is_err()
}

/// Writes a moment in `zone`, to the second, with its offset: `2026-11-21T09:00:00+01:00`.
///
/// Before there was standard time, offsets had seconds, which ISO 8601 does not know; then it is in UTC.
pub(crate) fn format(moment: Timestamp, zone: &TimeZone) -> String {
    let is_standard = zone.to_offset(moment).seconds() % 60 == 0;
    let zone = if is_standard { zone.clone() } else { TimeZone::UTC };
    moment.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Writes a moment in UTC, to the second, as Graph's filters take it: `2026-11-21T08:00:00Z`.
pub(crate) fn format_utc(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn place(when: When, zone: &TimeZone) -> Option<Span> {
    let (start, end) = match when {
        When::At(moment) => {
            let start = known(Timestamp::from_second(moment.as_second()).ok()?);
            (start, start)
        }
        When::Between(start, end) => (start, end),
        When::Days(first, after) => (start_of_day(first, zone), start_of_day(after, zone)),
    };
    // Each span has a second at least, at the ends of time too.
    let start = start.min(Timestamp::MAX.checked_sub(SECOND).ok()?);
    Some(Span { start, end: end.max(start.checked_add(SECOND).ok()?) })
}

/// Returns the start of a day, or the end of time where that lies beyond it.
fn start_of_day(date: Date, zone: &TimeZone) -> Timestamp {
    date.to_zoned(zone.clone()).map_or(Timestamp::MAX, |zoned| known(zoned.timestamp()))
}

/// Graph knows no moment before the year 1.
fn known(moment: Timestamp) -> Timestamp {
    let first = Date::constant(1, 1, 1).to_zoned(TimeZone::UTC);
    first.map_or(moment, |first| moment.max(first.timestamp()))
}

/// The part of time that an answer covers; an end that is open is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Interval {
    /// The first moment that belongs to it.
    pub(crate) start: Option<Timestamp>,
    /// The first moment that no longer belongs to it.
    pub(crate) end: Option<Timestamp>,
}

/// Why two dates make no interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadInterval {
    After,
    Before,
    Reversed,
}

impl Interval {
    /// Reads both ends, each of which may be absent.
    pub(crate) fn parse(
        after: Option<&str>,
        before: Option<&str>,
        now: &Zoned,
    ) -> Result<Self, BadInterval> {
        let read = |text: Option<&str>, bad| match text {
            Some(text) => parse(text, now).map(Some).ok_or(bad),
            None => Ok(None),
        };
        let start = read(after, BadInterval::After)?.map(|span| span.start);
        let end = read(before, BadInterval::Before)?.map(|span| span.end);
        match (start, end) {
            (Some(start), Some(end)) if end <= start => Err(BadInterval::Reversed),
            _ => Ok(Self { start, end }),
        }
    }

    /// Tells whether both ends are open.
    pub(crate) fn is_open(&self) -> bool {
        self.start.is_none() && self.end.is_none()
    }

    /// Tells whether `moment` belongs to it.
    pub(crate) fn contains(&self, moment: Timestamp) -> bool {
        self.start.is_none_or(|start| start <= moment) && self.end.is_none_or(|end| moment < end)
    }

    /// Returns the last whole second that belongs to it.
    pub(crate) fn last_second(&self) -> Option<Timestamp> {
        self.end.and_then(|end| end.checked_sub(SECOND).ok())
    }
}
