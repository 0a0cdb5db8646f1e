//! Tables in text and on slides.

use super::writer::Writer;
use crate::{
    formats::office::{
        CUT,
        grid::{Cell, Grid},
        span::Look,
    },
    markdown::{Gap, table},
    xml::Element,
};

/// The most times that a cell or row with text is repeated.
const MAX_REPEATED: usize = 100;

impl<'a> Writer<'a> {
    /// Writes a table; one of a single cell is a frame around what is in it.
    pub(super) fn table(&mut self, table: &Element<'a>) {
        let mut rows = Vec::new();
        find_rows(table, &mut rows);
        if self.inside > 0 {
            return self.flat(&rows);
        }
        self.end_code();
        let (before, after) = self.styles.breaks("table", table.attribute("table:style-name"));
        self.break_page(before);
        match rows.as_slice() {
            [row] if cells(row).count() == 1 => cells(row).for_each(|cell| self.children(cell)),
            _ => self.rows(&rows),
        }
        self.break_page(after);
    }

    fn rows(&mut self, rows: &[&Element<'a>]) {
        let mut grid = Grid::default();
        let mut head = None;
        for row in rows {
            if row.is("text:soft-page-break") {
                self.soft_breaks += 1;
                continue;
            }
            if self.soft_breaks > 0 && !grid.has_open_span() {
                self.write_grid(std::mem::take(&mut grid));
                self.end_block();
                grid.push(head.iter().flatten().cloned());
            }
            let cells = self.row(row, head.is_none());
            for _ in 0..repeated(row, "table:number-rows-repeated") {
                grid.push(cells.iter().cloned());
            }
            head.get_or_insert(cells);
        }
        self.write_grid(grid);
    }

    fn write_grid(&mut self, grid: Grid) {
        let (rows, is_cut) = grid.into_rows();
        if !rows.is_empty() {
            self.blocks.push(&table::markdown(&rows), Gap::Paragraph);
        }
        if is_cut {
            self.blocks.push(CUT, Gap::Paragraph);
        }
    }

    fn row(&mut self, row: &Element<'a>, is_head: bool) -> Vec<Cell> {
        let look = self.look;
        self.look = Look { marks_bold: look.marks_bold && !is_head, ..look };
        let mut out = Vec::new();
        for element in cells(row) {
            let span = |name| element.number(name).unwrap_or(1);
            let cell = Cell {
                text: self.line(element),
                columns: span("table:number-columns-spanned"),
                rows: span("table:number-rows-spanned"),
            };
            let times = repeated(element, "table:number-columns-repeated");
            out.extend(std::iter::repeat_n(cell, times));
        }
        self.look = look;
        out
    }

    /// A table where only a line may be: its rows one after the other.
    fn flat(&mut self, rows: &[&Element<'a>]) {
        let mut texts = Vec::new();
        for row in rows {
            let cells: Vec<String> = cells(row).map(|cell| self.line(cell)).collect();
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            let filled: Vec<&str> = cells.into_iter().filter(|text| !text.is_empty()).collect();
            texts.push(filled.join(", "));
        }
        texts.retain(|text| !text.is_empty());
        if !texts.is_empty() {
            self.blocks.push(&texts.join("; "), Gap::Paragraph);
        }
    }
}

/// The rows of a table in order, and the places between them where a page ended.
fn find_rows<'e, 'a>(table: &'e Element<'a>, rows: &mut Vec<&'e Element<'a>>) {
    for element in table.elements() {
        match element.name() {
            ("table", "table-row") | ("text", "soft-page-break") => rows.push(element),
            ("table", "table-header-rows" | "table-rows" | "table-row-group") => {
                find_rows(element, rows);
            }
            _ => {}
        }
    }
}

/// The cells of a row without those that another one goes over.
fn cells<'e, 'a>(row: &'e Element<'a>) -> impl Iterator<Item = &'e Element<'a>> {
    row.elements().filter(|element| element.is("table:table-cell"))
}

fn repeated(element: &Element<'_>, name: &str) -> usize {
    element.number(name).unwrap_or(1).clamp(1, MAX_REPEATED)
}
