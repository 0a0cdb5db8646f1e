use std::str::FromStr;

use jiff::Timestamp;
use serde::Deserialize;

use super::{AttachedItem, Resource, lenient};
use crate::{AttachmentId, BodyKind, ConversationId, FolderId, MessageId};

/// A [message](https://learn.microsoft.com/graph/api/resources/message); what was not selected,
/// or not granted, is absent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Message {
    /// `#microsoft.graph.eventMessage` and its kin, for messages about meetings.
    #[serde(rename = "@odata.type")]
    pub odata_type: Option<String>,
    /// Absent in search hits, which carry it beside the message, and in attached messages.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<MessageId>,
    /// The same in all messages of a conversation.
    #[serde(deserialize_with = "lenient::parsed")]
    pub conversation_id: Option<ConversationId>,
    /// The `Message-ID` of RFC 5322, with its angle brackets.
    pub internet_message_id: Option<String>,
    /// The folder that holds the message.
    #[serde(deserialize_with = "lenient::parsed")]
    pub parent_folder_id: Option<FolderId>,
    /// The subject; absent or empty where there is none.
    pub subject: Option<String>,
    /// Whose name the message bears; absent in drafts.
    pub from: Option<Recipient>,
    /// Whose account sent it.
    pub sender: Option<Recipient>,
    /// The recipients on the To line.
    #[serde(deserialize_with = "lenient::list")]
    pub to_recipients: Vec<Recipient>,
    /// The recipients on the Cc line.
    #[serde(deserialize_with = "lenient::list")]
    pub cc_recipients: Vec<Recipient>,
    /// The recipients on the Bcc line, in one's own sent mail.
    #[serde(deserialize_with = "lenient::list")]
    pub bcc_recipients: Vec<Recipient>,
    /// Where answers go.
    #[serde(deserialize_with = "lenient::list")]
    pub reply_to: Vec<Recipient>,
    /// When it arrived, in UTC.
    #[serde(deserialize_with = "lenient::moment")]
    pub received_date_time: Option<Timestamp>,
    /// When it was sent, in UTC.
    #[serde(deserialize_with = "lenient::moment")]
    pub sent_date_time: Option<Timestamp>,
    /// The first 255 characters of the body as text.
    pub body_preview: Option<String>,
    /// The body, quoted history included.
    pub body: Option<ItemBody>,
    /// The body without quoted history; only when selected.
    pub unique_body: Option<ItemBody>,
    /// Whether there are attachments that are not inline.
    pub has_attachments: Option<bool>,
    /// How important the sender called it.
    #[serde(deserialize_with = "lenient::parsed")]
    pub importance: Option<Importance>,
    /// Whether the owner has read it.
    pub is_read: Option<bool>,
    /// Whether it has not been sent yet.
    pub is_draft: Option<bool>,
    /// The owner's categories.
    #[serde(deserialize_with = "lenient::list")]
    pub categories: Vec<String>,
    /// The owner's follow-up flag.
    pub flag: Option<Flag>,
    /// Opens the message in Outlook on the web.
    pub web_link: Option<String>,
    /// What a message about a meeting says of it, e.g. `meetingRequest`.
    pub meeting_message_type: Option<String>,
    /// The attachments, in messages that are attachments themselves.
    #[serde(deserialize_with = "lenient::list")]
    pub attachments: Vec<Attachment>,
}

impl Resource for Message {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

/// Someone that a message comes from or goes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Recipient {
    /// The name and address.
    #[serde(deserialize_with = "lenient::nullable")]
    pub email_address: EmailAddress,
}

/// A name and an address, of which either may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct EmailAddress {
    /// The display name.
    pub name: Option<String>,
    /// The SMTP address; for old internal mail it may be an `/O=…` string.
    pub address: Option<String>,
}

/// A body with its form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ItemBody {
    /// `html` or `text`.
    #[serde(deserialize_with = "lenient::parsed")]
    pub content_type: Option<BodyKind>,
    /// The body's source.
    #[serde(deserialize_with = "lenient::nullable")]
    pub content: String,
}

impl FromStr for BodyKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let kinds = [Self::Html, Self::Text];
        kinds.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}

/// A follow-up flag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Flag {
    /// `notFlagged`, `flagged` or `complete`.
    pub flag_status: Option<String>,
}

/// How important the sender called a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Importance {
    /// Less than others.
    Low,
    /// As others.
    Normal,
    /// More than others.
    High,
}

impl Importance {
    /// Returns Graph's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

impl FromStr for Importance {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::Low, Self::Normal, Self::High];
        all.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}

/// A [mail folder](https://learn.microsoft.com/graph/api/resources/mailfolder).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct MailFolder {
    /// `#microsoft.graph.mailSearchFolder` for a search folder.
    #[serde(rename = "@odata.type")]
    pub odata_type: Option<String>,
    /// The folder's id.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<FolderId>,
    /// The name in the mailbox's language.
    #[serde(deserialize_with = "lenient::nullable")]
    pub display_name: String,
    /// The folder that holds it.
    #[serde(deserialize_with = "lenient::parsed")]
    pub parent_folder_id: Option<FolderId>,
    /// How many folders it holds.
    pub child_folder_count: Option<u64>,
    /// How many of its messages are unread.
    pub unread_item_count: Option<u64>,
    /// How many messages it holds.
    pub total_item_count: Option<u64>,
    /// Whether Outlook hides it.
    pub is_hidden: Option<bool>,
}

impl MailFolder {
    /// Tells whether the folder is a stored search, whose messages lie elsewhere.
    #[must_use]
    pub fn is_search_folder(&self) -> bool {
        self.odata_type.as_deref().is_some_and(|kind| kind.ends_with("mailSearchFolder"))
    }
}

impl Resource for MailFolder {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

/// An [attachment](https://learn.microsoft.com/graph/api/resources/attachment), without its bytes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Attachment {
    /// Which of the three kinds it is: see [`Self::kind`].
    #[serde(rename = "@odata.type")]
    pub odata_type: Option<String>,
    /// The id, valid together with the message's.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<AttachmentId>,
    /// The file's name or the item's subject, as its sender wrote it.
    pub name: Option<String>,
    /// The MIME type that the sender declared; absent for items.
    pub content_type: Option<String>,
    /// In bytes, slightly more than the content.
    pub size: Option<u64>,
    /// Whether the body shows it in place.
    pub is_inline: Option<bool>,
    /// When it was last changed.
    #[serde(deserialize_with = "lenient::moment")]
    pub last_modified_date_time: Option<Timestamp>,
    /// The item itself, where it was asked for.
    pub item: Option<AttachedItem>,
}

impl Attachment {
    /// Returns which of the three kinds it is.
    #[must_use]
    pub fn kind(&self) -> AttachmentKind {
        match self.odata_type.as_deref().unwrap_or_default().rsplit('.').next() {
            Some("itemAttachment") => AttachmentKind::Item,
            Some("referenceAttachment") => AttachmentKind::Reference,
            _ => AttachmentKind::File,
        }
    }
}

impl Resource for Attachment {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

/// What an attachment is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttachmentKind {
    /// A file's bytes.
    File,
    /// A message, an event or a contact.
    Item,
    /// A link to a file in the cloud, which v1.0 does not tell.
    Reference,
}
