//! A meeting, or whatever else takes time, as all who have it in their calendars share it.

use std::borrow::Cow;

use jiff::{Timestamp, civil::DateTime};

use crate::graph::{
    calendar::series::Series,
    mail::{
        attachment::Attachment,
        message::{Contact, Importance, Text},
    },
    schedule::zone::Zone,
};

/// What someone said to an invitation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Answer {
    #[default]
    None,
    Accepted,
    Declined,
    NotResponded,
    Organizer,
    Tentative,
}

impl Answer {
    /// Returns Graph's word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::NotResponded => "notResponded",
            Self::Organizer => "organizer",
            Self::Tentative => "tentativelyAccepted",
        }
    }

    /// Returns whether somebody gave it.
    pub(crate) fn is_given(self) -> bool {
        matches!(self, Self::Accepted | Self::Declined | Self::Tentative)
    }
}

/// How an event shows in the free and busy times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ShowAs {
    #[default]
    Busy,
    Elsewhere,
    Free,
    OutOfOffice,
    Tentative,
}

impl ShowAs {
    /// Returns Graph's word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Elsewhere => "workingElsewhere",
            Self::Free => "free",
            Self::OutOfOffice => "oof",
            Self::Tentative => "tentative",
        }
    }
}

/// Whether somebody has to come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Role {
    Optional,
    #[default]
    Required,
    /// A room, which does not come: it is there.
    Resource,
}

impl Role {
    /// Returns Graph's word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::Required => "required",
            Self::Resource => "resource",
        }
    }
}

/// Somebody who is invited.
#[derive(Clone, Debug)]
pub(crate) struct Attendee {
    pub(crate) who: Contact,
    pub(crate) role: Role,
    pub(crate) answer: Answer,
    /// Keeps in the calendar, shown as free, what was declined.
    pub(crate) keeps: bool,
}

/// A meeting, or whatever else takes time.
#[derive(Debug)]
pub(crate) struct Meeting {
    /// The number that tells it from the others of the company.
    pub(crate) number: u32,
    pub(crate) subject: Cow<'static, str>,
    /// HTML, without what Teams adds.
    pub(crate) text: Text,
    pub(crate) locations: Vec<Cow<'static, str>>,
    /// The first one's begin where it is a series, on the clocks of the zone.
    pub(crate) start: DateTime,
    pub(crate) end: DateTime,
    pub(crate) zone: Zone,
    /// The name that the organizer's program gave the zone.
    pub(crate) zone_name: Cow<'static, str>,
    pub(crate) all_day: bool,
    pub(crate) organizer: Contact,
    pub(crate) attendees: Vec<Attendee>,
    pub(crate) hide_attendees: bool,
    pub(crate) shows: ShowAs,
    pub(crate) private: bool,
    pub(crate) importance: Importance,
    pub(crate) categories: Vec<Cow<'static, str>>,
    /// Called off, though still in the calendars.
    pub(crate) cancelled: bool,
    /// Where it meets in Teams.
    pub(crate) join_url: Option<String>,
    pub(crate) series: Option<Series>,
    pub(crate) attachments: Vec<Attachment>,
    /// The organizer's calendar that it is in, where that is not the first one.
    pub(crate) calendar: Option<Cow<'static, str>>,
    pub(crate) created: Timestamp,
    /// How long before it a reminder comes, in minutes.
    pub(crate) reminder: Option<u32>,
}

impl Meeting {
    /// Makes somebody's own meeting, which takes place once and which nobody else comes to.
    pub(crate) fn new(organizer: Contact, zone: Zone, start: DateTime, end: DateTime) -> Self {
        Self {
            number: 0,
            subject: Cow::Borrowed(""),
            text: Text::default(),
            locations: Vec::new(),
            start,
            end,
            zone_name: Cow::Owned(zone.name().to_owned()),
            zone,
            all_day: false,
            organizer,
            attendees: Vec::new(),
            hide_attendees: false,
            shows: ShowAs::default(),
            private: false,
            importance: Importance::default(),
            categories: Vec::new(),
            cancelled: false,
            join_url: None,
            series: None,
            attachments: Vec::new(),
            calendar: None,
            created: Timestamp::default(),
            reminder: Some(15),
        }
    }
}
