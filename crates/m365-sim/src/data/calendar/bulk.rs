//! The ordinary working days: what the hand-written meetings leave free is filled in part.

use std::borrow::Cow;

use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use jiff::{
    SignedDuration, Timestamp, ToSpan as _,
    civil::{Date, Time, time},
    tz::TimeZone,
};

use crate::{
    data::{
        bulk::whole_seconds,
        calendar::Plan,
        random::{Random, mix},
    },
    directory::User,
    graph::{
        calendar::meeting::{Answer, Attendee, Meeting, Role, ShowAs},
        mail::message::{Contact, Text},
        schedule::zone::Zone,
        settings::Hours,
    },
};

/// How far back and ahead the ordinary days go.
const DAYS_BACK: i32 = 400;
const DAYS_AHEAD: i32 = 150;

/// From here on half of the days are not planned yet.
const DAYS_PLANNED: i32 = 30;

/// Those who meet one another, by short names.
const CIRCLE: &str = "mira jonas ingrid lukas claire sofia tom bjorn";

/// Those whose days are their own, elsewhere.
const ALONE: [&str; 5] = ["adele", "haruto", "layla", "noa", "priya"];

/// How many meetings the circle has on a day.
const MEETINGS: usize = 5;

/// When meetings begin, in minutes since midnight.
const STARTS: [i64; 10] = [480, 510, 540, 600, 630, 660, 750, 780, 840, 900];

/// What people meet about: subject, minutes, how it shows, where; `Teams` is online.
#[rustfmt::skip]
const TOPICS: [(&str, i64, ShowAs, &str); 14] = [
    ("Supplier call", 30, ShowAs::Tentative, "Teams"),
    ("Design review", 60, ShowAs::Busy, "Room Polar"),
    ("One to one", 30, ShowAs::Busy, ""),
    ("Permit check", 45, ShowAs::Busy, "Teams"),
    ("Cable routing", 60, ShowAs::Busy, "Room Fram"),
    ("Risk register", 30, ShowAs::Busy, "Teams"),
    ("Site logistics", 60, ShowAs::Busy, "Bergen, 4th floor"),
    ("Contract questions", 30, ShowAs::Tentative, "Teams"),
    ("Hiring interview", 60, ShowAs::Busy, "Teams"),
    ("Turbine access planning", 45, ShowAs::Busy, "Room Polar"),
    ("Weather window", 15, ShowAs::Busy, "Teams"),
    ("Reading", 60, ShowAs::Free, ""),
    ("Quality walk", 90, ShowAs::Busy, "Ågotnes, hall 2"),
    ("Vendor demo", 30, ShowAs::Tentative, "Teams"),
];

/// What people do alone.
#[rustfmt::skip]
const OWN: [(&str, i64, ShowAs, &str); 5] = [
    ("Focus time", 120, ShowAs::Busy, ""),
    ("Customer visit", 180, ShowAs::OutOfOffice, "At the customer's"),
    ("Writing", 90, ShowAs::Busy, ""),
    ("Lunch run", 45, ShowAs::Free, ""),
    ("Working from home", 240, ShowAs::Elsewhere, "Home"),
];

/// Adds the ordinary days behind the meetings that are there.
pub(crate) fn fill(plan: &Plan<'_>, meetings: &mut Vec<Meeting>) {
    let today = plan.now.to_zoned(TimeZone::UTC).date();
    let writer = Writer { plan, circle: plan.people.list(CIRCLE) };
    notes(plan, meetings);
    for offset in -DAYS_BACK..=DAYS_AHEAD {
        let Ok(day) = today.checked_add(offset.days()) else { continue };
        let mut random = Random::new(mix(plan.seed ^ mix(day_number(day))));
        if offset > DAYS_PLANNED && random.once_in(2) {
            continue;
        }
        writer.common(day, &mut random, meetings);
        writer.alone(day, &mut random, meetings);
    }
}

/// Adds the notes that everybody keeps for himself.
pub(crate) fn notes(plan: &Plan<'_>, meetings: &mut Vec<Meeting>) {
    let today = plan.now.to_zoned(TimeZone::UTC).date();
    let owners = plan.directory.users().iter().filter(|user| user.has_mailbox());
    meetings.extend(owners.filter_map(|user| note(plan, user, today)));
}

/// A note that only its owner may read.
fn note(plan: &Plan<'_>, user: &User, today: Date) -> Option<Meeting> {
    let zone = Zone::named(&user.time_zone).ok()?;
    let start = today.checked_sub(1.day()).ok()?.to_datetime(time(7, 0, 0, 0));
    let organizer = Contact::new(&user.display_name, &user.upn);
    let text = format!("<p>Recovery phrase: {}</p>", user.canary());
    let end = start.checked_add(15.minutes()).ok()?;
    Some(Meeting {
        subject: Cow::Borrowed("Notes to self"),
        text: Text::Ready(Cow::Owned(text)),
        shows: ShowAs::Free,
        private: true,
        created: whole_seconds(plan.now - SignedDuration::from_hours(60)),
        ..Meeting::new(organizer, zone, start, end)
    })
}

fn day_number(day: Date) -> u64 {
    let year = u64::from(day.year().unsigned_abs());
    year * 366 + u64::from(day.day_of_year().unsigned_abs())
}

struct Writer<'a> {
    plan: &'a Plan<'a>,
    circle: Vec<Contact>,
}

impl Writer<'_> {
    fn common(&self, day: Date, random: &mut Random, meetings: &mut Vec<Meeting>) {
        if day.weekday().to_monday_zero_offset() > 4 {
            return;
        }
        for _ in 0..MEETINGS {
            let topic = *random.pick(&TOPICS);
            let organizer = random.pick(&self.circle).clone();
            let others = (0..1 + random.below(2)).map(|_| random.pick(&self.circle).clone());
            let mut others: Vec<_> = others.filter(|own| *own != organizer).collect();
            others.dedup();
            meetings.extend(self.meeting(day, random, topic, organizer, others));
        }
    }

    fn alone(&self, day: Date, random: &mut Random, meetings: &mut Vec<Meeting>) {
        for name in ALONE {
            let who = self.plan.people.get(name);
            let works =
                self.user(&who).is_some_and(|user| Hours::of(user).days.contains(&day.weekday()));
            let topic = *random.pick(&OWN);
            if works && !random.once_in(3) {
                meetings.extend(self.meeting(day, random, topic, who, Vec::new()));
            }
        }
    }

    fn user(&self, who: &Contact) -> Option<&User> {
        self.plan.directory.find(&who.address)
    }

    fn meeting(
        &self,
        day: Date,
        random: &mut Random,
        (subject, minutes, shows, place): (&'static str, i64, ShowAs, &'static str),
        organizer: Contact,
        others: Vec<Contact>,
    ) -> Option<Meeting> {
        let user = self.user(&organizer)?;
        let zone = Zone::named(&user.time_zone).ok()?;
        let since = SignedDuration::from_mins(*random.pick(&STARTS));
        let start = day.to_datetime(Time::midnight()).checked_add(since).ok()?;
        let number = random.below(usize::MAX) as u64;
        let online = place == "Teams" && !others.is_empty();
        let join_url = online.then(|| join_url(self.plan, &number.to_string(), &organizer));
        let end = start.checked_add(SignedDuration::from_mins(minutes)).ok()?;
        let created = created(self.plan.now, zone.timestamp(start)?, random);
        Some(Meeting {
            subject: Cow::Borrowed(subject),
            text: Text::Made(agenda, number),
            locations: if place.is_empty() { Vec::new() } else { vec![Cow::Borrowed(place)] },
            attendees: others.into_iter().map(|who| attendee(random, who)).collect(),
            shows,
            join_url,
            created,
            ..Meeting::new(organizer, zone, start, end)
        })
    }
}

fn attendee(random: &mut Random, who: Contact) -> Attendee {
    let answer = match random.below(10) {
        0 => Answer::Tentative,
        1 => Answer::NotResponded,
        2 => Answer::Declined,
        _ => Answer::Accepted,
    };
    Attendee { who, role: Role::Required, answer, keeps: false }
}

fn created(now: Timestamp, start: Timestamp, random: &mut Random) -> Timestamp {
    let before = SignedDuration::from_hours(24 * (3 + random.below(30) as i64));
    let latest = now.checked_sub(SignedDuration::from_hours(2)).unwrap_or(now);
    start.checked_sub(before).unwrap_or(now).min(latest)
}

/// Writes what a meeting is for.
fn agenda(number: u64) -> String {
    const POINTS: [&str; 8] = [
        "Status since last time",
        "Open points of the contract",
        "Weather windows of the coming weeks",
        "Who is on site, and when",
        "Spare parts and lead times",
        "Findings of the last inspection",
        "Decisions that others wait for",
        "Any other business",
    ];
    let mut random = Random::new(number);
    let points: String = (0..3).map(|_| format!("<li>{}</li>", random.pick(&POINTS))).collect();
    format!("<p>Agenda</p><ul>{points}</ul>")
}

/// Returns where a meeting takes place in Teams: the same address for the same thread.
pub(crate) fn join_url(plan: &Plan<'_>, thread: &str, organizer: &Contact) -> String {
    let sum = thread.bytes().fold(plan.seed, |sum, byte| mix(sum ^ u64::from(byte)));
    let id = BASE64_STANDARD_NO_PAD.encode(format!("{sum:016x}{:016x}", mix(sum)));
    let own = plan.directory.find(&organizer.address);
    let (tenant, oid) = match own {
        Some(user) => (plan.directory.tenant.as_str(), user.oid.clone()),
        None => (
            "5b0f2a9c-7d1e-4c36-8f42-90d3e6a1b7c4",
            format!("{:08x}-0000-4000-8000-0000000009ff", sum >> 32),
        ),
    };
    format!(
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_{id}%40thread.v2/0?context=%7b%22Tid%22%3a%22{tenant}%22%2c%22Oid%22%3a%22{oid}%22%7d"
    )
}
