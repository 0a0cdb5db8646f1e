//! Tables, row by row.

use std::rc::Rc;

use super::{
    run::change,
    story::{Story, is_frame},
};
use crate::{
    formats::office::{
        CUT,
        grid::{Cell, Grid},
        note::Change,
    },
    markdown::{Gap, table},
    xml::{Element, Event, XmlReader},
};

/// Reads a table that began just now, and writes it.
pub(super) fn stream(story: &mut Story<'_>, reader: &mut XmlReader<'_>) {
    story.end_code();
    let mut rows = Rows::default();
    let mut depth = 0_usize;
    while let Some(event) = reader.read() {
        match event {
            Event::Start(element) if element.is("w:tr") => {
                let row = reader.finish(element);
                if story.is_full() {
                    story.is_cut = true;
                } else {
                    rows.add(story, row);
                }
            }
            Event::Start(element) if is_frame(element.name()) => depth += 1,
            Event::Start(_) => reader.skip(),
            Event::End if depth == 0 => break,
            Event::End => depth -= 1,
            Event::Text(_) => {}
        }
    }
    rows.finish(story);
}

/// Writes a table that stands in another block.
pub(super) fn write(story: &mut Story<'_>, element: &Element<'_>) {
    story.end_code();
    let mut rows = Vec::new();
    inside(element, "tr", &mut rows);
    if story.is_one_line {
        return flat(story, &rows);
    }
    if let [row] = rows.as_slice()
        && let [cell] = cells(row).as_slice()
    {
        return in_row(story, row, |story| story.contents(cell));
    }
    let mut grid = Grid::default();
    let mut rows = rows.into_iter().filter(|row| !is_hidden(row));
    grid.push(rows.next().map(|row| read_head(story, row)).unwrap_or_default());
    rows.for_each(|row| grid.push(read(story, row)));
    finish(story, grid);
}

/// A table in a cell: its rows one after the other.
fn flat(story: &mut Story<'_>, rows: &[&Element<'_>]) {
    let mut lines = Vec::new();
    for row in rows.iter().filter(|row| !is_hidden(row)) {
        let texts = read(story, row).into_iter().map(|cell| cell.text);
        let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
        lines.push(texts.join(", "));
    }
    lines.retain(|line| !line.is_empty());
    if !lines.is_empty() {
        story.blocks.push(&lines.join("; "), Gap::Line);
    }
}

/// The rows of a table under way. The first one waits for a second: a table of one cell is a frame
/// around what is in it.
#[derive(Debug, Default)]
struct Rows<'x> {
    first: Option<Element<'x>>,
    head: Vec<Cell>,
    grid: Grid,
    count: usize,
}

impl<'x> Rows<'x> {
    fn add(&mut self, story: &mut Story<'_>, row: Element<'x>) {
        if is_hidden(&row) {
            story.has_hidden = true;
            return;
        }
        self.count += 1;
        if self.count == 1 {
            self.first = Some(row);
            return;
        }
        self.begin(story);
        if begins_page(&row) {
            story.pages.is_rendered = true;
            self.turn_page(story);
        }
        self.grid.push(read(story, &row));
    }

    /// Writes the row that waited.
    fn begin(&mut self, story: &mut Story<'_>) {
        let Some(row) = self.first.take() else { return };
        if begins_page(&row) {
            story.pages.is_rendered = true;
            story.end_page();
        }
        self.head = read_head(story, &row);
        self.grid.push(self.head.clone());
    }

    /// The table goes on at the next page, with its head.
    fn turn_page(&mut self, story: &mut Story<'_>) {
        finish(story, std::mem::take(&mut self.grid));
        story.end_page();
        self.grid.push(self.head.clone());
    }

    fn finish(mut self, story: &mut Story<'_>) {
        if let Some(row) = &self.first
            && let [cell] = cells(row).as_slice()
        {
            return in_row(story, row, |story| story.contents(cell));
        }
        self.begin(story);
        finish(story, self.grid);
    }
}

fn finish(story: &mut Story<'_>, grid: Grid) {
    let (rows, is_cut) = grid.into_rows();
    if !rows.is_empty() {
        story.blocks.push(&table::markdown(&rows), Gap::Paragraph);
    }
    if is_cut {
        story.is_cut = true;
        story.blocks.push(CUT, Gap::Paragraph);
    }
    story.write_due();
}

/// The cells of a row. A cell that goes over rows stands in each of them. Only what is in the first
/// is seen in Word; text below is rare, and marked.
fn read(story: &mut Story<'_>, row: &Element<'_>) -> Vec<Cell> {
    let properties = row.child("w:trPr");
    let skipped = |name: &str| {
        let count = properties.and_then(|p| p.child(name)).and_then(|c| c.number("w:val"));
        count.filter(|count| *count > 0).map(|columns| Cell { columns, rows: 1, ..Cell::default() })
    };
    let mut out: Vec<Cell> = skipped("w:gridBefore").into_iter().collect();
    in_row(story, row, |story| {
        out.extend(cells(row).into_iter().map(|cell| to_cell(story, cell)));
    });
    out
}

/// Writes what is in a row, which may as a whole be inserted or deleted.
fn in_row(story: &mut Story<'_>, row: &Element<'_>, write: impl FnOnce(&mut Story<'_>)) {
    let outer = story.row_change.clone();
    story.row_change = row_change(row).or_else(|| outer.clone());
    write(story);
    story.row_change = outer;
}

fn row_change(row: &Element<'_>) -> Option<Rc<Change>> {
    let properties = row.child("w:trPr")?;
    let made = |name: &str, what| Some(change(what, properties.child(name)?));
    made("w:del", "deleted").or_else(|| made("w:ins", "inserted"))
}

/// The cells of the first row, in which all is bold.
fn read_head(story: &mut Story<'_>, row: &Element<'_>) -> Vec<Cell> {
    let marks_bold = std::mem::replace(&mut story.look.marks_bold, false);
    let cells = read(story, row);
    story.look.marks_bold = marks_bold;
    cells
}

fn to_cell(story: &mut Story<'_>, element: &Element<'_>) -> Cell {
    let properties = element.child("w:tcPr");
    let property = |name: &str| properties.and_then(|properties| properties.child(name));
    let goes_on = |name: &str| {
        property(name).is_some_and(|merge| merge.attribute("w:val") != Some("restart"))
    };
    let columns = property("w:gridSpan").and_then(|span| span.number("w:val")).unwrap_or(1);
    let is_covered = goes_on("w:vMerge") || goes_on("w:hMerge");
    let mut text = story.line(|story| story.contents(element));
    if is_covered && !text.is_empty() {
        text = format!("[covered: {text}]");
    }
    Cell { text, columns, rows: 1 }
}

fn cells<'e>(row: &'e Element<'e>) -> Vec<&'e Element<'e>> {
    let mut out = Vec::new();
    inside(row, "tc", &mut out);
    out
}

/// The rows or cells in an element, also in what is only around them.
fn inside<'e>(parent: &'e Element<'e>, name: &str, out: &mut Vec<&'e Element<'e>>) {
    for element in parent.elements() {
        match element.name() {
            ("w", local) if local == name => out.push(element),
            around if is_frame(around) => inside(element, name, out),
            _ => {}
        }
    }
}

fn is_hidden(row: &Element<'_>) -> bool {
    row.child("w:trPr").and_then(|properties| super::styles::flag(properties, "w:hidden"))
        == Some(true)
}

/// Whether Word began a page with this row when it showed the document.
fn begins_page(row: &Element<'_>) -> bool {
    row.descendants().any(|element| element.is("w:lastRenderedPageBreak"))
}
