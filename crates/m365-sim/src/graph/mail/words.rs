//! What the search index knows of a message.

use jiff::Timestamp;

use crate::{
    graph::mail::{Mailbox, message::Message},
    kql::{Document, Field, folded, joined},
};

/// A message's words, folded.
#[derive(Debug)]
pub(crate) struct Words {
    from: String,
    to: String,
    cc: String,
    bcc: String,
    subject: String,
    body: String,
    attachments: String,
    categories: String,
    size: u64,
}

/// A message in the search index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Indexed<'a> {
    pub(crate) mailbox: &'a Mailbox,
    pub(crate) message: &'a Message,
}

impl Indexed<'_> {
    fn words(&self) -> &Words {
        self.message.words.get_or_init(|| Box::new(self.read()))
    }

    fn read(&self) -> Words {
        let message = self.message;
        let body = self.mailbox.body(message);
        let text = body.plain();
        let names = message.attachments.iter().map(|attachment| attachment.name.as_ref());
        Words {
            from: people(message.from.iter()),
            to: people(message.to.iter()),
            cc: people(message.cc.iter()),
            bcc: people(message.bcc.iter()),
            subject: folded(message.title()),
            body: folded(&text),
            attachments: joined(names),
            categories: joined(message.categories.iter().map(AsRef::as_ref)),
            size: self.mailbox.size(message) as u64,
        }
    }

    /// Counts how often a folded word occurs, in the subject five times over.
    pub(crate) fn weight(&self, word: &str) -> usize {
        let words = self.words();
        let count = |text: &str| text.matches(word).count();
        count(&words.subject) * 5 + count(&words.body) + count(&words.from)
    }
}

impl Document for Indexed<'_> {
    fn holds(&self, field: Field, text: &str) -> bool {
        let words = self.words();
        let fields: &[&str] = match field {
            Field::Any => &[&words.from, &words.subject, &words.body],
            Field::Attachment => &[&words.attachments],
            Field::Bcc => &[&words.bcc],
            Field::Body => &[&words.body],
            Field::Category => &[&words.categories],
            Field::Cc => &[&words.cc],
            Field::From => &[&words.from],
            Field::Importance => return text.trim() == self.message.importance.name(),
            Field::Kind => return kinds(self.message).contains(&text.trim()),
            Field::Participants => &[&words.from, &words.to, &words.cc, &words.bcc],
            Field::Recipients => &[&words.to, &words.cc, &words.bcc],
            Field::Subject => &[&words.subject],
            Field::To => &[&words.to],
            Field::HasAttachment | Field::Received | Field::Sent | Field::Size => &[],
        };
        fields.iter().any(|own| own.contains(text))
    }

    fn time(&self, field: Field) -> Timestamp {
        if field == Field::Sent { self.message.sent } else { self.message.received }
    }

    fn size(&self) -> u64 {
        self.words().size
    }

    fn has_attachments(&self) -> bool {
        self.message.has_attachments()
    }
}

fn people<'a>(contacts: impl Iterator<Item = &'a crate::graph::mail::message::Contact>) -> String {
    joined(contacts.flat_map(|contact| [contact.name.as_ref(), contact.address.as_ref()]))
}

fn kinds(message: &Message) -> &'static [&'static str] {
    if message.meeting { &["meetings", "email"] } else { &["email"] }
}
