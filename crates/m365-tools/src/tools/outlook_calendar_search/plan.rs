use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use m365_graph::Event;
use serde::{Deserialize, Serialize};

use super::{
    filter::Filter,
    input::{Order, OutlookCalendarSearchInput},
};
use crate::{ToolContext, ToolError, asked::given, calendar::when::Stretch, time::Interval};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How far back and ahead is searched where nothing is said.
const BACK: SignedDuration = SignedDuration::from_hours(24 * 30);
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 365);

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
            filter: Filter::of(input),
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
}

impl Span {
    /// Fills in what `asked` leaves open.
    pub(super) fn of(asked: Interval, now: Timestamp, zone: TimeZone) -> Self {
        let first = FIRST.to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |day| day.timestamp());
        let last = now.saturating_add(LAST).unwrap_or(Timestamp::MAX);
        let start = asked.start.unwrap_or_else(|| {
            let end = asked.end.map_or(now, |end| end.min(now));
            end.saturating_sub(BACK).unwrap_or(first)
        });
        let end = asked.end.unwrap_or_else(|| start.max(now).saturating_add(AHEAD).unwrap_or(last));
        let start = start.clamp(first, last);
        Self { start, end: end.clamp(start, last), zone }
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
