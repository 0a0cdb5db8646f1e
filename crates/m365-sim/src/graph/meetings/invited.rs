//! The meetings that the caller's own calendar invites to, of which nothing was recorded.

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::{
    data::random::mix,
    graph::{
        calendar::event::Event,
        call::Call,
        mail::message::Contact,
        meetings::meeting::{Meeting, State},
        query::decode,
        teams::message::Person,
    },
};

/// Returns these meetings, each once however many events lead to it.
pub(super) fn all<'a>(call: &Call<'a>) -> impl Iterator<Item = Meeting> {
    let call = *call;
    let calendars = call.grant.tenant.calendars.of(&call.grant.user_id).into_iter();
    calendars.flat_map(|own| own.events()).filter_map(move |event| of(&call, event))
}

fn of(call: &Call<'_>, event: &Event) -> Option<Meeting> {
    let meeting = &event.meeting;
    let join_url = meeting.join_url.as_deref()?;
    let parts = Parts::read(join_url)?;
    let organizer = person(call, &meeting.organizer, parts.organizer, parts.tenant);
    let attendees = meeting.attendees.iter().map(|attendee| {
        let address = &attendee.who.address;
        let id = call.grant.tenant.directory.find(address).map_or("", |user| user.oid.as_str());
        person(call, &attendee.who, id, call.tenant_id())
    });
    let whole = event.whole();
    Some(Meeting {
        id: id(&organizer.id, &parts.thread),
        state: if parts.tenant == call.tenant_id() { State::Here } else { State::Elsewhere },
        subject: meeting.subject.to_string(),
        join_url: join_url.to_owned(),
        join_id: join_id(join_url),
        thread: parts.thread,
        organizer,
        attendees: attendees.collect(),
        recurs: meeting.series.is_some(),
        created: meeting.created,
        start: whole.starts(),
        end: whole.ends(),
        closed: false,
        sessions: Vec::new(),
    })
}

fn person(call: &Call<'_>, contact: &Contact, id: &str, tenant: &str) -> Arc<Person> {
    let own = call.grant.tenant.directory.find(&contact.address);
    Arc::new(Person {
        id: own.map_or(id, |user| user.oid.as_str()).to_owned(),
        name: contact.name.to_string(),
        address: contact.address.to_string(),
        tenant: tenant.to_owned(),
    })
}

/// What a join address is made of.
struct Parts<'a> {
    thread: String,
    tenant: &'a str,
    organizer: &'a str,
}

impl<'a> Parts<'a> {
    fn read(join_url: &'a str) -> Option<Self> {
        let (_, rest) = join_url.split_once("/meetup-join/")?;
        let value = |name: &str| {
            let (_, rest) = join_url.split_once(&format!("%22{name}%22%3a%22"))?;
            rest.split_once("%22").map(|(value, _)| value)
        };
        let thread = decode(rest.split('/').next()?).ok()?;
        Some(Self { thread, tenant: value("Tid")?, organizer: value("Oid")? })
    }
}

/// Returns the id of a meeting, which is made of its organizer and its thread.
pub(crate) fn id(organizer: &str, thread: &str) -> String {
    BASE64_STANDARD.encode(format!("1*{organizer}*0**{thread}"))
}

/// Returns the number that one joins with.
pub(crate) fn join_id(join_url: &str) -> String {
    let sum = join_url.bytes().fold(0x6a6f, |sum, byte| mix(sum ^ u64::from(byte)));
    format!("27{:011}", sum % 100_000_000_000)
}
