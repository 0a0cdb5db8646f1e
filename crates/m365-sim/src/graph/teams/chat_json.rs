//! Chats as Graph writes them.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::graph::{
    calendar::event::Event,
    call::Call,
    mail::ids::{Form, Item},
    teams::{
        chat::{Chat, Meeting, Member},
        message_json::{encoded, host, preview},
    },
};

/// How many members a chat shows where they are expanded.
const EXPANDED_MEMBERS: usize = 25;

/// Writes a chat, with what is to be expanded.
pub(super) fn written(call: &Call<'_>, chat: &Chat, expand: &[&str]) -> Value {
    let mut out = json!({
        "id": chat.id,
        "topic": chat.topic,
        "createdDateTime": chat.created.to_string(),
        "lastUpdatedDateTime": chat.updated.to_string(),
        "chatType": chat.kind.name(),
        "webUrl": format!(
            "https://{}/l/chat/{}/0?tenantId={}", host(call), encoded(&chat.id), call.tenant_id()
        ),
        "tenantId": call.tenant_id(),
        "onlineMeetingInfo": chat.meeting.as_ref().map(|own| meeting(call, own)),
        "viewpoint": {
            "isHidden": chat.hidden, "lastMessageReadDateTime": chat.read.to_string(),
        },
    });
    if expand.contains(&"lastMessagePreview") {
        let with_body = call.has(&["Chat.Read", "Chat.ReadWrite"]);
        out["lastMessagePreview"] = preview(call, chat, with_body);
    }
    if expand.contains(&"members") {
        let members = chat.members.iter().take(EXPANDED_MEMBERS);
        out["members"] = members.map(|one| member(call, &chat.id, one)).collect();
    }
    out
}

fn meeting(call: &Call<'_>, meeting: &Meeting) -> Value {
    json!({
        "calendarEventId": event_id(call, meeting), "joinWebUrl": meeting.join_url,
        "organizer": {
            "id": meeting.organizer, "displayName": null, "userIdentityType": "aadUser",
        },
    })
}

/// Returns the id of the meeting in the caller's calendar, if it is there.
fn event_id(call: &Call<'_>, meeting: &Meeting) -> Option<String> {
    let calendars = call.grant.tenant.calendars.of(&call.grant.user_id)?;
    let leads_here = |event: &&Event| event.meeting.join_url.as_ref() == Some(&meeting.join_url);
    let event = calendars.events().iter().find(leads_here)?;
    let item = Item::Event(event.key, event.whole().day_number());
    Some(calendars.ids.id(item, Form::Rest))
}

/// Writes a member of the conversation that has an id.
pub(super) fn member(call: &Call<'_>, conversation: &str, member: &Member) -> Value {
    let person = &member.person;
    let id = format!("MCMjMCMj{}##{conversation}##{}", call.tenant_id(), person.id);
    let shown = |text: &str| if member.unnamed { Value::Null } else { text.into() };
    json!({
        "@odata.type": "#microsoft.graph.aadUserConversationMember",
        "id": BASE64_STANDARD.encode(id),
        "roles": roles(call, member),
        "displayName": shown(&person.name),
        "visibleHistoryStartDateTime": "0001-01-01T00:00:00Z",
        "userId": person.id,
        "email": shown(&person.address),
        "tenantId": person.tenant,
    })
}

fn roles(call: &Call<'_>, member: &Member) -> &'static [&'static str] {
    match (member.owner, member.person.tenant == call.tenant_id()) {
        (true, _) => &["owner"],
        (false, true) => &[],
        (false, false) => &["guest"],
    }
}
