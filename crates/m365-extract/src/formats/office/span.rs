//! Runs of text with their looks, on their way to a line of markdown.

use std::rc::Rc;

use super::note::Change;
use crate::{document::LinkStyle, links::Target, markdown::Inline};

/// A paragraph longer than this, in bytes, does not say where its links lead.
const MAX_LINKED: usize = 1024 * 1024;

/// A run of text that looks the same all over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) piece: Piece,
    pub(crate) bold: bool,
    pub(crate) strike: bool,
    /// Where a click on it leads.
    pub(crate) link: Option<Rc<str>>,
    /// Who changed it how, where the file tells.
    pub(crate) change: Option<Rc<Change>>,
}

/// What a span holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text of the file.
    Text(String),
    /// Markdown of ours.
    Markdown(String),
    /// The end of a line.
    Break,
}

impl Default for Piece {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl Span {
    /// Text that looks like any other.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { piece: Piece::Text(text.into()), ..Self::default() }
    }

    /// Markdown of ours.
    pub(crate) fn markdown(markdown: impl Into<String>) -> Self {
        Self { piece: Piece::Markdown(markdown.into()), ..Self::default() }
    }

    /// The end of a line.
    pub(crate) fn line_break() -> Self {
        Self { piece: Piece::Break, ..Self::default() }
    }

    /// Whether a reader sees nothing of it.
    pub(crate) fn is_blank(&self) -> bool {
        match &self.piece {
            Piece::Text(text) => text.trim().is_empty(),
            Piece::Markdown(_) => false,
            Piece::Break => true,
        }
    }

    fn looks(&self) -> (bool, bool) {
        match self.piece {
            Piece::Text(_) => (self.bold, self.strike),
            Piece::Markdown(_) | Piece::Break => (false, false),
        }
    }
}

/// How spans are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) links: LinkStyle,
    /// Whether bold text is marked; not where all is bold, as in a heading.
    pub(crate) marks_bold: bool,
}

/// Writes the spans of a paragraph.
pub(crate) fn write(spans: &[Span], inline: &mut Inline, look: Look) {
    let spans = smooth(spans);
    for changed in spans.chunk_by(|a, b| a.change == b.change) {
        match changed.first().and_then(|span| span.change.as_ref()) {
            Some(change) => write_change(changed, change, inline, look),
            None => write_links(changed, inline, look),
        }
    }
}

fn write_change(spans: &[Span], change: &Change, inline: &mut Inline, look: Look) {
    push_leading_space(spans, inline);
    let mut inner = Inline::default();
    write_links(spans, &mut inner, Look { marks_bold: false, ..look });
    inline.push_markdown(&change.markdown(&inner.into_text()));
    if let Some(Span { piece: Piece::Text(text), .. }) = spans.last()
        && text.ends_with(char::is_whitespace)
    {
        inline.push_text(" ");
    }
}

fn write_links(spans: &[Span], inline: &mut Inline, look: Look) {
    for linked in spans.chunk_by(|a, b| a.link == b.link) {
        let target = linked.first().and_then(|span| span.link.as_deref());
        let target = target.filter(|_| inline.len() <= MAX_LINKED);
        match target.and_then(|href| Target::parse(href, None)) {
            Some(target) => link(linked, &target, inline, look),
            None => write_looks(linked, inline, look),
        }
    }
}

/// The spans as markdown of their own.
pub(crate) fn line(spans: &[Span], look: Look) -> String {
    let mut inline = Inline::default();
    write(spans, &mut inline, look);
    inline.since(0).trim().to_owned()
}

/// Gives white space the looks of what stands around it, so that they go on over it.
fn smooth(spans: &[Span]) -> Vec<Span> {
    let mut out = spans.to_vec();
    let mut last = None;
    for (span, next) in out.iter_mut().zip(next_looks(spans)) {
        match (span.is_blank(), &span.piece) {
            (true, Piece::Text(_)) => {
                let around = last.filter(|last| next == Some(*last));
                (span.bold, span.strike) = around.unwrap_or_default();
            }
            (true, _) => last = None,
            (false, _) => last = Some(span.looks()),
        }
    }
    out
}

/// For each span the looks of the next one that has text.
fn next_looks(spans: &[Span]) -> Vec<Option<(bool, bool)>> {
    let mut next = None;
    let looks = spans.iter().rev().map(|span| {
        let after = next;
        next = if span.is_blank() { next } else { Some(span.looks()) };
        after
    });
    let mut looks: Vec<_> = looks.collect();
    looks.reverse();
    looks
}

fn link(spans: &[Span], target: &Target, inline: &mut Inline, look: Look) {
    // What ends a line stays before the link, whose text would else grow into what it follows.
    let blanks = spans.iter().take_while(|span| span.is_blank()).count();
    let (blanks, spans) = spans.split_at(blanks);
    push(blanks, inline);
    push_leading_space(spans, inline);
    let mark = inline.mark();
    write_looks(spans, inline, look);
    let text = inline.since(mark).trim_end().to_owned();
    if !text.is_empty() {
        inline.replace_since(mark, &target.write(&text, look.links));
    }
}

fn write_looks(spans: &[Span], inline: &mut Inline, look: Look) {
    for alike in spans.chunk_by(|a, b| a.looks() == b.looks() && a.piece != Piece::Break) {
        let (bold, strike) = alike.first().map(Span::looks).unwrap_or_default();
        let marks = match (bold && look.marks_bold, strike) {
            (true, true) => ["~~**", "**~~"],
            (true, false) => ["**", "**"],
            (false, true) => ["~~", "~~"],
            (false, false) => ["", ""],
        };
        wrapped(alike, marks, inline);
    }
}

fn wrapped(spans: &[Span], [open, close]: [&str; 2], inline: &mut Inline) {
    if open.is_empty() {
        return push(spans, inline);
    }
    push_leading_space(spans, inline);
    let mark = inline.mark();
    push(spans, inline);
    let text = inline.since(mark).trim().to_owned();
    if text.chars().any(char::is_alphanumeric) && !text.contains('\n') {
        inline.replace_since(mark, &format!("{open}{text}{close}"));
    }
}

/// Keeps the space that a span begins with before the marks that come around it.
fn push_leading_space(spans: &[Span], inline: &mut Inline) {
    if let Some(Span { piece: Piece::Text(text), .. }) = spans.first()
        && text.starts_with(char::is_whitespace)
    {
        inline.push_text(" ");
    }
}

fn push(spans: &[Span], inline: &mut Inline) {
    for span in spans {
        match &span.piece {
            Piece::Text(text) => inline.push_text(text),
            Piece::Markdown(markdown) => inline.push_markdown(markdown),
            Piece::Break => inline.line_break(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::{Blocks, Gap};

    fn bold(text: &str) -> Span {
        Span { bold: true, ..Span::text(text) }
    }

    fn written(spans: &[Span]) -> String {
        let mut blocks = Blocks::default();
        let look = Look { links: LinkStyle::Target, marks_bold: true };
        write(spans, blocks.inline(), look);
        blocks.flush(Gap::Paragraph);
        blocks.into_markdown().0
    }

    #[test]
    fn bold_runs_that_follow_each_other_share_their_marks() {
        let spans = [Span::text("a "), bold("b"), Span::text(" "), bold("c "), Span::text("d")];

        assert_eq!(written(&spans), "a **b c** d");
    }

    #[test]
    fn a_link_of_several_runs_is_written_once() {
        let linked = |span: Span| Span { link: Some("https://contoso.example/x".into()), ..span };
        let spans =
            [Span::text("See"), linked(Span::text(" the ")), linked(bold("plan")), Span::text(".")];

        assert_eq!(written(&spans), "See the **plan** (https://contoso.example/x).");
    }

    #[test]
    fn c04_a_link_that_begins_with_a_break_does_not_join_to_what_stands_before_it() {
        let linked = |span: Span| Span { link: Some("https://contoso.example/x".into()), ..span };
        let picture = Span::markdown("[image: a chart]");
        let spans = [
            picture,
            linked(Span::line_break()),
            linked(Span::text("\t")),
            linked(Span::text("(2")),
        ];

        assert_eq!(written(&spans), "[image: a chart]\n(2 (https://contoso.example/x)");
    }

    #[test]
    fn c07_links_of_a_paragraph_do_not_grow_without_end() {
        let target = format!("https://contoso.example/{}/", "x".repeat(1_500));
        let linked = |at: usize| Span {
            link: Some(format!("{target}{}", at % 2).into()),
            ..Span::text("a")
        };
        let spans: Vec<Span> = (0..5_000).map(linked).collect();

        let written = written(&spans);

        assert!(written.len() < MAX_LINKED + 10_000);
        assert!(written.ends_with("aaa"));
    }

    #[test]
    fn bold_goes_on_after_a_line_break() {
        assert_eq!(written(&[bold("a"), Span::line_break(), bold("b")]), "**a**\n**b**");
    }

    #[test]
    fn c04_runs_do_not_join_to_a_picture_or_tag() {
        let spans = [Span::text("!"), Span::text("[x]"), Span::text("(https://evil.example)")];

        assert_eq!(written(&spans), "!\\[x]\\(https://evil.example)");
        assert_eq!(written(&[Span::text("<"), Span::text("img src=x>")]), "<\\img src=x>");
    }
}
