//! Meetings that tell something: written by hand, in files beside this one.
//!
//! They are separated by lines of `=====`, with header lines, a line of `---` and a body as mail
//! has them. `at: w+1 tue 15:00 60m` says when, on the clocks of `zone`; `all-day 2d` stands for
//! whole days. `to:` names who is invited, each with an answer and a role.

use std::borrow::Cow;

use jiff::{
    SignedDuration, Timestamp, ToSpan as _,
    civil::{DateTime, Time},
};

use crate::{
    data::{
        bulk::{Source, whole_seconds},
        calendar::{Plan, bulk::join_url, days::Present, repeat::series},
        files,
        shared::{BUDGET_DECK_URL, BUDGET_JOIN_URL, BUDGET_NOTES_URL},
        story::{Head, unescaped},
    },
    graph::{
        calendar::meeting::{Answer, Attendee, Meeting, Role, ShowAs},
        mail::{
            attachment::Attachment,
            message::{Contact, Importance, Text},
        },
        schedule::zone::Zone,
    },
};

const STORIES: [&str; 6] = [
    include_str!("series.txt"),
    include_str!("mira.txt"),
    include_str!("company.txt"),
    include_str!("odd.txt"),
    include_str!("travel.txt"),
    include_str!("hostile.txt"),
];

/// The zone of whoever says nothing else.
const ZONE: &str = "W. Europe Standard Time";

/// Returns the meetings of all stories.
pub(crate) fn meetings(plan: &Plan<'_>) -> Vec<Meeting> {
    STORIES.into_iter().flat_map(|story| written(plan, story)).collect()
}

/// Returns the meetings of one story.
pub(crate) fn written(plan: &Plan<'_>, story: &str) -> Vec<Meeting> {
    story.split("=====\n").filter_map(|text| meeting(plan, text)).collect()
}

fn meeting(plan: &Plan<'_>, text: &str) -> Option<Meeting> {
    let (head, body) = text.split_once("---\n").unwrap_or((text, ""));
    let head = Head::read(head);
    let zone = Zone::named(head.get("zone").unwrap_or(ZONE)).ok()?;
    let present = Present { now: plan.now, zone: &zone.tz };
    let (start, end, all_day) = times(&present, head.get("at")?)?;
    let changes = head.get("change").unwrap_or_default();
    let repeat = head.get("repeat");
    let series = repeat.and_then(|repeat| series(&present, repeat, changes, start, end));
    let length = end.duration_since(start);
    let start = series.as_ref().map_or(start, |series| series.first.to_datetime(start.time()));
    let organizer = plan.people.get(head.get("by")?);
    let importance = if head.is("important") { Importance::High } else { Importance::Normal };
    let zone_name = head.get("zone-name").unwrap_or(zone.name()).to_owned();
    Some(Meeting {
        subject: Cow::Owned(unescaped(head.get("subject").unwrap_or_default())),
        text: Text::Ready(Cow::Owned(html(body))),
        locations: places(&head),
        zone_name: Cow::Owned(zone_name),
        all_day,
        attendees: head.list("to").map(|words| attendee(plan, words)).collect(),
        hide_attendees: head.is("hidden"),
        shows: shows(&head),
        private: head.is("private"),
        importance,
        categories: head.list("category").map(|name| Cow::Owned(name.to_owned())).collect(),
        cancelled: head.is("cancelled"),
        join_url: online(plan, &head, &organizer),
        series,
        attachments: attachments(plan, &head),
        calendar: head.get("calendar").map(|name| Cow::Owned(name.to_owned())),
        created: created(plan.now, start, &zone),
        reminder: if head.is("silent") { None } else { Some(15) },
        ..Meeting::new(organizer, zone, start, start.saturating_add(length))
    })
}

/// Reads a day, a time of day and a length in minutes, or `all-day` and a length in days.
fn times(present: &Present<'_>, text: &str) -> Option<(DateTime, DateTime, bool)> {
    let words: Vec<_> = text.split_whitespace().collect();
    let [day @ .., time, length] = words.as_slice() else { return None };
    if *time == "all-day" {
        let days: i32 = length.strip_suffix('d')?.parse().ok()?;
        let start = present.day(day, Time::midnight())?.0.to_datetime(Time::midnight());
        return Some((start, start.checked_add(days.days()).ok()?, true));
    }
    let (time, minutes): (Time, i64) =
        (time.parse().ok()?, length.strip_suffix('m')?.parse().ok()?);
    let length = SignedDuration::from_mins(minutes);
    let start = present.day(day, time.wrapping_add(length))?.0.to_datetime(time);
    Some((start, start.checked_add(length).ok()?, false))
}

fn places(head: &Head<'_>) -> Vec<Cow<'static, str>> {
    let places = head.get("where").unwrap_or_default().split(';').map(str::trim);
    places.filter(|place| !place.is_empty()).map(|place| Cow::Owned(unescaped(place))).collect()
}

/// It was written down a few weeks before, or a while ago.
fn created(now: Timestamp, start: DateTime, zone: &Zone) -> Timestamp {
    let weeks = SignedDuration::from_hours(19 * 24 + i64::from(start.day()) * 7);
    let before = zone.timestamp(start).unwrap_or(now).checked_sub(weeks).unwrap_or(now);
    let latest = now.checked_sub(SignedDuration::from_mins(90)).unwrap_or(now);
    whole_seconds(before.min(latest))
}

/// Reads a short name, followed by an answer and a role, e.g. `mira optional declined`.
fn attendee(plan: &Plan<'_>, words: &str) -> Attendee {
    let mut words = words.split_whitespace();
    let who = plan.people.get(words.next().unwrap_or_default());
    let own = Attendee { who, role: Role::Required, answer: Answer::Accepted, keeps: false };
    words.fold(own, |own, word| match word {
        "optional" => Attendee { role: Role::Optional, ..own },
        "resource" => Attendee { role: Role::Resource, ..own },
        "tentative" => Attendee { answer: Answer::Tentative, ..own },
        "declined" => Attendee { answer: Answer::Declined, ..own },
        "silent" => Attendee { answer: Answer::NotResponded, ..own },
        "none" => Attendee { answer: Answer::None, ..own },
        "kept" => Attendee { keeps: true, ..own },
        _ => own,
    })
}

fn shows(head: &Head<'_>) -> ShowAs {
    match head.get("shows") {
        Some("free") => ShowAs::Free,
        Some("oof") => ShowAs::OutOfOffice,
        Some("tentative") => ShowAs::Tentative,
        Some("elsewhere") => ShowAs::Elsewhere,
        _ => ShowAs::Busy,
    }
}

fn online(plan: &Plan<'_>, head: &Head<'_>, organizer: &Contact) -> Option<String> {
    match head.get("online")? {
        "budget" => Some(BUDGET_JOIN_URL.to_owned()),
        thread => Some(join_url(plan, thread, organizer)),
    }
}

fn attachments(plan: &Plan<'_>, head: &Head<'_>) -> Vec<Attachment> {
    let Some(owner) = plan.directory.users().first() else { return Vec::new() };
    let source = Source { owner, people: plan.people, now: plan.now, seed: plan.seed };
    head.list("attach").filter_map(|name| files::attachment(name, &source)).collect()
}

fn html(body: &str) -> String {
    let text = unescaped(body.trim_end())
        .replace("{deck}", BUDGET_DECK_URL)
        .replace("{notes}", BUDGET_NOTES_URL)
        .replace("{lines}", &LONG.repeat(40));
    if text.starts_with('<') || text.is_empty() {
        return text;
    }
    let paragraphs =
        text.split("\n\n").map(|part| format!("<p>{}</p>", part.replace('\n', "<br>\r\n")));
    paragraphs.collect::<Vec<_>>().join("\r\n")
}

/// A paragraph of a body that is too long to be shown at once.
const LONG: &str = "<p>The walk-down of each turbine covers the nacelle, the tower ladder, the transition piece and the boat landing; findings are photographed, numbered and entered before the crew leaves the position.</p>\r\n";
