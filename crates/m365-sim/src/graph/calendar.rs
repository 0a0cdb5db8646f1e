//! Calendars, and what is in them.
//!
//! | Rule | What |
//! |---|---|
//! | S3 | a token without a scope for a calendar is refused with `ErrorAccessDenied` |
//! | S15 | an id in the other alphabet is malformed |
//! | S24 | a view needs both ends of its window, and the end lies after the start |
//! | S25 | a window has at most 1825 days |
//! | S26 | times have no offset and are local to the preferred zone, one of those that are offered |
//! | S27 | views have occurrences and never series, lists of events the other way round |
//! | S28 | a join address comes only with `isOnlineMeeting` (*switch*) |
//! | S53 | five requests to one mailbox at a time are one too many |
//! | S56 | next links are bound to their query |
//! | S58 | government clouds do not tell what was taken out of a series |
//!
//! The search has rules of its own, in its module.

mod attachments;
mod body;
mod book;
pub(crate) mod event;
mod get;
mod json;
mod list;
pub(crate) mod meeting;
mod property;
mod recurrence;
mod routes;
pub(crate) mod search;
pub(crate) mod series;
mod view;

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::Timestamp;

use self::event::{Event, Occasion};
pub(crate) use self::{routes::route, view::View};
use crate::{
    directory::User,
    graph::mail::{ids::Ids, message::Contact},
};

/// The calendars of the tenant.
#[derive(Debug, Default)]
pub(crate) struct Store {
    by_owner: BTreeMap<String, Calendars>,
    groups: BTreeMap<String, Vec<String>>,
}

impl Store {
    /// Adds someone's calendars.
    pub(crate) fn add(&mut self, calendars: Calendars) {
        self.by_owner.insert(calendars.owner.oid.clone(), calendars);
    }

    /// Says who is in a group, by object ids.
    pub(crate) fn add_group(&mut self, oid: String, members: Vec<String>) {
        self.groups.insert(oid, members);
    }

    /// Returns someone's calendars by the object id.
    pub(crate) fn of(&self, oid: &str) -> Option<&Calendars> {
        self.by_owner.get(oid)
    }

    /// Returns the calendars that an address stands for: someone's own, or a group's members'.
    pub(crate) fn behind(&self, oid: &str) -> Vec<&Calendars> {
        match self.groups.get(oid) {
            Some(members) => members.iter().filter_map(|member| self.of(member)).collect(),
            None => self.of(oid).into_iter().collect(),
        }
    }
}

/// What someone may see of another's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rights {
    /// Nothing, not even that there is one; when somebody is busy is told nevertheless.
    None,
    /// When somebody is busy.
    FreeBusy,
    /// Everything but what is private.
    Details,
}

/// One of someone's calendars.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    pub(crate) name: String,
    /// Somebody else, for a calendar that was added in the manner of old, which Graph cannot read.
    pub(crate) owner: Contact,
    pub(crate) is_own: bool,
}

/// Makes events when somebody asks for them first.
type Filler = Box<dyn FnOnce() -> Vec<Event> + Send>;

/// Someone's calendars.
#[derive(Debug)]
pub(crate) struct Calendars {
    pub(crate) owner: User,
    pub(crate) ids: Ids,
    /// The first one is the default.
    pub(crate) list: Vec<Calendar>,
    /// What each of some others may see; the rest may see what `others` says.
    rights: Vec<(String, Rights)>,
    others: Rights,
    events: LazyLock<Vec<Event>, Filler>,
}

/// How someone shares a calendar: with whom by principal names, and with everybody else.
#[derive(Clone, Debug)]
pub(crate) struct Sharing {
    pub(crate) with: Vec<(String, Rights)>,
    pub(crate) others: Rights,
}

impl Calendars {
    /// Makes calendars whose events are made when somebody asks for them first.
    pub(crate) fn new(
        owner: User,
        seed: u64,
        list: Vec<Calendar>,
        sharing: Sharing,
        fill: impl FnOnce() -> Vec<Event> + Send + 'static,
    ) -> Self {
        let ids = Ids::new(&owner.oid, seed);
        let Sharing { with, others } = sharing;
        let events = LazyLock::new(Box::new(fill) as Filler);
        Self { owner, ids, list, rights: with, others, events }
    }

    /// Returns what someone who is not the owner may see.
    pub(crate) fn rights_of(&self, upn: &str) -> Rights {
        let own = self.rights.iter().find(|(name, _)| name.eq_ignore_ascii_case(upn));
        own.map_or(self.others, |(_, rights)| *rights)
    }

    /// Returns all events, series as a whole.
    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }

    /// Returns an event by its key.
    pub(crate) fn by_key(&self, key: u32) -> Option<&Event> {
        self.events.iter().find(|event| event.key == key)
    }

    /// Returns what of one calendar overlaps a window, in no particular order.
    pub(crate) fn between(
        &self,
        calendar: usize,
        start: Timestamp,
        end: Timestamp,
    ) -> Vec<Occasion<'_>> {
        let own = self.events.iter().filter(|event| event.calendar == calendar);
        own.flat_map(|event| event.between(start, end)).collect()
    }
}
