//! Copilot's notes of a meeting.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    directory::MAIN_USER,
    graph::{
        call::{Call, ok},
        fail::Fail,
        meetings::{
            find,
            meeting::{Insight, Session},
        },
        owner::Owner,
        teams::{identity, need, only, page},
    },
    http::Response,
};

const SCOPES: &[&str] = &["OnlineMeetingAiInsight.Read.All"];

/// How many notes one page has.
const PAGE: usize = 10;

/// Answers a request to `aiInsights` of a meeting, or below.
pub(super) fn route(
    call: &Call<'_>,
    owner: &Owner<'_>,
    meeting: &str,
    path: &[&str],
) -> Result<Response, Fail> {
    only(call, &[])?;
    need(call, SCOPES)?;
    if !owner.is_caller || owner.user.upn != MAIN_USER {
        return Err(Fail::teams_forbidden("The user has no Microsoft 365 Copilot license."));
    }
    let meeting = &*find(call, meeting)?;
    let all = meeting.sessions.iter();
    let noted: Vec<_> =
        all.filter_map(|session| Some((session, session.insight.as_ref()?))).collect();
    let user = &owner.user.oid;
    let context = format!("copilot/users('{user}')/onlineMeetings('{}')/aiInsights", meeting.id);
    match path {
        [] => page(call, &context, &noted, PAGE, |(session, insight)| empty(session, insight)),
        [id] => {
            let missing = || Fail::teams_not_found("The insight does not exist.");
            let found = noted.iter().find(|(_, insight)| insight.id == *id);
            let (session, insight) = found.ok_or_else(missing)?;
            let mut body = written(session, insight);
            body["@odata.context"] = format!("{}/$metadata#{context}/$entity", call.root()).into();
            Ok(ok(&body))
        }
        [_, segment, ..] => Err(Fail::no_segment(segment)),
    }
}

/// A list tells that there are notes, not what they say.
fn empty(session: &Session, insight: &Insight) -> Value {
    let written = session.end.checked_add(SignedDuration::from_mins(2)).unwrap_or(session.end);
    json!({
        "id": insight.id,
        "callId": session.call_id,
        "contentCorrelationId": session.correlation,
        "createdDateTime": written.to_string(),
        "endDateTime": session.end.to_string(),
        "meetingNotes": [],
        "actionItems": [],
        "viewpoint": null,
    })
}

fn written(session: &Session, insight: &Insight) -> Value {
    let notes = insight.notes.iter().map(|[title, text, point, more]| {
        json!({
            "title": title, "text": text, "subpoints": [{"title": point, "text": more}],
        })
    });
    let actions = insight.actions.iter().map(
        |[title, text, owner]| json!({"title": title, "text": text, "ownerDisplayName": owner}),
    );
    let mut out = empty(session, insight);
    out["meetingNotes"] = notes.collect();
    out["actionItems"] = actions.collect();
    out["viewpoint"] = json!({"mentionEvents": mentions(session)});
    out
}

/// Returns when the main user was spoken of.
fn mentions(session: &Session) -> Vec<Value> {
    let heard = session.cues.iter().filter(|cue| cue.text.contains("Mira"));
    heard
        .map(|cue| {
            let moment = session.start.checked_add(SignedDuration::from_millis(cue.from));
            let user = cue.speaker.as_ref().map(|person| identity(person, Some(&person.name)));
            json!({
                "eventDateTime": moment.unwrap_or(session.start).to_string(),
                "transcriptUtterance": cue.text,
                "speaker": {"application": null, "device": null, "user": user},
            })
        })
        .collect()
}
