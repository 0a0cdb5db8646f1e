use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::pages::PageRange;
use crate::mail::fields::{self, Person};

/// What is known of something that was read; fields that do not apply are absent.
///
/// The published schema names what all kinds have in common: the fields of one kind alone would make it
/// long for each host, and none of them is needed to check an answer.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item {
    /// The address.
    pub(super) uri: String,
    /// What it is, e.g. `message`.
    pub(super) r#type: &'static str,
    /// The subject or name.
    pub(super) title: String,
    /// Opens it on the web.
    pub(super) web_url: Option<String>,
    /// The message that an attachment belongs to.
    #[schemars(skip)]
    pub(super) message: Option<String>,
    /// Who sent it: the author of the text.
    pub(super) sender: Option<Person>,
    /// The recipients on the To line.
    #[schemars(skip)]
    pub(super) to: Vec<Person>,
    /// The recipients on the Cc line.
    #[schemars(skip)]
    pub(super) cc: Vec<Person>,
    /// The recipients on the Bcc line.
    #[schemars(skip)]
    pub(super) bcc: Vec<Person>,
    /// Where answers go, if not to the sender.
    #[schemars(skip)]
    pub(super) reply_to: Vec<Person>,
    /// When it was received.
    #[schemars(skip)]
    pub(super) received_date_time: Option<String>,
    /// When it was sent.
    #[schemars(skip)]
    pub(super) sent_date_time: Option<String>,
    /// `low` or `high`; absent when normal.
    #[schemars(skip)]
    pub(super) importance: Option<&'static str>,
    /// Whether the owner has read it.
    #[schemars(skip)]
    pub(super) is_read: Option<bool>,
    /// Whether it is a draft; absent when it is not.
    #[schemars(skip)]
    pub(super) is_draft: Option<bool>,
    /// `flagged` or `complete`.
    #[schemars(skip)]
    pub(super) flag: Option<String>,
    /// The owner's categories.
    #[schemars(skip)]
    pub(super) categories: Vec<String>,
    /// The media type that its sender declared.
    #[schemars(skip)]
    pub(super) content_type: Option<String>,
    /// In bytes.
    #[schemars(skip)]
    pub(super) size: Option<u64>,
    /// Reads the whole conversation.
    #[schemars(skip)]
    pub(super) conversation: Option<String>,
    /// Reads the message with the history that it quotes, where some was folded away.
    #[schemars(skip)]
    pub(super) with_quoted_history: Option<String>,
    /// The attachments, each with its own address.
    #[schemars(skip)]
    pub(super) attachments: Vec<AttachmentItem>,
    /// How many folders it holds.
    #[schemars(skip)]
    pub(super) folder_count: Option<u64>,
    /// How many messages it holds.
    #[schemars(skip)]
    pub(super) message_count: Option<u64>,
    /// How many of them are unread.
    #[schemars(skip)]
    pub(super) unread_count: Option<u64>,
    /// What it holds: folders, then messages.
    pub(super) items: Vec<Map<String, Value>>,
    /// Which pages this is.
    pub(super) pages: Option<PageRange>,
    /// The headings or sheets of a long document, in its first answer.
    pub(super) outline: Vec<OutlineEntry>,
    /// The text, written by the sender.
    pub(super) text: Option<String>,
    /// Why it could not be read.
    pub(super) error: Option<ItemError>,
    /// What else is known of it, by the kind of item.
    #[serde(flatten)]
    #[schemars(skip)]
    pub(super) details: Map<String, Value>,
}

impl Item {
    /// Starts a description.
    pub(super) fn new(uri: String, kind: &'static str, title: String) -> Self {
        Self { uri, r#type: kind, title, ..Self::default() }
    }

    /// Adds what else is known of it: the fields of an object that are not null.
    pub(super) fn with_details(mut self, fields: Value) -> Self {
        self.details.extend(fields::known(fields));
        self
    }
}

/// A heading or a sheet of a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct OutlineEntry {
    /// The page, slide or sheet, from 1.
    pub(super) page: usize,
    /// Its text or name.
    pub(super) title: String,
}

/// Why one of several addresses could not be read.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct ItemError {
    /// The kind, e.g. `NOT_FOUND`.
    code: String,
    /// What to do next.
    message: String,
}

/// An attachment of a message.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(crate) struct AttachmentItem {
    /// Reads it; absent inside an attached message.
    pub(super) uri: Option<String>,
    /// The name.
    pub(super) name: String,
    /// The media type that its sender declared.
    pub(super) content_type: Option<String>,
    /// In bytes.
    pub(super) size: Option<u64>,
    /// Whether the body shows it in place; absent when it does not.
    pub(super) is_inline: Option<bool>,
}
