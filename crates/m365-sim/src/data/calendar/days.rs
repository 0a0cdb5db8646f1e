//! Days as the stories name them, counted from now.

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime, Time, Weekday},
    tz::TimeZone,
};

/// The present, on the clocks of one zone.
pub(crate) struct Present<'a> {
    pub(crate) now: Timestamp,
    pub(crate) zone: &'a TimeZone,
}

impl Present<'_> {
    /// Reads a day, and what of `words` follows it.
    ///
    /// | Words | Day |
    /// |---|---|
    /// | `+3d`, `-10d` | so many days from today |
    /// | `+3b`, `-10b` | the same, or the Monday after where that is a weekend |
    /// | `w+1 tue` | that day of the week so many weeks from this one |
    /// | `past-12 tue` | so many weeks from the latest such day on which `over` o'clock has passed |
    /// | `spring`, `autumn` | the last Sunday of March or October of this year, when clocks change |
    /// | `leap 02-29` | that day of the latest leap year |
    /// | `year-1 05-17` | that day of the year so many years from this one |
    pub(crate) fn day<'w>(
        &self,
        words: &'w [&'w str],
        over: Time,
    ) -> Option<(Date, &'w [&'w str])> {
        let today = self.now.to_zoned(self.zone.clone()).date();
        match words {
            ["spring", rest @ ..] => Some((last_sunday(today, 3)?, rest)),
            ["autumn", rest @ ..] => Some((last_sunday(today, 10)?, rest)),
            ["leap", day, rest @ ..] => Some((in_year(today, leap(today), day)?, rest)),
            [days, rest @ ..] if days.ends_with('d') => {
                let days: i32 = days.strip_suffix('d')?.parse().ok()?;
                Some((today.checked_add(days.days()).ok()?, rest))
            }
            [days, rest @ ..] if days.ends_with('b') => {
                let days: i32 = days.strip_suffix('b')?.parse().ok()?;
                Some((working(today.checked_add(days.days()).ok()?)?, rest))
            }
            [span, day, rest @ ..] => Some((self.spanned(span, day, over)?, rest)),
            _ => None,
        }
    }

    /// Reads `w+1 tue`, `past-12 tue` or `year-1 05-17`.
    fn spanned(&self, span: &str, day: &str, over: Time) -> Option<Date> {
        let today = self.now.to_zoned(self.zone.clone()).date();
        let (unit, number) = span.split_at(span.find(['+', '-'])?);
        let number: i32 = number.parse().ok()?;
        let first = match unit {
            "w" => monday(today)?.checked_add(to_monday(weekday(day)?).days()).ok()?,
            "past" => self.latest(weekday(day)?, over)?,
            "year" => return in_year(today, number, day),
            _ => return None,
        };
        first.checked_add(number.weeks()).ok()
    }

    /// Returns the latest such weekday on which a time of day has passed.
    fn latest(&self, day: Weekday, over: Time) -> Option<Date> {
        let local = self.now.to_zoned(self.zone.clone()).datetime();
        let back = i32::from(local.date().weekday().since(day));
        let same = local.date().checked_sub(back.days()).ok()?;
        if self.is_over(same.to_datetime(over)) {
            Some(same)
        } else {
            same.checked_sub(1.week()).ok()
        }
    }

    /// Returns whether a moment on the clocks has passed.
    pub(crate) fn is_over(&self, local: DateTime) -> bool {
        self.now.to_zoned(self.zone.clone()).datetime() >= local
    }
}

fn working(day: Date) -> Option<Date> {
    let weekend = [Weekday::Saturday, Weekday::Sunday].contains(&day.weekday());
    if weekend { monday(day)?.checked_add(1.week()).ok() } else { Some(day) }
}

fn last_sunday(today: Date, month: i8) -> Option<Date> {
    let last = today.with().day(1).month(month).build().ok()?.last_of_month();
    let back = i32::from(last.weekday().to_sunday_zero_offset());
    last.checked_sub(back.days()).ok()
}

/// Returns how many years from this one the latest leap year is.
fn leap(today: Date) -> i32 {
    -i32::from(today.year().rem_euclid(4))
}

fn in_year(today: Date, years: i32, day: &str) -> Option<Date> {
    let year = i32::from(today.year()) + years;
    format!("{year:04}-{day}").parse().ok()
}

fn monday(day: Date) -> Option<Date> {
    day.checked_sub(to_monday(day.weekday()).days()).ok()
}

fn to_monday(day: Weekday) -> i32 {
    i32::from(day.to_monday_zero_offset())
}

/// Reads a weekday such as `tue`.
pub(crate) fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return None,
    })
}
