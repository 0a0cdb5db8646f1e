//! The properties of an event that can be filtered and sorted by.

use http::StatusCode;
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use crate::graph::{
    calendar::{View, body::PRIVATE, event::Occasion},
    fail::Fail,
    filter::{self, Value},
};

/// A property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Property {
    Created,
    End,
    HasAttachments,
    Importance,
    IsAllDay,
    IsCancelled,
    IsOnline,
    IsOrganizer,
    LocationName,
    Modified,
    OrganizerAddress,
    OrganizerName,
    Response,
    Sensitivity,
    SeriesMaster,
    ShowAs,
    Start,
    Subject,
    Type,
    Uid,
}

/// Refuses what events cannot be filtered by at all.
pub(crate) fn refuse(filter: &str) -> Result<(), Fail> {
    if filter.contains("/any(") || filter.contains("/all(") {
        let message = "Filtering on a collection of attendees or categories is not supported.";
        return Err(Fail::new(StatusCode::BAD_REQUEST, "UnsupportedEntityExpression", message));
    }
    Ok(())
}

impl filter::Property for Property {
    fn named(path: &str) -> Result<Self, Fail> {
        Ok(match path {
            "createdDateTime" => Self::Created,
            "end/dateTime" => Self::End,
            "hasAttachments" => Self::HasAttachments,
            "iCalUId" | "uid" => Self::Uid,
            "importance" => Self::Importance,
            "isAllDay" => Self::IsAllDay,
            "isCancelled" => Self::IsCancelled,
            "isOnlineMeeting" => Self::IsOnline,
            "isOrganizer" => Self::IsOrganizer,
            "lastModifiedDateTime" => Self::Modified,
            "location/displayName" => Self::LocationName,
            "organizer/emailAddress/address" => Self::OrganizerAddress,
            "organizer/emailAddress/name" => Self::OrganizerName,
            "responseStatus/response" => Self::Response,
            "sensitivity" => Self::Sensitivity,
            "seriesMasterId" => Self::SeriesMaster,
            "showAs" => Self::ShowAs,
            "start/dateTime" => Self::Start,
            "subject" => Self::Subject,
            "type" => Self::Type,
            "body/content" => return Err(cannot_look_into_bodies()),
            _ => {
                return Err(Fail::parse_uri(format!(
                    "Could not find a property named '{path}' on type 'microsoft.graph.event'."
                )));
            }
        })
    }

    fn typed(self, literal: Value) -> Option<Value> {
        let fits = match self {
            Self::Start | Self::End => return time(literal),
            Self::Created | Self::Modified => matches!(literal, Value::Time(_)),
            Self::HasAttachments
            | Self::IsAllDay
            | Self::IsCancelled
            | Self::IsOnline
            | Self::IsOrganizer => matches!(literal, Value::Bool(_)),
            _ => matches!(literal, Value::Text(_) | Value::Null),
        };
        fits.then_some(literal)
    }
}

fn cannot_look_into_bodies() -> Fail {
    let message = "An internal server error occurred. The operation failed.";
    Fail::new(StatusCode::INTERNAL_SERVER_ERROR, "ErrorInternalServerError", message)
}

/// The schema has times of events as text; without an offset they are in UTC.
fn time(literal: Value) -> Option<Value> {
    let text = match literal {
        Value::Time(_) => return Some(literal),
        Value::Text(text) => text.to_ascii_uppercase(),
        _ => return None,
    };
    let local = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
    let time = text.parse::<Timestamp>().ok().or_else(|| Some(local()?.timestamp()));
    time.map(Value::Time)
}

impl Property {
    /// Returns an occasion's value, as the caller may see it.
    pub(crate) fn value(self, view: &View<'_>, occasion: &Occasion<'_>) -> Value {
        let meeting = &occasion.event.meeting;
        if view.hides(occasion)
            && let Some(value) = self.masked()
        {
            return value;
        }
        match self {
            Self::Created | Self::Modified => Value::Time(meeting.created),
            Self::Start => Value::Time(occasion.starts()),
            Self::End => Value::Time(occasion.ends()),
            Self::HasAttachments => Value::Bool(meeting.attachments.iter().any(|own| !own.inline)),
            Self::IsAllDay => Value::Bool(meeting.all_day),
            Self::IsCancelled => Value::Bool(meeting.cancelled),
            Self::IsOnline => Value::Bool(meeting.join_url.is_some()),
            Self::IsOrganizer => Value::Bool(view.is_organizer(occasion)),
            Self::SeriesMaster if occasion.kind.day().is_none() => Value::Null,
            _ => Value::Text(self.text(view, occasion).to_lowercase()),
        }
    }

    /// Returns what stands in place of a private event's own, as in what is written of it.
    fn masked(self) -> Option<Value> {
        Some(match self {
            Self::HasAttachments | Self::IsOnline => Value::Bool(false),
            Self::LocationName => Value::Text(String::new()),
            Self::OrganizerAddress | Self::OrganizerName => Value::Null,
            Self::Subject => Value::Text(PRIVATE.to_lowercase()),
            _ => return None,
        })
    }

    fn text(self, view: &View<'_>, occasion: &Occasion<'_>) -> String {
        let (event, meeting) = (occasion.event, &occasion.event.meeting);
        match self {
            Self::Importance => meeting.importance.name().into(),
            Self::LocationName => occasion.locations().join("; "),
            Self::OrganizerAddress => meeting.organizer.address.to_string(),
            Self::OrganizerName => meeting.organizer.name.to_string(),
            Self::Response => event.answer.name().into(),
            Self::Sensitivity => if meeting.private { "private" } else { "normal" }.into(),
            Self::SeriesMaster => view.master_id(event),
            Self::ShowAs => event.shows.name().into(),
            Self::Subject => occasion.subject().into(),
            Self::Type => occasion.kind.name().into(),
            Self::Uid => view.uid(occasion),
            _ => String::new(),
        }
    }
}
