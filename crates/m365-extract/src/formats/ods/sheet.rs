//! One table: rows and cells, which may stand for many of the same kind.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{styles::Styles, text::Text};
use crate::formats::sheets::{
    Area, Budget, Comment, MAX_EXTRAS, Sheet,
    number::{Epoch, NumberFormat},
    scan,
};

/// The most rows and columns that LibreOffice has.
const MAX_ROWS: u32 = 1_048_576;
const MAX_COLUMNS: u32 = 16_384;

/// Reads the table that `part` begins with.
pub(super) fn read(part: &[u8], styles: &Styles, budget: &mut Budget) -> Sheet {
    let mut table = Table {
        styles,
        budget,
        sheet: Sheet::default(),
        depth: 0,
        row: 0,
        row_repeat: 1,
        row_cells: Vec::new(),
        column: 0,
        columns: Vec::new(),
        cell: None,
        text: Text::default(),
    };
    let mut is_damaged = false;
    table.run(&mut scan::reader(part), &mut is_damaged);
    table.sheet.is_damaged = is_damaged;
    table.sheet
}

/// A table while it is read.
struct Table<'a> {
    styles: &'a Styles,
    budget: &'a mut Budget,
    sheet: Sheet,
    /// How many tables are open: those in a cell are not read.
    depth: usize,
    row: u32,
    row_repeat: u32,
    /// The cells of the row under way that have text.
    row_cells: Vec<Cell>,
    column: u32,
    /// Where the columns that are described before the rows end, and the style of their cells.
    columns: Vec<(u32, Option<String>)>,
    cell: Option<Cell>,
    text: Text,
}

/// A cell, or several next to one another that are the same.
#[derive(Debug, Default)]
struct Cell {
    column: u32,
    repeat: u32,
    /// What is shown where there is no text: the value.
    value: String,
    is_value_shown: bool,
    text: String,
    is_covered: bool,
}

impl Table<'_> {
    fn run(&mut self, reader: &mut Reader<&[u8]>, is_damaged: &mut bool) {
        loop {
            match scan::next(reader, is_damaged) {
                Event::Start(element) => self.start(&element),
                Event::Empty(element) => {
                    self.start(&element);
                    self.end(element.local_name().as_ref());
                }
                Event::End(element) => {
                    self.end(element.local_name().as_ref());
                    if self.depth == 0 {
                        return self.close();
                    }
                }
                Event::Eof => return self.close(),
                event if self.depth == 1 => self.text.push(&event),
                _ => {}
            }
        }
    }

    fn close(&mut self) {
        self.sheet.floating.append(&mut self.text.floating);
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        let name = element.local_name();
        if name.as_ref() == "table" {
            self.depth += 1;
        }
        if self.depth != 1 {
            return;
        }
        match name.as_ref() {
            "table-column" => self.define_columns(element),
            "table-row" => self.begin_row(element),
            "table-cell" | "covered-table-cell" if !self.text.is_outside_cell() => {
                self.begin_cell(element, name.as_ref() == "covered-table-cell");
            }
            name => self.text.start(name, element),
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "table" => self.depth = self.depth.saturating_sub(1),
            _ if self.depth != 1 => {}
            "table-row" => self.end_row(),
            "table-cell" | "covered-table-cell" if !self.text.is_outside_cell() => self.end_cell(),
            name => self.text.end(name),
        }
    }

    fn define_columns(&mut self, element: &BytesStart<'_>) {
        let first = self.columns.last().map_or(0, |(end, _)| *end);
        let repeat = repeated(element, "number-columns-repeated", MAX_COLUMNS);
        let end = first.saturating_add(repeat).min(MAX_COLUMNS);
        if end > first {
            if is_hidden(element) {
                self.sheet.hidden_columns.push((first, end - 1));
            }
            self.columns.push((end, scan::attribute(element, "default-cell-style-name")));
        }
    }

    /// Whether a cell shows a date as its reader is used to.
    fn follows_reader(&self, element: &BytesStart<'_>) -> bool {
        if scan::attribute(element, "value-type").as_deref() != Some("date") {
            return false;
        }
        let own = scan::attribute(element, "style-name");
        let at = self.columns.partition_point(|(end, _)| *end <= self.column);
        let of_column = self.columns.get(at).and_then(|(_, style)| style.as_deref());
        self.styles.follows_reader(own.as_deref().or(of_column))
    }

    fn begin_row(&mut self, element: &BytesStart<'_>) {
        self.row_repeat = repeated(element, "number-rows-repeated", MAX_ROWS);
        self.column = 0;
        if is_hidden(element) && self.sheet.hidden_rows.len() < MAX_EXTRAS {
            let last = self.row.saturating_add(self.row_repeat - 1);
            self.sheet.hidden_rows.push((self.row, last));
        }
    }

    /// Writes the cells of the row, as often as it is repeated.
    fn end_row(&mut self) {
        let cells = std::mem::take(&mut self.row_cells);
        let next = self.row.saturating_add(self.row_repeat).min(MAX_ROWS);
        for row in self.row..next {
            if cells.is_empty() {
                break;
            }
            if self.sheet.is_full() {
                self.sheet.goes_on_to(next - 1);
                break;
            }
            for cell in &cells {
                self.push(row, cell);
            }
        }
        self.row = next;
    }

    fn push(&mut self, row: u32, cell: &Cell) {
        let last = cell.column.saturating_add(cell.repeat).min(MAX_COLUMNS);
        for column in cell.column..last {
            if self.sheet.is_full() {
                break;
            }
            self.sheet.push(row, column, &cell.text, self.budget);
        }
    }

    fn begin_cell(&mut self, element: &BytesStart<'_>, is_covered: bool) {
        let repeat = repeated(element, "number-columns-repeated", MAX_COLUMNS);
        let span = |name| repeated(element, name, MAX_ROWS);
        let (columns, rows) = (span("number-columns-spanned"), span("number-rows-spanned"));
        if (columns > 1 || rows > 1) && self.sheet.merges.len() < MAX_EXTRAS {
            let last = (self.row.saturating_add(rows - 1), self.column.saturating_add(columns - 1));
            self.sheet.merges.push(Area::between((self.row, self.column), last));
        }
        self.text.begin_cell();
        self.cell = Some(Cell {
            column: self.column,
            repeat,
            value: value(element),
            is_value_shown: self.follows_reader(element),
            text: String::new(),
            is_covered,
        });
        self.column = self.column.saturating_add(repeat).min(MAX_COLUMNS);
    }

    fn end_cell(&mut self) {
        let Some(mut cell) = self.cell.take() else { return };
        let shown = self.text.end_cell();
        self.add_remarks(cell.column);
        if cell.is_covered {
            return;
        }
        if let Some(target) = shown.target {
            let place = (self.row, cell.column);
            self.sheet.add_link(Area::between(place, place), target);
        }
        let is_value_shown = cell.is_value_shown && !cell.value.is_empty();
        let is_blank = shown.text.trim().is_empty();
        cell.text = if is_value_shown || is_blank { cell.value.clone() } else { shown.text };
        if !cell.text.trim().is_empty() {
            self.row_cells.push(cell);
        }
    }

    fn add_remarks(&mut self, column: u32) {
        for remark in std::mem::take(&mut self.text.remarks) {
            if self.sheet.comments.len() < MAX_EXTRAS {
                let (row, author) = (self.row, Some(remark.author));
                self.sheet.comments.push(Comment { row, column, author, text: remark.text });
            }
        }
    }
}

/// How many of the same kind an element stands for.
fn repeated(element: &BytesStart<'_>, name: &str, most: u32) -> u32 {
    scan::number(element, name).unwrap_or(1_u32).clamp(1, most)
}

fn is_hidden(element: &BytesStart<'_>) -> bool {
    let visibility = scan::attribute(element, "visibility");
    visibility.is_some_and(|visibility| matches!(visibility.as_str(), "collapse" | "filter"))
}

/// The value of a cell as far as its attributes say, for files that do not say how it is shown.
fn value(element: &BytesStart<'_>) -> String {
    let attribute = |name| scan::attribute(element, name);
    let number = || {
        let value = attribute("value").and_then(|value| value.parse::<f64>().ok());
        value.unwrap_or_default()
    };
    let shown = |code, number| NumberFormat::parse(code).show(number, Epoch::default());
    match attribute("value-type").as_deref() {
        Some("float" | "currency") => shown("General", number()),
        Some("percentage") => shown("0.##%", number()),
        Some("boolean") => attribute("boolean-value").unwrap_or_default().to_uppercase(),
        Some("date") => attribute("date-value").map(|date| iso(&date)).unwrap_or_default(),
        Some("time") => attribute("time-value").map(|time| clock(&time)).unwrap_or_default(),
        Some("string") => attribute("string-value").unwrap_or_default(),
        _ => attribute("formula").map(|formula| plain_formula(&formula)).unwrap_or_default(),
    }
}

/// A date with its time, if it has one, without parts of a second.
fn iso(date: &str) -> String {
    let (day, time) = date.split_once('T').unwrap_or((date, ""));
    let time = time.split('.').next().unwrap_or_default();
    let is_midnight = time.chars().all(|c| matches!(c, '0' | ':'));
    if is_midnight { day.to_owned() } else { format!("{day} {time}") }
}

/// `PT10H05M00S` as `10:05:00`.
fn clock(duration: &str) -> String {
    let Some(time) = duration.strip_prefix("PT") else { return duration.to_owned() };
    let parts: Vec<&str> = time.split(['H', 'M', 'S']).filter(|part| !part.is_empty()).collect();
    parts.join(":")
}

/// A formula that has no value, without the prefix of its language: `of:=SUM([.A1:.A3])`.
fn plain_formula(formula: &str) -> String {
    let (_, formula) = formula.split_once(":=").unwrap_or(("", formula.trim_start_matches('=')));
    format!(
        "={}",
        formula
            .replace(['[', ']'], "")
            .replace(":.", ":")
            .replace("(.", "(")
            .trim_start_matches('.')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_formulas_are_shown_as_people_write_them() {
        assert_eq!(clock("PT10H05M00S"), "10:05:00");
        assert_eq!(iso("2021-01-01T00:00:00"), "2021-01-01");
        assert_eq!(iso("2021-01-01T10:10:10.5"), "2021-01-01 10:10:10");
        assert_eq!(plain_formula("of:=SUM([.A1:.A3])"), "=SUM(A1:A3)");
    }
}
