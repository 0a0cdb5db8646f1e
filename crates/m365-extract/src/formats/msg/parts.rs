//! What is attached to an item.

use super::{
    Item, MAX_NESTED,
    names::Names,
    properties::{Id, Owner, Properties},
};
use crate::{
    formats::eml,
    mail::{attachment::Attachment, letter::Letter, signed},
};

/// The most attachments that are looked at.
const MAX_ATTACHMENTS: usize = 1_000;

/// The most items in all that are shown within another.
const MAX_ITEMS: usize = 200;

const CONTENT: u16 = 0x3701;
const MEDIA_TYPE: Id = Id::Tag(0x370e);
const NAMES: [Id; 3] = [Id::Tag(0x3707), Id::Tag(0x3704), Id::Tag(0x3001)];
const SIZE: Id = Id::Tag(0x0e20);

/// Adds what is attached: items are shown, files are listed.
pub(super) fn enclose(letter: &mut Letter, item: &mut Item<'_>, depth: usize) {
    let is_signed = item.is_signed();
    for (number, path) in attachments(item).iter().enumerate() {
        let inner = format!("{path}/__substg1.0_3701000D");
        let is_item = item.store.size(&format!("{inner}/__properties_version1.0")).is_some();
        match () {
            () if number >= MAX_ATTACHMENTS => letter.attach(Attachment::default()),
            () if is_item && item.may_enclose(depth) => {
                letter.enclose(within(item, &inner, depth));
            }
            () if is_signed => letter.absorb(entity(item, path, depth).unwrap_or_default()),
            () => letter.attach(file(item, path)),
        }
    }
}

fn attachments(item: &Item<'_>) -> Vec<String> {
    item.store.storages(item.properties.path(), "__attach_version1.0_#")
}

/// The item that is attached at `path`.
fn within(item: &mut Item<'_>, path: &str, depth: usize) -> Letter {
    item.enclosed += 1;
    let encoding = item.properties.encoding();
    let inner = Properties::of_message(&mut item.store, path, Owner::Message, encoding);
    let outer = std::mem::replace(&mut item.properties, inner);
    let letter = item.letter(depth + 1);
    item.properties = outer;
    letter
}

/// The message in the attachment of one that is signed as a whole.
fn entity(item: &mut Item<'_>, path: &str, depth: usize) -> Option<Letter> {
    let properties = part(item, path);
    let content = properties.binary(&mut item.store, CONTENT)?;
    let content = signed::content(&content).unwrap_or(content);
    eml::entity(&content, item.links, depth + 1)
}

fn part(item: &mut Item<'_>, path: &str) -> Properties {
    let encoding = item.properties.encoding();
    Properties::read(&mut item.store, path, Owner::Part, encoding)
}

fn file(item: &mut Item<'_>, path: &str) -> Attachment {
    let properties = part(item, path);
    let (store, none) = (&mut item.store, Names::default());
    let names = NAMES.map(|id| properties.text(store, id, &none));
    let kind = properties.text(store, MEDIA_TYPE, &none);
    let claimed = properties.integer(SIZE, &none).and_then(|size| usize::try_from(size).ok());
    Attachment {
        name: names.into_iter().find(|name| !name.is_empty()),
        kind: Some(kind),
        size: store.size(&properties.stream(CONTENT, "0102")).or(claimed),
    }
}

impl Item<'_> {
    /// Whether one more item is shown that is `depth` items within others.
    fn may_enclose(&self, depth: usize) -> bool {
        depth < MAX_NESTED && self.enclosed < MAX_ITEMS
    }

    /// Whether the item is only the wrapper of one that a policy protects (MS-OXORMMS).
    pub(super) fn is_rights_protected(&mut self) -> bool {
        self.class().starts_with("ipm.note.microsoft.protected")
            || attachments(self).iter().take(MAX_ATTACHMENTS).any(|path| {
                let name = file(self, path).name.unwrap_or_default();
                name.eq_ignore_ascii_case("message.rpmsg")
            })
    }

    /// Whether the whole message is an attachment, with a signature.
    fn is_signed(&mut self) -> bool {
        self.is_smime() && !self.is_encrypted()
    }

    /// Whether only the recipient's key opens the message (MS-OXOSMIME).
    pub(super) fn is_encrypted(&mut self) -> bool {
        self.class() == "ipm.note.smime"
            && !attachments(self).iter().take(MAX_ATTACHMENTS).any(|path| {
                let content = part(self, path).binary(&mut self.store, CONTENT);
                content.is_some_and(|content| signed::content(&content).is_some())
            })
    }

    fn is_smime(&mut self) -> bool {
        self.class().starts_with("ipm.note.smime")
    }
}
