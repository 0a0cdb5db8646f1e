//! An event as Graph writes it.

use jiff::{Timestamp, ToSpan as _, civil::DateTime};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::{
    cloud::SimCloud,
    data::random::mix,
    graph::{
        calendar::{
            View,
            body::masked,
            event::{Kind, Occasion},
            meeting::{Answer, Attendee},
            recurrence::{deleted, recurrence},
        },
        fail::Fail,
        mail::{
            ids::{Form, Item},
            recipient,
        },
    },
};

/// What an event has when nothing is selected.
const USUAL: [&str; 40] = [
    "id",
    "createdDateTime",
    "lastModifiedDateTime",
    "changeKey",
    "categories",
    "transactionId",
    "originalStartTimeZone",
    "originalEndTimeZone",
    "iCalUId",
    "uid",
    "reminderMinutesBeforeStart",
    "isReminderOn",
    "hasAttachments",
    "subject",
    "bodyPreview",
    "importance",
    "sensitivity",
    "isAllDay",
    "isCancelled",
    "isOrganizer",
    "responseRequested",
    "seriesMasterId",
    "showAs",
    "type",
    "webLink",
    "onlineMeetingUrl",
    "isOnlineMeeting",
    "onlineMeetingProvider",
    "allowNewTimeProposals",
    "isDraft",
    "hideAttendees",
    "recurrence",
    "responseStatus",
    "body",
    "start",
    "end",
    "location",
    "locations",
    "attendees",
    "organizer",
];

/// What comes last, and depends on what else is selected.
const ONLINE: &str = "onlineMeeting";

/// What is there only when it is selected.
const ON_REQUEST: &str = "originalStart";

/// What a series has only when it is selected, and not in every cloud.
const CANCELLED: &str = "cancelledOccurrences";

/// What a token with `Calendars.ReadBasic` alone does not show.
const BEYOND_BASIC: [&str; 2] = ["body", "bodyPreview"];

const WEB_LINK: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// Refuses names that an event does not have.
pub(crate) fn check(view: &View<'_>, select: &[&str]) -> Result<(), Fail> {
    let global = view.call.state.cloud == SimCloud::Global;
    let known = |name: &str| {
        USUAL.contains(&name) || [ONLINE, ON_REQUEST].contains(&name) || global && name == CANCELLED
    };
    match select.iter().find(|name| !known(name)) {
        None => Ok(()),
        Some(name) => Err(Fail::parse_uri(format!(
            "Could not find a property named '{name}' on type 'microsoft.graph.event'."
        ))),
    }
}

impl View<'_> {
    /// Writes an event: the properties named, or else the usual ones.
    pub(crate) fn write(
        &self,
        occasion: &Occasion<'_>,
        select: Option<&[&str]>,
    ) -> Map<String, Value> {
        let usual = USUAL.iter().chain(&[ONLINE]).copied().collect::<Vec<_>>();
        let names = select.unwrap_or(&usual);
        let mut out = Map::new();
        out.insert("@odata.etag".into(), format!("W/\"{}\"", self.change_key(occasion)).into());
        for name in names.iter().chain(&["id"]) {
            if self.basic && BEYOND_BASIC.contains(name) {
                continue;
            }
            out.insert((*name).to_owned(), self.property(occasion, name));
        }
        let pair = self.call.state.strictness.join_url_pair;
        if pair
            && !names.contains(&"isOnlineMeeting")
            && let Some(online) = out.get_mut(ONLINE).and_then(Value::as_object_mut)
        {
            online.remove("joinUrl");
        }
        out
    }

    fn property(&self, occasion: &Occasion<'_>, name: &str) -> Value {
        if self.hides(occasion)
            && let Some(value) = masked(name)
        {
            return value;
        }
        match name {
            "id" => self.id(occasion).into(),
            "changeKey" => self.change_key(occasion).into(),
            "webLink" => self.web_link(occasion).into(),
            "iCalUId" => self.uid(occasion).into(),
            "uid" => self.uid(&occasion.event.whole()).into(),
            "subject" => occasion.subject().into(),
            "start" => self.times(occasion).0,
            "end" => self.times(occasion).1,
            "isOrganizer" => self.is_organizer(occasion).into(),
            "seriesMasterId" if occasion.kind.day().is_some() => {
                self.master_id(occasion.event).into()
            }
            "body" | "bodyPreview" => self.written_body(occasion, name),
            "originalStart" => original_start(occasion),
            "cancelledOccurrences" => deleted(occasion, &self.master_id(occasion.event)),
            _ => property(occasion, name),
        }
    }

    /// Returns whether the calendar's owner is the organizer.
    pub(crate) fn is_organizer(&self, occasion: &Occasion<'_>) -> bool {
        occasion.event.answer == Answer::Organizer
    }

    /// Returns the id that is the same in all calendars; an occurrence has one of its own.
    pub(crate) fn uid(&self, occasion: &Occasion<'_>) -> String {
        let meeting = u64::from(occasion.event.meeting.number);
        let number = mix(self.call.state.seed ^ meeting << 20 ^ u64::from(occasion.day_number()));
        let first = mix(self.call.state.seed ^ meeting);
        format!("040000008200E00074C5B7101A82E008{first:016X}{number:016X}")
    }

    fn change_key(&self, occasion: &Occasion<'_>) -> String {
        let key = occasion.event.key ^ u32::from(occasion.day_number()) << 16;
        self.calendars.ids.change_key(key ^ 0x8000_0000)
    }

    fn web_link(&self, occasion: &Occasion<'_>) -> String {
        let host = match self.call.state.cloud {
            SimCloud::Global => "outlook.office365.com",
            SimCloud::UsGovHigh => "outlook.office365.us",
            SimCloud::UsGovDod => "outlook-dod.office365.us",
        };
        let item = Item::Event(occasion.event.key, occasion.day_number());
        let id = self.calendars.ids.standard(item, Form::Rest);
        let id = utf8_percent_encode(&id, WEB_LINK);
        format!("https://{host}/owa/?itemid={id}&exvsurl=1&path=/calendar/item")
    }
}

fn property(occasion: &Occasion<'_>, name: &str) -> Value {
    let (event, meeting) = (occasion.event, &occasion.event.meeting);
    match name {
        "createdDateTime" => fine(meeting.created, meeting.number).into(),
        "lastModifiedDateTime" => fine(later(meeting.created), meeting.number + 7).into(),
        "categories" => json!(meeting.categories),
        "originalStartTimeZone" | "originalEndTimeZone" => meeting.zone_name.as_ref().into(),
        "reminderMinutesBeforeStart" => meeting.reminder.unwrap_or(15).into(),
        "isReminderOn" => meeting.reminder.is_some().into(),
        "hasAttachments" => meeting.attachments.iter().any(|own| !own.inline).into(),
        "importance" => meeting.importance.name().into(),
        "sensitivity" => if meeting.private { "private" } else { "normal" }.into(),
        "isAllDay" => meeting.all_day.into(),
        "isCancelled" => meeting.cancelled.into(),
        "responseRequested" | "allowNewTimeProposals" => true.into(),
        "showAs" => event.shows.name().into(),
        "type" => occasion.kind.name().into(),
        "isOnlineMeeting" => meeting.join_url.is_some().into(),
        "onlineMeetingProvider" => {
            if meeting.join_url.is_some() { "teamsForBusiness" } else { "unknown" }.into()
        }
        "onlineMeeting" => meeting.join_url.as_ref().map(|url| json!({"joinUrl": url})).into(),
        "isDraft" => false.into(),
        "hideAttendees" => meeting.hide_attendees.into(),
        "recurrence" if occasion.kind == Kind::Master => recurrence(meeting),
        "responseStatus" => status(event.answer, meeting.created),
        "location" => location(occasion.locations().first().copied()),
        "locations" => occasion.locations().into_iter().map(|name| location(Some(name))).collect(),
        "attendees" if meeting.hide_attendees && event.answer != Answer::Organizer => json!([]),
        "attendees" => meeting.attendees.iter().map(|own| attendee(own, meeting.created)).collect(),
        "organizer" => recipient(&meeting.organizer),
        _ => Value::Null,
    }
}

fn attendee(attendee: &Attendee, created: Timestamp) -> Value {
    let mut out = recipient(&attendee.who);
    out["type"] = attendee.role.name().into();
    out["status"] = status(attendee.answer, created);
    out
}

/// An answer and when it came; the year 1 means never.
fn status(answer: Answer, created: Timestamp) -> Value {
    let time = if answer.is_given() {
        later(created).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    } else {
        "0001-01-01T00:00:00Z".to_owned()
    };
    json!({"response": answer.name(), "time": time})
}

fn later(time: Timestamp) -> Timestamp {
    time.checked_add(47.minutes()).unwrap_or(time)
}

/// Writes a time with seven digits behind the second.
fn fine(time: Timestamp, number: u32) -> String {
    let fraction = mix(u64::from(number)) % 10_000_000;
    format!("{}.{fraction:07}Z", time.strftime("%Y-%m-%dT%H:%M:%S"))
}

/// Writes a location, which may be none.
pub(crate) fn location(name: Option<&str>) -> Value {
    match name {
        None => json!({
            "displayName": "", "locationType": "default", "uniqueIdType": "unknown",
            "address": {}, "coordinates": {},
        }),
        Some(name) => json!({
            "displayName": name, "locationType": "default", "uniqueId": name,
            "uniqueIdType": "private",
        }),
    }
}

/// Returns when the pattern has one of a series begin.
fn original_start(occasion: &Occasion<'_>) -> Value {
    let meeting = &occasion.event.meeting;
    let Some(day) = occasion.kind.day() else { return Value::Null };
    let local: DateTime = day.to_datetime(meeting.start.time());
    let zoned = local.to_zoned(meeting.zone.tz.clone());
    zoned.map_or(Value::Null, |zoned| zoned.timestamp().to_string().into())
}
