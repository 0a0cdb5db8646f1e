//! Someone's copy of a meeting, and the times that it takes place.

use std::sync::Arc;

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime, date},
    tz::TimeZone,
};

use crate::graph::calendar::{
    meeting::{Answer, Meeting, ShowAs},
    series::{ChangeKind, Series},
};

/// The day before the first one that an id can name.
const DAY_ZERO: Date = date(1999, 12, 31);

/// Someone's copy of a meeting.
#[derive(Debug)]
pub(crate) struct Event {
    /// The number that its id is made from.
    pub(crate) key: u32,
    /// The calendar that it is in, by its place.
    pub(crate) calendar: usize,
    pub(crate) meeting: Arc<Meeting>,
    /// What the calendar's owner said to it.
    pub(crate) answer: Answer,
    pub(crate) shows: ShowAs,
}

/// What an occasion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Single,
    Master,
    /// One of a series, by the day that the pattern has it on.
    Occurrence(Date),
    /// One of a series that is different, by the same day.
    Exception(Date),
}

impl Kind {
    /// Returns Graph's word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Single => "singleInstance",
            Self::Master => "seriesMaster",
            Self::Occurrence(_) => "occurrence",
            Self::Exception(_) => "exception",
        }
    }

    /// Returns its day where it is one of a series.
    pub(crate) fn day(self) -> Option<Date> {
        match self {
            Self::Occurrence(day) | Self::Exception(day) => Some(day),
            Self::Single | Self::Master => None,
        }
    }
}

/// An event, a series as a whole, or one of a series.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occasion<'a> {
    pub(crate) event: &'a Event,
    pub(crate) kind: Kind,
    /// On the clocks of the meeting's zone.
    pub(crate) start: DateTime,
    pub(crate) end: DateTime,
    location: Option<&'a str>,
    subject: Option<&'a str>,
}

impl Event {
    /// Returns the event itself: the series as a whole, where it is one.
    pub(crate) fn whole(&self) -> Occasion<'_> {
        let kind = if self.meeting.series.is_some() { Kind::Master } else { Kind::Single };
        self.at(kind, self.meeting.start, self.meeting.end)
    }

    /// Returns what overlaps a window, in the order of the pattern, exceptions last.
    pub(crate) fn between(&self, start: Timestamp, end: Timestamp) -> Vec<Occasion<'_>> {
        let mut all = match &self.meeting.series {
            None => vec![self.whole()],
            Some(series) => self.of_series(series, end),
        };
        all.retain(|own| own.overlaps(start, end));
        all
    }

    /// Returns one of the series by the day that the pattern has it on, unless it was taken out.
    pub(crate) fn on(&self, day: Date) -> Option<Occasion<'_>> {
        let series = self.meeting.series.as_ref().filter(|series| series.has(day))?;
        self.one(series, day)
    }

    fn of_series(&self, series: &Series, end: Timestamp) -> Vec<Occasion<'_>> {
        let last = end.to_zoned(TimeZone::UTC).date().saturating_add(1.day());
        let unchanged = series.days().take_while(|day| *day <= last);
        let unchanged = unchanged.filter(|day| series.change(*day).is_none());
        let changed = series.changes.iter().map(|change| change.day);
        unchanged.chain(changed).filter_map(|day| self.on_pattern(day)).collect()
    }

    fn on_pattern(&self, day: Date) -> Option<Occasion<'_>> {
        self.one(self.meeting.series.as_ref()?, day)
    }

    fn one<'a>(&'a self, series: &'a Series, day: Date) -> Option<Occasion<'a>> {
        match series.change(day) {
            Some(ChangeKind::Deleted) => None,
            Some(ChangeKind::Exception { start, end, location, subject }) => {
                let (location, subject) = (location.as_deref(), subject.as_deref());
                let own = self.at(Kind::Exception(day), *start, *end);
                Some(Occasion { location, subject, ..own })
            }
            None => {
                let start = day.to_datetime(self.meeting.start.time());
                let length = self.meeting.end.duration_since(self.meeting.start);
                Some(self.at(Kind::Occurrence(day), start, start.saturating_add(length)))
            }
        }
    }

    fn at(&self, kind: Kind, start: DateTime, end: DateTime) -> Occasion<'_> {
        Occasion { event: self, kind, start, end, location: None, subject: None }
    }
}

impl<'a> Occasion<'a> {
    /// Returns when it begins; what lasts all day does so at midnight in UTC.
    pub(crate) fn starts(&self) -> Timestamp {
        self.moment(self.start)
    }

    /// Returns when it ends.
    pub(crate) fn ends(&self) -> Timestamp {
        self.moment(self.end)
    }

    /// Returns when it begins and ends for someone in a zone, where what lasts all day does so
    /// from midnight to midnight.
    pub(crate) fn in_zone(&self, zone: &TimeZone) -> (Timestamp, Timestamp) {
        if !self.event.meeting.all_day {
            return (self.starts(), self.ends());
        }
        let moment = |local: DateTime| {
            let zoned = local.to_zoned(zone.clone());
            zoned.map_or_else(|_| self.moment(local), |zoned| zoned.timestamp())
        };
        (moment(self.start), moment(self.end))
    }

    /// Returns the subject.
    pub(crate) fn subject(&self) -> &'a str {
        self.subject.unwrap_or(&self.event.meeting.subject)
    }

    /// Returns the locations.
    pub(crate) fn locations(&self) -> Vec<&'a str> {
        match self.location {
            Some(location) => vec![location],
            None => self.event.meeting.locations.iter().map(AsRef::as_ref).collect(),
        }
    }

    /// Returns the number by which its id tells it from the others of its series; 0 for the whole.
    pub(crate) fn day_number(&self) -> u16 {
        self.kind.day().map_or(0, |day| {
            let days = DAY_ZERO.until(day).map_or(0, |span| span.get_days());
            u16::try_from(days).unwrap_or_default()
        })
    }

    fn overlaps(&self, start: Timestamp, end: Timestamp) -> bool {
        self.starts() < end && (start < self.ends() || start == self.starts())
    }

    fn moment(&self, local: DateTime) -> Timestamp {
        let meeting = &self.event.meeting;
        let zoned = if meeting.all_day {
            local.to_zoned(TimeZone::UTC)
        } else {
            local.to_zoned(meeting.zone.tz.clone())
        };
        zoned.map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }
}

/// Returns the day of a number that an id has.
pub(crate) fn day_of(number: u16) -> Option<Date> {
    DAY_ZERO.checked_add(i64::from(number).days()).ok()
}
