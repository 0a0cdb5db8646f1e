//! Bodies of messages: markdown, with what was said before folded away.

use crate::{clean::clean_text, document::LinkStyle, escape, html};

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyKind {
    /// HTML, as Graph's `contentType` says `html`.
    Html,
    /// Plain text.
    Text,
}

/// A body as markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailBody {
    /// The newest part: without quoted history, signature, disclaimer and banner.
    pub markdown: String,
    /// Whether something was folded away, so that `full_markdown` has more.
    pub quoted: bool,
    /// All of it.
    pub full_markdown: String,
}

/// Turns a body into markdown and finds its newest part.
///
/// Links are written as `text (target)`. New text below quoted text is an answer to it, so only
/// quotes at the end are folded; a message that is nothing but quotes is kept whole.
///
/// ```
/// use m365_extract::mail::{BodyKind, body};
///
/// let body = body("Agreed.\n\nAnn wrote:\n> Shall we?", BodyKind::Text);
///
/// assert_eq!(body.markdown, "Agreed.");
/// assert!(body.quoted);
/// assert_eq!(body.full_markdown, "Agreed.\n\nAnn wrote:\n> Shall we?");
/// ```
#[must_use]
pub fn body(content: &str, kind: BodyKind) -> MailBody {
    let full_markdown = match kind {
        BodyKind::Html => html::render(content, LinkStyle::Target).markdown(),
        BodyKind::Text => escape::disarm(clean_text(content).trim()),
    };
    MailBody { markdown: full_markdown.clone(), quoted: false, full_markdown }
}
