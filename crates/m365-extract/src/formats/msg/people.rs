//! Who wrote a message, when, and to whom.

use mail_parser::MessageParser;

use super::{
    Item,
    names::Names,
    properties::{Id, Owner, Properties},
    time,
};
use crate::mail::letter::{Letter, MAX_NAMED, enumerate, field, mailbox};

const ADDRESSES: [Id; 3] = [Id::Tag(0x39fe), Id::Tag(0x3003), Id::Tag(0x403e)];
const DELIVERED: Id = Id::Tag(0x0e06);
const HEADERS: Id = Id::Tag(0x007d);
const NAMES: [Id; 2] = [Id::Tag(0x3001), Id::Tag(0x5ff6)];
const RECIPIENT_TYPE: Id = Id::Tag(0x0c15);
const SUBMITTED: Id = Id::Tag(0x0039);

/// Sender, first the one in whose name the message was sent, then who sent it.
const SENDERS: [Sender; 2] = [
    Sender { name: 0x0042, addresses: [0x5d02, 0x0065] },
    Sender { name: 0x0c1a, addresses: [0x5d01, 0x0c1f] },
];

struct Sender {
    name: u16,
    addresses: [u16; 2],
}

/// A kind of recipient: its number, its label, and the property that lists them by name.
const KINDS: [(i32, &str, Id); 3] =
    [(1, "To", Id::Tag(0x0e04)), (2, "Cc", Id::Tag(0x0e03)), (3, "Bcc", Id::Tag(0x0e02))];

/// The head of a message up to its subject.
pub(super) fn fields(letter: &mut Letter, item: &mut Item<'_>) {
    letter.fields().markdown("From", sender(item));
    letter.fields().markdown("Sent", sent(item));
    recipients(letter, item, &["To", "Cc", "Bcc"]);
}

/// Adds the recipients under labels for those to whom, with copy, and in secret.
pub(super) fn recipients(letter: &mut Letter, item: &mut Item<'_>, labels: &[&str; 3]) {
    let all = all(item);
    for ((kind, _, names), label) in KINDS.iter().zip(labels) {
        let of_kind = all.iter().filter(|(its, _)| its == kind);
        let mut shown = enumerate(of_kind.map(|(_, mailbox)| mailbox.clone()));
        if shown.is_empty() {
            shown = field(&item.text(*names));
        }
        letter.fields().markdown(label, shown);
    }
}

/// The sender of the message, or the organizer of an appointment.
pub(super) fn sender(item: &mut Item<'_>) -> String {
    let mut senders = SENDERS.iter().map(|sender| {
        let name = item.text(Id::Tag(sender.name));
        let addresses = sender.addresses.map(|tag| item.text(Id::Tag(tag)));
        mailbox(&name, smtp(&addresses))
    });
    senders.find(|sender| !sender.is_empty()).unwrap_or_default()
}

/// The address by which people know each other; Exchange's own names say nothing to a reader.
fn smtp(addresses: &[String]) -> &str {
    let is_smtp = |address: &&String| address.contains('@') && !address.starts_with('/');
    addresses.iter().find(is_smtp).map_or("", String::as_str)
}

/// When the message was sent, in the sender's zone where the way it took is known.
fn sent(item: &mut Item<'_>) -> String {
    let headers = item.text(HEADERS);
    let message = MessageParser::default().parse_headers(&headers);
    if let Some(date) = message.as_ref().and_then(|message| message.date()) {
        return date.to_rfc3339();
    }
    let times = [SUBMITTED, DELIVERED].map(|id| item.properties.time(id, &item.names));
    times.into_iter().flatten().next().map(time::moment).unwrap_or_default()
}

/// The recipients, each with its kind.
fn all(item: &mut Item<'_>) -> Vec<(i32, String)> {
    let paths = item.store.storages(item.properties.path(), "__recip_version1.0_#");
    let encoding = item.properties.encoding();
    let none = Names::default();
    let paths = paths.iter().take(3 * MAX_NAMED);
    let recipients = paths.map(|path| {
        let store = &mut item.store;
        let properties = Properties::read(store, path, Owner::Part, encoding);
        let names = NAMES.map(|id| properties.text(store, id, &none));
        let addresses = ADDRESSES.map(|id| properties.text(store, id, &none));
        let name = names.iter().find(|name| !name.is_empty()).map_or("", String::as_str);
        let kind = properties.integer(RECIPIENT_TYPE, &none).unwrap_or(1) & 0xf;
        (kind, mailbox(name, smtp(&addresses)))
    });
    recipients.filter(|(_, mailbox)| !mailbox.is_empty()).collect()
}
