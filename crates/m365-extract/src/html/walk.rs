//! From the tree of a page to blocks of markdown.

use super::{
    block::{Blocks, Gap, Line, Role},
    dom::{Dom, Element, Id, ROOT},
    grid, image, list, marks,
    sheet::Sheet,
    style::Style,
    table,
};
use crate::{clean::clean_text, document::LinkStyle, escape, links::Target};

/// Deeper than this, only text is taken: recursion ends whatever the tree is.
const MAX_DEPTH: usize = 400;
/// The most text that is collected, in bytes; the rest of the page is left out.
const MAX_TEXT: usize = 4 * 1024 * 1024;

/// Walks a whole page.
pub(super) fn page(dom: &Dom, links: LinkStyle) -> (Vec<Line>, Option<String>) {
    let sheet = Sheet::of(dom);
    let mut walker = Walker::new(dom, &sheet, links);
    walker.children(ROOT, Place { style: Style::page(), depth: 0 });
    walker.blocks.flush(Gap::Paragraph);
    walker.blocks.into_lines()
}

/// Turns nodes into blocks.
pub(super) struct Walker<'a> {
    pub(super) dom: &'a Dom,
    pub(super) blocks: Blocks,
    sheet: &'a Sheet,
    links: LinkStyle,
    bold: bool,
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
        let blocks = Blocks::default();
        Self { dom, blocks, sheet, links, bold: false, marker: None }
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
        let Some(style) = place.style.inside(element, self.sheet) else { return };
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
            "head" | "style" | "script" | "template" | "noscript" | "title" | "meta" | "iframe"
            | "object" | "svg" | "canvas" | "audio" | "video" | "attachment" | "annotation"
            | "rp" => {}
            "br" => self.blocks.inline().line_break(),
            "hr" => self.rule(),
            "img" => self.image(element, place),
            "emoji" => self.emoji(element),
            "a" => self.link(id, element, place),
            "b" | "strong" => self.bold(id, place),
            "s" | "strike" | "del" => self.wrapped(id, place, "~~"),
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
            self.blocks.inline().push_markdown(&note);
        }
    }

    /// A picture of Teams that stands for a character.
    fn emoji(&mut self, element: &Element) {
        self.blocks.inline().push_text(element.attribute("alt").unwrap_or_default());
    }

    fn link(&mut self, id: Id, element: &Element, place: Place) {
        let original = element.attribute("originalsrc");
        let href = element.attribute("href").unwrap_or_default();
        let target = Target::parse(href, original);
        let mark = self.blocks.inline().mark();
        let done = self.blocks.done();
        self.children(id, place);
        let Some(target) = target else { return };
        if self.blocks.done() != done {
            return self.trailing_target(&target);
        }
        let text = self.blocks.inline().since(mark).trim_end().to_owned();
        if !text.is_empty() {
            self.blocks.inline().replace_since(mark, &target.write(&text, self.links));
        }
    }

    /// The target of a link around several blocks, behind the last of them.
    fn trailing_target(&mut self, target: &Target) {
        let note = target.write("", self.links);
        self.blocks.inline().push_markdown(&format!("({note})"));
    }

    fn bold(&mut self, id: Id, place: Place) {
        if self.bold {
            return self.children(id, place);
        }
        self.bold = true;
        self.wrapped(id, place, "**");
        self.bold = false;
    }

    /// Puts marks around inline text; text of several lines stays as it is.
    fn wrapped(&mut self, id: Id, place: Place, marks: &str) {
        let mark = self.blocks.inline().mark();
        let done = self.blocks.done();
        self.children(id, place);
        let text = self.blocks.inline().since(mark).trim_end().to_owned();
        let fits = !text.is_empty() && !text.contains('\n') && !text.starts_with(marks);
        if fits && self.blocks.done() == done {
            self.blocks.inline().replace_since(mark, &format!("{marks}{text}{marks}"));
        }
    }

    fn code(&mut self, id: Id, place: Place) {
        let text = self.verbatim(id, place);
        let text = text.trim_end_matches('\n');
        if !text.trim().is_empty() {
            self.blocks.inline().push_markdown(&escape::code_span(text));
        }
    }

    fn fenced(&mut self, id: Id, element: &Element, place: Place) {
        self.blocks.flush(Gap::Line);
        let text = self.verbatim(id, place);
        if !text.trim().is_empty() {
            let language = code_language(element);
            self.blocks.push(&escape::fenced(text.trim_matches('\n'), &language), Gap::Paragraph);
        }
    }

    /// The text of a node with its white space.
    fn verbatim(&self, id: Id, place: Place) -> String {
        let mut text = String::new();
        self.collect_verbatim(id, place, &mut text);
        clean_text(&text)
    }

    fn collect_verbatim(&self, id: Id, place: Place, out: &mut String) {
        let place = Place { depth: place.depth + 1, ..place };
        for child in self.dom.children(id).take_while(|_| place.depth < MAX_DEPTH) {
            if let Some(text) = self.dom.text(child).filter(|_| place.style.shows_text()) {
                out.push_str(text);
            }
            let Some(element) = self.dom.element(child) else { continue };
            if element.name() == "br" {
                out.push('\n');
            } else if let Some(style) = place.style.inside(element, self.sheet) {
                self.collect_verbatim(child, Place { style, ..place }, out);
            }
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
        let rows = grid.rows(|cell| self.cell(cell, place));
        if !rows.is_empty() {
            self.blocks.push(&table::markdown(&rows), Gap::Paragraph);
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
        let mut inner = Walker { bold: true, ..Walker::new(self.dom, self.sheet, self.links) };
        inner.node_inside(id, place);
        inner.blocks.flush(Gap::Line);
        let (lines, _) = inner.blocks.into_lines();
        let texts: Vec<&str> = lines.iter().map(|line| line.text.trim()).collect();
        texts.join(" ")
    }

    fn node_inside(&mut self, id: Id, place: Place) {
        let Some(element) = self.dom.element(id) else { return };
        if let Some(style) = place.style.inside(element, self.sheet) {
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

/// The language that a class names, e.g. `language-rust`, or Teams' `Rust`.
fn code_language(element: &Element) -> String {
    let class = element.classes().next().unwrap_or_default();
    let name = class.trim_start_matches("language-").trim_start_matches("lang-");
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric()) && name.len() <= 20;
    if plain { name.to_ascii_lowercase() } else { String::new() }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "header"
            | "hgroup"
            | "html"
            | "legend"
            | "main"
            | "nav"
            | "option"
            | "section"
            | "summary"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
    )
}
