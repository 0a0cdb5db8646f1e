mod appointment;
mod body;
mod compressed;
mod contact;
mod language;
mod names;
mod parts;
mod people;
mod properties;
mod store;
mod task;
mod time;

use self::{
    names::Names,
    properties::{Id, Owner, Properties},
    store::Store,
};
use super::Reader;
use crate::{
    document::{Document, Input, LinkStyle, Options},
    format::Format,
    mail::letter::Letter,
    refusal::{Refusal, RefusalKind},
};

/// Messages within messages are shown to this depth; deeper ones are named.
const MAX_NESTED: usize = 3;

const CLASS: Id = Id::Tag(0x001a);
const IMPORTANCE: Id = Id::Tag(0x0017);
const SUBJECT: Id = Id::Tag(0x0037);

/// Messages, and other items of a mailbox, as Outlook saves them (MS-OXMSG).
pub(crate) struct Msg;

impl Reader for Msg {
    fn read(&self, input: &Input<'_>, options: &Options) -> Result<Document, Refusal> {
        let refusal = |kind| Refusal::of(kind, Format::Msg);
        let store = Store::open(input.bytes).ok_or_else(|| refusal(RefusalKind::Damaged))?;
        let mut item = Item::open(store, options.links);
        if item.is_rights_protected() {
            return Err(refusal(RefusalKind::Protected));
        }
        let is_encrypted = item.is_encrypted();
        let mut document = item.letter(0).into_document(options);
        if document.markdown().is_empty() {
            return Err(refusal(RefusalKind::Empty));
        }
        if is_encrypted {
            document.warnings.push("The body of the message is encrypted.".to_owned());
        }
        Ok(document)
    }
}

/// A message, or what else a mailbox holds.
struct Item<'a> {
    store: Store<'a>,
    names: Names,
    properties: Properties,
    links: LinkStyle,
    /// How many items within it are shown so far.
    enclosed: usize,
}

impl<'a> Item<'a> {
    fn open(mut store: Store<'a>, links: LinkStyle) -> Self {
        let names = Names::read(&mut store);
        let properties = Properties::of_message(&mut store, "", Owner::File, None);
        Self { store, names, properties, links, enclosed: 0 }
    }

    fn text(&mut self, id: Id) -> String {
        self.properties.text(&mut self.store, id, &self.names)
    }

    fn class(&mut self) -> String {
        self.text(CLASS).to_ascii_lowercase()
    }

    /// The item as it is shown, `depth` items within others.
    fn letter(&mut self, depth: usize) -> Letter {
        let mut letter = Letter::default();
        let class = self.class();
        match class.as_str() {
            class if class.starts_with("ipm.contact") => contact::fields(&mut letter, self),
            class if class.starts_with("ipm.task") => task::fields(&mut letter, self),
            class if class.starts_with("ipm.appointment") => {
                appointment::fields(&mut letter, self);
            }
            class => {
                people::fields(&mut letter, self);
                letter.subject(&self.text(SUBJECT));
                if class.starts_with("ipm.schedule.meeting") {
                    appointment::times(&mut letter, self);
                }
            }
        }
        if self.properties.integer(IMPORTANCE, &self.names) == Some(2) {
            letter.fields().text("Importance", "High");
        }
        letter.body(body::of(self));
        parts::enclose(&mut letter, self, depth);
        letter
    }
}
