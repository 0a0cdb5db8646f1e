//! What is attached to a message.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::graph::mail::message::Contact;

/// Something attached to a message.
#[derive(Clone, Debug)]
pub(crate) struct Attachment {
    pub(crate) name: Cow<'static, str>,
    /// Nothing for attached items.
    pub(crate) content_type: Option<Cow<'static, str>>,
    /// Shown inside the body, which refers to it by this id.
    pub(crate) content_id: Option<Cow<'static, str>>,
    pub(crate) inline: bool,
    pub(crate) content: Content,
}

/// What an attachment consists of.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// A file.
    File(Cow<'static, [u8]>),
    /// A message, an event or a contact.
    Item(Box<Item>),
    /// A link to a file elsewhere, which Graph does not tell.
    Reference,
}

/// An attached item.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    Message(Inner),
    Event { subject: String, start: Timestamp, end: Timestamp, location: String, body: String },
    Contact { name: String, address: String, company: String, phone: String },
}

/// A message inside another one.
#[derive(Clone, Debug)]
pub(crate) struct Inner {
    pub(crate) subject: String,
    pub(crate) from: Contact,
    pub(crate) to: Vec<Contact>,
    pub(crate) sent: Timestamp,
    pub(crate) html: String,
    pub(crate) attachments: Vec<Attachment>,
}

impl Attachment {
    /// Attaches a file.
    pub(crate) fn file(
        name: impl Into<Cow<'static, str>>,
        content_type: impl Into<Cow<'static, str>>,
        bytes: impl Into<Cow<'static, [u8]>>,
    ) -> Self {
        Self {
            name: name.into(),
            content_type: Some(content_type.into()),
            content_id: None,
            inline: false,
            content: Content::File(bytes.into()),
        }
    }

    /// Attaches an item.
    pub(crate) fn item(name: impl Into<Cow<'static, str>>, item: Item) -> Self {
        Self::bare(name, Content::Item(Box::new(item)))
    }

    /// Attaches a link to a file that lies elsewhere.
    pub(crate) fn reference(name: impl Into<Cow<'static, str>>) -> Self {
        Self::bare(name, Content::Reference)
    }

    fn bare(name: impl Into<Cow<'static, str>>, content: Content) -> Self {
        Self { name: name.into(), content_type: None, content_id: None, inline: false, content }
    }

    /// Puts it into the body under `content_id`.
    pub(crate) fn inside(self, content_id: impl Into<Cow<'static, str>>) -> Self {
        Self { content_id: Some(content_id.into()), inline: true, ..self }
    }

    /// Returns its size as Exchange counts it: a little more than the content.
    pub(crate) fn size(&self) -> usize {
        let content = match &self.content {
            Content::File(bytes) => bytes.len(),
            Content::Item(item) => item.size(),
            Content::Reference => 330,
        };
        content + 182
    }
}

impl Item {
    fn size(&self) -> usize {
        match self {
            Self::Message(inner) => {
                inner.html.len() + inner.attachments.iter().map(Attachment::size).sum::<usize>()
            }
            Self::Event { body, .. } => body.len() + 900,
            Self::Contact { .. } => 700,
        }
    }
}
