//! How a series repeats, as a person would say it.

use m365_graph::{Recurrence, RecurrencePattern, RecurrenceRange};

const WORKDAYS: [&str; 5] = ["monday", "tuesday", "wednesday", "thursday", "friday"];
const WEEKEND: [&str; 2] = ["saturday", "sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Says how a series repeats, e.g. `weekly on Monday until 2026-12-18`; `None` for a kind of pattern
/// that is not known.
pub(crate) fn phrase(recurrence: &Recurrence) -> Option<String> {
    Some(format!("{}{}", pattern(&recurrence.pattern)?, range(&recurrence.range)))
}

fn pattern(pattern: &RecurrencePattern) -> Option<String> {
    let kind = pattern.r#type.as_deref()?;
    Some(match kind {
        "daily" => every(pattern, "daily", "days"),
        "weekly" => {
            let days = joined(&capitalised(&pattern.days_of_week), "and");
            with(every(pattern, "weekly", "weeks"), " on ", &days)
        }
        "absoluteMonthly" => {
            let day = pattern.day_of_month.map(|day| day.to_string()).unwrap_or_default();
            with(every(pattern, "monthly", "months"), " on day ", &day)
        }
        "relativeMonthly" => {
            with(every(pattern, "monthly", "months"), " on the ", &relative(pattern))
        }
        "absoluteYearly" => with(every(pattern, "yearly", "years"), " on ", &date(pattern)),
        "relativeYearly" => {
            let day = format!("{} of {}", relative(pattern), month(pattern));
            with(every(pattern, "yearly", "years"), " on the ", &day)
        }
        _ => return None,
    })
}

fn every(pattern: &RecurrencePattern, once: &str, units: &str) -> String {
    match pattern.interval {
        Some(interval) if interval > 1 => format!("every {interval} {units}"),
        _ => once.to_owned(),
    }
}

fn with(start: String, link: &str, rest: &str) -> String {
    if rest.is_empty() { start } else { format!("{start}{link}{rest}") }
}

/// Which of the month's days, e.g. `second Tuesday` or `last weekday`.
fn relative(pattern: &RecurrencePattern) -> String {
    let days = &pattern.days_of_week;
    let has = |names: &[&str]| names.iter().all(|name| is_among(days, name));
    let day = match days.len() {
        7 if has(&WORKDAYS) && has(&WEEKEND) => "day".to_owned(),
        5 if has(&WORKDAYS) => "weekday".to_owned(),
        2 if has(&WEEKEND) => "weekend day".to_owned(),
        _ => joined(&capitalised(days), "or"),
    };
    format!("{} {day}", pattern.index.as_deref().unwrap_or("first").to_lowercase())
}

fn is_among(days: &[String], name: &str) -> bool {
    days.iter().any(|day| day.eq_ignore_ascii_case(name))
}

fn date(pattern: &RecurrencePattern) -> String {
    match pattern.day_of_month {
        Some(day) => format!("{day} {}", month(pattern)),
        None => month(pattern).to_owned(),
    }
}

fn month(pattern: &RecurrencePattern) -> &'static str {
    let month = pattern.month.and_then(|month| usize::try_from(month).ok()?.checked_sub(1));
    month.and_then(|month| MONTHS.get(month)).copied().unwrap_or_default()
}

fn capitalised(names: &[String]) -> Vec<String> {
    let upper = |name: &String| {
        let mut letters = name.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect()
    };
    names.iter().map(upper).collect()
}

/// `Monday, Tuesday and Friday`.
fn joined(names: &[String], last: &str) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., end] => format!("{} {last} {end}", rest.join(", ")),
    }
}

fn range(range: &RecurrenceRange) -> String {
    let is = |kind: &str| range.r#type.as_deref() == Some(kind);
    match (range.end_date, range.number_of_occurrences) {
        (Some(end), _) if is("endDate") => format!(" until {end}"),
        (_, Some(1)) if is("numbered") => ", once".to_owned(),
        (_, Some(times)) if is("numbered") => format!(", {times} times"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn said(pattern: Value, range: Value) -> Option<String> {
        let recurrence = json!({"pattern": pattern, "range": range});
        phrase(&serde_json::from_value(recurrence).unwrap())
    }

    fn endless(pattern: Value) -> String {
        said(pattern, json!({"type": "noEnd", "endDate": "0001-01-01"})).unwrap()
    }

    #[test]
    fn each_kind_of_pattern_has_its_words() {
        let filler = json!({"month": 0, "dayOfMonth": 0, "index": "first", "interval": 1});
        let cases = [
            (json!({"type": "daily"}), "daily"),
            (json!({"type": "daily", "interval": 3}), "every 3 days"),
            (json!({"type": "weekly", "daysOfWeek": ["monday"]}), "weekly on Monday"),
            (
                json!({"type": "weekly", "interval": 2, "daysOfWeek": ["monday", "wednesday", "friday"]}),
                "every 2 weeks on Monday, Wednesday and Friday",
            ),
            (json!({"type": "absoluteMonthly", "dayOfMonth": 15}), "monthly on day 15"),
            (
                json!({"type": "relativeMonthly", "index": "second", "daysOfWeek": ["tuesday"]}),
                "monthly on the second Tuesday",
            ),
            (
                json!({"type": "relativeMonthly", "interval": 2, "index": "last", "daysOfWeek": WORKDAYS}),
                "every 2 months on the last weekday",
            ),
            (
                json!({"type": "relativeMonthly", "index": "first", "daysOfWeek": ["monday", "tuesday"]}),
                "monthly on the first Monday or Tuesday",
            ),
            (json!({"type": "absoluteYearly", "dayOfMonth": 17, "month": 5}), "yearly on 17 May"),
            (
                json!({"type": "relativeYearly", "index": "last", "month": 11, "daysOfWeek": ["friday"]}),
                "yearly on the last Friday of November",
            ),
        ];

        for (pattern, words) in cases {
            let mut whole = filler.clone();
            whole.as_object_mut().unwrap().extend(pattern.as_object().unwrap().clone());
            assert_eq!(endless(whole), words);
        }
    }

    #[test]
    fn the_end_of_a_series_is_said() {
        let daily = json!({"type": "daily", "interval": 1});
        let until = json!({"type": "endDate", "endDate": "2026-12-18", "numberOfOccurrences": 0});
        let often = json!({"type": "numbered", "endDate": "0001-01-01", "numberOfOccurrences": 10});

        assert_eq!(said(daily.clone(), until).unwrap(), "daily until 2026-12-18");
        assert_eq!(said(daily, often).unwrap(), "daily, 10 times");
    }

    #[test]
    fn a_pattern_of_the_future_is_not_guessed() {
        assert_eq!(said(json!({"type": "lunar"}), Value::Null), None);
    }

    proptest! {
        #[test]
        fn every_pattern_of_a_known_kind_has_words(
            kind in "daily|weekly|absoluteMonthly|relativeMonthly|absoluteYearly|relativeYearly",
            interval in proptest::option::of(0_u32..100),
            month in -1_i8..15,
            days in proptest::collection::vec("[a-z]{0,9}", 0..8),
            index in proptest::option::of("[a-z]{0,6}"),
        ) {
            let pattern = json!({
                "type": kind, "interval": interval, "month": month, "daysOfWeek": days, "index": index,
            });

            let words = said(pattern, Value::Null).unwrap();

            prop_assert!(!words.trim().is_empty());
        }
    }
}
