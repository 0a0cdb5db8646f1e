//! Tables in text and on slides.

use super::writer::Writer;
use crate::{
    formats::office::{
        grid::{Cell, Grid, MAX_COLUMNS},
        span::Look,
    },
    markdown::Gap,
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
            [row] if cells(row).count() == 1 => {
                self.in_box(|writer| cells(row).for_each(|cell| writer.children(cell)));
            }
            _ => self.rows(&rows),
        }
        self.break_page(after);
    }

    fn rows(&mut self, rows: &[&Element<'a>]) {
        let mut grid = Grid::default();
        let mut head: Option<Vec<Cell>> = None;
        for row in rows {
            if self.is_full() {
                break;
            }
            if row.is("text:soft-page-break") {
                self.soft_breaks += 1;
                continue;
            }
            if self.soft_breaks > 0 && !grid.has_open_span() {
                self.write_grid(std::mem::take(&mut grid));
                self.end_block();
                self.repeat(head.as_deref().unwrap_or_default(), &mut grid);
            }
            let cells = self.row(row, head.is_none());
            grid.push(cells.iter().cloned());
            for _ in 1..repeated(row, "table:number-rows-repeated") {
                self.repeat(&cells, &mut grid);
            }
            head.get_or_insert(cells);
        }
        self.write_grid(grid);
    }

    /// Adds a row once more, as far as there is room for its text.
    fn repeat(&mut self, cells: &[Cell], grid: &mut Grid) {
        if !self.is_full() {
            self.written += cells.iter().map(|cell| cell.text.len() + 1).sum::<usize>();
            grid.push(cells.iter().cloned());
        }
    }

    fn write_grid(&mut self, grid: Grid) {
        self.is_cut |= grid.write(&mut self.blocks);
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
            for _ in 1..repeated(element, "table:number-columns-repeated") {
                if self.is_full() || out.len() > MAX_COLUMNS {
                    break;
                }
                self.written += cell.text.len();
                out.push(cell.clone());
            }
            out.push(cell);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        document::LinkStyle,
        formats::odf::{Styles, objects::Objects},
        xml,
    };

    /// The most text that a writer gives, whatever is repeated, in bytes.
    const MOST: usize = 16 * 1024 * 1024;

    /// How long the text of a table is with these rows, and whether the writer took no more.
    fn written(rows: &str) -> (usize, bool) {
        let spaces = "xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' \
                      xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'";
        let source = format!("<table:table {spaces}>{rows}</table:table>");
        let (styles, objects) = (Styles::default(), Objects::default());
        let mut writer = Writer::new(&styles, &objects, LinkStyle::Target);
        writer.block(&xml::parse(&source).unwrap());
        let is_cut = writer.is_cut();
        (writer.finish().0.iter().map(String::len).sum(), is_cut)
    }

    fn cell(attributes: &str, text: &str) -> String {
        format!("<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>")
    }

    #[test]
    fn c08_text_that_is_repeated_takes_no_more_room_than_any_other() {
        let cell = cell("table:number-columns-repeated='100'", &"x".repeat(20_000));

        let (size, is_cut) = written(&format!(
            "<table:table-row table:number-rows-repeated='100'>{cell}</table:table-row>\
             <table:table-row/>"
        ));

        assert!(size <= MOST, "{size}");
        assert!(is_cut);
    }

    #[test]
    fn c08_a_head_that_is_repeated_on_each_page_takes_no_more_room_than_any_other() {
        let head = cell("", &"x".repeat(20_000));
        let row =
            format!("<text:soft-page-break/><table:table-row>{}</table:table-row>", cell("", "a"));

        let (size, is_cut) =
            written(&format!("<table:table-row>{head}</table:table-row>{}", row.repeat(1_000)));

        assert!(size <= MOST, "{size}");
        assert!(is_cut);
    }
}
