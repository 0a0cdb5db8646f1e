use std::fmt;

use serde::Deserialize;

use super::{EmailAddress, ItemBody, Recipient, Resource, lenient};
use crate::{CalendarId, EventId, JoinUrl};

mod recurrence;

pub use recurrence::{Recurrence, RecurrencePattern, RecurrenceRange};

/// An [event](https://learn.microsoft.com/graph/api/resources/event) of a calendar or inside an
/// attachment; what was not selected, or not granted, is absent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Event {
    /// Absent in attached events. Each occurrence of a series has its own.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<EventId>,
    /// The subject.
    pub subject: Option<String>,
    /// The first 255 characters of the description as text.
    pub body_preview: Option<String>,
    /// The description.
    pub body: Option<ItemBody>,
    /// When it starts.
    pub start: Option<DateTimeZone>,
    /// When it ends.
    pub end: Option<DateTimeZone>,
    /// Whether it takes whole days, which are the same in every zone.
    pub is_all_day: Option<bool>,
    /// Whether it was called off.
    pub is_cancelled: Option<bool>,
    /// Whether the calendar's owner called it.
    pub is_organizer: Option<bool>,
    /// `free`, `tentative`, `busy`, `oof`, `workingElsewhere` or `unknown`.
    pub show_as: Option<String>,
    /// `normal`, `personal`, `private` or `confidential`.
    pub sensitivity: Option<String>,
    /// `low`, `normal` or `high`.
    pub importance: Option<String>,
    /// `singleInstance`, `occurrence`, `exception` or `seriesMaster`.
    pub r#type: Option<String>,
    /// The series that an occurrence belongs to.
    #[serde(deserialize_with = "lenient::parsed")]
    pub series_master_id: Option<EventId>,
    /// How a series repeats; only its master has it.
    pub recurrence: Option<Recurrence>,
    /// The zone that the start was planned in, by its Windows name.
    pub original_start_time_zone: Option<String>,
    /// Where it takes place.
    pub location: Option<Location>,
    /// All places, the first of which is `location` too.
    #[serde(deserialize_with = "lenient::list")]
    pub locations: Vec<Location>,
    /// Who called it.
    pub organizer: Option<Recipient>,
    /// Who is invited.
    #[serde(deserialize_with = "lenient::list")]
    pub attendees: Vec<Attendee>,
    /// What the calendar's owner answered.
    pub response_status: Option<ResponseStatus>,
    /// Whether it has an address to join it at.
    pub is_online_meeting: Option<bool>,
    /// How to join it; absent unless `isOnlineMeeting` is selected too.
    pub online_meeting: Option<OnlineMeetingInfo>,
    /// Whether there are attachments.
    pub has_attachments: Option<bool>,
    /// The owner's categories.
    #[serde(deserialize_with = "lenient::list")]
    pub categories: Vec<String>,
    /// Opens the event in Outlook on the web.
    pub web_link: Option<String>,
}

impl Resource for Event {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

/// A wall-clock time in a named zone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct DateTimeZone {
    /// The time, e.g. `2026-03-19T09:00:00.0000000`, without an offset.
    #[serde(deserialize_with = "lenient::nullable")]
    pub date_time: String,
    /// The zone by its Windows or IANA name.
    #[serde(deserialize_with = "lenient::nullable")]
    pub time_zone: String,
}

/// A place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Location {
    /// Its name.
    pub display_name: Option<String>,
}

/// Someone invited to an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Attendee {
    /// The name and address.
    #[serde(deserialize_with = "lenient::nullable")]
    pub email_address: EmailAddress,
    /// `required`, `optional` or `resource`.
    pub r#type: Option<String>,
    /// What they answered.
    pub status: Option<ResponseStatus>,
}

/// An answer to an invitation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ResponseStatus {
    /// E.g. `accepted`, `declined` or `none`.
    pub response: Option<String>,
}

/// How to join an event from afar.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct OnlineMeetingInfo {
    /// The address to join at, of whatever service, which all occurrences of a series share.
    pub join_url: Option<String>,
}

impl OnlineMeetingInfo {
    /// Returns the address by which Teams knows the meeting, if it is one of Teams.
    #[must_use]
    pub fn in_teams(&self) -> Option<JoinUrl> {
        self.join_url.as_deref().and_then(|url| JoinUrl::new(url).ok())
    }
}

impl fmt::Debug for OnlineMeetingInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnlineMeetingInfo(..)")
    }
}

/// A [calendar](https://learn.microsoft.com/graph/api/resources/calendar).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Calendar {
    /// The calendar's id.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<CalendarId>,
    /// The name in the mailbox's language.
    #[serde(deserialize_with = "lenient::nullable")]
    pub name: String,
    /// Whether new events go there unless told otherwise.
    pub is_default_calendar: Option<bool>,
    /// Whose it is; another person's where it is a shared one.
    pub owner: Option<EmailAddress>,
}

impl Resource for Calendar {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}
