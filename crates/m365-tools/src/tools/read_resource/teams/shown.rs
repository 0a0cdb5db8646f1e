//! A message as it stands among others, and as it is described alone.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use m365_extract::{disarm, excerpt};
use m365_graph::{ChatMember, ChatMessage};
use serde_json::{Map, Value, json};

use super::super::{
    item::{AttachmentItem, Item},
    reader::moment,
};
use crate::{
    Cloud,
    mail::fields::{disarmed, known, line, one_line},
    teams::{body, fields},
    uri::{ResourceUri, TeamsUri},
};

/// The longest message in a list, in characters; its address gives the rest.
const LONGEST: usize = 4_000;

/// Writes a message of a list, cut short where it is long.
pub(super) fn short_block(
    message: &ChatMessage,
    members: &[ChatMember],
    zone: &TimeZone,
    place: Option<String>,
) -> String {
    let block = block(message, members, zone, place);
    match block.char_indices().nth(LONGEST) {
        Some((end, _)) => {
            format!("{}… (read its uri for all)", block.get(..end).unwrap_or_default())
        }
        None => block,
    }
}

/// Writes a message with a heading that tells who and when; `place` is e.g. `reply 2 of 5`.
pub(super) fn block(
    message: &ChatMessage,
    members: &[ChatMember],
    zone: &TimeZone,
    place: Option<String>,
) -> String {
    let subject = disarmed(message.subject.as_deref());
    let subject = (!subject.is_empty()).then(|| format!("{subject}\n"));
    let text = format!("{}{}", subject.unwrap_or_default(), text(message));
    let reactions = reactions(message);
    let reactions = (!reactions.is_empty())
        .then(|| format!("\n(reactions: {})", disarm(&reactions.join(", "))));
    let heading = heading(message, members, zone, place);
    format!("{heading}\n{}{}", unmarked(&text), reactions.unwrap_or_default())
}

fn heading(
    message: &ChatMessage,
    members: &[ChatMember],
    zone: &TimeZone,
    place: Option<String>,
) -> String {
    let parts = [
        place,
        Some(disarm(&who(message, members))),
        moment(message.created_date_time, zone),
        fields::importance(message).map(|level| format!("importance {level}")),
        message.last_edited_date_time.map(|_| "edited".to_owned()),
    ];
    format!("--- {}", parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
}

fn who(message: &ChatMessage, members: &[ChatMember]) -> String {
    if fields::is_from_teams(message) {
        return "Teams".to_owned();
    }
    let sender = fields::sender(message, members);
    let name = sender.map(|one| if one.name.is_empty() { one.address } else { one.name });
    name.unwrap_or_else(|| "unknown sender".to_owned())
}

/// What a message says, or why it says nothing.
pub(super) fn text(message: &ChatMessage) -> String {
    if message.deleted_date_time.is_some() {
        return "(deleted)".to_owned();
    }
    if fields::is_from_teams(message) {
        return format!("({})", body::event(message));
    }
    body::markdown(message).text
}

/// A line that begins like our headings must not pass for one.
pub(super) fn unmarked(text: &str) -> String {
    let marked = |line: &str| line.trim_start().starts_with("--- ");
    let lines =
        text.lines().map(|line| if marked(line) { format!("\\{line}") } else { line.to_owned() });
    lines.collect::<Vec<_>>().join("\n")
}

/// Counts the reactions by kind.
pub(super) fn reactions(message: &ChatMessage) -> Vec<String> {
    let mut counts = BTreeMap::<String, u32>::new();
    for reaction in &message.reactions {
        let name = line(reaction.display_name.as_deref());
        let kind = line(reaction.reaction_type.as_deref());
        let kind = if kind == "custom" || kind.is_empty() { name } else { kind };
        *counts.entry(excerpt(&kind, 30)).or_default() += 1;
    }
    counts.into_iter().map(|(kind, count)| format!("{kind} {count}")).collect()
}

/// Describes a message in a list.
pub(super) fn entry(
    uri: &TeamsUri,
    message: &ChatMessage,
    members: &[ChatMember],
    zone: &TimeZone,
) -> Map<String, Value> {
    known(json!({
        "uri": uri.to_string(),
        "type": "message",
        "from": (!fields::is_from_teams(message)).then(|| who(message, members)),
        "createdDateTime": moment(message.created_date_time, zone),
        "importance": fields::importance(message),
        "hasAttachments": fields::has_attachments(message).then_some(true),
        "deleted": message.deleted_date_time.map(|_| true),
    }))
}

/// Describes one message.
pub(super) fn item(
    uri: &TeamsUri,
    title: String,
    message: &ChatMessage,
    members: &[ChatMember],
    (zone, cloud): (&TimeZone, Cloud),
) -> Item {
    let item = Item {
        web_url: message.web_url.clone(),
        sender: fields::sender(message, members),
        sent_date_time: moment(message.created_date_time, zone),
        importance: fields::importance(message),
        attachments: attachments(message, cloud),
        ..Item::new(uri.to_string(), "message", title)
    };
    let listed = |list: Vec<String>| (!list.is_empty()).then_some(list);
    item.with_details(json!({
        "mentions": listed(fields::mentions(message)),
        "reactions": listed(reactions(message)),
        "editedDateTime": moment(message.last_edited_date_time, zone),
        "deletedDateTime": moment(message.deleted_date_time, zone),
    }))
}

/// Lists the files of a message, with their links where these can be read like any address.
fn attachments(message: &ChatMessage, cloud: Cloud) -> Vec<AttachmentItem> {
    let files = message.attachments.iter().filter(|one| !fields::is_quote(one));
    let item = |one: &m365_graph::ChatAttachment| AttachmentItem {
        uri: one.content_url.clone().filter(|url| is_readable(url, cloud)),
        name: line(one.name.as_deref()),
        content_type: one.content_type.as_deref().map(one_line).filter(|kind| kind != "reference"),
        ..AttachmentItem::default()
    };
    files.map(item).collect()
}

fn is_readable(url: &str, cloud: Cloud) -> bool {
    url.starts_with("https://") && ResourceUri::parse(url, cloud).is_ok()
}
