//! A message of a chat or a channel.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

/// Someone who is in conversations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// The object id.
    pub(crate) id: String,
    /// The name; nobody tells that of a person of an unrelated organisation.
    pub(crate) name: String,
    pub(crate) address: String,
    /// The id of the person's own tenant.
    pub(crate) tenant: String,
}

/// Who wrote a message.
#[derive(Clone, Debug)]
pub(crate) enum Sender {
    Person(Arc<Person>),
    /// A person whose account is gone, and the name with it.
    Gone(Arc<Person>),
    /// An app, by its id and name.
    Bot(&'static str, &'static str),
    /// The service itself.
    Nobody,
}

impl Sender {
    /// Returns who wrote, if that is a person.
    pub(crate) fn person(&self) -> Option<&Person> {
        match self {
            Self::Person(person) | Self::Gone(person) => Some(person),
            Self::Bot(..) | Self::Nobody => None,
        }
    }
}

/// What a name in the text stands for.
#[derive(Clone, Debug)]
pub(crate) enum Mentioned {
    Person(Arc<Person>),
    /// A team or channel: id, name and `team` or `channel`.
    Conversation(String, String, &'static str),
}

/// A name in the text that stands for somebody.
#[derive(Clone, Debug)]
pub(crate) struct Mention {
    pub(crate) text: String,
    pub(crate) who: Mentioned,
}

/// A sign that somebody put under a message.
#[derive(Clone, Debug)]
pub(crate) struct Reaction {
    pub(crate) sign: String,
    pub(crate) by: Arc<Person>,
    pub(crate) at: Timestamp,
}

/// Something that hangs on a message; `{hosted}` in its content is where hosted content lies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attachment {
    pub(crate) id: String,
    pub(crate) content_type: &'static str,
    pub(crate) url: Option<String>,
    pub(crate) content: Option<String>,
    pub(crate) name: Option<String>,
}

/// Bytes that lie in Teams itself, such as a pasted picture.
#[derive(Clone, Debug)]
pub(crate) struct Hosted {
    pub(crate) id: String,
    pub(crate) content_type: &'static str,
    pub(crate) bytes: &'static [u8],
}

/// A message; its id is the moment when it was written, in milliseconds since 1970.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) created: Timestamp,
    /// The id of the post that this one answers.
    pub(crate) root: Option<i64>,
    pub(crate) modified: Timestamp,
    pub(crate) edited: Option<Timestamp>,
    pub(crate) deleted: bool,
    pub(crate) subject: Option<String>,
    /// `normal`, `high` or `urgent`.
    pub(crate) importance: &'static str,
    pub(crate) sender: Sender,
    /// Whether the body is HTML.
    pub(crate) html: bool,
    /// The body; `{hosted}` in it is where hosted content lies.
    pub(crate) body: String,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) mentions: Vec<Mention>,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) hosted: Vec<Hosted>,
    /// What happened, where the service tells of it.
    pub(crate) event: Option<Value>,
}

impl Message {
    /// Makes a plain message.
    pub(crate) fn new(created: Timestamp, sender: Sender, body: String) -> Self {
        Self {
            created,
            root: None,
            modified: created,
            edited: None,
            deleted: false,
            subject: None,
            importance: "normal",
            sender,
            html: true,
            body,
            attachments: Vec::new(),
            mentions: Vec::new(),
            reactions: Vec::new(),
            hosted: Vec::new(),
            event: None,
        }
    }

    /// Returns the id, which is unique within one chat or channel.
    pub(crate) fn id(&self) -> i64 {
        self.created.as_millisecond()
    }

    /// Returns whether people wrote it, and it is still there.
    pub(crate) fn is_readable(&self) -> bool {
        self.event.is_none() && !self.deleted
    }

    /// Returns the people whom it mentions.
    pub(crate) fn mentioned(&self) -> impl Iterator<Item = &Person> {
        self.mentions.iter().filter_map(|mention| match &mention.who {
            Mentioned::Person(person) => Some(person.as_ref()),
            Mentioned::Conversation(..) => None,
        })
    }
}
