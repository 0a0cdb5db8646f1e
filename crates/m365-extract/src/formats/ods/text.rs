//! The texts in cells, and what stands in them beside: remarks and shapes.

use quick_xml::events::{BytesStart, Event};

use crate::{escape, formats::sheets::scan};

/// The longest text of one cell, in bytes.
const MAX_TEXT: usize = 128 * 1024;
/// The most texts of shapes.
const MAX_FLOATING: usize = 1_000;
/// The most spaces that one element stands for.
const MAX_SPACES: usize = 100;

/// Collects the texts of a cell at a time.
#[derive(Debug, Default)]
pub(super) struct Text {
    cell: Shown,
    in_paragraph: bool,
    /// How many remarks and shapes are open.
    remark_depth: usize,
    shape_depth: usize,
    in_author: bool,
    in_date: bool,
    remark: Remark,
    shape: String,
    /// The remarks of the cell.
    pub(super) remarks: Vec<Remark>,
    /// The texts of shapes as markdown.
    pub(super) floating: Vec<String>,
}

/// What a cell shows, and where it leads.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) text: String,
    pub(super) target: Option<String>,
}

/// What someone remarked on a cell.
#[derive(Debug, Default)]
pub(super) struct Remark {
    pub(super) author: String,
    pub(super) text: String,
}

impl Text {
    /// Whether a remark or shape is open, in which there may be tables, too.
    pub(super) fn is_outside_cell(&self) -> bool {
        self.remark_depth > 0 || self.shape_depth > 0
    }

    pub(super) fn begin_cell(&mut self) {
        self.cell = Shown::default();
        self.remarks.clear();
    }

    pub(super) fn end_cell(&mut self) -> Shown {
        std::mem::take(&mut self.cell)
    }

    pub(super) fn start(&mut self, name: &str, element: &BytesStart<'_>) {
        match name {
            "p" | "h" => self.begin_paragraph(),
            "s" => {
                let count = scan::number(element, "c").unwrap_or(1).min(MAX_SPACES);
                self.push_str(&" ".repeat(count));
            }
            "tab" => self.push_str(" "),
            "line-break" => self.push_str("\n"),
            "a" if !self.is_outside_cell() => {
                self.cell.target = self.cell.target.take().or(scan::attribute(element, "href"));
            }
            "annotation" => self.remark_depth += 1,
            "creator" => self.in_author = self.remark_depth > 0,
            "date" => self.in_date = self.remark_depth > 0,
            name if is_shape(name) => self.shape_depth += 1,
            _ => {}
        }
    }

    pub(super) fn end(&mut self, name: &str) {
        match name {
            "p" | "h" => self.in_paragraph = false,
            "creator" => self.in_author = false,
            "date" => self.in_date = false,
            "annotation" => {
                self.remark_depth = self.remark_depth.saturating_sub(1);
                self.remarks.push(std::mem::take(&mut self.remark));
            }
            name if is_shape(name) => self.end_shape(),
            _ => {}
        }
    }

    fn begin_paragraph(&mut self) {
        let text = self.target();
        if !text.is_empty() {
            text.push('\n');
        }
        self.in_paragraph = true;
    }

    fn end_shape(&mut self) {
        self.shape_depth = self.shape_depth.saturating_sub(1);
        if self.shape_depth > 0 {
            return;
        }
        let text = std::mem::take(&mut self.shape);
        let words: Vec<&str> = text.split_whitespace().collect();
        if !words.is_empty() && self.floating.len() < MAX_FLOATING {
            self.floating.push(escape::paragraph(&escape::text(&words.join(" "))));
        }
    }

    /// The text that characters belong to now.
    fn target(&mut self) -> &mut String {
        match (self.remark_depth, self.shape_depth) {
            (1.., _) => &mut self.remark.text,
            (_, 1..) => &mut self.shape,
            _ => &mut self.cell.text,
        }
    }

    fn push_str(&mut self, text: &str) {
        if self.in_paragraph && self.target().len() < MAX_TEXT {
            self.target().push_str(text);
        }
    }

    pub(super) fn push(&mut self, event: &Event<'_>) {
        if self.in_author {
            scan::push_text(&mut self.remark.author, event);
        } else if self.in_paragraph && !self.in_date && self.target().len() < MAX_TEXT {
            scan::push_text(self.target(), event);
        }
    }
}

/// Elements that draw something over the cells.
fn is_shape(name: &str) -> bool {
    matches!(
        name,
        "frame"
            | "custom-shape"
            | "rect"
            | "ellipse"
            | "line"
            | "path"
            | "polygon"
            | "polyline"
            | "connector"
            | "caption"
            | "circle"
            | "g"
            | "control"
            | "measure"
    )
}
