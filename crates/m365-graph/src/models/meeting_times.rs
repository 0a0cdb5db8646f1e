use serde::Deserialize;

use super::{DateTimeZone, EmailAddress, Resource, lenient};

/// When people could meet:
/// [meetingTimeSuggestionsResult](https://learn.microsoft.com/graph/api/resources/meetingtimesuggestionsresult).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct MeetingTimes {
    /// The best first.
    #[serde(rename = "meetingTimeSuggestions", deserialize_with = "lenient::list")]
    pub suggestions: Vec<MeetingTimeSuggestion>,
    /// Why there are none: `attendeesUnavailable`, `attendeesUnavailableOrUnknown`,
    /// `locationsUnavailable`, `organizerUnavailable` or `unknown`, in any case of letters.
    pub empty_suggestions_reason: Option<String>,
}

impl Resource for MeetingTimes {
    fn is_whole(&self) -> bool {
        !self.suggestions.is_empty() || self.empty_suggestions_reason.is_some()
    }
}

/// A time at which people could meet.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct MeetingTimeSuggestion {
    /// The mean chance in percent that the attendees can come.
    pub confidence: Option<f64>,
    /// What the signed-in user's calendar says: `free`, `tentative`, `busy`, …
    pub organizer_availability: Option<String>,
    /// What the others' calendars say.
    #[serde(deserialize_with = "lenient::list")]
    pub attendee_availability: Vec<AttendeeAvailability>,
    /// From when to when.
    #[serde(deserialize_with = "lenient::nullable")]
    pub meeting_time_slot: TimeSlot,
}

/// What the calendar of one attendee says of a time.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AttendeeAvailability {
    /// Who.
    #[serde(deserialize_with = "lenient::nullable")]
    pub attendee: AttendeeBase,
    /// `free`, `tentative`, `busy`, `oof`, `workingElsewhere` or `unknown`.
    pub availability: Option<String>,
}

/// Someone to meet.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AttendeeBase {
    /// The name and address.
    #[serde(deserialize_with = "lenient::nullable")]
    pub email_address: EmailAddress,
}

/// A stretch of time.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct TimeSlot {
    /// Its start.
    pub start: Option<DateTimeZone>,
    /// Its end.
    pub end: Option<DateTimeZone>,
}
