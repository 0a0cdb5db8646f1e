//! Bodies of messages: markdown, with what was said before folded away.

pub(crate) mod attachment;
pub(crate) mod fields;
pub(crate) mod flowed;
mod fold;
pub(crate) mod letter;
mod quotes;
pub(crate) mod signed;
mod words;

use crate::{
    clean::clean_text,
    document::LinkStyle,
    escape, html, links,
    markdown::{Line, Role},
};

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
    let part = match kind {
        BodyKind::Html => Part::Html(content.to_owned()),
        BodyKind::Text => Part::Text(content.to_owned()),
    };
    let lines = marked(lines(&part, LinkStyle::Target));
    let full_markdown = join(&lines);
    let markdown = join(&lines[fold::newest(&lines)]);
    MailBody { quoted: markdown != full_markdown, markdown, full_markdown }
}

/// A part of a body.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    Html(String),
    /// Of our own making, by the rules of this crate.
    Markdown(String),
    Text(String),
}

/// All parts of a body as markdown.
pub(crate) fn markdown(parts: &[Part], links: LinkStyle) -> String {
    let texts = parts.iter().map(|part| join(&lines(part, links)));
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The newest part of a body in several parts.
pub(crate) fn newest(parts: &[Part], links: LinkStyle) -> String {
    let empty = || Line { text: String::new(), role: Role::New };
    let texts = parts.iter().map(|part| lines(part, links));
    let lines = texts.flat_map(|text| text.into_iter().chain([empty()])).collect();
    let lines = marked(lines);
    join(&lines[fold::newest(&lines)])
}

/// The lines of a part, quotes with the same mark in text and page.
fn lines(part: &Part, links: LinkStyle) -> Vec<Line> {
    let (mut lines, mark) = match part {
        Part::Html(page) => (html::render(page, links).into_lines(), "\\>"),
        Part::Markdown(text) => (new_lines(text), "\\>"),
        Part::Text(text) => (new_lines(&plain_text(text)), ">"),
    };
    quotes::mark_typed(&mut lines, mark);
    lines
}

fn marked(mut lines: Vec<Line>) -> Vec<Line> {
    quotes::mark(&mut lines);
    lines
}

/// Plain text of a message as markdown, with the links unwrapped that a mail gateway rewrote, and
/// without the character in whose place a picture stands.
fn plain_text(content: &str) -> String {
    escape::disarm(&links::unwrap_links(&clean_text(&content.replace('\u{fffc}', ""))))
}

fn new_lines(text: &str) -> Vec<Line> {
    let line = |text: &str| Line { text: text.to_owned(), role: Role::New };
    text.lines().map(line).collect()
}

fn join(lines: &[Line]) -> String {
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    texts.join("\n").trim_end().trim_start_matches('\n').to_owned()
}
