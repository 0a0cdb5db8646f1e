//! Who was there.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    graph::{
        call::{Call, ok},
        fail::Fail,
        meetings::{
            context, find,
            meeting::{Meeting, Session, by},
        },
        teams::{expand, message::Person, need, only, page},
    },
    http::Response,
};

const SCOPES: &[&str] = &["OnlineMeetingArtifact.Read.All"];

/// Reports and records are given all at once.
const ALL: usize = 100;

/// Answers a request to `attendanceReports` of a meeting, or below.
pub(super) fn route(call: &Call<'_>, meeting: &str, path: &[&str]) -> Result<Response, Fail> {
    only(call, if path.len() == 1 { &["$expand"] } else { &[] })?;
    need(call, SCOPES)?;
    let meeting = &*find(call, meeting)?;
    let find = |id: &str| {
        by(meeting, id, |session| &session.report)
            .ok_or_else(|| Fail::teams_not_found("The attendance report does not exist."))
    };
    let context = context(call, meeting, "attendanceReports");
    match path {
        [] => {
            let newest_first: Vec<_> = meeting.sessions.iter().rev().collect();
            page(call, &context, &newest_first, ALL, |session| report(session))
        }
        [id] => one(call, meeting, find(id)?, &context),
        [id, "attendanceRecords"] => {
            let session = find(id)?;
            let context = format!("{context}('{id}')/attendanceRecords");
            page(call, &context, &present(session), ALL, |one| record(meeting, session, one))
        }
        [_, segment, ..] => Err(Fail::no_segment(segment)),
    }
}

fn one(
    call: &Call<'_>,
    meeting: &Meeting,
    session: &Session,
    context: &str,
) -> Result<Response, Fail> {
    let expanded = !expand(call, &["attendanceRecords"])?.is_empty();
    let mut body = report(session);
    if expanded {
        let records = present(session).into_iter().map(|one| record(meeting, session, &one));
        body["attendanceRecords"] = records.collect();
    }
    body["@odata.context"] = format!("{}/$metadata#{context}/$entity", call.root()).into();
    Ok(ok(&body))
}

fn report(session: &Session) -> Value {
    json!({
        "id": session.report,
        "totalParticipantCount": present(session).len(),
        "meetingStartDateTime": session.start.to_string(),
        "meetingEndDateTime": session.end.to_string(),
    })
}

/// Whoever spoke was there.
fn present(session: &Session) -> Vec<Arc<Person>> {
    let mut people: Vec<Arc<Person>> = Vec::new();
    for person in session.cues.iter().filter_map(|cue| cue.speaker.as_ref()) {
        if !people.contains(person) {
            people.push(Arc::clone(person));
        }
    }
    people
}

fn record(meeting: &Meeting, session: &Session, person: &Person) -> Value {
    let seconds = session.end.as_second() - session.start.as_second();
    let role = if person.id == meeting.organizer.id { "Organizer" } else { "Attendee" };
    json!({
        "id": person.id,
        "emailAddress": person.address,
        "totalAttendanceInSeconds": seconds,
        "role": role,
        "identity": {
            "@odata.type": "#microsoft.graph.communicationsUserIdentity",
            "id": person.id, "displayName": person.name, "tenantId": person.tenant,
        },
        "attendanceIntervals": [{
            "joinDateTime": session.start.to_string(), "leaveDateTime": session.end.to_string(),
            "durationInSeconds": seconds,
        }],
    })
}
