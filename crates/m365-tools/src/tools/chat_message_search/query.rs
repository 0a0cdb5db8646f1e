//! Keyword Query Language as far as messages in Teams know it: read once, then written for Graph's
//! search or compared with a message here.

mod matching;
mod parse;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub(super) use matching::{Facts, Known};
pub(super) use parse::parse;

use crate::{query, teams::people::undashed, time};

/// What every message fulfils, and what none does.
pub(super) const ANY: &str = "sent>=2000-01-01";
const NONE: &str = "sent<2000-01-01";

/// A query for messages, taken apart.
pub(super) type Query = query::Query<Term>;

/// What a query for messages consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// Words that stand next to each other; `prefix` where the last one may go on.
    Text {
        phrase: String,
        prefix: bool,
    },
    From(String),
    To(String),
    Mentions(String),
    IsMentioned(bool),
    HasAttachment(bool),
    /// Sent from the first moment on, and before the second.
    Sent {
        start: Option<Timestamp>,
        end: Option<Timestamp>,
    },
}

impl Query {
    /// Writes the query for Graph's search: each text in quotes that it cannot leave.
    ///
    /// It finds at least what is wanted: what Graph understands otherwise is compared with each message.
    pub(super) fn to_kql(&self) -> String {
        self.written(true)
    }

    /// `affirmed` unless an odd number of `NOT`s stands in front.
    fn written(&self, affirmed: bool) -> String {
        match self {
            Self::All(parts) => joined(parts, " AND ", affirmed),
            Self::Any(parts) => joined(parts, " OR ", affirmed),
            Self::Not(inner) => format!("NOT {}", inner.written(!affirmed)),
            Self::Term(term) if term.is_narrow(affirmed) => {
                (if affirmed { ANY } else { NONE }).to_owned()
            }
            Self::Term(term) => term.to_kql(),
        }
    }
}

impl Term {
    /// Tells whether Graph would leave out what is wanted: to it a quoted message is an attachment, too,
    /// and a name that somebody writes is not told from a mention.
    fn is_narrow(&self, affirmed: bool) -> bool {
        match self {
            Self::HasAttachment(has) => *has != affirmed,
            Self::Mentions(who) => !affirmed && !is_object_id(who),
            _ => false,
        }
    }

    fn to_kql(&self) -> String {
        match self {
            Self::Text { phrase, prefix } => text(phrase, *prefix),
            Self::From(who) => format!("from:\"{who}\""),
            Self::To(who) => format!("to:\"{who}\""),
            Self::Mentions(who) => mention(who),
            Self::IsMentioned(is) => format!("IsMentioned:{is}"),
            Self::HasAttachment(has) => format!("hasAttachment:{has}"),
            Self::Sent { start, end } => sent(*start, *end),
        }
    }
}

fn joined(parts: &[Query], operator: &str, affirmed: bool) -> String {
    let parts: Vec<_> = parts.iter().map(|part| part.written(affirmed)).collect();
    format!("({})", parts.join(operator))
}

/// Only a bare word can go on; KQL has no such mark for phrases.
fn text(phrase: &str, prefix: bool) -> String {
    let bare = prefix && phrase.chars().all(char::is_alphanumeric);
    if bare { format!("{phrase}*") } else { format!("\"{phrase}\"") }
}

/// An object id is looked up as one; a name stands in the text where somebody is mentioned, and who it
/// was is compared with the message.
fn mention(who: &str) -> String {
    match is_object_id(who) {
        true => format!("mentions:{}", undashed(who)),
        false => format!("\"{who}\""),
    }
}

pub(super) fn is_object_id(text: &str) -> bool {
    let id = undashed(text);
    id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn sent(start: Option<Timestamp>, end: Option<Timestamp>) -> String {
    let start = start.map(|start| format!("sent>={}", time::format_utc(start)));
    let end = end.map(|end| format!("sent<{}", time::format_utc(end)));
    let ends: Vec<_> = start.into_iter().chain(end).collect();
    if ends.len() > 1 { format!("({})", ends.join(" AND ")) } else { ends.join("") }
}
