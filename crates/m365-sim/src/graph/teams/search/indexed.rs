//! What the search index knows of a message.

use jiff::Timestamp;

use crate::{
    graph::{
        html_text::html_to_text,
        teams::{
            chat::Kind,
            message::{Message, Person, Sender},
            message_json::Place,
        },
    },
    kql::{Document, Field, joined},
};

/// A message in the search index, as it is to one caller.
#[derive(Clone, Copy, Debug)]
pub(super) struct Indexed<'a> {
    pub(super) place: Place<'a>,
    pub(super) message: &'a Message,
    pub(super) caller: &'a str,
}

impl Indexed<'_> {
    /// Returns the text without its markup.
    pub(super) fn plain(&self) -> String {
        let body = &self.message.body;
        if self.message.html { html_to_text(body).trim_end().to_owned() } else { body.clone() }
    }

    /// What hangs on a message is searched too: names of files, text of cards and quotes.
    fn text(&self) -> String {
        let message = self.message;
        let plain = self.plain();
        let attached = message.attachments.iter().flat_map(|attachment| {
            [attachment.name.as_deref(), attachment.content.as_deref()].into_iter().flatten()
        });
        let subject = message.subject.as_deref();
        joined(subject.into_iter().chain([plain.as_str()]).chain(attached))
    }

    /// Only a chat of two tells to whom a message went.
    fn recipient(&self) -> Option<&Person> {
        let Place::Chat(chat) = self.place else { return None };
        let sender = self.message.sender.person();
        let mut members = chat.members.iter().map(|member| member.person.as_ref());
        let other = members.find(|person| sender.is_none_or(|sender| sender.id != person.id));
        other.filter(|_| chat.kind == Kind::OneOnOne)
    }
}

impl Document for Indexed<'_> {
    fn holds(&self, field: Field, text: &str) -> bool {
        match field {
            Field::Any => self.text().contains(text),
            Field::From => match &self.message.sender {
                Sender::Bot(_, name) => joined([*name].into_iter()).contains(text),
                sender => named(sender.person()).contains(text),
            },
            Field::To => named(self.recipient()).contains(text),
            Field::Mentions => {
                let ids: Vec<_> =
                    self.message.mentioned().map(|person| person.id.replace('-', "")).collect();
                joined(ids.iter().map(String::as_str)).contains(text)
            }
            _ => false,
        }
    }

    fn time(&self, _: Field) -> Timestamp {
        self.message.created
    }

    fn size(&self) -> u64 {
        self.message.body.len() as u64
    }

    fn is(&self, field: Field) -> bool {
        match field {
            Field::HasAttachment => !self.message.attachments.is_empty(),
            Field::IsMentioned => self.message.mentioned().any(|person| person.id == self.caller),
            _ => false,
        }
    }
}

fn named(person: Option<&Person>) -> String {
    joined(person.into_iter().flat_map(|person| [person.name.as_str(), person.address.as_str()]))
}
