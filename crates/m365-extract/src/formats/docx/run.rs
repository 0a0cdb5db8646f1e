//! Runs: the text of a paragraph with its looks, links, changes and marks.

use std::rc::Rc;

use super::{
    drawing,
    field::{Field, with_place},
    math,
    paragraph::Paragraph,
    story::{Kind, Story, is_frame},
    styles::Looks,
    symbol,
};
use crate::{
    clean::excerpt,
    formats::office::{
        note::{Change, MAX_AUTHOR},
        span::{Piece, Span},
    },
    xml::Element,
};

/// The most bytes of the links of a paragraph that have a place in their target.
const MAX_LINKED: usize = 4 * 1024 * 1024;

/// Collects the runs of a paragraph.
#[derive(Debug)]
pub(super) struct Runs<'s, 'd, 'e> {
    pub(super) story: &'s mut Story<'d>,
    paragraph: &'s Paragraph,
    done: Done<'e>,
    link: Option<Rc<str>>,
    change: Option<Rc<Change>>,
    /// How many bytes the links of the paragraph take that have a place in their target.
    linked: usize,
    /// Whether nothing is to be read since the last break of a page.
    is_blank: bool,
}

/// The runs of a paragraph.
#[derive(Debug, Default)]
pub(super) struct Done<'e> {
    /// The text between the breaks of pages.
    pub(super) parts: Vec<Vec<Span>>,
    /// What is to be written after the paragraph.
    pub(super) extras: Vec<Extra<'e>>,
    /// Whether Word began a page with it when it showed the document.
    pub(super) begins_page: bool,
    /// Whether Word ended a page within it; what is left of it stays on the page.
    pub(super) ends_page: bool,
}

/// What hangs on a paragraph.
#[derive(Debug)]
pub(super) enum Extra<'e> {
    /// The blocks in a text box.
    Box(&'e Element<'e>),
    /// A block of markdown.
    Markdown(String),
    /// What the part of this id says.
    Part(&'e str),
}

impl<'s, 'd, 'e> Runs<'s, 'd, 'e> {
    /// Creates an empty collection.
    pub(super) fn new(story: &'s mut Story<'d>, paragraph: &'s Paragraph) -> Self {
        let done = Done { parts: vec![Vec::new()], ..Done::default() };
        let change = story.row_change.clone();
        Self { story, paragraph, done, link: None, change, linked: 0, is_blank: true }
    }

    /// The runs collected.
    pub(super) fn finish(self) -> Done<'e> {
        self.done
    }

    /// Collects from all that is in an element.
    pub(super) fn children(&mut self, parent: &'e Element<'e>) {
        for element in parent.elements() {
            self.element(element);
        }
    }

    fn element(&mut self, element: &'e Element<'e>) {
        match element.name() {
            ("w", "r") => self.run(element),
            ("w", "hyperlink") => self.hyperlink(element),
            ("w", "fldSimple") => self.simple_field(element),
            ("w", "ins") => self.changed("inserted", element),
            ("w", "del") => self.changed("deleted", element),
            ("w", "moveFrom") => self.changed("moved away", element),
            ("w", "moveTo") => self.changed("moved here", element),
            ("mc", "AlternateContent") => self.alternate(element),
            ("m", "oMath" | "oMathPara") => self.push(Piece::Text(math::text(element))),
            name if is_frame(name) => self.children(element),
            _ => {}
        }
    }

    /// A link of its own element.
    fn hyperlink(&mut self, element: &'e Element<'e>) {
        let relation = element.attribute("r:id").and_then(|id| self.story.relations.get(id));
        let place = element.attribute("w:anchor").or(element.attribute("w:docLocation"));
        let target = relation.filter(|relation| relation.is_external);
        let link = target.and_then(|target| self.target(&target.target, place));
        let outer = std::mem::replace(&mut self.link, link);
        self.children(element);
        self.link = outer;
    }

    /// A target with a place in it, as long as those of the paragraph do not take too much.
    fn target(&mut self, target: &Rc<str>, place: Option<&str>) -> Option<Rc<str>> {
        let Some(place) = place else { return Some(Rc::clone(target)) };
        self.linked += target.len() + place.len();
        (self.linked <= MAX_LINKED).then(|| with_place(target, Some(place)).into())
    }

    fn simple_field(&mut self, element: &'e Element<'e>) {
        let instruction = element.attribute("w:instr").unwrap_or_default();
        self.story.fields.begin(Field::simple(instruction, self.hides_page_numbers()));
        self.children(element);
        self.end_field();
    }

    fn hides_page_numbers(&self) -> bool {
        self.story.is_margin || self.paragraph.is_contents
    }

    fn changed(&mut self, what: &'static str, element: &'e Element<'e>) {
        let outer = self.change.replace(change(what, element));
        self.children(element);
        self.change = outer;
    }

    /// The same thing in several ways: the first that has something to read is taken.
    fn alternate(&mut self, element: &'e Element<'e>) {
        for choice in element.elements() {
            let before = self.size();
            choice.elements().for_each(|child| self.alternative(child));
            if self.size() != before {
                break;
            }
        }
    }

    /// What stands in one of several ways: runs, or what is in a run.
    fn alternative(&mut self, child: &'e Element<'e>) {
        self.element(child);
        if !child.is("mc:AlternateContent") {
            self.run_child(child, None);
        }
    }

    /// Grows with all that is collected.
    fn size(&self) -> [usize; 4] {
        let last = self.done.parts.last().map_or(0, Vec::len);
        [self.done.parts.len(), last, self.done.extras.len(), self.story.pictures]
    }

    fn run(&mut self, element: &'e Element<'e>) {
        let properties = element.child("w:rPr");
        let style = properties.and_then(|p| p.child("w:rStyle")).and_then(|s| s.attribute("w:val"));
        let own = properties.map(Looks::of).unwrap_or_default();
        let looks = own.or(self.story.shared.styles.looks(style)).or(self.paragraph.looks);
        match looks.is_seen(self.story.is_on_white()) {
            true => self.run_contents(element, looks),
            false => self.hidden_run(element),
        }
    }

    /// A run that is not shown can still hold the bounds of a field.
    fn hidden_run(&mut self, element: &'e Element<'e>) {
        for child in element.elements() {
            match child.name() {
                ("w", "fldChar") => self.field_mark(child),
                ("w", "instrText") => self.instruct(child),
                ("w", "t") => self.story.has_hidden |= !self.paragraph.is_contents,
                _ => {}
            }
        }
    }

    fn run_contents(&mut self, element: &'e Element<'e>, looks: Looks) {
        let font = symbol::font(element);
        for child in element.elements() {
            let start = self.done.parts.last().map_or(0, Vec::len);
            self.run_child(child, font);
            let new = self.done.parts.last_mut().and_then(|part| part.get_mut(start..));
            for span in new.into_iter().flatten() {
                span.bold |= looks.bold == Some(true);
                span.strike |= looks.strike == Some(true);
            }
        }
    }

    fn run_child(&mut self, child: &'e Element<'e>, font: Option<symbol::Font>) {
        match child.name() {
            ("w", "t" | "delText") => {
                self.push(Piece::Text(symbol::translate(&child.text(), font)))
            }
            ("w", "tab" | "ptab") => self.push(Piece::Text("\t".to_owned())),
            ("w", "noBreakHyphen") => self.push(Piece::Text("-".to_owned())),
            ("w", "sym") => self.push(Piece::Text(symbol::of(child))),
            ("w", "br") if child.attribute("w:type") == Some("page") => self.page_break(),
            ("w", "br" | "cr") => self.push(Piece::Break),
            ("w", "lastRenderedPageBreak") => self.rendered_break(),
            ("w", "fldChar") => self.field_mark(child),
            ("w", "instrText") => self.instruct(child),
            ("w", "footnoteReference") => self.note(Kind::Foot, child),
            ("w", "endnoteReference") => self.note(Kind::End, child),
            ("w", "commentReference") => self.comment(child),
            ("w", "drawing" | "pict" | "object") => drawing::collect(self, child),
            ("w", "ruby") => self.ruby(child),
            ("mc", "AlternateContent") => self.alternate(child),
            _ => {}
        }
    }

    /// Adds what the fields around it show.
    pub(super) fn push(&mut self, piece: Piece) {
        if !self.story.fields.show() {
            return;
        }
        let link = self.link.clone().or_else(|| self.story.fields.link().cloned());
        let change = self.change.clone();
        let span = Span { piece, link, change, ..Span::default() };
        self.is_blank &= span.is_blank();
        if let Some(part) = self.done.parts.last_mut() {
            part.push(span);
        }
    }

    /// Adds something that is written after the paragraph.
    pub(super) fn push_extra(&mut self, extra: Extra<'e>) {
        self.done.extras.push(extra);
    }

    /// How much is written after the paragraph so far.
    pub(super) fn extras(&self) -> usize {
        self.done.extras.len()
    }

    fn page_break(&mut self) {
        self.done.parts.push(Vec::new());
        self.is_blank = true;
    }

    /// Word notes here where a page began; a break that its author made is not counted twice.
    fn rendered_break(&mut self) {
        self.story.pages.is_rendered = true;
        match (self.is_blank, self.done.parts.len()) {
            (true, 1) => self.done.begins_page = true,
            (true, _) => {}
            (false, _) => self.done.ends_page = true,
        }
    }

    fn field_mark(&mut self, element: &'e Element<'e>) {
        let hides = self.hides_page_numbers();
        match element.attribute("w:fldCharType") {
            Some("begin") => {
                if let Some(value) = element.child("w:ffData").and_then(form_value) {
                    self.push(Piece::Text(value));
                }
                self.story.fields.begin(Field::default());
            }
            Some("separate") => {
                if let Some(field) = self.story.fields.last() {
                    field.begin_result(hides);
                }
            }
            Some("end") => self.end_field(),
            _ => {}
        }
    }

    fn end_field(&mut self) {
        let field = self.story.fields.end();
        self.story.has_page_number |= field.is_some_and(|field| field.is_page_number());
    }

    fn instruct(&mut self, element: &Element<'_>) {
        if let Some(field) = self.story.fields.last() {
            field.instruct(&element.text());
        }
    }

    fn note(&mut self, kind: Kind, element: &Element<'_>) {
        let id = element.attribute("w:id").unwrap_or_default();
        if let Some(mark) = self.story.note_mark(kind, id) {
            self.push(Piece::Markdown(mark));
        }
    }

    fn comment(&mut self, element: &Element<'_>) {
        self.story.comment(element.attribute("w:id").unwrap_or_default());
    }

    /// Text with its reading beside it.
    fn ruby(&mut self, element: &'e Element<'e>) {
        if let Some(base) = element.child("w:rubyBase") {
            self.children(base);
        }
        let reading = element.child("w:rt").map(Element::text).unwrap_or_default();
        if !reading.trim().is_empty() {
            self.push(Piece::Text(format!("({})", reading.trim())));
        }
    }
}

/// A tracked change, which an element is around or within.
pub(super) fn change(what: &'static str, element: &Element<'_>) -> Rc<Change> {
    let author = element.attribute("w:author").map(|author| excerpt(author, MAX_AUTHOR));
    Rc::new(Change { what, author })
}

/// What a form field shows that has no result: whether a box is ticked, or what was chosen.
fn form_value(data: &Element<'_>) -> Option<String> {
    if let Some(tick) = data.child("w:checkBox") {
        let on = super::styles::flag(tick, "w:checked").or(super::styles::flag(tick, "w:default"));
        return Some(if on == Some(true) { "☒" } else { "☐" }.to_owned());
    }
    let list = data.child("w:ddList")?;
    let chosen = list.child("w:result").and_then(|result| result.number("w:val")).unwrap_or(0);
    let mut entries = list.elements().filter(|entry| entry.is("w:listEntry"));
    Some(entries.nth(chosen)?.attribute("w:val")?.to_owned())
}
