//! The routes of chats.

use std::cmp::Reverse;

use http::StatusCode;
use serde_json::json;

use crate::{
    cloud::SimCloud,
    data::random::mix,
    graph::{
        call::Call,
        fail::Fail,
        teams::{
            access::{self, CHAT_MEMBERS, CHAT_MESSAGES, CHATS},
            chat::Chat,
            chat_json::{member, written},
            list::{entity, page},
            message_json::{self, Place, encoded},
            messages::{self, MAX_TOP, TOP},
            need,
            options::{expand, filter, only},
            property::OfChat,
        },
    },
    http::Response,
};

/// What a chat's members are given as: all at once.
const ALL: usize = 1000;

const EXPANDED: &[&str] = &["members", "lastMessagePreview"];

/// Answers a request to one chat, or below.
pub(crate) fn route(call: &Call<'_>, path: &[&str]) -> Result<Response, Fail> {
    match path {
        [] => list(call),
        ["getAllMessages", ..] => Err(Fail::not_here("what is for applications only")),
        [id] => one(call, id),
        [id, "members"] => members(call, id),
        [id, "messages", rest @ ..] => messages::route(call, id, rest),
        [id, "pinnedMessages"] => pinned(call, id),
        [_, "installedApps" | "permissionGrants" | "tabs" | "lastMessagePreview", ..]
        | [_, "members" | "pinnedMessages", ..] => Err(Fail::not_here("this part of a chat")),
        [_, segment, ..] => Err(Fail::no_segment(segment)),
    }
}

/// Answers with the caller's chats.
pub(crate) fn list(call: &Call<'_>) -> Result<Response, Fail> {
    only(call, &["$top", "$expand", "$orderby", "$filter"])?;
    need(call, CHATS)?;
    let top = call.query.top(TOP, MAX_TOP)?;
    let expand = expand(call, EXPANDED)?;
    let condition = filter::<OfChat>(call)?;
    let passes =
        |chat: &&Chat| condition.as_ref().is_none_or(|one| one.passes(|own| own.value(chat)));
    let mut chats: Vec<_> = access::chats(call).filter(passes).collect();
    if by_activity(call)? {
        chats.sort_by_key(|chat| Reverse(chat.latest().map(|message| message.created)));
    } else {
        chats.sort_by_key(|chat| chat.id.bytes().fold(0, |sum, byte| mix(sum ^ u64::from(byte))));
    }
    let expanded = expand.iter().map(|name| format!("{name}()")).collect::<Vec<_>>().join(",");
    let context =
        if expanded.is_empty() { "chats".to_owned() } else { format!("chats({expanded})") };
    page(call, &context, &chats, top, |chat| written(call, chat, &expand))
}

/// Returns whether the latest activity is to come first, the one order that there is.
fn by_activity(call: &Call<'_>) -> Result<bool, Fail> {
    let Some(order) = call.query.get("$orderby") else { return Ok(false) };
    let known = order.trim() == "lastMessagePreview/createdDateTime desc";
    if known && call.state.cloud == SimCloud::Global {
        return Ok(true);
    }
    Err(Fail::bad_request(format!("'{order}' is not a supported order.")))
}

fn one(call: &Call<'_>, id: &str) -> Result<Response, Fail> {
    only(call, &["$expand"])?;
    need(call, CHATS)?;
    let expand = expand(call, EXPANDED)?;
    Ok(entity(call, "chats", written(call, access::chat(call, id)?, &expand)))
}

fn members(call: &Call<'_>, id: &str) -> Result<Response, Fail> {
    only(call, &[])?;
    need(call, CHAT_MEMBERS)?;
    let chat = access::chat(call, id)?;
    if chat.broken_members {
        return Err(Fail::new(StatusCode::BAD_GATEWAY, "UnknownError", ""));
    }
    let context = format!("chats('{}')/members", encoded(&chat.id));
    page(call, &context, &chat.members, ALL, |one| member(call, &chat.id, one))
}

fn pinned(call: &Call<'_>, id: &str) -> Result<Response, Fail> {
    only(call, &["$expand"])?;
    need(call, CHAT_MESSAGES)?;
    let expand = expand(call, &["message"])?;
    let chat = access::chat(call, id)?;
    let context = format!("chats('{}')/pinnedMessages", encoded(&chat.id));
    page(call, &context, &chat.pinned, ALL, |pinned| {
        let mut out = json!({"id": pinned.to_string()});
        let message = chat.messages.iter().find(|message| message.id() == *pinned);
        if let Some(message) = message.filter(|_| !expand.is_empty()) {
            out["message"] = message_json::written(call, Place::Chat(chat), message);
        }
        out
    })
}
