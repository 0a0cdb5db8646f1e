//! What the company has to do: one list of meetings, and everybody's copies of them.

mod bulk;
mod days;
mod repeat;
mod story;

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;

use crate::{
    data::people::People,
    directory::{Directory, MAIN_USER, User},
    graph::{
        calendar::{
            Calendar, Calendars, Rights, Sharing, Store,
            event::Event,
            meeting::{Answer, Attendee, Meeting, ShowAs},
        },
        mail::message::Contact,
    },
};

/// The main user's calendars beside the first one.
const MORE: [&str; 2] = ["Travel", "Birthdays"];

/// Whose calendar the main user added in the manner of old.
const ADDED: &str = "jonas.lindqvist@fjordlight.example";

/// Who shares everything with the main user, by the first part of the address.
const OPEN: [&str; 2] = ["jonas", "projects"];

/// Who shares nothing with anybody, by the first part of the address.
const CLOSED: [&str; 2] = ["ingrid", "board"];

/// Who is in the group of the Apollo programme, by the first part of the address.
const APOLLO: [&str; 3] = ["jonas", "noa", "haruto"];

/// What the company's meetings are made from.
pub(crate) struct Plan<'a> {
    pub(crate) directory: &'a Directory,
    pub(crate) people: &'a People,
    pub(crate) now: Timestamp,
    pub(crate) seed: u64,
}

type Meetings = LazyLock<Vec<Arc<Meeting>>, Box<dyn FnOnce() -> Vec<Arc<Meeting>> + Send>>;

/// Makes the company's calendars, dated around `now`.
///
/// Only their frames: what is in them is made when somebody opens the first one.
pub(crate) fn company(directory: &Directory, now: Timestamp, seed: u64) -> Store {
    let mut store = filled(directory, now, seed, |plan| {
        let mut all = story::meetings(plan);
        bulk::fill(plan, &mut all);
        all
    });
    if let Some(group) = directory.users().iter().find(|user| short(user) == "apollo") {
        store.add_group(group.oid.clone(), oids(directory, &APOLLO));
    }
    store
}

/// Makes the calendars of a small organisation from what is written by hand.
pub(crate) fn small(
    directory: &Directory,
    now: Timestamp,
    seed: u64,
    written: &'static str,
) -> Store {
    filled(directory, now, seed, |plan| {
        let mut all = story::written(plan, written);
        bulk::notes(plan, &mut all);
        all
    })
}

fn filled(
    directory: &Directory,
    now: Timestamp,
    seed: u64,
    make: impl FnOnce(&Plan<'_>) -> Vec<Meeting> + Send + 'static,
) -> Store {
    let mut store = Store::default();
    let meetings = Arc::new(meetings(directory.clone(), now, seed, make));
    for user in directory.users().iter().filter(|user| user.has_calendar()) {
        let (owner, list, meetings) = (user.clone(), list(directory, user), Arc::clone(&meetings));
        let names: Vec<_> = list.iter().map(|own| own.name.clone()).collect();
        let fill = move || copies(&owner, &names, &meetings);
        store.add(Calendars::new(user.clone(), seed, list, sharing(user), fill));
    }
    store
}

fn meetings(
    directory: Directory,
    now: Timestamp,
    seed: u64,
    make: impl FnOnce(&Plan<'_>) -> Vec<Meeting> + Send + 'static,
) -> Meetings {
    LazyLock::new(Box::new(move || {
        let people = People::of(&directory);
        let plan = Plan { directory: &directory, people: &people, now, seed };
        let numbered = (0..).zip(make(&plan));
        numbered.map(|(number, meeting)| Arc::new(Meeting { number, ..meeting })).collect()
    }))
}

fn list(directory: &Directory, user: &User) -> Vec<Calendar> {
    let of = |name: &str, user: &User| Calendar {
        name: name.to_owned(),
        owner: Contact::new(&user.display_name, &user.upn),
        is_own: true,
    };
    let mut list = vec![of("Calendar", user)];
    if user.upn == MAIN_USER {
        list.extend(MORE.iter().map(|name| of(name, user)));
        let added = directory.find(ADDED);
        list.extend(added.map(|own| Calendar { is_own: false, ..of(&own.display_name, own) }));
    }
    list
}

fn sharing(user: &User) -> Sharing {
    let with = if OPEN.contains(&short(user)) {
        vec![(MAIN_USER.to_owned(), Rights::Details)]
    } else {
        Vec::new()
    };
    let others = if CLOSED.contains(&short(user)) { Rights::None } else { Rights::FreeBusy };
    Sharing { with, others }
}

fn oids(directory: &Directory, names: &[&str]) -> Vec<String> {
    let users = directory.users().iter().filter(|user| names.contains(&short(user)));
    users.map(|user| user.oid.clone()).collect()
}

fn short(user: &User) -> &str {
    user.upn.split(['@', '.']).next().unwrap_or_default()
}

/// Copies what concerns the owner; a meeting's number is its key in all calendars.
fn copies(owner: &User, names: &[String], meetings: &Meetings) -> Vec<Event> {
    let copy = |meeting: &Arc<Meeting>| {
        let (answer, shows) = part(owner, meeting)?;
        let own = meeting.calendar.as_deref().filter(|_| answer == Answer::Organizer);
        let place = names.iter().position(|name| Some(name.as_str()) == own);
        Some(Event {
            key: meeting.number,
            calendar: place.unwrap_or_default(),
            meeting: Arc::clone(meeting),
            answer,
            shows,
        })
    };
    meetings.iter().filter_map(copy).collect()
}

/// Returns what the owner said to a meeting and how it shows; nothing for what is not in the
/// calendar: other people's meetings, and those that were declined.
fn part(owner: &User, meeting: &Meeting) -> Option<(Answer, ShowAs)> {
    if owner.upn == *meeting.organizer.address {
        let shows = if meeting.cancelled { ShowAs::Free } else { meeting.shows };
        return Some((Answer::Organizer, shows));
    }
    let own = meeting.attendees.iter().find(|own| is_meant(owner, &own.who.address))?;
    match own.answer {
        Answer::Declined if !own.keeps => None,
        _ => Some((own.answer, shows(own, meeting))),
    }
}

/// Returns whether an address is someone's own, or that of a group with that person in it.
fn is_meant(owner: &User, address: &str) -> bool {
    owner.upn == address || address.starts_with("apollo@") && APOLLO.contains(&short(owner))
}

fn shows(own: &Attendee, meeting: &Meeting) -> ShowAs {
    match own.answer {
        _ if meeting.cancelled => ShowAs::Free,
        Answer::Accepted | Answer::Organizer => meeting.shows,
        Answer::Declined => ShowAs::Free,
        Answer::None | Answer::NotResponded | Answer::Tentative => match meeting.shows {
            ShowAs::Free => ShowAs::Free,
            _ => ShowAs::Tentative,
        },
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, ToSpan as _};

    use super::company;
    use crate::{
        data::shared::{BUDGET_SUBJECT, budget_occurrences},
        directory::{Directory, MAIN_USER},
    };

    /// The budget review in the main user's calendar: when each begins and ends.
    fn in_the_calendar(now: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        let directory = Directory::company();
        let store = company(&directory, now, 1);
        let owner = directory.find(MAIN_USER).expect("the main user is in the directory");
        let calendars = store.of(&owner.oid).expect("the main user has a calendar");
        let far = (now - (24 * 365).hours(), now + (24 * 365).hours());
        let all = calendars.between(0, far.0, far.1);
        let own = all.iter().filter(|own| own.subject() == BUDGET_SUBJECT);
        let mut times: Vec<_> = own.map(|own| (own.starts(), own.ends())).collect();
        times.sort();
        times
    }

    #[test]
    fn the_budget_review_is_when_the_other_services_say() {
        for now in [
            "2026-03-17T09:30:12Z",
            "2026-03-17T14:30:00Z",
            "2026-03-17T15:30:00Z",
            "2026-11-22T01:00:00Z",
            "2026-12-31T23:30:00Z",
        ] {
            let now: Timestamp = now.parse().expect("a moment");

            let own = in_the_calendar(now);

            let told = budget_occurrences(now).into_iter().filter(|own| !own.cancelled);
            let told: Vec<_> = told.map(|own| (own.start, own.end)).collect();
            assert_eq!(own, told, "{now}");
        }
    }
}
