//! One condition of a query.

use std::ops::Range;

use jiff::Timestamp;

use crate::kql::Document;

/// What a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// No property named: sender, subject and body.
    Any,
    Attachment,
    Bcc,
    Body,
    Category,
    Cc,
    From,
    HasAttachment,
    Importance,
    Kind,
    Participants,
    Received,
    Recipients,
    Sent,
    Size,
    Subject,
    To,
}

impl Field {
    /// Finds a property by its name in KQL, in any case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "attachment" | "attachmentnames" => Self::Attachment,
            "bcc" => Self::Bcc,
            "body" => Self::Body,
            "category" => Self::Category,
            "cc" => Self::Cc,
            "from" => Self::From,
            "hasattachment" | "hasattachments" => Self::HasAttachment,
            "importance" => Self::Importance,
            "kind" => Self::Kind,
            "participants" => Self::Participants,
            "received" => Self::Received,
            "recipients" => Self::Recipients,
            "sent" => Self::Sent,
            "size" => Self::Size,
            "subject" => Self::Subject,
            "to" => Self::To,
            _ => return None,
        })
    }
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
    /// Something is attached, or nothing is.
    Attached(bool),
}

impl Term {
    /// Returns whether it is true of `document`.
    pub(crate) fn matches(&self, document: &impl Document) -> bool {
        match self {
            Self::Words(_, words) if words.is_empty() => false,
            Self::Words(field, words) => document.holds(*field, words),
            Self::Time(field, span) => span.contains(&document.time(*field)),
            Self::Size(span) => span.contains(&document.size()),
            Self::Attached(wanted) => document.has_attachments() == *wanted,
        }
    }

    /// Returns the field whose other values are alternatives to this one.
    pub(crate) fn alternative(&self) -> Option<Field> {
        match self {
            Self::Words(Field::Any, _) | Self::Time(..) | Self::Size(_) => None,
            Self::Words(field, _) => Some(*field),
            Self::Attached(_) => Some(Field::HasAttachment),
        }
    }
}
