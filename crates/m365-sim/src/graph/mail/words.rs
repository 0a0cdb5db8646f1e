//! What the search index knows of a message.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;

use crate::{
    graph::mail::{
        Mailbox,
        message::{Contact, Message, Text},
    },
    kql::{Document, Field, folded, joined},
};

/// The words that are asked for most, folded.
#[derive(Debug)]
pub(crate) struct Words {
    from: String,
    subject: String,
    body: Arc<str>,
}

/// The folded bodies of mail that is alike.
#[derive(Debug, Default)]
pub(crate) struct Bodies {
    by_number: Mutex<BTreeMap<u64, Arc<str>>>,
}

impl Bodies {
    /// Returns the bodies by the numbers that they are made from.
    pub(crate) fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<str>>> {
        self.by_number.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message in the search index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Indexed<'a> {
    pub(crate) mailbox: &'a Mailbox,
    pub(crate) message: &'a Message,
}

impl Indexed<'_> {
    fn words(&self) -> &Words {
        self.message.words.get_or_init(|| {
            Box::new(Words {
                from: people(self.message.from.iter()),
                subject: folded(self.message.title()),
                body: self.body(),
            })
        })
    }

    /// Folds the body, once for all messages whose text is made from the same number.
    fn body(&self) -> Arc<str> {
        let fold = || Arc::from(folded(&self.mailbox.body(self.message).plain()));
        match (&self.message.text, self.message.answers) {
            (Text::Made(_, number), None) => {
                let mut bodies = self.mailbox.bodies.lock();
                Arc::clone(bodies.entry(*number).or_insert_with(fold))
            }
            _ => fold(),
        }
    }

    fn is_to(&self, text: &str) -> bool {
        let message = self.message;
        let all = message.to.iter().chain(&message.cc).chain(&message.bcc);
        people(all).contains(text)
    }

    /// Returns the folded words of the subject and of the sender's name.
    pub(crate) fn heading(&self) -> Vec<String> {
        let texts = [folded(self.message.title()), people(self.message.from.iter())];
        texts.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect()
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
        let message = self.message;
        match field {
            Field::Any => {
                [Field::From, Field::Subject, Field::Body].iter().any(|own| self.holds(*own, text))
            }
            Field::Participants => self.holds(Field::From, text) || self.is_to(text),
            Field::Recipients => self.is_to(text),
            Field::From => self.words().from.contains(text),
            Field::Subject => self.words().subject.contains(text),
            Field::Body => self.words().body.contains(text),
            Field::To => people(message.to.iter()).contains(text),
            Field::Cc => people(message.cc.iter()).contains(text),
            Field::Bcc => people(message.bcc.iter()).contains(text),
            Field::Attachment => {
                let names = message.attachments.iter().map(|attachment| attachment.name.as_ref());
                joined(names).contains(text)
            }
            Field::Category => joined(message.categories.iter().map(AsRef::as_ref)).contains(text),
            Field::Importance => text.trim() == message.importance.name(),
            Field::Kind => kinds(message).contains(&text.trim()),
            _ => false,
        }
    }

    fn time(&self, field: Field) -> Timestamp {
        if field == Field::Sent { self.message.sent } else { self.message.received }
    }

    fn size(&self) -> u64 {
        self.mailbox.size(self.message) as u64
    }

    fn is(&self, field: Field) -> bool {
        field == Field::HasAttachment && self.message.has_attachments()
    }
}

fn people<'a>(contacts: impl Iterator<Item = &'a Contact>) -> String {
    joined(contacts.flat_map(|contact| [contact.name.as_ref(), contact.address.as_ref()]))
}

fn kinds(message: &Message) -> &'static [&'static str] {
    if message.meeting { &["meetings", "email"] } else { &["email"] }
}
