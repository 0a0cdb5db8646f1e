use jiff::{Timestamp, tz::TimeZone};
use m365_extract::excerpt;
use m365_graph::{Attendee, Event, Mailbox};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::when::Stretch;
use crate::{
    ErrorCode, ToolError,
    mail::fields::{self, Person},
    time,
    uri::{CalendarUri, TranscriptUri},
};

/// The longest subject, in characters.
const SUBJECT: usize = 255;

/// The longest name of a place, in characters.
const PLACE: usize = 120;

/// The longest subject, place and summary that the model sees, in characters.
const SEEN: [usize; 3] = [120, 80, 120];

/// The most bytes of a hit that the model sees: attendees and the summary get what its addresses leave
/// of them. Programs see all.
const HIT: usize = 1_150;

/// An event that was found; each occurrence of a series is one.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventHit {
    /// Reads the event: pass it to `read_resource`; absent where only free and busy times are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
    /// The subject.
    #[serde(skip_serializing_if = "String::is_empty")]
    subject: String,
    /// When it starts, e.g. `2026-11-21T09:00:00+01:00`.
    start: String,
    /// When it ends; for whole days the midnight after the last one.
    end: String,
    /// Whether it takes whole days.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_all_day: Option<bool>,
    /// Where it takes place.
    #[serde(skip_serializing_if = "String::is_empty")]
    location: String,
    /// Who called it.
    #[serde(skip_serializing_if = "Option::is_none")]
    organizer: Option<Person>,
    /// Who is invited.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attendees: Vec<Invited>,
    /// How many are invited, where not all are listed.
    #[schemars(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    attendee_count: Option<usize>,
    /// `free`, `tentative`, `busy`, `oof` or `workingElsewhere`.
    #[serde(skip_serializing_if = "Option::is_none")]
    show_as: Option<String>,
    /// Whether it was called off.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_cancelled: Option<bool>,
    /// Whether it can be joined from afar.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_online_meeting: Option<bool>,
    /// How its series repeats, e.g. `weekly on Monday until 2026-12-18`.
    #[serde(skip_serializing_if = "Option::is_none")]
    recurrence: Option<String>,
    /// Reads what was said in it: pass it to `read_resource`.
    #[serde(skip_serializing_if = "Option::is_none")]
    meeting_transcript_url: Option<String>,
    /// What its description begins with, written by its organizer.
    #[serde(skip_serializing_if = "String::is_empty")]
    summary: String,
    /// The calendar, where one was searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    calendar_name: Option<String>,
    /// Where it can be joined.
    #[schemars(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    join_url: Option<String>,
    /// Opens the event in Outlook on the web.
    #[schemars(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    web_link: Option<String>,
}

/// Someone invited, and the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Invited {
    /// The display name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) name: String,
    /// The address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) address: String,
    /// `accepted`, `tentativelyAccepted`, `declined`, `notResponded` or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) response: Option<String>,
}

impl Invited {
    pub(crate) fn of(attendee: &Attendee) -> Self {
        let Person { name, address } = Person::of_address(&attendee.email_address);
        let response = attendee.status.as_ref().and_then(|status| status.response.as_deref());
        Self { name, address, response: response.map(fields::one_line) }
    }
}

/// What is asked of each event, apart from texts.
pub(crate) const FIELDS: [&str; 19] = [
    "id",
    "subject",
    "start",
    "end",
    "isAllDay",
    "isCancelled",
    "isOrganizer",
    "location",
    "locations",
    "organizer",
    "attendees",
    "showAs",
    "sensitivity",
    "type",
    "seriesMasterId",
    "isOnlineMeeting",
    "onlineMeeting",
    "hasAttachments",
    "webLink",
];

/// What goes with events that are told, and is not among their own fields.
pub(crate) struct Telling<'a> {
    pub(crate) mailbox: &'a Mailbox,
    pub(crate) zone: &'a TimeZone,
    pub(crate) calendar: Option<&'a str>,
    /// The present moment, where transcripts can be read: one of the future has none.
    pub(crate) transcripts: Option<Timestamp>,
}

impl EventHit {
    pub(crate) fn new(
        event: &Event,
        when: Stretch,
        recurrence: Option<String>,
        telling: &Telling<'_>,
    ) -> Self {
        Self {
            uri: event.id.clone().map(|id| uri(telling.mailbox, id)),
            subject: excerpt(&fields::line(event.subject.as_deref()), SUBJECT),
            start: time::format(when.start, telling.zone),
            end: time::format(when.end, telling.zone),
            is_all_day: event.is_all_day,
            location: excerpt(&location(event), PLACE),
            organizer: event.organizer.as_ref().map(Person::of),
            attendees: event.attendees.iter().map(Invited::of).collect(),
            attendee_count: None,
            show_as: event.show_as.as_deref().map(fields::one_line),
            is_cancelled: event.is_cancelled,
            is_online_meeting: event.is_online_meeting,
            recurrence,
            meeting_transcript_url: transcript(event, when, telling.transcripts),
            summary: summary(event),
            calendar_name: telling.calendar.map(str::to_owned),
            join_url: join_url(event),
            web_link: event.web_link.clone(),
        }
    }

    /// Returns what the model sees, and the whole.
    pub(crate) fn values(self) -> Result<(Value, Value), ToolError> {
        let whole = value(&self)?;
        Ok((value(&self.short())?, whole))
    }

    /// Keeps what a model needs to choose, in at most [`HIT`] bytes if its addresses allow that.
    fn short(self) -> Self {
        let [subject, place, summary] = SEEN;
        let yes = |flag: Option<bool>| flag.filter(|flag| *flag);
        let (attendees, summary) = (self.attendees, excerpt(&self.summary, summary));
        let mut short = Self {
            subject: excerpt(&self.subject, subject),
            location: excerpt(&self.location, place),
            attendees: Vec::new(),
            attendee_count: Some(attendees.len()),
            is_all_day: yes(self.is_all_day),
            is_cancelled: yes(self.is_cancelled),
            is_online_meeting: yes(self.is_online_meeting),
            summary: String::new(),
            join_url: None,
            web_link: None,
            ..self
        };
        let room = HIT.saturating_sub(bytes(&short));
        short.summary = excerpt(&summary, (room / 2).saturating_sub(20));
        let (count, room) = (attendees.len(), HIT.saturating_sub(bytes(&short) + 20));
        short.attendees = first(attendees, room);
        short.attendee_count = (short.attendees.len() < count).then_some(count);
        short
    }
}

fn value(hit: &EventHit) -> Result<Value, ToolError> {
    serde_json::to_value(hit)
        .map_err(|_| ToolError::new(ErrorCode::ServiceError, "A hit could not be written."))
}

fn uri(mailbox: &Mailbox, id: m365_graph::EventId) -> String {
    CalendarUri::new(mailbox.clone(), id).to_string()
}

/// Names all places of an event, as one line.
pub(crate) fn location(event: &Event) -> String {
    let places = event.location.iter().chain(&event.locations);
    let names = places.filter_map(|place| place.display_name.as_deref()).map(fields::one_line);
    let mut all: Vec<String> = Vec::new();
    for name in names.filter(|name| !name.is_empty()) {
        // Exchange puts all names into the first place at times.
        if !all.iter().any(|known| known.contains(&name)) {
            all.push(name);
        }
    }
    all.join("; ")
}

/// Returns the address to join at, which may be of any service.
pub(crate) fn join_url(event: &Event) -> Option<String> {
    event.online_meeting.as_ref()?.join_url.clone().filter(|url| !url.is_empty())
}

/// Names the transcript of a meeting that has begun by `now`; `None` where there can be none.
pub(crate) fn transcript(event: &Event, when: Stretch, now: Option<Timestamp>) -> Option<String> {
    let meeting = event.online_meeting.as_ref()?.in_teams()?;
    let held = when.start <= now? && event.is_cancelled != Some(true);
    held.then(|| TranscriptUri::new(meeting, Some(when.start), Some(when.end)).to_string())
}

/// Returns the beginning of a description, without how to join, which follows a line of underscores.
fn summary(event: &Event) -> String {
    let text = event.body_preview.as_deref().unwrap_or_default();
    let text = text.split("__________").next().unwrap_or_default();
    fields::preview(Some(text))
}

/// Returns how many bytes something takes in an answer.
fn bytes<T: Serialize>(part: &T) -> usize {
    serde_json::to_string(part).map_or(0, |text| text.len()) + 1
}

/// Takes as many people as fit `room` bytes.
fn first(people: Vec<Invited>, mut room: usize) -> Vec<Invited> {
    let fits = move |person: &Invited| {
        let length = bytes(person);
        let fits = length <= room;
        room = room.saturating_sub(length);
        fits
    };
    people.into_iter().take_while(fits).collect()
}
