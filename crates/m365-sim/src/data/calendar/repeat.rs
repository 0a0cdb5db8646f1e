//! Series as the stories write them.

use jiff::{
    SignedDuration,
    civil::{Date, DateTime, Weekday},
};

use crate::{
    data::calendar::days::{Present, weekday},
    graph::calendar::series::{Change, ChangeKind, Day, Pattern, Range, Series},
};

/// Reads `repeat: weekly /2 mon thu; until w+10 fri` and `change: next+1 moved 60m; next-6 gone`.
///
/// A pattern is `daily`, `weekly` with days, `monthly` with a number or `first` to `last` and
/// days, or `yearly`, on the first one's day; `/2` makes it every other. A range is `until` with
/// a day, `times` with a number, or nothing. `next` is the first one that is not over.
pub(crate) fn series(
    present: &Present<'_>,
    repeat: &str,
    changes: &str,
    start: DateTime,
    end: DateTime,
) -> Option<Series> {
    let (pattern, range) = repeat.split_once(';').unwrap_or((repeat, ""));
    let mut series = Series {
        pattern: self::pattern(pattern, start.date())?,
        first: start.date(),
        range: self::range(present, range, end)?,
        changes: Vec::new(),
    };
    let first = series.days().next()?;
    series.first = first;
    let length = end.duration_since(start);
    let next = series.days().position(|day| {
        let end = day.to_datetime(start.time()).saturating_add(length);
        !present.is_over(end)
    });
    let maker = Changes { series: &series, next: next.unwrap_or_default(), start, length };
    let changes = changes.split(';').filter_map(|text| maker.read(text)).collect();
    series.changes = changes;
    Some(series)
}

fn pattern(text: &str, first: Date) -> Option<Pattern> {
    let words: Vec<_> = text.split_whitespace().collect();
    let (kind, rest) = words.split_first()?;
    let (every, rest) = match rest {
        [every, rest @ ..] if every.starts_with('/') => (every[1..].parse().ok()?, rest),
        _ => (1, rest),
    };
    Some(match *kind {
        "daily" => Pattern::Daily(every),
        "weekly" => Pattern::Weekly(every, weekdays(rest)),
        "monthly" => Pattern::Monthly(every, day(rest)?),
        "yearly" if rest.is_empty() => Pattern::Yearly(first.month(), Day::Number(first.day())),
        "yearly" => Pattern::Yearly(first.month(), day(rest)?),
        _ => return None,
    })
}

fn day(words: &[&str]) -> Option<Day> {
    let (first, days) = words.split_first()?;
    let nth = match *first {
        "first" => 1,
        "second" => 2,
        "third" => 3,
        "fourth" => 4,
        "last" => -1,
        number => return number.parse().ok().map(Day::Number),
    };
    Some(Day::Nth(nth, weekdays(days)))
}

fn weekdays(words: &[&str]) -> Vec<Weekday> {
    words.iter().filter_map(|word| weekday(word)).collect()
}

fn range(present: &Present<'_>, text: &str, end: DateTime) -> Option<Range> {
    let words: Vec<_> = text.split_whitespace().collect();
    match words.as_slice() {
        ["times", number] => number.parse().ok().map(Range::Times),
        ["until", day @ ..] => present.day(day, end.time()).map(|(day, _)| Range::Until(day)),
        _ => Some(Range::Forever),
    }
}

struct Changes<'a> {
    series: &'a Series,
    next: usize,
    start: DateTime,
    length: SignedDuration,
}

impl Changes<'_> {
    /// Reads one change: `gone`, `moved` by minutes, `at` another place, `called` otherwise.
    fn read(&self, text: &str) -> Option<Change> {
        let (which, what) = text.trim().split_once(' ')?;
        let offset: isize = match which.strip_prefix("next")? {
            "" => 0,
            number => number.parse().ok()?,
        };
        let day = self.series.days().nth(self.next.checked_add_signed(offset)?)?;
        Some(Change { day, kind: self.kind(day, what)? })
    }

    fn kind(&self, day: Date, what: &str) -> Option<ChangeKind> {
        let (word, value) = what.split_once(' ').unwrap_or((what, ""));
        let by = match word {
            "gone" => return Some(ChangeKind::Deleted),
            "moved" => SignedDuration::from_mins(value.strip_suffix('m')?.parse().ok()?),
            _ => SignedDuration::ZERO,
        };
        let start = day.to_datetime(self.start.time()).saturating_add(by);
        let own = |name: &str| (word == name).then(|| value.to_owned());
        Some(ChangeKind::Exception {
            start,
            end: start.saturating_add(self.length),
            location: own("at"),
            subject: own("called"),
        })
    }
}
