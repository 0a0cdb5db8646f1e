use jiff::civil::{Time, Weekday};

/// The parts of time that phrases count in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

const NUMBERS: [&str; 13] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The days of a week by their English names, which Graph uses too.
pub(crate) const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// Reads `3`, `three` or `a`.
pub(super) fn number(word: &str) -> Option<i64> {
    match word {
        "a" | "an" => Some(1),
        "couple" => Some(2),
        _ if word.bytes().all(|byte| byte.is_ascii_digit()) => word.parse().ok(),
        _ => NUMBERS.iter().position(|name| *name == word).and_then(|at| i64::try_from(at).ok()),
    }
}

/// Reads `day`, `days`, `wk` and the like.
pub(super) fn unit(word: &str) -> Option<Unit> {
    let unit = match word.strip_suffix('s').unwrap_or(word) {
        "minute" | "min" => Unit::Minute,
        "hour" | "hr" => Unit::Hour,
        "day" => Unit::Day,
        "week" | "wk" => Unit::Week,
        "month" => Unit::Month,
        "quarter" => Unit::Quarter,
        "year" | "yr" => Unit::Year,
        _ => return None,
    };
    Some(unit)
}

/// Reads `monday`, `mon`, `tues`, …
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(name, _)| is_short_for(word, name)).map(|(_, day)| *day)
}

/// Reads `november`, `nov`, `sept`, …: 1 to 12.
pub(super) fn month(word: &str) -> Option<i8> {
    let at = MONTHS.iter().position(|name| is_short_for(word, name))?;
    i8::try_from(at + 1).ok()
}

/// Reads a four-digit year.
pub(super) fn year(word: &str) -> Option<i16> {
    (word.len() == 4).then(|| number(word)).flatten().and_then(|year| i16::try_from(year).ok())
}

/// Reads `3`, `3rd` or `21st`: 1 to 31.
pub(super) fn day_of_month(word: &str) -> Option<i8> {
    let end = word.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(word.len());
    let (digits, suffix) = word.split_at(end);
    let day = matches!(suffix, "" | "st" | "nd" | "rd" | "th").then(|| digits.parse().ok())??;
    (1..=31).contains(&day).then_some(day)
}

/// Reads `14:00`, `9am`, `2:30 pm`, `noon`.
pub(super) fn time_of_day(text: &str) -> Option<Time> {
    match text {
        "noon" => return Time::new(12, 0, 0, 0).ok(),
        "midnight" => return Some(Time::midnight()),
        _ => {}
    }
    match text
        .strip_suffix("am")
        .map(|rest| (rest, 0))
        .or_else(|| text.strip_suffix("pm").map(|rest| (rest, 12)))
    {
        Some((clock, half)) => twelve_hours(clock.trim_end(), half),
        None if text.contains(':') => clock(text),
        None => None,
    }
}

fn twelve_hours(text: &str, half: i8) -> Option<Time> {
    let time = clock(text)?;
    let hour = (1..=12).contains(&time.hour()).then(|| time.hour() % 12 + half)?;
    Time::new(hour, time.minute(), time.second(), 0).ok()
}

fn clock(text: &str) -> Option<Time> {
    let mut parts = text.split(':').map(|part| {
        (part.len() <= 2).then(|| number(part)).flatten().and_then(|part| i8::try_from(part).ok())
    });
    let hour = parts.next()??;
    let minute = parts.next().unwrap_or(Some(0))?;
    let second = parts.next().unwrap_or(Some(0))?;
    parts.next().is_none().then(|| Time::new(hour, minute, second, 0).ok())?
}

fn is_short_for(word: &str, name: &str) -> bool {
    word.len() >= 3 && name.starts_with(word.trim_end_matches('.'))
}
