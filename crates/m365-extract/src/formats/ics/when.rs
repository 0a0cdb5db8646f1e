//! Dates and times of a calendar as they are read, in the zone they are written in.

use std::fmt;

use crate::formats::content_line::ContentLine;

/// The most moments of a list that are named.
const MAX_LISTED: usize = 50;

/// A date, perhaps with a time and a zone.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moment {
    date: Date,
    time: Option<String>,
    zone: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Date {
    fn parse(text: &str) -> Option<Self> {
        let number = |range| text.get(range).filter(|text: &&str| is_number(text));
        let year = number(0..4)?.parse().ok()?;
        let month = number(4..6)?.parse().ok().filter(|month| (1..=12).contains(month))?;
        let day = number(6..8)?.parse().ok().filter(|day| (1..=31).contains(day))?;
        Some(Self { year, month, day })
    }

    /// The day before.
    fn previous(self) -> Self {
        match self {
            Self { day: 2.., .. } => Self { day: self.day - 1, ..self },
            Self { month: 2.., .. } => {
                let month = self.month - 1;
                Self { month, day: days(self.year, month), ..self }
            }
            _ => Self { year: self.year.saturating_sub(1), month: 12, day: 31 },
        }
    }
}

fn days(year: u16, month: u8) -> u8 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Moment {
    /// Reads `20260314T090000Z` and its shorter forms.
    pub(super) fn parse(text: &str, zone: Option<&str>) -> Option<Self> {
        let text = text.trim().replace(['-', ':'], "");
        let (day, time) =
            text.split_once(['T', 't']).map_or((&text[..], None), |(d, t)| (d, Some(t)));
        let is_utc = time.is_some_and(|time| time.ends_with(['Z', 'z']));
        let zone = if is_utc { Some("UTC") } else { zone.filter(|_| time.is_some()) };
        Some(Self {
            date: Date::parse(day)?,
            time: time.and_then(clock),
            zone: zone.map(str::to_owned),
        })
    }

    fn of(line: &ContentLine) -> Option<Self> {
        Self::parse(&line.value, line.parameter("TZID"))
    }

    /// What ends on the day that this one begins is over the day before.
    fn last_day(self) -> Self {
        match self.time {
            None => Self { date: self.date.previous(), ..self },
            Some(_) => self,
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date)?;
        if let Some(time) = &self.time {
            write!(f, " {time}")?;
        }
        match &self.zone {
            Some(zone) => write!(f, " ({zone})"),
            None => Ok(()),
        }
    }
}

/// `090000` as `09:00`.
fn clock(text: &str) -> Option<String> {
    let part = |range| text.get(range).filter(|text| is_number(text));
    let (hours, minutes) = (part(0..2)?, part(2..4)?);
    match part(4..6) {
        Some(seconds) if seconds != "00" => Some(format!("{hours}:{minutes}:{seconds}")),
        _ => Some(format!("{hours}:{minutes}")),
    }
}

/// The value of a line as a moment, or as it is written.
pub(super) fn moment(line: &ContentLine) -> String {
    Moment::of(line).map_or_else(|| line.text(), |moment| moment.to_string())
}

/// The moments of several lines with several values each, without more of them than one wants to see.
pub(super) fn list<'a>(lines: impl Iterator<Item = &'a ContentLine>) -> String {
    let values = lines.flat_map(|line| line.value.split(',').map(move |value| one(value, line)));
    let mut shown: Vec<String> = values.take(MAX_LISTED + 1).collect();
    if shown.len() > MAX_LISTED {
        shown.truncate(MAX_LISTED);
        shown.push("…".to_owned());
    }
    shown.join("; ")
}

/// A moment, or a period from one to another.
fn one(value: &str, line: &ContentLine) -> String {
    let zone = line.parameter("TZID");
    let Some((start, end)) = value.split_once('/') else {
        return Moment::parse(value, zone).map_or_else(|| value.to_owned(), |it| it.to_string());
    };
    let Some(start) = Moment::parse(start, zone) else { return value.to_owned() };
    match Moment::parse(end, zone) {
        Some(end) => span(&start, &end),
        None => format!("{start}{}", lasting(end)),
    }
}

/// From when to when something takes place.
pub(super) fn period(
    start: Option<&ContentLine>,
    end: Option<&ContentLine>,
    duration: Option<&ContentLine>,
) -> String {
    let Some(line) = start else { return String::new() };
    let Some(from) = Moment::of(line) else { return line.text() };
    let length = duration.map(|line| lasting(&line.value)).unwrap_or_default();
    let note = if from.time.is_none() { ", all day" } else { "" };
    match end.and_then(Moment::of).map(Moment::last_day) {
        Some(to) if is_after(&to, &from) => format!("{}{note}", span(&from, &to)),
        _ => format!("{from}{length}{}", if length.is_empty() { note } else { "" }),
    }
}

fn is_after(to: &Moment, from: &Moment) -> bool {
    to.date > from.date || (to.date == from.date && to.time != from.time) || to.zone != from.zone
}

fn span(from: &Moment, to: &Moment) -> String {
    if from.zone != to.zone {
        return format!("{from} – {to}");
    }
    let zone = from.zone.as_ref().map(|zone| format!(" ({zone})")).unwrap_or_default();
    let (from, to) = (Moment { zone: None, ..from.clone() }, Moment { zone: None, ..to.clone() });
    match &to.time {
        Some(time) if from.date == to.date => format!("{from}–{time}{zone}"),
        _ => format!("{from} – {to}{zone}"),
    }
}

/// `PT1H30M` as `, for 1 h 30 min` (RFC 5545 3.3.6).
fn lasting(duration: &str) -> String {
    let mut parts = Vec::new();
    let mut number = String::new();
    let mut is_time = false;
    for c in duration.trim().chars().take(40) {
        match c.to_ascii_uppercase() {
            '0'..='9' => number.push(c),
            'T' => is_time = true,
            unit => {
                let number = std::mem::take(&mut number);
                parts.extend(named(&number, unit, is_time));
            }
        }
    }
    if parts.is_empty() { String::new() } else { format!(", for {}", parts.join(" ")) }
}

fn named(number: &str, unit: char, is_time: bool) -> Option<String> {
    let number = number.trim_start_matches('0');
    let one = number == "1";
    let unit = match (unit, is_time) {
        ('W', _) if one => "week",
        ('W', _) => "weeks",
        ('D', _) if one => "day",
        ('D', _) => "days",
        ('H', true) => "h",
        ('M', true) => "min",
        ('S', true) => "s",
        _ => return None,
    };
    (!number.is_empty()).then(|| format!("{number} {unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::content_line::lines;

    fn shown(text: &str) -> String {
        let all: Vec<ContentLine> = lines(text).collect();
        let named = |name: &str| all.iter().find(|line| line.name == name);
        period(named("DTSTART"), named("DTEND"), named("DURATION"))
    }

    #[test]
    fn an_event_on_one_day_names_the_day_and_the_zone_once() {
        let zone = "TZID=Europe/Berlin";

        assert_eq!(
            shown(&format!("DTSTART;{zone}:20260314T090000\nDTEND;{zone}:20260314T103000")),
            "2026-03-14 09:00–10:30 (Europe/Berlin)",
        );
        assert_eq!(
            shown("DTSTART:20260314T230000Z\nDTEND:20260315T003000Z"),
            "2026-03-14 23:00 – 2026-03-15 00:30 (UTC)",
        );
    }

    #[test]
    fn days_end_the_day_before_their_end() {
        let day = "DTSTART;VALUE=DATE:20260228\nDTEND;VALUE=DATE:";

        assert_eq!(shown(&format!("{day}20260301")), "2026-02-28, all day");
        assert_eq!(shown(&format!("{day}20260302")), "2026-02-28 – 2026-03-01, all day");
        assert_eq!(shown("DTSTART;VALUE=DATE:20260101"), "2026-01-01, all day");
    }

    #[test]
    fn a_duration_is_said_in_words() {
        assert_eq!(
            shown("DTSTART:20260314T090000\nDURATION:PT1H30M"),
            "2026-03-14 09:00, for 1 h 30 min",
        );
        assert_eq!(lasting("P1DT0H"), ", for 1 day");
    }

    #[test]
    fn what_is_no_date_is_shown_as_it_is_written() {
        assert_eq!(shown("DTSTART:soon"), "soon");
        assert_eq!(shown("DTSTART:20269999T1"), "20269999T1");
    }
}
