//! Who could come when.

use jiff::{Timestamp, tz::TimeZone};

use crate::graph::{
    calendar::{Calendars, meeting::ShowAs},
    call::Call,
    meeting_times::request::MeetingRequest,
    schedule::{
        busy::{Item, items},
        zone::Zone,
    },
};

/// Whether somebody can come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Availability {
    Free,
    Elsewhere,
    Tentative,
    Busy,
    OutOfOffice,
    Unknown,
}

impl Availability {
    /// Returns Graph's word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Elsewhere => "workingElsewhere",
            Self::Tentative => "tentative",
            Self::Busy => "busy",
            Self::OutOfOffice => "oof",
            Self::Unknown => "unknown",
        }
    }

    /// Returns how likely it is that somebody comes, in percent.
    pub(crate) fn chance(self) -> f64 {
        match self {
            Self::Free | Self::Elsewhere => 100.0,
            Self::Tentative => 50.0,
            Self::Unknown => 49.0,
            Self::Busy | Self::OutOfOffice => 0.0,
        }
    }

    /// Returns whether nothing that was settled speaks against it.
    pub(crate) fn can_come(self) -> bool {
        matches!(self, Self::Free | Self::Elsewhere | Self::Tentative)
    }
}

/// Somebody's plans, or none that are known.
pub(crate) struct Mind<'a> {
    /// The address as the request spells it; empty for the organizer.
    pub(crate) address: &'a str,
    items: Option<Vec<Item<'a>>>,
}

impl<'a> Mind<'a> {
    /// Reads the organizer's calendar.
    pub(crate) fn of_organizer(calendars: &'a Calendars, request: &MeetingRequest) -> Self {
        Self { address: "", items: Some(plans(&[calendars], request)) }
    }

    /// Reads the attendees' calendars; those of other organisations are not known.
    pub(crate) fn of_attendees(call: &Call<'a>, request: &'a MeetingRequest) -> Vec<Self> {
        let mind = |address: &'a String| {
            let user = call.grant.tenant.directory.find(address);
            let behind = user.map(|user| call.grant.tenant.calendars.behind(&user.oid));
            let behind = behind.filter(|behind| !behind.is_empty());
            Self { address, items: behind.map(|behind| plans(&behind, request)) }
        };
        request.attendees.iter().map(mind).collect()
    }

    /// Returns whether somebody can come: what is worst of the plans at a time.
    pub(crate) fn at(&self, start: Timestamp, end: Timestamp) -> Availability {
        let Some(items) = &self.items else { return Availability::Unknown };
        let meanwhile = items.iter().filter(|item| item.start < end && start < item.end);
        meanwhile.map(|item| availability(item.shows())).max().unwrap_or(Availability::Free)
    }
}

fn availability(shows: ShowAs) -> Availability {
    match shows {
        ShowAs::Busy => Availability::Busy,
        ShowAs::Elsewhere => Availability::Elsewhere,
        ShowAs::Free => Availability::Free,
        ShowAs::OutOfOffice => Availability::OutOfOffice,
        ShowAs::Tentative => Availability::Tentative,
    }
}

/// What lasts all day does so on the clocks of its owner.
fn plans<'a>(behind: &[&'a Calendars], request: &MeetingRequest) -> Vec<Item<'a>> {
    let start = request.windows.iter().map(|(start, _)| *start).min().unwrap_or(Timestamp::MIN);
    let end = request.windows.iter().map(|(_, end)| *end).max().unwrap_or(Timestamp::MAX);
    let own = behind.iter().flat_map(|calendars| {
        let zone = Zone::named(&calendars.owner.time_zone).map_or(TimeZone::UTC, |zone| zone.tz);
        items(calendars, &zone, start, end)
    });
    own.collect()
}
