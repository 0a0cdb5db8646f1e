use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Trailer,
    availability::{NoTime, Slot, State, Unavailable},
    time,
};

/// Times at which people can meet, as programs get them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Suggestions {
    /// The best first.
    suggestions: Vec<Suggestion>,
    /// Why there are none, in Graph's words; empty where there are some.
    empty_suggestions_reason: String,
    /// Whose time is not known, or who cannot come at any time.
    unavailable_participants: Vec<Unavailable>,
    /// How to go on.
    #[serde(flatten)]
    trailer: Trailer,
}

/// A time at which people can meet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(crate) struct Suggestion {
    /// Its start, e.g. `2026-11-21T09:00:00+01:00`.
    start: String,
    /// Its end.
    end: String,
    /// The mean chance in percent that the attendees come.
    confidence: f64,
    /// What the user's calendar says.
    organizer_availability: String,
    /// What the others' calendars say.
    attendee_availability: Vec<Attending>,
}

/// What the calendar of one attendee says of a time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct Attending {
    /// The address.
    attendee: String,
    /// `free`, `tentative`, `busy`, `oof`, `workingElsewhere`, `outsideWorkingHours` or `unknown`.
    availability: &'static str,
}

/// What was found, by whichever way.
#[derive(Clone, Debug, Default)]
pub(super) struct Suggested {
    pub(super) suggestions: Vec<Possible>,
    /// Empty where there are some.
    pub(super) reason: String,
    /// The same, where it was found here.
    pub(super) cause: Option<NoTime>,
    /// Whether there may be more.
    pub(super) is_cut: bool,
    pub(super) unavailable: Vec<Unavailable>,
}

/// A time at which people can meet.
#[derive(Clone, Debug)]
pub(super) struct Possible {
    pub(super) slot: Slot,
    pub(super) confidence: f64,
    pub(super) organizer: State,
    pub(super) attendees: Vec<(String, State)>,
}

impl Suggestion {
    pub(super) fn of(possible: &Possible, zone: &TimeZone) -> Self {
        let attending = |(attendee, state): &(String, State)| Attending {
            attendee: attendee.clone(),
            availability: state.as_str(),
        };
        Self {
            start: time::format(possible.slot.start, zone),
            end: time::format(possible.slot.end, zone),
            confidence: possible.confidence,
            organizer_availability: possible.organizer.as_str().to_owned(),
            attendee_availability: possible.attendees.iter().map(attending).collect(),
        }
    }
}
