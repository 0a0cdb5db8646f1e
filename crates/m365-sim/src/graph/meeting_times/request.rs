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
    /// The same hours, on Saturdays and Sundays too.
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
        let constraint = member(posted, "timeConstraint");
        Ok(Self {
            attendees: attendees(member(posted, "attendees"))?,
            domain: domain(member(constraint, "activityDomain"))?,
            windows: windows(member(constraint, "timeSlots"), now)?,
            length: length(member(posted, "meetingDuration"))?,
            max: max(member(posted, "maxCandidates"))?,
            organizer_optional: flag(posted, "isOrganizerOptional"),
            gives_reasons: flag(posted, "returnSuggestionReasons"),
            minimum: minimum(member(posted, "minimumAttendeePercentage"))?,
            locations: locations(posted),
            required: required(member(posted, "locationConstraint")),
        })
    }

    /// Returns whether there is a place to meet in, where one is required.
    pub(crate) fn has_location(&self, call: &Call<'_>) -> bool {
        let exists = |address: &String| call.state.directory.find(address).is_some();
        self.required.as_ref().is_none_or(|addresses| addresses.iter().any(exists))
    }
}

fn attendees(value: &Value) -> Result<Vec<String>, Fail> {
    let rows = value.as_array().into_iter().flatten();
    let address = |row: &Value| {
        let address = member(member(row, "emailAddress"), "address");
        let address = address.as_str().filter(|address| address.contains('@'));
        address.map(str::to_owned).ok_or_else(|| invalid("attendees"))
    };
    rows.map(address).collect()
}

fn domain(value: &Value) -> Result<Domain, Fail> {
    match value.as_str().unwrap_or("work").to_ascii_lowercase().as_str() {
        "work" | "unknown" => Ok(Domain::Work),
        "personal" => Ok(Domain::Personal),
        "unrestricted" => Ok(Domain::Unrestricted),
        _ => Err(invalid("activityDomain")),
    }
}

/// Without windows, the days ahead.
fn windows(value: &Value, now: Timestamp) -> Result<Vec<(Timestamp, Timestamp)>, Fail> {
    let Some(rows) = value.as_array().filter(|rows| !rows.is_empty()) else {
        return Ok(vec![(now, now.checked_add(USUAL_WINDOW).unwrap_or(now))]);
    };
    let window = |row: &Value| {
        let (start, end) = (moment(member(row, "start"))?, moment(member(row, "end"))?);
        if end <= start { Err(invalid("timeSlots")) } else { Ok((start, end)) }
    };
    rows.iter().map(window).collect()
}

fn length(value: &Value) -> Result<SignedDuration, Fail> {
    let text = value.as_str().unwrap_or("PT30M");
    let length = text.parse::<SignedDuration>().ok();
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

fn flag(posted: &Value, name: &str) -> bool {
    member(posted, name).as_bool().unwrap_or_default()
}

fn locations(posted: &Value) -> Vec<Value> {
    let rows = member(member(posted, "locationConstraint"), "locations").as_array();
    let named = rows.into_iter().flatten().map(|row| {
        json!({
            "displayName": member(row, "displayName"),
            "locationEmailAddress": member(row, "locationEmailAddress"),
        })
    });
    named.collect()
}

fn required(constraint: &Value) -> Option<Vec<String>> {
    if !flag(constraint, "isRequired") || flag(constraint, "suggestLocation") {
        return None;
    }
    let rows = member(constraint, "locations").as_array().into_iter().flatten();
    let address = |row: &Value| Some(member(row, "locationEmailAddress").as_str()?.to_owned());
    Some(rows.filter_map(address).collect())
}
