//! Keyword Query Language, as far as the indexes of mail, chats and files understand it.
//!
//! Words are joined by AND. `AND`, `OR`, `NOT` in capitals, parentheses, `"phrases"`, a trailing
//! `*`, and restrictions such as `from:adele` or `received>=2026-03-01`. Restrictions of the same
//! property that stand side by side are alternatives; comparisons are not. Case and diacritics do
//! not count. A date without a time is a whole day in UTC, and weeks start on Monday. What looks
//! like a restriction of an unknown property is free text.

mod date;
mod fold;
mod lexer;
mod parser;
mod term;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::Timestamp;

pub(crate) use self::{
    fold::{Marker, folded, joined},
    term::{Dialect, Field},
};
use self::{parser::Node, term::Term};

/// The longest query, in characters.
const MAX_CHARS: usize = 4096;

/// A query that was understood.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    root: Node,
}

/// Why a query was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that a query can be put to.
pub(crate) trait Document {
    /// Returns whether a field holds a word or phrase; both are [`folded`].
    fn holds(&self, field: Field, words: &str) -> bool;

    /// Returns when it was received or sent, made or changed.
    fn time(&self, field: Field) -> Timestamp;

    /// Returns its size in bytes.
    fn size(&self) -> u64;

    /// Returns a property that is true or false, such as whether something is attached.
    fn is(&self, field: Field) -> bool;

    /// Returns whether it lies at an address or below: `place` is in lower case, decoded, and ends
    /// with a slash unless it may end within a name.
    fn under(&self, field: Field, place: &str) -> bool {
        let _ = (field, place);
        false
    }
}

impl Query {
    /// Parses a query about mail; words like `today` are counted from `now`.
    ///
    /// # Errors
    ///
    /// [`Error`] for unbalanced quotes or parentheses, operators without operands, dates and
    /// numbers that are none, and a leading `*`.
    pub(crate) fn parse(text: &str, now: Timestamp) -> Result<Self, Error> {
        Self::parse_as(Dialect::Mail, text, now)
    }

    /// Parses a query with the properties of `dialect`.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub(crate) fn parse_as(dialect: Dialect, text: &str, now: Timestamp) -> Result<Self, Error> {
        if text.chars().count() > MAX_CHARS {
            return Err(Error(format!("the query is longer than {MAX_CHARS} characters")));
        }
        let tokens = lexer::tokens(dialect, text)?;
        Ok(Self { root: parser::parse(tokens, now)? })
    }

    /// Returns whether the query is true of `document`.
    pub(crate) fn matches(&self, document: &impl Document) -> bool {
        self.root.matches(document)
    }

    /// Returns whether the query names a property, be it to exclude it.
    pub(crate) fn names(&self, field: Field) -> bool {
        self.root.names(field)
    }

    /// Returns the free words, folded, in their order; one that ends in no blank is a prefix.
    pub(crate) fn words(&self) -> Vec<&str> {
        let mut words = Vec::new();
        self.root.each(&mut |term| {
            if let Term::Words(Field::Any, text) = term {
                words.push(text.as_str());
            }
        });
        words
    }
}

fn error(message: impl Into<String>) -> Error {
    Error(message.into())
}
