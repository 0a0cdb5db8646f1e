//! Meetings as Graph writes them.

use serde_json::{Value, json};

use crate::{
    graph::{
        call::{Call, ok},
        meetings::meeting::Meeting,
        teams::message::Person,
    },
    http::Response,
};

/// Answers with one meeting.
pub(super) fn entity(call: &Call<'_>, meeting: &Meeting) -> Response {
    let mut body = written(meeting);
    if let Some(names) = call.query.select() {
        let keep = |name: &String| names.contains(&name.as_str());
        body.as_object_mut().into_iter().for_each(|all| all.retain(|name, _| keep(name)));
    }
    let user = &call.grant.user_id;
    let context = format!("{}/$metadata#users('{user}')/onlineMeetings/$entity", call.root());
    body["@odata.context"] = context.into();
    ok(&body)
}

/// Writes a meeting.
pub(super) fn written(meeting: &Meeting) -> Value {
    let attendees = meeting.attendees.iter().map(|person| participant(person, "attendee"));
    json!({
        "id": meeting.id,
        "creationDateTime": meeting.created.to_string(),
        "startDateTime": meeting.start.to_string(),
        "endDateTime": meeting.end.to_string(),
        "joinWebUrl": meeting.join_url,
        "subject": meeting.subject,
        "meetingType": if meeting.recurs { "recurring" } else { "scheduled" },
        "isBroadcast": false,
        "autoAdmittedUsers": "EveryoneInCompany",
        "joinMeetingIdSettings": {
            "isPasscodeRequired": true, "joinMeetingId": meeting.join_id, "passcode": null,
        },
        "chatInfo": {
            "threadId": meeting.thread, "messageId": "0", "replyChainMessageId": null,
        },
        "participants": {
            "organizer": participant(&meeting.organizer, "presenter"),
            "attendees": attendees.collect::<Vec<_>>(),
        },
        "lobbyBypassSettings": {"scope": "organization", "isDialInBypassEnabled": false},
    })
}

/// Nobody is called by name here.
fn participant(person: &Person, role: &str) -> Value {
    json!({
        "upn": person.address, "role": role,
        "identity": {
            "application": null, "device": null,
            "user": {
                "id": person.id, "displayName": null, "tenantId": person.tenant,
                "identityProvider": "AAD",
            },
        },
    })
}

/// Writes the organizer as transcripts and recordings do.
pub(super) fn organizer(meeting: &Meeting) -> Value {
    let user = crate::graph::teams::identity(&meeting.organizer, None);
    json!({"application": null, "device": null, "user": user})
}
