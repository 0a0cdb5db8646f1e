//! The properties of a message that can be filtered and sorted by.

use jiff::Timestamp;

use crate::graph::{
    fail::Fail,
    filter::parser,
    mail::{View, message::Message},
};

/// A property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Property {
    BodyPreview,
    Conversation,
    Created,
    Flag,
    Folder,
    FromAddress,
    FromName,
    HasAttachments,
    Importance,
    Inference,
    InternetId,
    IsDraft,
    IsRead,
    Modified,
    Received,
    Sent,
    Subject,
}

/// A property's value, or a literal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Bool(bool),
    Null,
    /// Text, in lower case where case does not count.
    Text(String),
    Time(Timestamp),
}

impl Value {
    /// Makes a value of text whose case does not count, or of its absence.
    pub(crate) fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.to_lowercase()))
    }

    /// Returns the value without the case of its letters.
    pub(crate) fn folded(self) -> Self {
        match self {
            Self::Text(text) => Self::Text(text.to_lowercase()),
            other => other,
        }
    }
}

impl parser::Property for Property {
    fn named(path: &str) -> Result<Self, Fail> {
        Ok(match path {
            "bodyPreview" => Self::BodyPreview,
            "conversationId" => Self::Conversation,
            "createdDateTime" => Self::Created,
            "flag/flagStatus" => Self::Flag,
            "from/emailAddress/address" | "sender/emailAddress/address" => Self::FromAddress,
            "from/emailAddress/name" | "sender/emailAddress/name" => Self::FromName,
            "hasAttachments" => Self::HasAttachments,
            "importance" => Self::Importance,
            "inferenceClassification" => Self::Inference,
            "internetMessageId" => Self::InternetId,
            "isDraft" => Self::IsDraft,
            "isRead" => Self::IsRead,
            "lastModifiedDateTime" => Self::Modified,
            "parentFolderId" => Self::Folder,
            "receivedDateTime" => Self::Received,
            "sentDateTime" => Self::Sent,
            "subject" => Self::Subject,
            _ => {
                return Err(Fail::parse_uri(format!(
                    "Could not find a property named '{path}' on type 'microsoft.graph.message'."
                )));
            }
        })
    }

    fn typed(self, literal: Value) -> Option<Value> {
        let fits = match self {
            Self::HasAttachments | Self::IsDraft | Self::IsRead => {
                matches!(literal, Value::Bool(_))
            }
            Self::Created | Self::Modified | Self::Received | Self::Sent => {
                matches!(literal, Value::Time(_))
            }
            _ => matches!(literal, Value::Text(_) | Value::Null),
        };
        fits.then_some(literal)
    }
}

impl Property {
    /// Returns a message's value.
    pub(crate) fn value(self, view: &View<'_>, message: &Message) -> Value {
        match self {
            Self::Created | Self::Modified | Self::Received => Value::Time(message.received),
            Self::Sent => Value::Time(message.sent),
            Self::HasAttachments => Value::Bool(message.has_attachments()),
            Self::IsDraft => Value::Bool(message.draft),
            Self::IsRead => Value::Bool(!message.unread),
            _ => Value::Text(self.text(view, message).to_lowercase()),
        }
    }

    fn text(self, view: &View<'_>, message: &Message) -> String {
        let from = message.from.as_ref();
        match self {
            Self::BodyPreview => view.mailbox.body(message).preview(),
            Self::Conversation => view.mailbox.ids.conversation(message.thread),
            Self::Flag => message.flag.name().into(),
            Self::Folder => view.folder_id(message.folder),
            Self::FromAddress => from.map(|from| from.address.to_string()).unwrap_or_default(),
            Self::FromName => from.map(|from| from.name.to_string()).unwrap_or_default(),
            Self::Importance => message.importance.name().into(),
            Self::Inference => if message.other { "other" } else { "focused" }.into(),
            Self::InternetId => crate::graph::mail::message_id(message),
            _ => message.title().into(),
        }
    }
}
