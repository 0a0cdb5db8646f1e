//! What a mailbox holds.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

use jiff::Timestamp;

use crate::graph::mail::{attachment::Attachment, words::Words};

/// A name and an address, either of which may be missing in old mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contact {
    /// The name shown to others.
    pub(crate) name: Arc<str>,
    /// The SMTP address.
    pub(crate) address: Arc<str>,
}

impl Contact {
    pub(crate) fn new(name: &str, address: &str) -> Self {
        Self { name: name.into(), address: address.into() }
    }
}

/// How urgent the sender says it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Importance {
    Low,
    #[default]
    Normal,
    High,
}

impl Importance {
    /// Returns Graph's word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// A follow-up flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Flag {
    #[default]
    None,
    Flagged,
    Complete,
}

impl Flag {
    /// Returns Graph's word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "notFlagged",
            Self::Flagged => "flagged",
            Self::Complete => "complete",
        }
    }
}

/// What a message's own text is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Markup {
    #[default]
    Html,
    Text,
}

/// The mail program whose way of quoting a reply follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// A rule, then a block of `From`, `Sent`, `To`, `Subject`.
    #[default]
    Outlook,
    /// `On … wrote:` before a block quote.
    Gmail,
}

/// Text that is written when somebody reads it, so that a large mailbox costs little.
#[derive(Clone, Debug)]
pub(crate) enum Text {
    /// Text that is at hand.
    Ready(Cow<'static, str>),
    /// Text that a function makes from a number.
    Made(fn(u64) -> String, u64),
}

impl Default for Text {
    fn default() -> Self {
        Self::Ready(Cow::Borrowed(""))
    }
}

impl Text {
    /// Returns the text.
    pub(crate) fn get(&self) -> Cow<'_, str> {
        match self {
            Self::Ready(text) => Cow::Borrowed(text),
            Self::Made(make, number) => Cow::Owned(make(*number)),
        }
    }
}

/// A message in a mailbox.
#[derive(Debug, Default)]
pub(crate) struct Message {
    /// The number that its id is made from: its place in the order of arrival in the data.
    pub(crate) key: u32,
    /// The folder, by its place among the mailbox's folders.
    pub(crate) folder: usize,
    /// The conversation, by a number of its own.
    pub(crate) thread: u32,
    /// The message that this one answers, by its key.
    pub(crate) answers: Option<u32>,
    pub(crate) quoting: Quoting,
    /// Nobody on drafts.
    pub(crate) from: Option<Contact>,
    pub(crate) to: Vec<Contact>,
    pub(crate) cc: Vec<Contact>,
    pub(crate) bcc: Vec<Contact>,
    pub(crate) reply_to: Vec<Contact>,
    /// Nothing on some drafts.
    pub(crate) subject: Option<Cow<'static, str>>,
    pub(crate) received: Timestamp,
    pub(crate) sent: Timestamp,
    pub(crate) importance: Importance,
    pub(crate) unread: bool,
    pub(crate) draft: bool,
    /// Sorted into the “Other” half of the inbox.
    pub(crate) other: bool,
    /// An invitation to a meeting rather than plain mail.
    pub(crate) meeting: bool,
    /// Gone from the mailbox, though the search index has not noticed.
    pub(crate) gone: bool,
    pub(crate) flag: Flag,
    pub(crate) categories: Vec<Cow<'static, str>>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) markup: Markup,
    /// The message's own text, without what it quotes.
    pub(crate) text: Text,
    /// What the search index knows of it.
    pub(crate) words: OnceLock<Box<Words>>,
}

impl Message {
    /// Returns the subject, which may be empty.
    pub(crate) fn title(&self) -> &str {
        self.subject.as_deref().unwrap_or_default()
    }

    /// Returns whether anything is attached that is not part of the body.
    pub(crate) fn has_attachments(&self) -> bool {
        self.attachments.iter().any(|attachment| !attachment.inline)
    }
}
