use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, ISOWeekDate, Weekday},
    tz::TimeZone,
};

use super::When;

/// Reads ISO 8601: a moment with offset, a local one, a day, a week, a month or a year.
pub(super) fn parse(text: &str, zone: &TimeZone) -> Option<When> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(When::At(moment));
    }
    match text.len() {
        4 => year(text),
        7 => month(text),
        8 => week(text),
        10 => day(text),
        _ => local(text, zone).or_else(|| last(text)),
    }
}

/// The last days of the year 9999 lie beyond what a [`Timestamp`] holds; people who write them mean the
/// end of time.
fn last(text: &str) -> Option<When> {
    let year_before = format!("9998-{}", text.strip_prefix("9999-")?);
    let is_moment =
        year_before.parse::<Timestamp>().is_ok() || year_before.parse::<DateTime>().is_ok();
    is_moment.then_some(When::At(Timestamp::MAX))
}

fn local(text: &str, zone: &TimeZone) -> Option<When> {
    if text.len() < "2026-11-21T09".len() || text.contains('[') {
        return None;
    }
    let moment = text.parse::<DateTime>().ok()?.to_zoned(zone.clone()).ok()?;
    Some(When::At(moment.timestamp()))
}

fn day(text: &str) -> Option<When> {
    let date: Date = text.parse().ok()?;
    Some(When::Days(date, date.tomorrow().unwrap_or(Date::MAX)))
}

fn week(text: &str) -> Option<When> {
    let (year, week) = text.split_once("-W").or_else(|| text.split_once("-w"))?;
    let monday =
        ISOWeekDate::new(digits(year, 4)?, i8::try_from(digits(week, 2)?).ok()?, Weekday::Monday);
    let first = monday.ok()?.date();
    Some(When::Days(first, first.saturating_add(1.week())))
}

fn month(text: &str) -> Option<When> {
    let (year, month) = text.split_once('-')?;
    let first = Date::new(digits(year, 4)?, i8::try_from(digits(month, 2)?).ok()?, 1).ok()?;
    Some(When::Days(first, first.saturating_add(1.month())))
}

fn year(text: &str) -> Option<When> {
    let first = Date::new(digits(text, 4)?, 1, 1).ok()?;
    Some(When::Days(first, first.saturating_add(1.year())))
}

fn digits(text: &str, length: usize) -> Option<i16> {
    let all = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}
