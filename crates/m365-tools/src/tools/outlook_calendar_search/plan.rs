use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use m365_graph::Event;
use serde::{Deserialize, Serialize};

use super::{
    filter::Filter,
    input::{Order, OutlookCalendarSearchInput},
};
use crate::{ToolContext, ToolError, asked::given, calendar::when::Stretch, time::Interval};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How many days back and ahead are searched where nothing is said.
const BACK: i64 = -30;
const AHEAD: i64 = 365;

/// No calendar is older, and none is planned further ahead of now.
const FIRST: Date = Date::constant(1950, 1, 1);
const LAST: SignedDuration = SignedDuration::from_hours(24 * 365 * 50);

/// What is asked for, checked, before anything is looked up.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) filter: Filter,
    pub(super) owner: Option<String>,
    pub(super) calendar: Option<String>,
    pub(super) order: Order,
    pub(super) limit: usize,
    /// Where to begin.
    pub(super) place: Place,
}

impl Plan {
    pub(super) fn new(
        ctx: &ToolContext,
        input: &OutlookCalendarSearchInput,
        limit: u32,
        offset: u32,
    ) -> Result<Self, ToolError> {
        let place = match given(input.cursor.as_ref()) {
            Some(cursor) => ctx.open_cursor(&cursor)?,
            None => Place { skip: offset, ..Place::START },
        };
        Ok(Self {
            filter: Filter::of(input, &ctx.now().to_zoned(TimeZone::UTC))?,
            owner: given(input.calendar_owner_email.as_ref()),
            calendar: given(input.calendar_name.as_ref()),
            order: input.order.unwrap_or_default(),
            limit: limit as usize,
            place,
        })
    }
}

/// A place in the ordered results; it travels sealed. Events that come and go meanwhile move nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Place {
    /// The rank and the id of the last event that was looked at.
    rank: i64,
    id: String,
    /// How many of those behind it are still to be skipped.
    pub(super) skip: u32,
}

impl Place {
    /// Before all events.
    const START: Self = Self { rank: i64::MIN, id: String::new(), skip: 0 };

    /// Behind everything that ranks before `rank`.
    pub(super) const fn before(rank: i64, skip: u32) -> Self {
        Self { rank, id: String::new(), skip }
    }

    pub(super) fn behind(found: &Found) -> Self {
        Self { rank: found.key.0, id: found.key.1.clone(), skip: 0 }
    }

    /// Tells whether an event is still to be looked at.
    pub(super) fn is_before(&self, key: &Key) -> bool {
        (self.rank, &self.id) < (key.0, &key.1)
    }

    /// The rank up to which everything was looked at, if anything was.
    pub(super) fn rank(&self) -> Option<i64> {
        (self.rank != i64::MIN).then_some(self.rank)
    }
}

/// What events are ordered by: the rank of their start, and what tells those of one start apart.
pub(super) type Key = (i64, String);

/// Seconds from the epoch, turned round where the newest come first.
pub(super) fn rank(moment: Timestamp, order: Order) -> i64 {
    match order {
        Order::Oldest => moment.as_second(),
        Order::Newest => -moment.as_second(),
    }
}

/// An event that fits.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) key: Key,
    pub(super) when: Stretch,
    pub(super) event: Event,
}

/// The time that is searched, and the zone that it is seen from.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    pub(super) zone: TimeZone,
    /// Whether more was asked for than there can be events in.
    pub(super) is_cut: bool,
}

impl Span {
    /// Fills in what `asked` leaves open, by the days of `zone`.
    pub(super) fn of(asked: Interval, now: Timestamp, zone: TimeZone) -> Self {
        let first = FIRST.to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |day| day.timestamp());
        let last = now.saturating_add(LAST).unwrap_or(Timestamp::MAX);
        let start = asked.start.unwrap_or_else(|| {
            let end = asked.end.map_or(now, |end| end.min(now));
            moved(end, BACK, &zone).unwrap_or(first)
        });
        let end = asked.end.unwrap_or_else(|| {
            // The last second belongs to it.
            let end = moved(start.max(now), AHEAD, &zone);
            end.and_then(|end| end.checked_add(SignedDuration::from_secs(1)).ok()).unwrap_or(last)
        });
        let is_cut = start < first || end > last;
        let start = start.clamp(first, last);
        Self { start, end: end.clamp(start, last), zone, is_cut }
    }

    /// What Graph is asked for: it takes whole days for midnights in UTC.
    pub(super) fn widened(&self) -> (Timestamp, Timestamp) {
        let start = self.start.saturating_sub(DAY).unwrap_or(self.start);
        (start, self.end.saturating_add(DAY).unwrap_or(self.end))
    }

    pub(super) fn as_interval(&self) -> Interval {
        Interval { start: Some(self.start), end: Some(self.end) }
    }
}

/// Returns the same time of the day in `zone`, `days` later.
fn moved(moment: Timestamp, days: i64, zone: &TimeZone) -> Option<Timestamp> {
    let zoned = moment.to_zoned(zone.clone()).checked_add(days.days()).ok()?;
    Some(zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(asked: Interval) -> (String, String, bool) {
        let zone = TimeZone::get("Europe/Oslo").unwrap();
        let now = "2026-11-20T02:34:00Z".parse().unwrap();
        let span = Span::of(asked, now, zone.clone());
        let last = span.as_interval().last_second().unwrap();
        let shown = |moment| crate::time::format(moment, &zone);
        (shown(span.start), shown(last), span.is_cut)
    }

    #[test]
    fn days_are_as_long_as_the_clocks_have_it() {
        let (start, end, is_cut) = shown(Interval::default());

        // Clocks went back on 25 October.
        assert_eq!(start, "2026-10-21T03:34:00+02:00");
        assert_eq!(end, "2027-11-20T03:34:00+01:00");
        assert!(!is_cut);
    }

    #[test]
    fn more_than_there_can_be_is_cut() {
        let at = |text: &str| Some(text.parse().unwrap());

        let early = shown(Interval { start: at("1900-01-01T00:00:00Z"), end: None });
        let late = shown(Interval { start: None, end: at("2100-01-01T00:00:00Z") });

        assert_eq!((early.0.as_str(), early.2), ("1950-01-01T01:00:00+01:00", true));
        assert!(late.2);
    }
}
