//! Chats from what is written of them.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};

use crate::{
    data::{
        shared::{BUDGET_JOIN_URL, BUDGET_THREAD, join_url},
        teams::{Source, bulk::Bulk, calls, ids, markup::Names, script::Block, writer::Writer},
    },
    graph::teams::{
        chat::{Chat, Kind, Meeting, Member},
        message::Message,
    },
};

/// Makes all chats of a file.
pub(crate) fn all(source: &Source, text: &str) -> Vec<Chat> {
    Block::all(text).iter().map(|block| chat(source, block)).collect()
}

fn chat(source: &Source, block: &Block<'_>) -> Chat {
    let members = source.cast.members(block.get("members").unwrap_or_default());
    let kind = match block.get("kind") {
        Some("meeting") => Kind::Meeting,
        Some("group") => Kind::Group,
        _ => Kind::OneOnOne,
    };
    let id = id(kind, block, &members);
    let (messages, pinned) = messages(source, block, &members);
    let created = ago(source, block.age("created", "400d"));
    Chat {
        kind,
        topic: block.get("topic").map(str::to_owned),
        created,
        updated: ago(source, block.age("updated", block.get("created").unwrap_or("400d"))),
        read: ago(source, block.age("read", "2h")),
        hidden: block.get("hidden").is_some(),
        broken_members: block.get("broken").is_some(),
        meeting: meeting(kind, &id, &members),
        id,
        members,
        messages,
        pinned,
    }
}

fn id(kind: Kind, block: &Block<'_>, members: &[Member]) -> String {
    match kind {
        Kind::Meeting if block.key == "budget" => BUDGET_THREAD.to_owned(),
        Kind::Meeting => thread(block.key),
        Kind::Group => {
            let own = block.get("id").map_or_else(|| ids::hex(block.key), str::to_owned);
            format!("19:{own}@thread.v2")
        }
        Kind::OneOnOne => {
            let mut ids: Vec<_> = members.iter().map(|member| member.person.id.as_str()).collect();
            ids.sort_unstable();
            format!("19:{}@unq.gbl.spaces", ids.join("_"))
        }
    }
}

/// Returns the thread of a meeting by its key.
pub(crate) fn thread(key: &str) -> String {
    let name = BASE64_URL_SAFE_NO_PAD.encode(ids::guid(key));
    format!("19:meeting_{name}@thread.v2")
}

/// The organizer is the member who owns the chat.
fn meeting(kind: Kind, id: &str, members: &[Member]) -> Option<Meeting> {
    let owner = members.iter().find(|member| member.owner)?;
    let join_url = if id == BUDGET_THREAD {
        BUDGET_JOIN_URL.to_owned()
    } else {
        join_url(id, &owner.person.id)
    };
    (kind == Kind::Meeting).then(|| Meeting { join_url, organizer: owner.person.id.clone() })
}

fn messages(source: &Source, block: &Block<'_>, members: &[Member]) -> (Vec<Message>, Vec<i64>) {
    let mut writer = Writer::new(source, block.key, Names::default());
    let mut pinned = Vec::new();
    let mut messages: Vec<_> = Vec::new();
    for entry in &block.entries {
        let message = writer.message(entry, None);
        pinned.extend(entry.get("pinned").map(|_| message.id()));
        messages.push(message);
    }
    if let Some(bulk) = block.get("bulk") {
        let oldest = block.entries.iter().map(|entry| entry.age).max();
        let oldest = oldest.unwrap_or(block.age("latest", "1h"));
        messages.extend(Bulk::read(source, block.key, members, bulk).messages(oldest));
    }
    if block.key == "budget" {
        messages.extend(calls::budget(source));
    }
    (sorted(messages), pinned)
}

/// Sorts messages by their ids, of which no two may be the same.
pub(crate) fn sorted(mut messages: Vec<Message>) -> Vec<Message> {
    messages.sort_by_key(|message| message.created);
    messages.dedup_by_key(|message| message.id());
    messages
}

pub(crate) fn ago(source: &Source, age: SignedDuration) -> Timestamp {
    source.today.checked_sub(age).unwrap_or(source.today)
}
