//! What repeats: on which days, for how long, and what is different on some of them.

use jiff::{
    Span, ToSpan as _,
    civil::{Date, DateTime, Weekday},
};

/// A series of events.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) pattern: Pattern,
    /// The day of the first one.
    pub(crate) first: Date,
    pub(crate) range: Range,
    pub(crate) changes: Vec<Change>,
}

/// On which days.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    /// Every so many days.
    Daily(i32),
    /// On these days of every so many weeks, which begin on Monday.
    Weekly(i32, Vec<Weekday>),
    /// Once in so many months.
    Monthly(i32, Day),
    /// Once a year, in the month with this number.
    Yearly(i8, Day),
}

/// A day of a month.
#[derive(Clone, Debug)]
pub(crate) enum Day {
    /// By its number; a shorter month has it on its last day.
    Number(i8),
    /// The first to fourth day that is one of these, or with -1 the last one.
    Nth(i8, Vec<Weekday>),
}

/// For how long.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Range {
    Forever,
    /// So many times.
    Times(usize),
    /// Up to a day, inclusive.
    Until(Date),
}

/// What is different about one of them.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// The day that the pattern has it on.
    pub(crate) day: Date,
    pub(crate) kind: ChangeKind,
}

/// In what way it is different.
#[derive(Clone, Debug)]
pub(crate) enum ChangeKind {
    /// It was taken out.
    Deleted,
    /// It is at another time, or has another location or subject.
    Exception { start: DateTime, end: DateTime, location: Option<String>, subject: Option<String> },
}

impl Series {
    /// Returns the days of the pattern in order, those with changes among them.
    pub(crate) fn days(&self) -> impl Iterator<Item = Date> {
        let (times, last) = match self.range {
            Range::Forever => (usize::MAX, Date::MAX),
            Range::Times(times) => (times, Date::MAX),
            Range::Until(last) => (usize::MAX, last),
        };
        let first = self.first;
        let days = self.pattern.days(first).skip_while(move |day| *day < first);
        days.take(times).take_while(move |day| *day <= last)
    }

    /// Returns whether the pattern has a day.
    pub(crate) fn has(&self, day: Date) -> bool {
        self.days().take_while(|own| *own <= day).last() == Some(day)
    }

    /// Returns what is different on a day.
    pub(crate) fn change(&self, day: Date) -> Option<&ChangeKind> {
        self.changes.iter().find(|change| change.day == day).map(|change| &change.kind)
    }
}

impl Pattern {
    /// Returns its days from the week, month or year on that holds `first`.
    fn days(&self, first: Date) -> Box<dyn Iterator<Item = Date> + '_> {
        match self {
            Self::Daily(every) => Box::new(first.series((*every).days())),
            Self::Weekly(every, days) => {
                let monday = first.weekday().to_monday_zero_offset();
                let weeks = steps(first, i32::from(-monday), (*every).weeks());
                Box::new(weeks.flat_map(|monday| week_days(monday, days)))
            }
            Self::Monthly(every, day) => {
                let months = first.first_of_month().series((*every).months());
                Box::new(months.filter_map(|month| day.of(month)))
            }
            Self::Yearly(month, day) => {
                let years = first.first_of_year().series(1.year());
                let months = years.filter_map(|year| year.with().month(*month).build().ok());
                Box::new(months.filter_map(|month| day.of(month)))
            }
        }
    }
}

fn steps(first: Date, back: i32, step: Span) -> impl Iterator<Item = Date> {
    first.checked_add(back.days()).unwrap_or(first).series(step)
}

fn week_days(monday: Date, days: &[Weekday]) -> impl Iterator<Item = Date> {
    let in_week = (0..7).filter_map(move |offset| monday.checked_add(offset.days()).ok());
    in_week.filter(|day| days.contains(&day.weekday()))
}

impl Day {
    /// Returns the day in the month that begins on `month`.
    fn of(&self, month: Date) -> Option<Date> {
        match self {
            Self::Number(number) => {
                month.with().day((*number).min(month.days_in_month())).build().ok()
            }
            Self::Nth(nth, days) => {
                let all = month.series(1.day()).take_while(|day| day.month() == month.month());
                let mut fitting = all.filter(|day| days.contains(&day.weekday()));
                match usize::try_from(*nth) {
                    Ok(nth) => fitting.nth(nth.saturating_sub(1)),
                    Err(_) => fitting.last(),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, Weekday, date};

    use super::{Day, Pattern, Range, Series};

    fn days(pattern: Pattern, first: Date, range: Range, count: usize) -> Vec<String> {
        let series = Series { pattern, first, range, changes: Vec::new() };
        series.days().take(count).map(|day| day.to_string()).collect()
    }

    #[test]
    fn daily_series_count_days() {
        let found = days(Pattern::Daily(3), date(2026, 2, 26), Range::Times(3), 9);

        assert_eq!(found, ["2026-02-26", "2026-03-01", "2026-03-04"]);
    }

    #[test]
    fn a_series_of_every_other_week_skips_whole_weeks() {
        let pattern = Pattern::Weekly(2, vec![Weekday::Monday, Weekday::Thursday]);

        let found = days(pattern, date(2026, 3, 5), Range::Until(date(2026, 4, 2)), 9);

        assert_eq!(found, ["2026-03-05", "2026-03-16", "2026-03-19", "2026-03-30", "2026-04-02"]);
    }

    #[test]
    fn the_31st_is_the_last_day_of_shorter_months() {
        let pattern = Pattern::Monthly(1, Day::Number(31));

        let found = days(pattern, date(2026, 1, 31), Range::Forever, 4);

        assert_eq!(found, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]);
    }

    #[test]
    fn the_last_friday_is_found_in_each_month() {
        let pattern = Pattern::Monthly(1, Day::Nth(-1, vec![Weekday::Friday]));

        let found = days(pattern, date(2026, 1, 30), Range::Forever, 4);

        assert_eq!(found, ["2026-01-30", "2026-02-27", "2026-03-27", "2026-04-24"]);
    }

    #[test]
    fn the_second_working_day_is_of_several_weekdays() {
        let working = [
            Weekday::Monday,
            Weekday::Tuesday,
            Weekday::Wednesday,
            Weekday::Thursday,
            Weekday::Friday,
        ];
        let pattern = Pattern::Monthly(2, Day::Nth(2, working.to_vec()));

        let found = days(pattern, date(2026, 1, 1), Range::Forever, 3);

        assert_eq!(found, ["2026-01-02", "2026-03-03", "2026-05-04"]);
    }

    #[test]
    fn leap_day_birthdays_are_kept_every_year() {
        let pattern = Pattern::Yearly(2, Day::Number(29));

        let found = days(pattern, date(2024, 2, 29), Range::Forever, 3);

        assert_eq!(found, ["2024-02-29", "2025-02-28", "2026-02-28"]);
    }
}
