//! Contacts (MS-OXOCNTC).

use super::{Item, SUBJECT, properties::Id, time};
use crate::mail::letter::{Letter, enumerate, field, mailbox};

/// The set of properties of contacts, by the start of its GUID.
const SET: u32 = 0x0006_2004;
const BIRTHDAY: Id = Id::Tag(0x3a42);
const NAME: Id = Id::Tag(0x3001);

/// Fields with one text each.
const FIELDS: [(&str, Id); 13] = [
    ("Nickname", Id::Tag(0x3a4f)),
    ("Title", Id::Tag(0x3a17)),
    ("Department", Id::Tag(0x3a18)),
    ("Organization", Id::Tag(0x3a16)),
    ("Phone (work)", Id::Tag(0x3a08)),
    ("Phone (mobile)", Id::Tag(0x3a1c)),
    ("Phone (home)", Id::Tag(0x3a09)),
    ("Fax (work)", Id::Tag(0x3a24)),
    ("Address (work)", Id::Named(SET, 0x801b)),
    ("Address (home)", Id::Named(SET, 0x801a)),
    ("Address (other)", Id::Named(SET, 0x801c)),
    ("Chat", Id::Named(SET, 0x8062)),
    ("Website", Id::Named(SET, 0x802b)),
];

/// The name and the address of each of three mailboxes.
const MAILBOXES: [(Id, Id); 3] = [
    (Id::Named(SET, 0x8080), Id::Named(SET, 0x8083)),
    (Id::Named(SET, 0x8090), Id::Named(SET, 0x8093)),
    (Id::Named(SET, 0x80a0), Id::Named(SET, 0x80a3)),
];

/// The head of a contact.
pub(super) fn fields(letter: &mut Letter, item: &mut Item<'_>) {
    let names = [NAME, SUBJECT].map(|id| item.text(id));
    let name = names.iter().find(|name| !name.is_empty());
    letter.name(name.map_or("", String::as_str));
    letter.fields().markdown("Email", mailboxes(item));
    for (label, id) in FIELDS {
        let text = item.text(id);
        letter.fields().markdown(label, field(&text));
    }
    let birthday = item.properties.time(BIRTHDAY, &item.names).map(time::day);
    letter.fields().text("Birthday", &birthday.unwrap_or_default());
}

fn mailboxes(item: &mut Item<'_>) -> String {
    let all = MAILBOXES.map(|(name, address)| {
        let (name, address) = (item.text(name), item.text(address));
        // Outlook names a mailbox by its own address in brackets.
        let is_plain = !address.is_empty() && name.contains(&address);
        mailbox(if is_plain { "" } else { &name }, &address)
    });
    enumerate(all.into_iter().filter(|mailbox| !mailbox.is_empty()))
}
