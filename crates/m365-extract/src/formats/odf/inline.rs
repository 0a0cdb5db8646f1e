//! Runs of text within a paragraph.

use std::rc::Rc;

use super::{changes::author, names::is_unseen, styles::Looks, writer::Writer};
use crate::{
    formats::office::{note, span::Span},
    markdown::picture,
    xml::{Element, Node},
};

/// The most blanks that a document can ask for at one place; more show nothing.
const MAX_BLANKS: usize = 100;

/// The runs of a paragraph, and what hangs on to it.
#[derive(Debug, Default)]
pub(super) struct Runs<'e, 'a> {
    pub(super) spans: Vec<Span>,
    /// Text boxes and other things that stand beside the text.
    pub(super) frames: Vec<&'e Element<'a>>,
}

/// How a run looks and where it leads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'p> {
    pub(super) looks: Looks,
    pub(super) link: Option<&'p Rc<str>>,
}

impl<'a> Writer<'a> {
    /// The runs of a paragraph.
    pub(super) fn runs<'e>(&mut self, paragraph: &'e Element<'a>, looks: Looks) -> Runs<'e, 'a> {
        let mut runs = Runs::default();
        self.inline(paragraph, Place { looks, link: None }, &mut runs);
        runs
    }

    fn inline<'e>(&mut self, parent: &'e Element<'a>, at: Place<'_>, runs: &mut Runs<'e, 'a>) {
        for child in parent.children() {
            match child {
                Node::Text(text) => self.push_text(text, at, runs),
                Node::Element(element) => self.inline_element(element, at, runs),
            }
        }
    }

    fn inline_element<'e>(
        &mut self,
        element: &'e Element<'a>,
        at: Place<'_>,
        runs: &mut Runs<'e, 'a>,
    ) {
        match element.name() {
            ("text", "span") => self.styled(element, at, runs),
            ("text", "a") => {
                let link: Option<Rc<str>> = element.attribute("xlink:href").map(Into::into);
                self.inline(element, Place { link: link.as_ref(), ..at }, runs);
            }
            ("text", "s") => {
                let blanks = element.number("text:c").unwrap_or(1).min(MAX_BLANKS);
                self.push_text(&" ".repeat(blanks), at, runs);
            }
            ("text", "tab") => self.push_text("\t", at, runs),
            ("text", "line-break") => runs.spans.push(Span::line_break()),
            ("text", "soft-page-break") => self.soft_breaks += 1,
            ("text", "note") if !at.looks.is_unseen(self.is_on_white()) => self.note(element, runs),
            ("office", "annotation") => self.comment(element),
            ("text", "change" | "change-start" | "change-end") => self.change(element, runs),
            ("text", "hidden-text" | "hidden-paragraph" | "ruby-text") => {}
            ("text", "page-number" | "page-count") if self.is_margin => self.has_page_number = true,
            ("text", "number") => {}
            ("draw", _) => self.drawing(element, at, runs),
            _ if is_unseen(element) => {}
            _ => self.inline(element, at, runs),
        }
    }

    fn push_text(&mut self, text: &str, at: Place<'_>, runs: &mut Runs<'_, 'a>) {
        let Looks { bold, strike, .. } = at.looks;
        if at.looks.is_unseen(self.is_on_white()) {
            self.has_hidden |= !text.trim().is_empty();
        } else {
            let (link, change) = (at.link.cloned(), self.insertion.clone());
            runs.spans.push(Span { bold, strike, link, change, ..Span::text(text) });
        }
    }

    fn styled<'e>(&mut self, span: &'e Element<'a>, at: Place<'_>, runs: &mut Runs<'e, 'a>) {
        let looks = self.styles.looks("text", span.attribute("text:style-name"), at.looks);
        self.inline(span, Place { looks, ..at }, runs);
    }

    /// A foot- or endnote: its mark here, its text below the block.
    fn note(&mut self, element: &Element<'a>, runs: &mut Runs<'_, 'a>) {
        let Some(body) = element.child("text:note-body") else { return };
        self.notes += 1;
        let number = self.notes;
        runs.spans.push(Span::markdown(note::mark(number)));
        let text = self.line(body);
        self.due.push(note::note(number, &text));
    }

    /// A comment, which is written below the block.
    pub(in crate::formats) fn comment(&mut self, element: &Element<'a>) {
        let author = author(element);
        let text = self.line(element);
        if !text.is_empty() {
            self.due.push(note::comment(author.as_deref(), &text));
        }
    }

    fn change(&mut self, mark: &Element<'a>, runs: &mut Runs<'_, 'a>) {
        if let Some(deleted) = self.change_at(mark) {
            runs.spans.push(Span::markdown(deleted));
        }
    }

    /// A picture stands in the text, all else that is drawn beside it.
    fn drawing<'e>(&mut self, element: &'e Element<'a>, at: Place<'_>, runs: &mut Runs<'e, 'a>) {
        if element.is("draw:a") {
            return self.inline(element, at, runs);
        }
        match description(element) {
            Some(text) if element.is("draw:frame") && element.child("draw:image").is_some() => {
                runs.spans.push(Span::markdown(picture(&text)));
            }
            _ => {}
        }
        runs.frames.push(element);
    }
}

/// What the author says a picture or drawing shows.
pub(super) fn description(frame: &Element<'_>) -> Option<String> {
    let text = |name| frame.child(name).map(Element::text).filter(|text| !text.trim().is_empty());
    let text = text("svg:desc").or_else(|| text("svg:title"))?;
    crate::formats::office::says_something(&text).then_some(text)
}
