//! One condition of a query.

use std::{fmt, ops::Range};

use jiff::Timestamp;

use crate::kql::Document;

/// Whose properties a query may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Mail in Exchange.
    Mail,
    /// Files, pages, lists and sites in SharePoint.
    Files,
    /// Messages of chats and channels.
    Chat,
}

impl Dialect {
    /// Finds a property by its name in KQL, in any case.
    pub(crate) fn field(self, name: &str) -> Option<Field> {
        let name = name.to_ascii_lowercase();
        match self {
            Self::Mail => of_mail(&name),
            Self::Files => of_files(&name),
            Self::Chat => of_chat(&name),
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mail => "messages",
            Self::Files => "files",
            Self::Chat => "chat messages",
        })
    }
}

/// What a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// No property named: sender, subject and body; name, title and content.
    Any,
    Attachment,
    Author,
    Bcc,
    Body,
    Category,
    Cc,
    ContentClass,
    Created,
    FileName,
    FileType,
    From,
    HasAttachment,
    Importance,
    IsDocument,
    IsMentioned,
    IsRead,
    Kind,
    Mentions,
    Modified,
    Participants,
    Path,
    Received,
    Recipients,
    Sent,
    Site,
    Size,
    Subject,
    Title,
    To,
}

impl Field {
    /// Returns whether its values are moments.
    pub(crate) fn is_time(self) -> bool {
        matches!(self, Self::Created | Self::Modified | Self::Received | Self::Sent)
    }

    /// Returns whether its values are true and false.
    pub(crate) fn is_truth(self) -> bool {
        matches!(self, Self::HasAttachment | Self::IsDocument | Self::IsMentioned | Self::IsRead)
    }
}

fn of_mail(name: &str) -> Option<Field> {
    Some(match name {
        "attachment" | "attachmentnames" => Field::Attachment,
        "bcc" => Field::Bcc,
        "body" => Field::Body,
        "category" => Field::Category,
        "cc" => Field::Cc,
        "from" => Field::From,
        "hasattachment" | "hasattachments" => Field::HasAttachment,
        "importance" => Field::Importance,
        "kind" => Field::Kind,
        "participants" => Field::Participants,
        "received" => Field::Received,
        "recipients" => Field::Recipients,
        "sent" => Field::Sent,
        "size" => Field::Size,
        "subject" => Field::Subject,
        "to" => Field::To,
        _ => return None,
    })
}

fn of_files(name: &str) -> Option<Field> {
    Some(match name {
        "author" | "createdby" => Field::Author,
        "contentclass" => Field::ContentClass,
        "created" => Field::Created,
        "fileextension" | "filetype" => Field::FileType,
        "filename" => Field::FileName,
        "isdocument" => Field::IsDocument,
        "lastmodifiedtime" | "write" => Field::Modified,
        "path" => Field::Path,
        "site" | "spsiteurl" => Field::Site,
        "size" => Field::Size,
        "title" => Field::Title,
        _ => return None,
    })
}

fn of_chat(name: &str) -> Option<Field> {
    Some(match name {
        "from" => Field::From,
        "hasattachment" | "hasattachments" => Field::HasAttachment,
        "ismentioned" => Field::IsMentioned,
        "isread" => Field::IsRead,
        "mentions" => Field::Mentions,
        "sent" => Field::Sent,
        "to" => Field::To,
        _ => return None,
    })
}

/// A condition.
#[derive(Clone, Debug)]
pub(crate) enum Term {
    /// A field holds a folded word or phrase.
    Words(Field, String),
    /// A date lies in a span; an open end is the end of time.
    Time(Field, Range<Timestamp>),
    /// The size lies in a span.
    Size(Range<u64>),
    /// A property is true, or it is not.
    Truth(Field, bool),
    /// It lies at an address or below.
    Under(Field, String),
}

impl Term {
    /// Returns whether it is true of `document`.
    pub(crate) fn matches(&self, document: &impl Document) -> bool {
        match self {
            Self::Words(_, words) if words.is_empty() => false,
            Self::Words(field, words) => document.holds(*field, words),
            Self::Time(field, span) => span.contains(&document.time(*field)),
            Self::Size(span) => span.contains(&document.size()),
            Self::Truth(field, wanted) => document.is(*field) == *wanted,
            Self::Under(field, place) => document.under(*field, place),
        }
    }

    /// Returns what it is about; nothing for the size.
    pub(crate) fn field(&self) -> Option<Field> {
        match self {
            Self::Words(field, _)
            | Self::Time(field, _)
            | Self::Truth(field, _)
            | Self::Under(field, _) => Some(*field),
            Self::Size(_) => None,
        }
    }

    /// Returns the field whose other values are alternatives to this one.
    pub(crate) fn alternative(&self) -> Option<Field> {
        match self {
            Self::Words(Field::Any, _) | Self::Time(..) | Self::Size(_) => None,
            Self::Words(field, _) | Self::Truth(field, _) | Self::Under(field, _) => Some(*field),
        }
    }
}
