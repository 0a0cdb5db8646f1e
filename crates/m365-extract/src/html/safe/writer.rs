//! HTML on its way out: text escaped, white space collapsed, empty elements left out.

use crate::{clean::clean_text, html::image::Note};

/// An element as it is written.
#[derive(Debug)]
pub(super) struct Tag {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    kind: Kind,
}

/// How an element stands in the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Within a line.
    Inline,
    /// On lines of its own.
    Block,
    /// A block that is kept when it is empty, because it holds a place.
    Part,
}

impl Tag {
    pub(super) fn inline(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), kind: Kind::Inline }
    }

    pub(super) fn block(name: &'static str) -> Self {
        Self { kind: Kind::Block, ..Self::inline(name) }
    }

    pub(super) fn part(name: &'static str) -> Self {
        Self { kind: Kind::Part, ..Self::inline(name) }
    }

    /// Adds an attribute; its value is escaped when it is written.
    pub(super) fn with(mut self, name: &'static str, value: String) -> Self {
        self.attributes.push((name, value));
        self
    }
}

/// Collects HTML.
#[derive(Debug)]
pub(super) struct Writer {
    html: String,
    flow: Flow,
}

/// What is to be written before the next text.
#[derive(Clone, Copy, Debug)]
struct Flow {
    /// Nothing is on this line so far.
    line_start: bool,
    space: bool,
    line_end: bool,
}

impl Flow {
    const NEW_LINE: Self = Self { line_start: true, space: false, line_end: false };
}

/// Where an element began.
#[derive(Debug)]
pub(super) struct Mark {
    outside: usize,
    inside: usize,
    flow: Flow,
}

impl Default for Writer {
    fn default() -> Self {
        Self { html: String::new(), flow: Flow::NEW_LINE }
    }
}

impl Writer {
    pub(super) fn into_html(self) -> String {
        self.html
    }

    /// How many bytes there are so far.
    pub(super) fn size(&self) -> usize {
        self.html.len()
    }

    /// Begins an element.
    pub(super) fn open(&mut self, tag: &Tag) -> Mark {
        let (outside, flow) = (self.html.len(), self.flow);
        if tag.kind == Kind::Inline {
            self.settle();
            self.flow.line_start = flow.line_start;
        } else {
            self.flow = Flow::NEW_LINE;
        }
        self.html.push('<');
        self.html.push_str(tag.name);
        for (name, value) in &tag.attributes {
            self.html.push_str(&format!(" {name}=\""));
            value.chars().for_each(|c| self.push_char(c));
            self.html.push('"');
        }
        self.html.push('>');
        Mark { outside, inside: self.html.len(), flow }
    }

    /// Ends an element, or takes it back when nothing is in it.
    pub(super) fn close(&mut self, tag: &Tag, mark: Mark) {
        if self.html.len() == mark.inside && tag.kind != Kind::Part {
            return self.take_back(tag, &mark);
        }
        self.html.push_str(&format!("</{}>", tag.name));
        if tag.kind != Kind::Inline {
            self.flow = Flow::NEW_LINE;
        }
    }

    fn take_back(&mut self, tag: &Tag, mark: &Mark) {
        self.html.truncate(mark.outside);
        let inside = std::mem::replace(&mut self.flow, mark.flow);
        self.flow.space |= inside.space;
        if inside.line_end || tag.kind == Kind::Block {
            self.end_line();
        }
    }

    /// Adds text of the page.
    pub(super) fn text(&mut self, raw: &str, verbatim: bool) {
        for c in clean_text(raw).chars() {
            if c.is_whitespace() && !verbatim {
                self.flow.space = true;
            } else {
                self.settle();
                self.push_char(c);
            }
        }
    }

    /// Adds what is left of a picture.
    pub(super) fn note(&mut self, note: &Note) {
        if note.is_emoji() {
            return self.text(note.text(), false);
        }
        self.settle();
        self.html.push_str("[image: ");
        self.text(note.text(), false);
        self.html.push(']');
    }

    /// Breaks the line, as `br` does.
    pub(super) fn line_break(&mut self) {
        if self.flow.line_end {
            self.html.push_str("<br>");
        }
        self.html.push_str("<br>");
        self.flow = Flow::NEW_LINE;
    }

    /// Draws a line between blocks.
    pub(super) fn rule(&mut self) {
        self.html.push_str("<hr>");
        self.flow = Flow::NEW_LINE;
    }

    /// Lets what comes next stand on a new line.
    pub(super) fn end_line(&mut self) {
        self.flow.line_end |= !self.flow.line_start;
    }

    /// Writes the space or line break that is due.
    fn settle(&mut self) {
        let Flow { line_start, space, line_end } = self.flow;
        if line_end {
            self.html.push_str("<br>");
        } else if space && !line_start && !self.html.ends_with(' ') {
            self.html.push(' ');
        }
        self.flow = Flow { line_start: false, ..Flow::NEW_LINE };
    }

    /// Adds a character as text, to HTML and to markdown: without `[` there is no link, no picture
    /// and no definition, and a note of ours does not become one.
    fn push_char(&mut self, c: char) {
        match c {
            '&' => self.html.push_str("&amp;"),
            '<' => self.html.push_str("&lt;"),
            '>' => self.html.push_str("&gt;"),
            '"' => self.html.push_str("&quot;"),
            '[' => self.html.push_str("&#91;"),
            '(' if self.html.ends_with(']') => self.html.push_str("&#40;"),
            ':' if self.html.ends_with(']') => self.html.push_str("&#58;"),
            c => self.html.push(c),
        }
    }
}
