use jiff::{Timestamp, tz::TimeZone};
use m365_graph::{AttendanceRecord, OnlineMeetingId, Recording};
use serde_json::{Map, Value, json};

use super::{
    super::reader::{Reader, moment},
    occurrence::Span,
};
use crate::{ToolError, mail::fields};

mod notes;

/// The scopes that open what Teams keeps beside a transcript.
pub(crate) const ATTENDANCE: &str = "OnlineMeetingArtifact.Read.All";
pub(crate) const RECORDINGS: &str = "OnlineMeetingRecording.Read.All";
pub(crate) const INSIGHTS: &str = "OnlineMeetingAiInsight.Read.All";

/// How many of those who were there are named.
const NAMED: usize = 50;

/// What is kept beside a transcript, as far as scopes open it.
#[derive(Default)]
pub(super) struct Extras {
    pub(super) details: Value,
    /// Notes and action items, as markdown.
    pub(super) text: String,
    pub(super) notices: Vec<String>,
}

/// Reads what is kept of an occurrence; what cannot be had is said and spoils nothing. `chat` opens the
/// meeting's chat in Teams.
pub(super) async fn read(
    reader: &Reader<'_>,
    meeting: &OnlineMeetingId,
    when: Span,
    chat: Option<String>,
) -> Extras {
    let (attendance, recordings, notes) = tokio::join!(
        attendance(reader, meeting, when),
        recordings(reader, meeting, when, chat),
        notes::read(reader, meeting, when),
    );
    let mut extras = Extras::default();
    extras.details = json!({
        "attendance": extras.take("Attendance", attendance),
        "recordings": extras.take("The recording", recordings),
    });
    extras.text = extras.take("Copilot's notes", notes).unwrap_or_default();
    extras
}

impl Extras {
    fn take<T>(&mut self, what: &str, found: Result<Option<T>, ToolError>) -> Option<T> {
        found.unwrap_or_else(|error| {
            self.notices.push(format!("{what} could not be read: {error}"));
            None
        })
    }
}

/// Tells whether a scope is there that only adds to an answer.
async fn may(reader: &Reader<'_>, scope: &str) -> Result<bool, ToolError> {
    reader.ctx.has_scope(scope).await
}

async fn attendance(
    reader: &Reader<'_>,
    meeting: &OnlineMeetingId,
    when: Span,
) -> Result<Option<Value>, ToolError> {
    if !may(reader, ATTENDANCE).await? {
        return Ok(None);
    }
    let meetings = reader.ctx.graph().meetings();
    let reports = meetings.attendance_reports(meeting).await?.items;
    let of_occurrence = reports
        .into_iter()
        .find(|report| falls(report.meeting_start_date_time, report.meeting_end_date_time, when));
    let Some(id) = of_occurrence.and_then(|report| report.id) else { return Ok(None) };
    let records = meetings.attendance(meeting, &id).await?.items;
    Ok(Some(json!({
        "count": records.len(),
        "people": records.iter().take(NAMED).map(attendant).collect::<Vec<_>>(),
    })))
}

fn attendant(record: &AttendanceRecord) -> Map<String, Value> {
    let name = record.identity.as_ref().and_then(|identity| identity.display_name.as_deref());
    fields::known(json!({
        "name": name.map(fields::one_line),
        "address": record.email_address.as_deref().map(fields::one_line),
        "role": record.role,
        "minutes": record.total_attendance_in_seconds.map(|seconds| seconds.div_ceil(60)),
    }))
}

async fn recordings(
    reader: &Reader<'_>,
    meeting: &OnlineMeetingId,
    when: Span,
    chat: Option<String>,
) -> Result<Option<Value>, ToolError> {
    if !may(reader, RECORDINGS).await? {
        return Ok(None);
    }
    let recordings = reader.ctx.graph().meetings().recordings(meeting).await?.items;
    let of_occurrence =
        recordings.iter().filter(|one| falls(one.created_date_time, one.end_date_time, when));
    let zone = &reader.zone().await.0;
    Ok(Some(of_occurrence.map(|one| described(one, zone, chat.as_deref())).collect()))
}

/// A film is no text: it is named and never fetched. Graph's address of it opens for programs with a
/// token only; a person finds it in the meeting's chat.
fn described(recording: &Recording, zone: &TimeZone, chat: Option<&str>) -> Value {
    json!(fields::known(json!({
        "start": moment(recording.created_date_time, zone),
        "end": moment(recording.end_date_time, zone),
        "webUrl": chat,
    })))
}

/// Tells whether something that may lack an end belongs to an occurrence.
fn falls(start: Option<Timestamp>, end: Option<Timestamp>, when: Span) -> bool {
    let Some(start) = start else { return false };
    Span { start, end: end.unwrap_or(start) }.overlaps(when)
}
