//! The transcripts of a meeting.

use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::{
    graph::{
        call::{Call, ok},
        fail::Fail,
        meetings::{
            content, context, find,
            meeting::{Meeting, Session, by},
            meeting_json::organizer,
        },
        teams::{need, only, page},
    },
    http::Response,
};

const SCOPES: &[&str] = &["OnlineMeetingTranscript.Read.All"];

/// How many transcripts one page has.
const PAGE: usize = 10;

/// The form of a transcript that tells nobody's name; `$format` cannot ask for it.
const UNATTRIBUTED: &str = "application/vnd.microsoft.graph.transcript+text";

/// The media ranges that WebVTT falls under; Graph's own SDKs ask for a stream of bytes.
const VTT: [&str; 4] = ["*/*", "text/*", "text/vtt", "application/octet-stream"];

/// Answers a request to `transcripts` of a meeting, or below.
pub(super) fn route(call: &Call<'_>, meeting: &str, path: &[&str]) -> Result<Response, Fail> {
    call.reading()?;
    need(call, SCOPES)?;
    if !call.state.strictness.transcripts {
        let fail =
            Fail::teams_forbidden("Graph API access to transcripts is disabled for this tenant.");
        return Err(fail.inside(&["GraphAccessToTranscriptsDisabled"]));
    }
    let meeting = &*find(call, meeting)?;
    match path {
        [] => {
            only(call, &[])?;
            let context = context(call, meeting, "transcripts");
            page(call, &context, &meeting.sessions, PAGE, |one| written(call, meeting, one))
        }
        [id] => one(call, meeting, session(meeting, id)?),
        [id, "content"] => spoken(call, meeting, session(meeting, id)?),
        [id, "metadataContent"] => metadata(call, meeting, session(meeting, id)?),
        [_, segment, ..] => Err(Fail::no_segment(segment)),
    }
}

fn session<'a>(meeting: &'a Meeting, id: &str) -> Result<&'a Session, Fail> {
    by(meeting, id, |session| &session.transcript)
        .ok_or_else(|| Fail::teams_not_found("The transcript does not exist."))
}

fn one(call: &Call<'_>, meeting: &Meeting, session: &Session) -> Result<Response, Fail> {
    only(call, &[])?;
    let mut body = written(call, meeting, session);
    let context = context(call, meeting, "transcripts");
    body["@odata.context"] = format!("{}/$metadata#{context}/$entity", call.root()).into();
    Ok(ok(&body))
}

/// The content's address is in the organizer's name, not the caller's.
fn written(call: &Call<'_>, meeting: &Meeting, session: &Session) -> Value {
    let (user, id) = (&meeting.organizer.id, &session.transcript);
    let there = format!("{}/users/{user}/onlineMeetings/{}", call.root(), meeting.id);
    json!({
        "id": id,
        "meetingId": meeting.id,
        "callId": session.call_id,
        "contentCorrelationId": session.correlation,
        "transcriptContentUrl": format!("{there}/transcripts/{id}/content"),
        "createdDateTime": session.start.to_string(),
        "endDateTime": session.end.to_string(),
        "meetingOrganizer": organizer(meeting),
    })
}

fn spoken(call: &Call<'_>, meeting: &Meeting, session: &Session) -> Result<Response, Fail> {
    only(call, &[])?;
    open(call, meeting)?;
    let accepted = accepted(call);
    if accepted.iter().any(|range| range == UNATTRIBUTED) {
        return Ok(Response::bytes(StatusCode::OK, UNATTRIBUTED, content::unattributed(session)));
    }
    match call.query.get("$format") {
        Some("text/vtt") => {}
        None if accepted.is_empty() || accepted.iter().any(|range| VTT.contains(&&**range)) => {}
        None => return Err(not_acceptable()),
        Some(format) => {
            return Err(Fail::bad_request(format!("The format '{format}' is not supported.")));
        }
    }
    attributed(call)?;
    Ok(Response::bytes(StatusCode::OK, "text/vtt", content::vtt(session)))
}

/// Returns the media ranges of the header `Accept`, in lower case and without parameters.
fn accepted(call: &Call<'_>) -> Vec<String> {
    let all = call.headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges = all.flat_map(|value| value.split(','));
    let plain = ranges.map(|range| range.split(';').next().unwrap_or_default().trim());
    plain.filter(|range| !range.is_empty()).map(str::to_ascii_lowercase).collect()
}

fn not_acceptable() -> Fail {
    let message = "The transcript is not available in the requested format.";
    Fail::new(StatusCode::NOT_ACCEPTABLE, "notSupported", message)
}

fn metadata(call: &Call<'_>, meeting: &Meeting, session: &Session) -> Result<Response, Fail> {
    only(call, &[])?;
    open(call, meeting)?;
    attributed(call)?;
    Ok(Response::bytes(StatusCode::OK, "text/vtt", content::metadata(session)))
}

/// Some organizers keep what was said to themselves.
fn open(call: &Call<'_>, meeting: &Meeting) -> Result<(), Fail> {
    if meeting.closed && meeting.organizer.id != call.grant.user_id {
        return Err(Fail::teams_forbidden("The user has no access to this transcript."));
    }
    Ok(())
}

fn attributed(call: &Call<'_>) -> Result<(), Fail> {
    if call.state.strictness.speaker_attribution {
        return Ok(());
    }
    let message = "Speaker-attributed transcript content is disabled for this tenant.";
    Err(Fail::teams_forbidden(message).inside(&["SpeakerAttributionNotAllowed"]))
}
