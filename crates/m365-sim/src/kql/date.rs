//! Dates in a query: spans of time in UTC.

use std::ops::Range;

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use crate::kql::{Error, error, lexer::Op};

/// Returns the span that `op` and a date stand for.
pub(crate) fn span(text: &str, op: Op, now: Timestamp) -> Result<Range<Timestamp>, Error> {
    if let Some((from, to)) = text.split_once("..") {
        return Ok(named(from, now)?.start..named(to, now)?.end);
    }
    let own = named(text, now)?;
    Ok(match op {
        Op::Is | Op::IsNot => own,
        Op::Less => Timestamp::MIN..own.start,
        Op::LessOrEqual => Timestamp::MIN..own.end,
        Op::Greater => own.end..Timestamp::MAX,
        Op::GreaterOrEqual => own.start..Timestamp::MAX,
    })
}

/// Returns the day, week, month, year or instant that `text` names.
fn named(text: &str, now: Timestamp) -> Result<Range<Timestamp>, Error> {
    let text = text.trim();
    let today = now.to_zoned(TimeZone::UTC).date();
    let unknown = || error(format!("'{text}' is not a date"));
    if let Some((from, to)) = keyword(&text.to_ascii_lowercase(), today) {
        return Ok(midnight(from)..midnight(to));
    }
    if let Some(day) = american(text).or_else(|| plain_day(text)) {
        let next = day.tomorrow().map_err(|_| unknown())?;
        return Ok(midnight(day)..midnight(next));
    }
    let start = instant(text).ok_or_else(unknown)?;
    Ok(start..start.checked_add(1.second()).map_err(|_| unknown())?)
}

fn keyword(text: &str, today: Date) -> Option<(Date, Date)> {
    let monday = today.checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days());
    let monday = monday.unwrap_or(today);
    let month = today.first_of_month();
    let year = today.first_of_year();
    let (from, to) = match text {
        "today" => (Ok(today), today.tomorrow()),
        "yesterday" => (today.yesterday(), Ok(today)),
        "this week" => (Ok(monday), monday.checked_add(1.week())),
        "last week" => (monday.checked_sub(1.week()), Ok(monday)),
        "this month" => (Ok(month), month.checked_add(1.month())),
        "last month" => (month.checked_sub(1.month()), Ok(month)),
        "this year" => (Ok(year), year.checked_add(1.year())),
        "last year" => (year.checked_sub(1.year()), Ok(year)),
        _ => return None,
    };
    Some((from.ok()?, to.ok()?))
}

fn american(text: &str) -> Option<Date> {
    let mut parts = text.split('/');
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    let year = parts.next()?.parse().ok()?;
    if parts.next().is_some() { None } else { Date::new(year, month, day).ok() }
}

fn plain_day(text: &str) -> Option<Date> {
    if text.len() == 10 { text.parse().ok() } else { None }
}

/// Without an offset a date-time is in UTC.
fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        local.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })
}

fn midnight(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}
