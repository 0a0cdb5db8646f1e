use super::{DatePart, Section, Token, Unit, decimal, names};

/// The last day that Excel knows: 31 December 9999.
const MAX_SERIAL: f64 = 2_958_466.0;
/// The most days of a duration.
const MAX_ELAPSED: f64 = 1e9;
const SECONDS_PER_DAY: u64 = 86_400;
/// The most digits of parts of a second.
const MAX_PLACES: usize = 6;

/// What day 0 is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Epoch {
    /// The last day of 1899; 1900 counts as a leap year.
    #[default]
    Of1900,
    /// The first day of 1904.
    Of1904,
}

/// A moment, in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment {
    year: i64,
    month: usize,
    day: u64,
    /// From Sunday.
    weekday: usize,
    second_of_day: u64,
    sub_second: u64,
}

/// Shows a moment or a duration; none when it is outside of the calendar.
pub(super) fn show(section: &Section, value: f64, epoch: Epoch) -> Option<String> {
    let is_elapsed = section.tokens.iter().any(|token| matches!(token, Token::Elapsed(..)));
    let most = if is_elapsed { MAX_ELAPSED } else { MAX_SERIAL };
    if !(0.0..most).contains(&value) {
        return None;
    }
    let places = places(section);
    let (days, ticks) = split(value, places);
    let scale = 10_u64.pow(u32::try_from(places).unwrap_or_default());
    let shown = Shown {
        moment: Moment::of(days, ticks / scale, ticks % scale, epoch),
        seconds: days.saturating_mul(SECONDS_PER_DAY).saturating_add(ticks / scale),
        places,
        has_am_pm: section.tokens.iter().any(|token| matches!(token, Token::AmPm(..))),
        language: section.language,
    };
    Some(section.tokens.iter().map(|token| shown.token(token, value)).collect())
}

/// How many digits of parts of a second are shown.
fn places(section: &Section) -> usize {
    let places = section.tokens.iter().find_map(|token| match token {
        Token::SubSecond(places) => Some(*places),
        _ => None,
    });
    places.unwrap_or_default().min(MAX_PLACES)
}

/// What the parts of a format are filled with.
struct Shown {
    moment: Moment,
    /// All seconds since day 0.
    seconds: u64,
    places: usize,
    has_am_pm: bool,
    language: u32,
}

impl Shown {
    fn token(&self, token: &Token, value: f64) -> String {
        let places = self.places;
        match token {
            Token::Date(part) => self.part(*part),
            Token::Elapsed(unit, width) => format!("{:0width$}", unit.of(self.seconds)),
            Token::AmPm(am, _) if self.moment.second_of_day < SECONDS_PER_DAY / 2 => am.clone(),
            Token::AmPm(_, pm) => pm.clone(),
            Token::SubSecond(0) => ".".to_owned(),
            Token::SubSecond(_) => format!(".{:0places$}", self.moment.sub_second),
            Token::Literal(text) => text.clone(),
            Token::General | Token::Text => decimal::general(value),
            _ => String::new(),
        }
    }

    fn part(&self, part: DatePart) -> String {
        let moment = &self.moment;
        let minutes = moment.second_of_day / 60 % 60;
        match part {
            DatePart::Year(1..=2) => format!("{:02}", moment.year.rem_euclid(100)),
            DatePart::Year(_) => format!("{:04}", moment.year),
            DatePart::BuddhistYear(1..=2) => format!("{:02}", (moment.year + 543).rem_euclid(100)),
            DatePart::BuddhistYear(_) => format!("{:04}", moment.year + 543),
            DatePart::Month(width @ 1..=2) => format!("{:0width$}", moment.month),
            DatePart::Month(width) => names::month(moment.month, width, self.language),
            DatePart::Day(width @ 1..=2) => format!("{:0width$}", moment.day),
            DatePart::Day(width) => names::weekday(moment.weekday, width, self.language),
            DatePart::Hour(width) => format!("{:0width$}", self.hour(), width = width.min(2)),
            DatePart::Minute(width) => format!("{minutes:0width$}"),
            DatePart::Second(width) => {
                format!("{:0width$}", moment.second_of_day % 60, width = width.min(2))
            }
        }
    }

    fn hour(&self) -> u64 {
        let hour = self.moment.second_of_day / 3600;
        if self.has_am_pm { (hour + 11) % 12 + 1 } else { hour }
    }
}

impl Unit {
    fn of(self, seconds: u64) -> u64 {
        match self {
            Self::Hours => seconds / 3600,
            Self::Minutes => seconds / 60,
            Self::Seconds => seconds,
        }
    }
}

/// Whole days, and the rest in parts of a second, rounded so that both fit.
fn split(value: f64, places: usize) -> (u64, u64) {
    let scale = 10_u64.pow(u32::try_from(places).unwrap_or_default());
    let per_day = SECONDS_PER_DAY * scale;
    // A date holds about eleven digits after the point: one more decides how the last is rounded.
    let ticks = (value.fract() * per_day as f64 + 1e-5).round() as u64;
    let days = value.trunc() as u64;
    if ticks >= per_day { (days + 1, ticks - per_day) } else { (days, ticks) }
}

impl Moment {
    fn of(days: u64, second_of_day: u64, sub_second: u64, epoch: Epoch) -> Self {
        let days = i64::try_from(days).unwrap_or_default();
        let (year, month, day) = match (epoch, days) {
            (Epoch::Of1900, 0) => (1900, 1, 0),
            (Epoch::Of1900, 60) => (1900, 2, 29),
            _ => civil(days + days_to_1970(epoch, days)),
        };
        let weekday = match epoch {
            Epoch::Of1900 => (days + 6).rem_euclid(7),
            Epoch::Of1904 => (days + 5).rem_euclid(7),
        };
        let weekday = usize::try_from(weekday).unwrap_or_default();
        Self { year, month, day, weekday, second_of_day, sub_second }
    }
}

/// What makes a serial number of days one that counts from 1970.
fn days_to_1970(epoch: Epoch, days: i64) -> i64 {
    match epoch {
        Epoch::Of1904 => -24_107,
        Epoch::Of1900 if days < 60 => -25_568,
        Epoch::Of1900 => -25_569,
    }
}

/// Year, month and day of a number of days since 1970, in the Gregorian calendar.
///
/// See <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>.
fn civil(days: i64) -> (i64, usize, u64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, usize::try_from(month).unwrap_or(1), u64::try_from(day).unwrap_or(1))
}

/// The serial number of a date by ISO 8601, with or without a time, or of a time alone.
pub(crate) fn serial_of_iso(text: &str, epoch: Epoch) -> Option<f64> {
    let text = text.trim().trim_end_matches('Z');
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (Some(date), Some(time)),
        None if text.contains(':') => (None, Some(text)),
        None => (Some(text), None),
    };
    let days = date.map_or(Some(0), |date| serial_of_date(date, epoch))?;
    let seconds = time.map_or(Some(0.0), seconds_of_time)?;
    Some(days as f64 + seconds / SECONDS_PER_DAY as f64)
}

fn serial_of_date(date: &str, epoch: Epoch) -> Option<i64> {
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1900..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let since_1970 = era * 146_097 + day_of_era - 719_468;
    let serial = since_1970 - days_to_1970(epoch, 61);
    let serial = if epoch == Epoch::Of1900 && serial <= 60 { serial - 1 } else { serial };
    (serial >= 0).then_some(serial)
}

fn seconds_of_time(time: &str) -> Option<f64> {
    let mut parts = time.splitn(3, ':').map(|part| part.parse::<f64>().ok());
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0.0))?;
    let all = hours * 3600.0 + minutes * 60.0 + seconds;
    (0.0..SECONDS_PER_DAY as f64).contains(&all).then_some(all)
}
