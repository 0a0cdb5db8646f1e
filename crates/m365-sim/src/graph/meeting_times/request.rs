//! The body of `findMeetingTimes`.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::graph::{
    call::Call,
    fail::Fail,
    schedule::request::{invalid, member, moment},
};

/// How many suggestions come when nobody says how many.
const USUAL_MAX: usize = 20;

/// How far ahead is looked when nobody says when.
const USUAL_WINDOW: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Which hours come into question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Domain {
    /// The organizer's working hours.
    Work,
    /// The same hours, also on Saturdays and Sundays.
    Personal,
    /// Any hour of any day.
    Unrestricted,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct MeetingRequest {
    pub(crate) attendees: Vec<String>,
    pub(crate) domain: Domain,
    pub(crate) windows: Vec<(Timestamp, Timestamp)>,
    pub(crate) length: SignedDuration,
    pub(crate) max: usize,
    pub(crate) organizer_optional: bool,
    pub(crate) gives_reasons: bool,
    /// The least confidence.
    pub(crate) minimum: f64,
    /// The locations, as each suggestion repeats them.
    pub(crate) locations: Vec<Value>,
    /// Addresses of rooms of which one must exist, where a location is required.
    required: Option<Vec<String>>,
}

impl MeetingRequest {
    /// Reads the body, all of whose members may be missing.
    pub(crate) fn read(posted: &Value, now: Timestamp) -> Result<Self, Fail> {
        let constraint = part(posted, "timeConstraint")?;
        let place = part(posted, "locationConstraint")?;
        Ok(Self {
            attendees: rows(posted, "attendees")?.iter().map(attendee).collect::<Result<_, _>>()?,
            domain: domain(member(constraint, "activityDomain"))?,
            windows: windows(rows(constraint, "timeSlots")?, now)?,
            length: length(member(posted, "meetingDuration"))?,
            max: max(member(posted, "maxCandidates"))?,
            organizer_optional: flag(posted, "isOrganizerOptional")?,
            gives_reasons: flag(posted, "returnSuggestionReasons")?,
            minimum: minimum(member(posted, "minimumAttendeePercentage"))?,
            locations: rows(place, "locations")?.iter().map(location).collect(),
            required: required(place)?,
        })
    }

    /// Returns whether there is a place to meet in, where one is required.
    pub(crate) fn has_location(&self, call: &Call<'_>) -> bool {
        let exists = |address: &String| call.grant.tenant.directory.find(address).is_some();
        self.required.as_ref().is_none_or(|addresses| addresses.iter().any(exists))
    }
}

/// Returns an object that may be missing.
fn part<'a>(object: &'a Value, name: &str) -> Result<&'a Value, Fail> {
    let value = member(object, name);
    if value.is_null() || value.is_object() { Ok(value) } else { Err(invalid(name)) }
}

/// Returns the rows of a list that may be missing.
fn rows<'a>(object: &'a Value, name: &str) -> Result<&'a [Value], Fail> {
    match member(object, name) {
        Value::Null => Ok(&[]),
        Value::Array(rows) => Ok(rows),
        _ => Err(invalid(name)),
    }
}

fn attendee(row: &Value) -> Result<String, Fail> {
    let role = word(member(row, "type"), "required").ok_or_else(|| invalid("type"))?;
    if !["required", "optional", "resource"].contains(&role.as_str()) {
        return Err(invalid("type"));
    }
    let address = member(member(row, "emailAddress"), "address");
    let address = address.as_str().filter(|address| address.contains('@'));
    address.map(str::to_owned).ok_or_else(|| invalid("attendees"))
}

/// Returns a word in lower case, the usual one where there is none; nothing for what is no text.
fn word(value: &Value, usual: &str) -> Option<String> {
    if value.is_null() {
        return Some(usual.to_owned());
    }
    value.as_str().map(str::to_ascii_lowercase)
}

fn domain(value: &Value) -> Result<Domain, Fail> {
    match word(value, "work").as_deref() {
        Some("work" | "unknown") => Ok(Domain::Work),
        Some("personal") => Ok(Domain::Personal),
        Some("unrestricted") => Ok(Domain::Unrestricted),
        _ => Err(invalid("activityDomain")),
    }
}

/// Without windows, the days ahead.
fn windows(rows: &[Value], now: Timestamp) -> Result<Vec<(Timestamp, Timestamp)>, Fail> {
    if rows.is_empty() {
        return Ok(vec![(now, now.checked_add(USUAL_WINDOW).unwrap_or(now))]);
    }
    let window = |row: &Value| {
        let (start, end) = (moment(member(row, "start"))?, moment(member(row, "end"))?);
        if end <= start { Err(invalid("timeSlots")) } else { Ok((start, end)) }
    };
    rows.iter().map(window).collect()
}

/// Reads an ISO 8601 duration; the parser knows friendlier ones too.
fn length(value: &Value) -> Result<SignedDuration, Fail> {
    let text = if value.is_null() { Some("PT30M") } else { value.as_str() };
    let text = text.filter(|text| text.starts_with('P'));
    let length = text.and_then(|text| text.parse::<SignedDuration>().ok());
    length.filter(|length| length.is_positive()).ok_or_else(|| invalid("meetingDuration"))
}

fn max(value: &Value) -> Result<usize, Fail> {
    if value.is_null() {
        return Ok(USUAL_MAX);
    }
    let max = value.as_u64().and_then(|max| usize::try_from(max).ok());
    max.filter(|max| *max > 0).ok_or_else(|| invalid("maxCandidates"))
}

fn minimum(value: &Value) -> Result<f64, Fail> {
    if value.is_null() {
        return Ok(50.0);
    }
    let minimum = value.as_f64().filter(|minimum| (0.0..=100.0).contains(minimum));
    minimum.ok_or_else(|| invalid("minimumAttendeePercentage"))
}

fn flag(object: &Value, name: &str) -> Result<bool, Fail> {
    match member(object, name) {
        Value::Null => Ok(false),
        value => value.as_bool().ok_or_else(|| invalid(name)),
    }
}

fn location(row: &Value) -> Value {
    json!({
        "displayName": member(row, "displayName"),
        "locationEmailAddress": member(row, "locationEmailAddress"),
    })
}

fn required(constraint: &Value) -> Result<Option<Vec<String>>, Fail> {
    if !flag(constraint, "isRequired")? || flag(constraint, "suggestLocation")? {
        return Ok(None);
    }
    let address = |row: &Value| Some(member(row, "locationEmailAddress").as_str()?.to_owned());
    Ok(Some(rows(constraint, "locations")?.iter().filter_map(address).collect()))
}
