//! Recurrence rules (RFC 5545 3.3.10) in words.

use super::when::Moment;
use crate::formats::content_line::ContentLine;

/// When something happens again, e.g. `every 2 weeks on Monday, until 2026-06-01`; the rule itself
/// where it says what these words cannot.
pub(super) fn words(line: &ContentLine) -> String {
    Rule::parse(&line.value).and_then(|rule| rule.words()).unwrap_or_else(|| line.text())
}

#[derive(Default)]
struct Rule<'a> {
    frequency: &'a str,
    interval: Option<u32>,
    count: Option<&'a str>,
    until: Option<&'a str>,
    days: Vec<&'a str>,
    month_days: Vec<&'a str>,
    months: Vec<&'a str>,
    position: Option<&'a str>,
}

impl<'a> Rule<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut rule = Self::default();
        for part in text.trim().split(';').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=')?;
            rule.set(&name.to_ascii_uppercase(), value)?;
        }
        Some(rule)
    }

    /// Takes a part of the rule; none where there are no words for it.
    fn set(&mut self, name: &str, value: &'a str) -> Option<()> {
        let values = || value.split(',').collect();
        match name {
            "FREQ" => self.frequency = value,
            "INTERVAL" => self.interval = Some(value.parse().ok()?),
            "COUNT" => self.count = Some(value),
            "UNTIL" => self.until = Some(value),
            "BYDAY" => self.days = values(),
            "BYMONTHDAY" => self.month_days = values(),
            "BYMONTH" => self.months = values(),
            "BYSETPOS" => self.position = Some(value),
            "WKST" => {}
            _ => return None,
        }
        Some(())
    }

    fn words(&self) -> Option<String> {
        let mut text = every(self.frequency, self.interval.unwrap_or(1))?;
        let days: Option<Vec<String>> = self.days.iter().map(|day| weekday(day)).collect();
        let days = days?.join(", ");
        match self.position.map(ordinal) {
            Some(position) => text.push_str(&format!(" on the {} of {days}", position?)),
            None if !days.is_empty() => text.push_str(&format!(" on {days}")),
            None => {}
        }
        if !self.month_days.is_empty() {
            let days: Option<Vec<String>> =
                self.month_days.iter().map(|day| month_day(day)).collect();
            text.push_str(&format!(" on {}", days?.join(", ")));
        }
        if !self.months.is_empty() {
            let months: Option<Vec<&str>> = self.months.iter().map(|name| month(name)).collect();
            text.push_str(&format!(" in {}", months?.join(", ")));
        }
        text.push_str(&self.end()?);
        Some(text)
    }

    fn end(&self) -> Option<String> {
        match (self.count, self.until) {
            (Some("1"), _) => Some(", once".to_owned()),
            (Some(count), _) => Some(format!(", {count} times")),
            (None, Some(until)) => Some(format!(", until {}", Moment::parse(until, None)?)),
            (None, None) => Some(String::new()),
        }
    }
}

fn every(frequency: &str, interval: u32) -> Option<String> {
    let unit = match frequency.to_ascii_uppercase().as_str() {
        "HOURLY" => "hour",
        "DAILY" => "day",
        "WEEKLY" => "week",
        "MONTHLY" => "month",
        "YEARLY" => "year",
        _ => return None,
    };
    match interval {
        1 => Some(format!("every {unit}")),
        more => Some(format!("every {more} {unit}s")),
    }
}

/// `MO` as `Monday`, `-1FR` as `the last Friday`.
fn weekday(day: &str) -> Option<String> {
    let (number, name) = day.split_at_checked(day.len().checked_sub(2)?)?;
    let name = match name.to_ascii_uppercase().as_str() {
        "MO" => "Monday",
        "TU" => "Tuesday",
        "WE" => "Wednesday",
        "TH" => "Thursday",
        "FR" => "Friday",
        "SA" => "Saturday",
        "SU" => "Sunday",
        _ => return None,
    };
    match number {
        "" => Some(name.to_owned()),
        number => Some(format!("the {} {name}", ordinal(number)?)),
    }
}

fn ordinal(number: &str) -> Option<String> {
    let name = match number.trim_start_matches('+') {
        "1" => "first",
        "2" => "second",
        "3" => "third",
        "4" => "fourth",
        "5" => "fifth",
        "-1" => "last",
        "-2" => "last but one",
        _ => return None,
    };
    Some(name.to_owned())
}

/// `1` as `day 1`, `-1` as `the last day`.
fn month_day(day: &str) -> Option<String> {
    match day.parse::<i8>().ok()? {
        -1 => Some("the last day".to_owned()),
        day @ 1..=31 => Some(format!("day {day}")),
        _ => None,
    }
}

fn month(number: &str) -> Option<&'static str> {
    const NAMES: [&str; 12] = [
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
    let number: usize = number.parse().ok()?;
    NAMES.get(number.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::content_line::lines;

    #[test]
    fn rules_are_said_in_words() {
        let rules = [
            ("FREQ=DAILY;COUNT=5", "every day, 5 times"),
            (
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20260601T000000Z;WKST=SU",
                "every 2 weeks on Monday, Wednesday, until 2026-06-01 00:00 (UTC)",
            ),
            ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
            ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", "every month on the first of Monday, Tuesday"),
            ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=14", "every year on day 14 in March"),
        ];

        for (rule, expected) in rules {
            let line = lines(&format!("RRULE:{rule}")).next().unwrap();
            assert_eq!(words(&line), expected);
        }
    }

    #[test]
    fn a_rule_without_words_is_shown_itself() {
        for rule in ["FREQ=YEARLY;BYWEEKNO=20", "FREQ=MINUTELY", "often", "FREQ=DAILY;UNTIL=never"]
        {
            let line = lines(&format!("RRULE:{rule}")).next().unwrap();
            assert_eq!(words(&line), rule);
        }
    }
}
