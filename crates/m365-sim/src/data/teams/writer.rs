//! Messages from what is written by hand.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::{
    data::teams::{
        Source, events, ids,
        markup::{Expanded, Names, Refs},
        script::{Entry, age, split},
    },
    graph::teams::message::{Message, Reaction, Sender},
};

/// The bot that posts into chats.
const BOT: Sender = Sender::Bot("8b9ef0c1-2d4f-4a5e-9a3c-5f0f0f2b7d10", "Approvals");

/// Writes the messages of one conversation.
pub(crate) struct Writer<'a> {
    source: &'a Source,
    key: &'a str,
    names: Names<'a>,
    /// Messages that others quote.
    labelled: BTreeMap<&'a str, Message>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(source: &'a Source, key: &'a str, names: Names<'a>) -> Self {
        Self { source, key, names, labelled: BTreeMap::new() }
    }

    /// Writes a message; `root` is the post that it replies to.
    pub(crate) fn message(&mut self, entry: &Entry<'a>, root: Option<i64>) -> Message {
        let created = moment(self.source, self.key, entry.age);
        let mut message = self.body(entry, created);
        message.root = root;
        message.subject = entry.get("subject").map(str::to_owned);
        message.importance = importance(entry);
        message.reactions = entry.all("react").map(|text| self.reaction(text, created)).collect();
        self.change(&mut message, entry);
        if let Some(label) = entry.label {
            self.labelled.insert(label, message.clone());
        }
        message
    }

    fn body(&self, entry: &Entry<'_>, created: Timestamp) -> Message {
        let person = |name: &str| self.source.cast.person(name);
        if let Some(event) = events::written(self.source, entry) {
            let body = "<systemEventMessage/>".to_owned();
            return Message { event: Some(event), ..Message::new(created, Sender::Nobody, body) };
        }
        let sender = match (entry.sender, entry.sender.strip_prefix("gone:")) {
            (_, Some(name)) => Sender::Gone(person(name)),
            ("bot", _) => BOT,
            ("-", _) => Sender::Nobody,
            (name, _) => Sender::Person(person(name)),
        };
        let seed = format!("{}{}", self.key, created);
        let refs = Refs { source: self.source, names: &self.names, labelled: &self.labelled };
        let expanded = Expanded::of(refs, &entry.body, &seed);
        Message {
            html: entry.get("text").is_none(),
            attachments: expanded.attachments,
            mentions: expanded.mentions,
            hosted: expanded.hosted,
            ..Message::new(created, sender, expanded.text)
        }
    }

    /// Reads `sign name after`, e.g. `👍 mira 2h`.
    fn reaction(&self, text: &str, created: Timestamp) -> Reaction {
        let (sign, rest) = split(text);
        let (name, after) = split(rest);
        let by = self.source.cast.person(name);
        Reaction { sign: sign.to_owned(), by, at: later(self.source, created, age(after)) }
    }

    fn change(&self, message: &mut Message, entry: &Entry<'_>) {
        let after = |text: &str| later(self.source, message.created, age(text));
        message.edited = entry.get("edited").map(after);
        let deleted = entry.get("deleted").map(after);
        message.deleted = deleted.is_some();
        let reacted = message.reactions.iter().map(|reaction| reaction.at);
        let changes = reacted.chain(message.edited).chain(deleted);
        message.modified = changes.fold(message.created, Timestamp::max);
    }
}

fn importance(entry: &Entry<'_>) -> &'static str {
    match (entry.get("urgent"), entry.get("high")) {
        (Some(_), _) => "urgent",
        (None, Some(_)) => "high",
        (None, None) => "normal",
    }
}

/// Returns the moment that lies so far back, at some odd millisecond before it.
pub(crate) fn moment(source: &Source, key: &str, age: SignedDuration) -> Timestamp {
    let odd = ids::number(&format!("{key}{age}")) % 59_000;
    let back = age + SignedDuration::from_millis(odd.cast_signed());
    source.today.checked_sub(back).unwrap_or(source.today)
}

/// Nothing happens after now.
fn later(source: &Source, time: Timestamp, after: SignedDuration) -> Timestamp {
    time.checked_add(after).unwrap_or(time).min(source.now)
}
