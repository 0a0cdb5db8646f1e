//! When people are busy: a small calendar that each of them has.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use crate::{data::random::Random, directory::User, graph::schedule::zone::Zone};

/// Something that takes time.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    /// `busy`, `tentative`, `oof`, `workingElsewhere` or `free`.
    pub(crate) status: &'static str,
    pub(crate) subject: &'static str,
    pub(crate) location: &'static str,
}

impl Item {
    /// Returns the digit that the availability view has for it.
    pub(crate) fn digit(&self) -> char {
        match self.status {
            "tentative" => '1',
            "busy" => '2',
            "oof" => '3',
            _ => '0',
        }
    }
}

/// What may stand in a calendar: start and length in minutes, and the rest.
const MEETINGS: [(i64, i64, &str, &str, &str); 6] = [
    (9 * 60, 15, "busy", "Stand-up", "Teams"),
    (10 * 60, 60, "busy", "Apollo steering", "Room Fram"),
    (11 * 60 + 30, 30, "tentative", "Supplier call", "Teams"),
    (13 * 60, 45, "busy", "Design review", "Room Polar"),
    (14 * 60 + 30, 60, "tentative", "One to one", "Office"),
    (15 * 60 + 30, 30, "free", "Reading", ""),
];

/// Returns what a user has to do between two moments, in order.
pub(crate) fn items(user: &User, seed: u64, start: Timestamp, end: Timestamp) -> Vec<Item> {
    let zone = Zone::named(&user.time_zone).map_or(TimeZone::UTC, |zone| zone.tz);
    let first = start.to_zoned(zone.clone()).date();
    let last = end.to_zoned(zone.clone()).date();
    let days = first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last);
    let all = days.flat_map(|day| day_items(user, seed, day, &zone));
    all.filter(|item| item.start < end && start < item.end).collect()
}

fn day_items(user: &User, seed: u64, day: Date, zone: &TimeZone) -> Vec<Item> {
    let number = i64::from(day.year()) * 366 + i64::from(day.day_of_year());
    let name = user.oid.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
    let mut random = Random::new(seed ^ name ^ number.unsigned_abs() << 20);
    let weekend = day.weekday().to_monday_zero_offset() > 4;
    if weekend || user.kind != crate::directory::Kind::Person {
        return Vec::new();
    }
    if random.once_in(15) {
        return item(day, zone, (8 * 60, 8 * 60, "oof", "Day off", "")).into_iter().collect();
    }
    let chosen = MEETINGS.into_iter().filter(|_| random.once_in(2));
    chosen.filter_map(|meeting| item(day, zone, meeting)).collect()
}

fn item(
    day: Date,
    zone: &TimeZone,
    (start, length, status, subject, location): (
        i64,
        i64,
        &'static str,
        &'static str,
        &'static str,
    ),
) -> Option<Item> {
    let midnight = day.to_datetime(jiff::civil::Time::midnight());
    let start = midnight.checked_add(SignedDuration::from_mins(start)).ok()?;
    let start = start.to_zoned(zone.clone()).ok()?.timestamp();
    let end = start.checked_add(SignedDuration::from_mins(length)).ok()?;
    Some(Item { start, end, status, subject, location })
}
