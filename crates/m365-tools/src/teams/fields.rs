//! What is said of a message: who, whom, and what it carries.

use m365_extract::excerpt;
use m365_graph::{ChatAttachment, ChatMember, ChatMessage, IdentitySet, Mention};

use super::people;
use crate::mail::fields::{Person, line};

/// The longest name, in characters.
const NAME: usize = 80;

/// Tells whether somebody wrote the message and it is still there.
pub(crate) fn is_written(message: &ChatMessage) -> bool {
    message.deleted_date_time.is_none() && !is_from_teams(message)
}

/// Tells whether Teams itself wrote the message.
pub(crate) fn is_from_teams(message: &ChatMessage) -> bool {
    message.message_type.as_deref().is_some_and(|kind| kind != "message")
}

/// Returns who sent the message, with the address where a member of the chat is known to have it.
pub(crate) fn sender(message: &ChatMessage, members: &[ChatMember]) -> Option<Person> {
    let member = people::sender(members, message);
    let name = message.from.as_ref().map(name).unwrap_or_default();
    let known = member.map(people::name).unwrap_or_default();
    let name = if name.is_empty() { known } else { name };
    let address = member.and_then(|member| member.email.clone()).unwrap_or_default();
    let person = Person { name: excerpt(&name, NAME), address };
    (!person.name.is_empty() || !person.address.is_empty()).then_some(person)
}

/// Returns the name of whoever is meant; empty where there is none.
pub(crate) fn name(who: &IdentitySet) -> String {
    line(who.identity().and_then(|who| who.display_name.as_deref()))
}

/// Returns the names of those whom a message mentions, each once; a name may be split over several
/// mentions.
pub(crate) fn mentions(message: &ChatMessage) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for mention in &message.mentions {
        let name = excerpt(&mentioned(mention), NAME);
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn mentioned(mention: &Mention) -> String {
    let whole = mention.mentioned.as_ref().map(name).filter(|name| !name.is_empty());
    whole.unwrap_or_else(|| line(mention.mention_text.as_deref()))
}

/// Returns the object ids of the people whom a message mentions.
pub(crate) fn mentioned_ids(message: &ChatMessage) -> impl Iterator<Item = &str> {
    let users = message.mentions.iter().filter_map(|one| one.mentioned.as_ref()?.user.as_ref());
    users.filter_map(|user| user.id.as_deref())
}

/// Tells whether a message carries a file or card; a quote is none.
pub(crate) fn has_attachments(message: &ChatMessage) -> bool {
    message.attachments.iter().any(|one| !is_quote(one))
}

/// Returns the names of the files and cards that a message carries.
pub(crate) fn attached(message: &ChatMessage) -> impl Iterator<Item = String> {
    let names = message.attachments.iter().filter(|one| !is_quote(one));
    names.map(|one| line(one.name.as_deref())).filter(|name| !name.is_empty())
}

/// Tells whether an attachment is another message.
pub(crate) fn is_quote(attachment: &ChatAttachment) -> bool {
    let kind = attachment.content_type.as_deref();
    matches!(kind, Some("messageReference" | "forwardedMessageReference"))
}

/// Returns the importance, unless it is the usual one.
pub(crate) fn importance(message: &ChatMessage) -> Option<&'static str> {
    match message.importance.as_deref() {
        Some("high") => Some("high"),
        Some("urgent") => Some("urgent"),
        _ => None,
    }
}
