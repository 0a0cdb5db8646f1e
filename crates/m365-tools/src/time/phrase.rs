use jiff::{
    Timestamp, ToSpan, Zoned,
    civil::{Date, Weekday},
};

use super::{
    When,
    words::{self, Unit},
};

/// Reads plain language, e.g. `last week` or `next friday 14:00`.
pub(super) fn parse(text: &str, now: &Zoned) -> Option<When> {
    let text = text.to_lowercase().replace(',', " ");
    let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "the").collect();
    if words.is_empty() || words.len() > 8 {
        return None;
    }
    span(&words, now).or_else(|| with_time(&words, now))
}

/// Reads a day followed by a time of day; a time alone is today's.
fn with_time(words: &[&str], now: &Zoned) -> Option<When> {
    (1..=words.len().min(2)).rev().find_map(|length| {
        let (day, time) = words.split_at(words.len() - length);
        let time = words::time_of_day(&time.concat())?;
        let date = single_day(day.strip_suffix(&["at"]).unwrap_or(day), now)?;
        let moment = date.to_datetime(time).to_zoned(now.time_zone().clone()).ok()?;
        Some(When::At(moment.timestamp()))
    })
}

fn single_day(words: &[&str], now: &Zoned) -> Option<Date> {
    if words.is_empty() {
        return Some(now.date());
    }
    match span(words, now)? {
        When::Days(first, after) if first.tomorrow().ok()? == after => Some(first),
        _ => None,
    }
}

fn span(words: &[&str], now: &Zoned) -> Option<When> {
    let today = now.date();
    match words {
        ["now"] => Some(When::At(now.timestamp())),
        ["today"] => shifted(today, 0),
        ["yesterday"] => shifted(today, -1),
        ["tomorrow"] => shifted(today, 1),
        ["day", "before", "yesterday"] => shifted(today, -2),
        ["day", "after", "tomorrow"] => shifted(today, 2),
        ["start" | "beginning", "of", rest @ ..] => edge(rest, now, true),
        ["end", "of", rest @ ..] => edge(rest, now, false),
        [count @ .., "ago"] => counted(count, -1, now),
        ["in", count @ ..] | [count @ .., "from", "now"] => counted(count, 1, now),
        [relation, rest @ ..] => {
            relative(relation, rest, now).or_else(|| calendar_date(words, today))
        }
        [] => None,
    }
}

fn shifted(today: Date, days: i64) -> Option<When> {
    let first = today.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    Some(When::Days(first, first.tomorrow().ok()?))
}

/// The first or the last day of what the words name; a bare unit means the current one.
fn edge(words: &[&str], now: &Zoned, first: bool) -> Option<When> {
    let whole = match words {
        [unit] if words::unit(unit).is_some() => relative("this", words, now),
        _ => span(words, now),
    };
    let When::Days(start, after) = whole? else { return None };
    let day = if first { start } else { after.yesterday().ok()? };
    shifted(day, 0)
}

/// `3 days` from now in one direction: a day, or a moment where the unit is shorter.
fn counted(words: &[&str], sign: i64, now: &Zoned) -> Option<When> {
    let (count, unit) = count_and_unit(words)?;
    let span = units(count.checked_mul(sign)?, unit)?;
    if matches!(unit, Unit::Minute | Unit::Hour) {
        return Some(When::At(now.timestamp().checked_add(span).ok()?));
    }
    shifted(now.date().checked_add(span).ok()?, 0)
}

fn count_and_unit(words: &[&str]) -> Option<(i64, Unit)> {
    let (count, unit) = match words {
        ["a", "couple", "of", unit] | ["couple", "of", unit] => ("couple", unit),
        [count, unit] => (*count, unit),
        _ => return None,
    };
    Some((words::number(count)?, words::unit(unit)?))
}

fn units(count: i64, unit: Unit) -> Option<jiff::Span> {
    let span = jiff::Span::new();
    match unit {
        Unit::Minute => span.try_minutes(count),
        Unit::Hour => span.try_hours(count),
        Unit::Day => span.try_days(count),
        Unit::Week => span.try_weeks(count),
        Unit::Month => span.try_months(count),
        Unit::Quarter => span.try_months(count.checked_mul(3)?),
        Unit::Year => span.try_years(count),
    }
    .ok()
}

fn relative(relation: &str, rest: &[&str], now: &Zoned) -> Option<When> {
    let steps = match relation {
        "last" | "past" | "previous" => -1,
        "this" | "current" => 0,
        "next" | "coming" | "following" => 1,
        _ => return bare_weekday(relation, rest, now.date()),
    };
    match rest {
        [word] => whole_unit(word, steps, now.date()).or_else(|| weekday(word, steps, now.date())),
        _ if steps != 0 => stretch(rest, steps, now),
        _ => None,
    }
}

fn whole_unit(word: &str, steps: i64, today: Date) -> Option<When> {
    let unit = words::unit(word)?;
    let first = match unit {
        Unit::Day => today,
        Unit::Week => monday_of(today)?,
        Unit::Month => today.first_of_month(),
        Unit::Quarter => Date::new(today.year(), (today.month() - 1) / 3 * 3 + 1, 1).ok()?,
        Unit::Year => today.first_of_year(),
        Unit::Minute | Unit::Hour => return None,
    };
    let first = first.checked_add(units(steps, unit)?).ok()?;
    Some(When::Days(first, first.checked_add(units(1, unit)?).ok()?))
}

fn weekday(word: &str, steps: i64, today: Date) -> Option<When> {
    let weekday = words::weekday(word)?;
    let date = match steps {
        0 => {
            monday_of(today)?.checked_add(i64::from(weekday.to_monday_zero_offset()).days()).ok()?
        }
        _ => today.nth_weekday(i32::try_from(steps).ok()?, weekday).ok()?,
    };
    shifted(date, 0)
}

fn bare_weekday(word: &str, rest: &[&str], today: Date) -> Option<When> {
    if rest.is_empty() { weekday(word, 0, today) } else { None }
}

fn monday_of(date: Date) -> Option<Date> {
    date.tomorrow().ok()?.nth_weekday(-1, Weekday::Monday).ok()
}

/// `last 7 days`: from the start of that day until now; `next 2 weeks`: from now on.
fn stretch(words: &[&str], steps: i64, now: &Zoned) -> Option<When> {
    let (count, unit) = count_and_unit(words)?;
    let span = units(count.checked_mul(steps)?, unit)?;
    let present = now.timestamp();
    let far = if matches!(unit, Unit::Minute | Unit::Hour) {
        present.checked_add(span).ok()?
    } else if steps < 0 {
        super::start_of_day(now.date().checked_add(span).ok()?, now.time_zone())
    } else {
        let after = now.date().checked_add(span).ok()?.tomorrow().ok()?;
        super::start_of_day(after, now.time_zone())
    };
    Some(if steps < 0 {
        When::Between(far, just_after(present)?)
    } else {
        When::Between(present, far)
    })
}

fn just_after(moment: Timestamp) -> Option<Timestamp> {
    moment.checked_add(1.second()).ok()
}

fn calendar_date(words: &[&str], today: Date) -> Option<When> {
    let (words, year) = match words {
        [rest @ .., last] if words::year(last).is_some() => (rest, words::year(last)?),
        _ => (words, today.year()),
    };
    match words {
        [only] => month(only, year).or_else(|| quarter(only, year)),
        [one, other] => {
            let (day, month) = match words::month(one) {
                Some(month) => (words::day_of_month(other)?, month),
                None => (words::day_of_month(one)?, words::month(other)?),
            };
            shifted(Date::new(year, month, day).ok()?, 0)
        }
        _ => None,
    }
}

fn month(word: &str, year: i16) -> Option<When> {
    let first = Date::new(year, words::month(word)?, 1).ok()?;
    Some(When::Days(first, first.checked_add(1.month()).ok()?))
}

fn quarter(word: &str, year: i16) -> Option<When> {
    let quarter: i8 =
        word.strip_prefix('q')?.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
    let first = Date::new(year, (quarter - 1) * 3 + 1, 1).ok()?;
    Some(When::Days(first, first.checked_add(3.months()).ok()?))
}
