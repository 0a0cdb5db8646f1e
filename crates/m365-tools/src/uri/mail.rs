use std::fmt;

use m365_graph::{Address, AttachmentId, ConversationId, FolderId, Mailbox, MessageId};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Rest, write_owner};
use crate::mail;

/// The forms of an address as URI templates (RFC 6570); [`parse`] reads these and no others.
pub(crate) const MESSAGE: &str = "mail:///messages/{id}{?owner,part}";
pub(crate) const ATTACHMENT: &str = "mail:///messages/{id}/attachments/{attachmentId}{?owner}";
pub(crate) const CONVERSATION: &str = "mail:///conversations/{id}{?owner}";
pub(crate) const FOLDER: &str = "mail:///folders/{folder}{?owner}";

/// How the ids of folders start.
const FOLDER_IDS: [&str; 2] = ["AAMk", "AQMk"];

/// The address of something in a mailbox, each id in it checked by its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MailUri {
    pub(crate) mailbox: Mailbox,
    pub(crate) item: MailItem,
}

/// What in a mailbox an address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MailItem {
    /// A message; `full` with the history that it quotes.
    Message { id: MessageId, full: bool },
    /// An attachment of a message.
    Attachment { message: MessageId, id: AttachmentId },
    /// All messages of a conversation.
    Conversation(ConversationId),
    /// The folders at the top of the mailbox.
    Folders,
    /// A folder.
    Folder(FolderId),
    /// A folder by its display name or path.
    NamedFolder(String),
}

impl MailUri {
    pub(crate) const fn new(mailbox: Mailbox, item: MailItem) -> Self {
        Self { mailbox, item }
    }
}

/// Reads what stands behind `mail:///`.
pub(super) fn parse(rest: &Rest) -> Option<MailUri> {
    let query = Query::parse(&rest.query)?;
    let item = mail_item(&rest.segments(), query.full)?;
    let is_message = matches!(item, MailItem::Message { .. });
    (is_message || !query.full).then_some(MailUri { mailbox: query.mailbox, item })
}

fn mail_item(segments: &[&str], full: bool) -> Option<MailItem> {
    let item = match segments {
        ["messages", id] => MailItem::Message { id: MessageId::new(id).ok()?, full },
        ["messages", message, "attachments", id] => MailItem::Attachment {
            message: MessageId::new(message).ok()?,
            id: AttachmentId::new(id).ok()?,
        },
        ["conversations", id] => MailItem::Conversation(ConversationId::new(id).ok()?),
        ["folders"] | ["folders", ""] => MailItem::Folders,
        ["folders", folder] => folder_item(folder)?,
        ["folders", path @ ..] if path.iter().all(|name| is_name(name)) => {
            folder_item(&path.join("/"))?
        }
        _ => return None,
    };
    Some(item)
}

fn folder_item(text: &str) -> Option<MailItem> {
    if let Some(folder) = mail::folders::well_known(text) {
        return Some(MailItem::Folder(folder.into()));
    }
    // Any word has the shape of an id, so it is told by the kind that Exchange writes in its first bytes.
    let starts_as_id = FOLDER_IDS.iter().any(|start| text.starts_with(start));
    if let (true, Ok(id)) = (starts_as_id, FolderId::new(text)) {
        return Some(MailItem::Folder(id));
    }
    is_name(text).then(|| MailItem::NamedFolder(text.to_owned()))
}

/// Tells whether a folder may bear a name, which is only ever compared here: no part of it reaches Graph.
fn is_name(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric) && !text.chars().any(char::is_control)
}

/// What may stand behind the `?` of a mail address, each at most once.
#[derive(Default)]
struct Query {
    mailbox: Mailbox,
    full: bool,
}

impl Query {
    fn parse(pairs: &[(String, String)]) -> Option<Self> {
        let mut query = Self::default();
        for (name, value) in pairs {
            match (name.as_str(), value.as_str()) {
                ("owner", owner) if query.mailbox == Mailbox::Me => {
                    query.mailbox = Mailbox::Of(Address::new(owner).ok()?);
                }
                ("part", "full") if !query.full => query.full = true,
                _ => return None,
            }
        }
        Some(query)
    }
}

impl fmt::Display for MailUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.item {
            MailItem::Message { id, .. } => write!(f, "mail:///messages/{id}")?,
            MailItem::Attachment { message, id } => {
                write!(f, "mail:///messages/{message}/attachments/{id}")?;
            }
            MailItem::Conversation(id) => write!(f, "mail:///conversations/{id}")?,
            MailItem::Folders => f.write_str("mail:///folders/")?,
            MailItem::Folder(id) => write!(f, "mail:///folders/{id}")?,
            MailItem::NamedFolder(name) => {
                write!(f, "mail:///folders/{}", utf8_percent_encode(name, NON_ALPHANUMERIC))?;
            }
        }
        write_owner(f, &self.mailbox)?;
        match (&self.item, &self.mailbox) {
            (MailItem::Message { full: true, .. }, Mailbox::Me) => f.write_str("?part=full"),
            (MailItem::Message { full: true, .. }, _) => f.write_str("&part=full"),
            _ => Ok(()),
        }
    }
}
