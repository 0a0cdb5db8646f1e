//! A hit: ids of the conversation and the message, and no body.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    data::random::mix,
    graph::{
        call::Call,
        mail::{
            Mailbox,
            ids::{Form, Item},
        },
        search::summary::summary,
        teams::{
            message::{Message, Sender},
            message_json::{Place, encoded},
            search::indexed::Indexed,
        },
    },
};

/// Writes a hit.
pub(super) fn written(
    call: &Call<'_>,
    mailbox: &Mailbox,
    indexed: &Indexed<'_>,
    words: &[&str],
) -> Value {
    // What is found is a copy in the mailbox, which no other call reads.
    let key = mix(indexed.message.id().cast_unsigned()) as u32 | 1 << 31;
    let hit_id = mailbox.ids.standard(Item::Message(key), Form::Rest);
    json!({
        "hitId": hit_id,
        "summary": summary(&indexed.plain(), words),
        "resource": resource(call, indexed, &hit_id),
    })
}

fn resource(call: &Call<'_>, indexed: &Indexed<'_>, hit_id: &str) -> Value {
    let message = indexed.message;
    let mut out = json!({
        "@odata.type": "#microsoft.graph.chatMessage",
        "id": message.id().to_string(),
        "createdDateTime": seconds(message.created),
        "lastModifiedDateTime": seconds(message.modified),
        "subject": message.subject.as_deref().unwrap_or_default(),
        "importance": message.importance,
        "etag": message.modified.as_millisecond().to_string(),
        "channelIdentity": {},
    });
    if let Some(from) = from(message) {
        out["from"] = json!({"emailAddress": from});
    }
    match indexed.place {
        Place::Chat(chat) => out["chatId"] = chat.id.as_str().into(),
        Place::Channel(team, channel) => {
            out["channelIdentity"] = json!({"teamId": team.id, "channelId": channel.id});
        }
    }
    let (name, address) = address(call, indexed, hit_id);
    out[name] = address.into();
    out
}

/// Some messages of channels have their link to Teams here; the others, and those of chats, have
/// one to the copy in the mailbox.
fn address(call: &Call<'_>, indexed: &Indexed<'_>, hit_id: &str) -> (&'static str, String) {
    let to_teams = indexed.place.web_url(call, indexed.message);
    match to_teams.filter(|_| indexed.message.id() % 2 == 0) {
        Some(link) => ("webUrl", link),
        None => {
            let id = encoded(hit_id);
            let link = format!(
                "https://outlook.office365.com/owa/?ItemID={id}&exvsurl=1&viewmodel=ReadMessageItem"
            );
            ("webLink", link)
        }
    }
}

/// The sender has the shape of a mail's.
fn from(message: &Message) -> Option<Value> {
    match &message.sender {
        Sender::Person(person) | Sender::Gone(person) => {
            Some(json!({"name": person.name, "address": person.address}))
        }
        Sender::Bot(_, name) => Some(json!({"name": name})),
        Sender::Nobody => None,
    }
}

/// The index knows no fractions of a second.
fn seconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
