//! The times that come into question.

use jiff::{
    SignedDuration, Timestamp, ToSpan as _,
    civil::{Date, Weekday},
    tz::TimeZone,
};

use crate::{
    directory::User,
    graph::{
        meeting_times::request::{Domain, MeetingRequest},
        schedule::zone::Zone,
        settings::Hours,
    },
};

/// Meetings begin on the half hour.
const GRID: SignedDuration = SignedDuration::from_mins(30);

/// The days that people have for themselves, whatever their working days are.
const WEEKEND: [Weekday; 2] = [Weekday::Saturday, Weekday::Sunday];

/// Returns begin and end of each time that comes into question, the earliest first.
pub(crate) fn slots(request: &MeetingRequest, organizer: &User) -> Vec<(Timestamp, Timestamp)> {
    let zone = Zone::named(&organizer.time_zone).map_or(TimeZone::UTC, |zone| zone.tz);
    let hours = Hours::of(organizer);
    let mut slots = Vec::new();
    for (start, end) in &request.windows {
        for (from, to) in open_hours(request.domain, hours, &zone, *start, *end) {
            on_grid(from.max(*start), to.min(*end), request.length, &mut slots);
        }
    }
    slots.sort();
    slots.dedup();
    slots
}

/// Returns the parts of a window in which people meet, in the organizer's zone.
fn open_hours(
    domain: Domain,
    hours: Hours,
    zone: &TimeZone,
    start: Timestamp,
    end: Timestamp,
) -> Vec<(Timestamp, Timestamp)> {
    if domain == Domain::Unrestricted {
        return vec![(start, end)];
    }
    let first = start.to_zoned(zone.clone()).date();
    let last = end.to_zoned(zone.clone()).date();
    let days = first.series(1.day()).take_while(|day| *day <= last);
    let weekend: &[Weekday] = if domain == Domain::Personal { &WEEKEND } else { &[] };
    let opens =
        |day: &Date| hours.days.contains(&day.weekday()) || weekend.contains(&day.weekday());
    days.filter(opens)
        .filter_map(|day| {
            let from = day.to_datetime(hours.start).to_zoned(zone.clone()).ok()?;
            let to = day.to_datetime(hours.end).to_zoned(zone.clone()).ok()?;
            Some((from.timestamp(), to.timestamp()))
        })
        .collect()
}

fn on_grid(
    from: Timestamp,
    to: Timestamp,
    length: SignedDuration,
    slots: &mut Vec<(Timestamp, Timestamp)>,
) {
    let mut start = rounded_up(from);
    while let Ok(end) = start.checked_add(length) {
        if end > to {
            return;
        }
        slots.push((start, end));
        let Ok(next) = start.checked_add(GRID) else { return };
        start = next;
    }
}

/// Half hours are the same in all zones but those that are a quarter off.
fn rounded_up(time: Timestamp) -> Timestamp {
    let grid = GRID.as_secs();
    let over = time.as_second().rem_euclid(grid);
    let nanos = time.subsec_nanosecond();
    let missing = if over == 0 && nanos == 0 { 0 } else { grid - over };
    Timestamp::from_second(time.as_second() + missing).unwrap_or(time)
}
