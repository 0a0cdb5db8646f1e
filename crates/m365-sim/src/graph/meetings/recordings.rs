//! The recordings of a meeting.

use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::{
    graph::{
        call::{Call, ok},
        fail::Fail,
        meetings::{
            context, find,
            meeting::{Meeting, Session, by},
            meeting_json::organizer,
        },
        teams::{need, only, page},
    },
    http::Response,
};

const SCOPES: &[&str] = &["OnlineMeetingRecording.Read.All"];

/// How many recordings one page has.
const PAGE: usize = 10;

/// Answers a request to `recordings` of a meeting, or below.
pub(super) fn route(call: &Call<'_>, meeting: &str, path: &[&str]) -> Result<Response, Fail> {
    only(call, &[])?;
    need(call, SCOPES)?;
    let meeting = &*find(call, meeting)?;
    let find = |id: &str| {
        by(meeting, id, |session| &session.recording)
            .ok_or_else(|| Fail::teams_not_found("The recording does not exist."))
    };
    let context = context(call, meeting, "recordings");
    match path {
        [] => page(call, &context, &meeting.sessions, PAGE, |one| written(call, meeting, one)),
        [id] => {
            let mut body = written(call, meeting, find(id)?);
            body["@odata.context"] = format!("{}/$metadata#{context}/$entity", call.root()).into();
            Ok(ok(&body))
        }
        [id, "content"] => Ok(content(call, find(id)?)),
        [_, segment, ..] => Err(Fail::no_segment(segment)),
    }
}

fn written(call: &Call<'_>, meeting: &Meeting, session: &Session) -> Value {
    let (user, id) = (&meeting.organizer.id, &session.recording);
    let there = format!("{}/users/{user}/onlineMeetings/{}", call.root(), meeting.id);
    json!({
        "id": id,
        "meetingId": meeting.id,
        "callId": session.call_id,
        "contentCorrelationId": session.correlation,
        "createdDateTime": session.start.to_string(),
        "endDateTime": session.end.to_string(),
        "recordingContentUrl": format!("{there}/recordings/{id}/content"),
        "meetingOrganizer": organizer(meeting),
    })
}

/// The film lies on another host, which has it no longer.
fn content(call: &Call<'_>, session: &Session) -> Response {
    let there = format!("{}/recordings/{}.mp4", call.state.origins.download, session.recording);
    Response::empty(StatusCode::FOUND).header(header::LOCATION, there)
}
