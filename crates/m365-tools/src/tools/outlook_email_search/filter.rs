//! Conditions as an OData filter, and the same conditions checked on a message.

use jiff::Timestamp;
use m365_graph::{self as graph, Message, Recipient, odata};

use super::input::{Conditions, Importance};
use crate::{
    time::{self, Interval},
    words::has_words,
};

/// Before the first message of any mailbox.
const ALWAYS: &str = "receivedDateTime ge 1900-01-01T00:00:00Z";

/// Builds `$filter`, or `None` where nothing is to be filtered.
///
/// Exchange demands that what `$orderby` names comes first in `$filter`, else it answers
/// `InefficientFilter`; so the date is there even when it excludes nothing.
pub(super) fn build(conditions: &Conditions, interval: &Interval) -> Option<String> {
    let mut parts = bounds(interval);
    let dated = !parts.is_empty();
    if conditions.unread_only {
        parts.push("isRead eq false".into());
    }
    if let Some(wanted) = conditions.has_attachments {
        parts.push(format!("hasAttachments eq {wanted}"));
    }
    if let Some(importance) = conditions.importance {
        parts.push(format!("importance eq '{}'", importance.as_str()));
    }
    if let Some(sender) = conditions.sender_address() {
        parts.push(format!("from/emailAddress/address eq {}", odata::string(sender)));
    }
    if !dated && !parts.is_empty() {
        parts.insert(0, ALWAYS.into());
    }
    (!parts.is_empty()).then(|| parts.join(" and "))
}

fn bounds(interval: &Interval) -> Vec<String> {
    let bound = |operator: &str, moment: Timestamp| {
        format!("receivedDateTime {operator} {}", time::format_utc(moment))
    };
    let start = interval.start.map(|start| bound("ge", start));
    start.into_iter().chain(interval.end.map(|end| bound("lt", end))).collect()
}

/// Tells whether a message that KQL found fits what KQL knows only roughly or not at all.
pub(super) fn keeps(conditions: &Conditions, interval: &Interval, message: &Message) -> bool {
    message.received_date_time.is_none_or(|received| interval.contains(received))
        && (!conditions.unread_only || message.is_read == Some(false))
        && conditions.has_attachments.is_none_or(|wanted| message.has_attachments == Some(wanted))
        && conditions.importance.is_none_or(|wanted| has_importance(message, wanted))
        && conditions.sender_address().is_none_or(|wanted| is_from(message, wanted))
}

fn has_importance(message: &Message, wanted: Importance) -> bool {
    message.importance.unwrap_or(graph::Importance::Normal) == wanted.level()
}

/// Compares addresses; one without `@` is a directory path of old mail, and KQL's word is taken.
fn is_from(message: &Message, wanted: &str) -> bool {
    let people = message.from.iter().chain(&message.sender);
    let mut addresses = people.filter_map(|person| person.email_address.address.as_deref());
    addresses.any(|found| !found.contains('@') || found.to_lowercase() == wanted.to_lowercase())
}

/// Tells whether the header fits the names and words that are otherwise left to Graph's text search.
pub(super) fn header_fits(conditions: &Conditions, message: &Message) -> bool {
    let subject = message.subject.as_deref().unwrap_or_default();
    let sender = || message.from.iter().chain(&message.sender);
    let recipients = || {
        let lines = [&message.to_recipients, &message.cc_recipients, &message.bcc_recipients];
        lines.into_iter().flatten()
    };
    conditions.sender.as_deref().is_none_or(|wanted| sender().any(|one| is_person(one, wanted)))
        && conditions
            .recipient
            .as_deref()
            .is_none_or(|wanted| recipients().any(|one| is_person(one, wanted)))
        && conditions.subject.as_deref().is_none_or(|wanted| has_words(subject, wanted))
}

/// Compares addresses, or else whole words, as KQL does.
fn is_person(recipient: &Recipient, wanted: &str) -> bool {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (name, address) =
        (text(&recipient.email_address.name), text(&recipient.email_address.address));
    if graph::Address::new(wanted).is_ok() {
        return address.to_lowercase() == wanted.to_lowercase();
    }
    has_words(&format!("{name} {address}"), wanted)
}
