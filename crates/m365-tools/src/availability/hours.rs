use jiff::{
    Timestamp,
    civil::{Date, Time, Weekday, time},
    tz::TimeZone,
};
use m365_graph::WorkingHours;

use super::Slot;
use crate::{time::WEEKDAYS, zones};

/// When somebody works, in their own zone.
#[derive(Clone, Debug)]
pub(crate) struct Hours {
    days: Vec<Weekday>,
    start: Time,
    end: Time,
    zone: TimeZone,
}

const WORKDAYS: [Weekday; 5] =
    [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];

impl Hours {
    /// Reads what a mailbox says; `None` where days, times or zone are missing.
    pub(crate) fn of(hours: &WorkingHours) -> Option<Self> {
        let time = |text: &Option<String>| text.as_deref()?.parse().ok();
        let days: Vec<_> = hours.days_of_week.iter().filter_map(|day| weekday(day)).collect();
        let zone = zones::of_mailbox(hours.time_zone.as_ref()?)?;
        let (start, end) = (time(&hours.start_time)?, time(&hours.end_time)?);
        (!days.is_empty()).then_some(Self { days, start, end, zone })
    }

    /// Monday to Friday, 8 to 17: what Exchange takes for granted.
    pub(crate) fn usual(zone: TimeZone) -> Self {
        Self { days: WORKDAYS.to_vec(), start: time(8, 0, 0, 0), end: time(17, 0, 0, 0), zone }
    }

    /// Tells whether all of a time lies within one working day.
    pub(crate) fn contain(&self, slot: Slot) -> bool {
        let today = slot.start.to_zoned(self.zone.clone()).date();
        // Who works through the night is still at yesterday's work in the morning.
        let days = [Some(today), today.yesterday().ok()];
        days.into_iter().flatten().any(|day| {
            self.day(day).is_some_and(|(start, end)| start <= slot.start && slot.end <= end)
        })
    }

    fn day(&self, day: Date) -> Option<(Timestamp, Timestamp)> {
        if !self.days.contains(&day.weekday()) {
            return None;
        }
        let last = if self.end > self.start { day } else { day.tomorrow().ok()? };
        let moment = |day: Date, time: Time| {
            day.to_datetime(time).to_zoned(self.zone.clone()).ok().map(|zoned| zoned.timestamp())
        };
        Some((moment(day, self.start)?, moment(last, self.end)?))
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    WEEKDAYS.into_iter().find(|(day, _)| day.eq_ignore_ascii_case(name)).map(|(_, day)| day)
}
