//! The messages of a chat.

use std::cmp::Reverse;

use jiff::Timestamp;

use crate::{
    graph::{
        call::Call,
        fail::Fail,
        filter::{Op, Property, Value},
        teams::{
            access::{self, CHAT_MESSAGES},
            chat::Chat,
            hosted,
            list::{entity, page},
            message::Message,
            message_json::{Place, encoded, written},
            need, only,
            options::filter,
            property::not_filtered,
        },
    },
    http::Response,
};

/// How long a page is that nobody sets, and how long it can be.
pub(super) const TOP: usize = 20;
pub(super) const MAX_TOP: usize = 50;

/// What messages are sorted by, and what a filter must name to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Created,
    Modified,
}

impl Property for Key {
    fn named(path: &str) -> Result<Self, Fail> {
        let found = [Self::Created, Self::Modified].into_iter().find(|key| key.name() == path);
        found.ok_or_else(|| not_filtered(path))
    }

    fn typed(self, literal: Value) -> Option<Value> {
        matches!(literal, Value::Time(_)).then_some(literal)
    }
}

impl Key {
    /// Returns whether messages can be filtered like this.
    fn is_filtered(self, op: Op) -> bool {
        matches!((self, op), (_, Op::Less) | (Self::Modified, Op::Greater))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Created => "createdDateTime",
            Self::Modified => "lastModifiedDateTime",
        }
    }

    fn of(self, message: &Message) -> Timestamp {
        match self {
            Self::Created => message.created,
            Self::Modified => message.modified,
        }
    }

    /// Reads `$orderby`, which goes down only.
    fn ordered(call: &Call<'_>) -> Result<Option<Self>, Fail> {
        let Some(order) = call.query.get("$orderby") else { return Ok(None) };
        let found = [Self::Created, Self::Modified];
        let found = found.into_iter().find(|key| order.trim() == format!("{} desc", key.name()));
        let refused = || Fail::bad_request(format!("'{order}' is not a supported order."));
        found.map(Some).ok_or_else(refused)
    }
}

/// Answers a request to `/chats/{id}/messages` and what is below.
pub(super) fn route(call: &Call<'_>, id: &str, path: &[&str]) -> Result<Response, Fail> {
    need(call, CHAT_MESSAGES)?;
    let chat = match (access::chat(call, id), path) {
        (Err(_), [_, "hostedContents", ..]) => return Err(hosted::refused()),
        (chat, _) => chat?,
    };
    match path {
        [] => list(call, chat),
        ["delta"] => Err(Fail::not_here("the changes of a chat's messages")),
        [message] => one(call, chat, message),
        [message, "hostedContents", rest @ ..] => {
            let context = format!("chats('{}')/messages('{message}')", encoded(&chat.id));
            hosted::route(call, find(chat, message)?, &context, rest)
        }
        // The model has it, but chats are flat.
        [_, "replies", ..] => Err(Fail::teams_not_found("Messages of chats have no replies.")),
        [_, segment, ..] => Err(Fail::no_segment(segment)),
    }
}

fn list(call: &Call<'_>, chat: &Chat) -> Result<Response, Fail> {
    only(call, &["$top", "$orderby", "$filter"])?;
    let top = call.query.top(TOP, MAX_TOP)?;
    let ordered = Key::ordered(call)?;
    let condition = filter::<Key>(call)?;
    let mut compared = condition.iter().flat_map(|condition| condition.comparisons());
    if let Some((key, ..)) = compared.find(|(key, op, _)| !key.is_filtered(*op)) {
        return Err(not_filtered(key.name()));
    }
    // A filter that does not name what is sorted by is not looked at.
    let condition = condition
        .filter(|condition| condition.comparisons().iter().all(|(key, ..)| ordered == Some(**key)));
    let key = ordered.unwrap_or(Key::Modified);
    let passes = |message: &&Message| {
        let value = |own: Key| Value::Time(own.of(message));
        condition.as_ref().is_none_or(|condition| condition.passes(value))
    };
    let mut messages: Vec<_> = chat.messages.iter().filter(passes).collect();
    messages.sort_by_key(|message| Reverse((key.of(message), message.created)));
    let context = format!("chats('{}')/messages", encoded(&chat.id));
    page(call, &context, &messages, top, |message| written(call, Place::Chat(chat), message))
}

fn one(call: &Call<'_>, chat: &Chat, id: &str) -> Result<Response, Fail> {
    only(call, &[])?;
    let context = format!("chats('{}')/messages", encoded(&chat.id));
    Ok(entity(call, &context, written(call, Place::Chat(chat), find(chat, id)?)))
}

/// An id means something in its own chat only.
pub(super) fn find<'a>(chat: &'a Chat, id: &str) -> Result<&'a Message, Fail> {
    let id = number(id)?;
    let found = chat.messages.iter().find(|message| message.id() == id);
    found.ok_or_else(no_message)
}

/// Reads the id of a message.
pub(super) fn number(id: &str) -> Result<i64, Fail> {
    id.parse().map_err(|_| Fail::bad_request("The message id is not valid."))
}

pub(super) fn no_message() -> Fail {
    Fail::teams_not_found("No message found with this id in this conversation.")
}
