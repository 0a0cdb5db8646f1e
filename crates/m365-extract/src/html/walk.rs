//! From the tree of a page to blocks of markdown.

mod names;
mod spans;

pub(super) use self::names::{is_block, is_unseen};
use super::{
    Rendered,
    dom::{Dom, Element, Id, ROOT},
    grid, image, list, marks,
    sheet::Sheet,
    style::Style,
};
use crate::{
    document::LinkStyle,
    markdown::{Blocks, Gap, Role, table},
};

/// Deeper than this, only text is taken: recursion ends whatever the tree is.
pub(super) const MAX_DEPTH: usize = 400;
/// The most text that is collected, in bytes; the rest of the page is left out.
pub(super) const MAX_TEXT: usize = 4 * 1024 * 1024;

/// Walks a whole page.
pub(super) fn page(dom: &Dom, links: LinkStyle) -> Rendered {
    let sheet = Sheet::of(dom);
    let mut walker = Walker::new(dom, &sheet, links);
    walker.children(ROOT, Place { style: Style::page(), depth: 0 });
    walker.blocks.flush(Gap::Paragraph);
    let (lines, title) = walker.blocks.into_lines();
    Rendered { lines, title, is_cut: walker.is_cut }
}

/// Turns nodes into blocks.
pub(super) struct Walker<'a> {
    pub(super) dom: &'a Dom,
    pub(super) blocks: Blocks,
    sheet: &'a Sheet,
    links: LinkStyle,
    bold: bool,
    /// Whether all becomes one line, as in a cell.
    is_one_line: bool,
    /// Whether a table was longer or wider than what is read.
    is_cut: bool,
    /// The number of the list item that comes next.
    pub(super) marker: Option<String>,
}

/// Where the walker is.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) style: Style,
    depth: usize,
}

impl<'a> Walker<'a> {
    fn new(dom: &'a Dom, sheet: &'a Sheet, links: LinkStyle) -> Self {
        Self {
            dom,
            blocks: Blocks::default(),
            sheet,
            links,
            bold: false,
            is_one_line: false,
            is_cut: false,
            marker: None,
        }
    }

    /// Walks all that is in a node.
    pub(super) fn children(&mut self, id: Id, place: Place) {
        let place = Place { depth: place.depth + 1, ..place };
        if place.depth > MAX_DEPTH {
            return self.flat(id, place.style);
        }
        for child in self.dom.children(id) {
            self.node(child, place);
        }
    }

    /// The texts below a node that is too deep to be walked.
    fn flat(&mut self, id: Id, style: Style) {
        if style.shows_text() {
            for text in self.dom.descendants(id).filter_map(|child| self.dom.text(child)) {
                self.blocks.inline().push_text(text);
            }
        }
    }

    /// Walks one node.
    pub(super) fn node(&mut self, id: Id, place: Place) {
        if self.blocks.size() > MAX_TEXT {
            return;
        }
        if let Some(text) = self.dom.text(id) {
            if place.style.shows_text() {
                self.blocks.inline().push_text(text);
            }
        } else if let Some(element) = self.dom.element(id) {
            self.element(id, element, place);
        }
    }

    fn element(&mut self, id: Id, element: &'a Element, place: Place) {
        let Some(style) = place.style.inside(self.dom, id, self.sheet) else { return };
        let place = Place { style, ..place };
        if marks::begins_history(element) {
            self.blocks.flush(Gap::Line);
            self.blocks.begin_history();
        }
        let role = marks::role(self.dom, id, element);
        if role == Role::New {
            return self.tag(id, element, place);
        }
        self.blocks.flush(Gap::Line);
        self.blocks.enter(role);
        self.tag(id, element, place);
        self.blocks.flush(Gap::Line);
        self.blocks.leave(role);
    }

    fn tag(&mut self, id: Id, element: &'a Element, place: Place) {
        match element.name() {
            name if is_unseen(name) => {}
            "br" => self.blocks.inline().line_break(),
            "hr" => self.rule(),
            "img" => self.image(element, place),
            "emoji" => self.emoji(element, place),
            "a" => self.link(id, element, place),
            "b" | "strong" => self.bold(id, place),
            "s" | "strike" | "del" => self.wrapped(id, place, "~~"),
            "sup" => self.raised(id, place),
            "code" | "kbd" | "samp" | "tt" => self.code(id, place),
            "pre" | "codeblock" => self.fenced(id, element, place),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(id, element, place),
            "ul" | "ol" | "menu" | "dir" => list::walk(self, id, element, place),
            "li" => list::item(self, id, place),
            "blockquote" => self.quote(id, place),
            "table" => self.table(id, element, place),
            "p" if list::is_word_item(element) => list::word_item(self, id, element, place),
            "p" => self.block(id, place, paragraph_gap(element)),
            "span" if list::is_word_marker(element) => {}
            name if is_block(name) => self.block(id, place, Gap::Line),
            _ => self.children(id, place),
        }
    }

    /// A block of its own lines.
    pub(super) fn block(&mut self, id: Id, place: Place, gap: Gap) {
        self.blocks.flush(Gap::Line);
        self.children(id, place);
        self.blocks.flush(gap);
    }

    fn rule(&mut self) {
        self.blocks.flush(Gap::Line);
        self.blocks.push("---", Gap::Paragraph);
    }

    fn image(&mut self, element: &Element, place: Place) {
        if let Some(note) = image::note(element).filter(|_| place.style.shows_text()) {
            self.blocks.inline().push_markdown(&note.markdown());
        }
    }

    /// A picture of Teams that stands for a character.
    fn emoji(&mut self, element: &Element, place: Place) {
        if place.style.shows_text() {
            self.blocks.inline().push_text(element.attribute("alt").unwrap_or_default());
        }
    }

    fn heading(&mut self, id: Id, element: &Element, place: Place) {
        let level = element.name().bytes().next_back().map_or(1, |digit| digit - b'0');
        self.blocks.flush(Gap::Line);
        let bold = std::mem::replace(&mut self.bold, true);
        self.children(id, place);
        self.bold = bold;
        self.blocks.flush_heading(usize::from(level));
    }

    fn quote(&mut self, id: Id, place: Place) {
        self.blocks.flush(Gap::Line);
        self.blocks.open_quote();
        self.children(id, place);
        self.blocks.flush(Gap::Line);
        self.blocks.close();
    }

    fn table(&mut self, id: Id, element: &Element, place: Place) {
        self.blocks.flush(Gap::Line);
        let grid = grid::Grid::of(self.dom, id);
        if !grid.is_data(self.dom, id, element) {
            return self.layout(id, place);
        }
        for caption in grid.captions() {
            self.block(*caption, place, Gap::Paragraph);
        }
        let texts = grid.texts(|cell| self.cell(cell, place));
        if !texts.rows.is_empty() {
            self.blocks.push(&table::markdown(&texts.rows), Gap::Paragraph);
        }
        if let Some(note) = texts.cut {
            self.blocks.push(&note, Gap::Paragraph);
            self.is_cut = true;
        }
    }

    /// A table that only places things.
    fn layout(&mut self, id: Id, place: Place) {
        self.blocks.set_apart();
        self.block(id, place, Gap::Line);
        self.blocks.set_apart();
    }

    /// The text of a cell, or of another place where only one line may be.
    pub(super) fn cell(&self, id: Id, place: Place) -> String {
        let new = Walker::new(self.dom, self.sheet, self.links);
        let mut inner = Walker { bold: true, is_one_line: true, ..new };
        inner.node_inside(id, place);
        inner.blocks.flush(Gap::Line);
        let (lines, _) = inner.blocks.into_lines();
        let texts: Vec<&str> = lines.iter().map(|line| line.text.trim()).collect();
        texts.join(" ")
    }

    fn node_inside(&mut self, id: Id, place: Place) {
        if let Some(style) = place.style.inside(self.dom, id, self.sheet) {
            self.children(id, Place { style, ..place });
        }
    }
}

/// Outlook's paragraphs have no distance; an empty one stands for an empty line.
fn paragraph_gap(element: &Element) -> Gap {
    let is_line = |class: &str| {
        let class = class.trim_start_matches("x_");
        class.eq_ignore_ascii_case("MsoNormal") || class == "MsoPlainText" || class == "xmsonormal"
    };
    if element.classes().any(is_line) { Gap::Line } else { Gap::Paragraph }
}
