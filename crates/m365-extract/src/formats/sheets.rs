//! Workbooks: what the sheets of all formats turn into.

mod address;
mod formats;
mod grid;
mod notes;
pub(super) mod number;
mod page;
pub(super) mod scan;

use std::rc::Rc;

pub(super) use self::{
    address::{Area, cell as parse_cell},
    formats::Formats,
    notes::{Comment, one_line},
};
use crate::{
    clean::clean_text,
    document::{Document, Options, Page, PageKind},
    escape,
    limits::{MAX_CELLS, MAX_PAGES},
    pages,
};

/// What is kept free for the notes of a sheet and the headings of those after it, in bytes.
const RESERVE: usize = 256;
/// The longest text of a cell, in bytes; Excel allows 32,767 characters.
const MAX_CELL: usize = 128 * 1024;
/// The most merged areas, links and comments of a sheet.
pub(super) const MAX_EXTRAS: usize = 100_000;

/// The longest target of a link that is kept, in bytes.
pub(super) const MAX_TARGET: usize = 8 * 1024;
/// The longest name of an author that is kept, in characters.
pub(super) const MAX_AUTHOR: usize = 200;

/// A workbook of any format.
pub(super) trait Book {
    /// Its sheets in order.
    fn tabs(&self) -> Vec<Tab>;

    /// Reads what is on the sheet at `index`, as far as `budget` goes.
    fn sheet(&mut self, index: usize, budget: &mut Budget) -> Sheet;
}

/// What is known of a sheet before it is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Tab {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) is_hidden: bool,
}

/// What a sheet is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Cells,
    Chart,
    Dialog,
    Macro,
}

/// What is on a sheet. Rows and columns count from 0.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) cells: Vec<Cell>,
    /// How many rows have cells that were not read.
    pub(super) rows_beyond: u32,
    pub(super) last_row: Option<u32>,
    pub(super) is_full: bool,
    pub(super) merges: Vec<Area>,
    /// The places that lead somewhere, with their targets.
    pub(super) links: Vec<(Area, Rc<str>)>,
    pub(super) hidden_rows: Vec<(u32, u32)>,
    pub(super) hidden_columns: Vec<(u32, u32)>,
    pub(super) comments: Vec<Comment>,
    /// What stands over the cells, such as text boxes, as markdown.
    pub(super) floating: Vec<String>,
    /// Whether the sheet, or a part of it, could not be read.
    pub(super) is_damaged: bool,
}

/// A cell that has content.
#[derive(Debug)]
pub(super) struct Cell {
    row: u32,
    column: u32,
    /// Inline markdown.
    text: String,
}

/// How much more is read.
#[derive(Debug)]
pub(super) struct Budget {
    cells: usize,
    bytes: usize,
}

impl Budget {
    fn take(&mut self, bytes: usize) -> bool {
        let has_room = self.cells > 0 && bytes <= self.bytes;
        if has_room {
            self.cells -= 1;
            self.bytes -= bytes;
        }
        has_room
    }
}

impl Sheet {
    /// Adds a cell with its text as the file has it; an empty one is no cell.
    pub(super) fn push(&mut self, row: u32, column: u32, raw: &str, budget: &mut Budget) {
        if raw.trim().is_empty() {
            return;
        }
        if !self.is_full {
            let text = inline(&raw[..raw.floor_char_boundary(MAX_CELL)]);
            self.is_full = !budget.take(text.len() + grid::PER_CELL);
            if !self.is_full {
                self.last_row = Some(row);
                return self.cells.push(Cell { row, column, text });
            }
        }
        if self.last_row.replace(row) != Some(row) {
            self.rows_beyond = self.rows_beyond.saturating_add(1);
        }
    }

    /// Notes where these cells lead.
    pub(super) fn add_link(&mut self, area: Area, target: impl Into<Rc<str>>) {
        let target = target.into();
        if self.links.len() < MAX_EXTRAS && target.len() <= MAX_TARGET {
            self.links.push((area, target));
        }
    }

    /// Notes that these rows are hidden.
    pub(super) fn hide_rows(&mut self, first: u32, last: u32) {
        add_range(&mut self.hidden_rows, first, last);
    }

    /// Notes that these columns are hidden.
    pub(super) fn hide_columns(&mut self, first: u32, last: u32) {
        add_range(&mut self.hidden_columns, first, last);
    }

    /// Whether what follows is only counted.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Notes that the sheet goes on behind what was looked at, as far as its author says.
    pub(super) fn goes_on_to(&mut self, last_row: u32) {
        let read = self.last_row.unwrap_or_default();
        let beyond = last_row.saturating_sub(read).max(1);
        self.rows_beyond = self.rows_beyond.saturating_add(beyond);
        self.last_row = Some(read.max(last_row));
        self.is_full = true;
    }
}

/// Adds a range, or makes the last one longer where it goes on.
fn add_range(ranges: &mut Vec<(u32, u32)>, first: u32, last: u32) {
    let has_room = ranges.len() < MAX_EXTRAS;
    match ranges.last_mut() {
        Some(before) if before.1.saturating_add(1) == first => before.1 = last.max(first),
        _ if has_room => ranges.push((first, last.max(first))),
        _ => {}
    }
}

/// The text of a cell as inline markdown.
fn inline(raw: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" .,-:+%$/".contains(&byte);
    if raw.bytes().all(is_plain) { raw.trim().to_owned() } else { escape::text(raw) }
}

/// Writes the sheets that `options` ask for; the others have their names only.
pub(super) fn document(book: &mut dyn Book, options: &Options) -> Document {
    let mut tabs = book.tabs();
    let all = tabs.len();
    tabs.truncate(MAX_PAGES);
    let pages = (1..).zip(&tabs).map(named_page).collect();
    let mut document = Document { pages, ..Document::default() };
    if all > tabs.len() {
        let note = format!("The workbook has more sheets than are read: {MAX_PAGES} are listed.");
        document.warnings.push(note);
    }
    let mut writer = Writer::new(&document.pages, options);
    for (index, tab) in tabs.iter().enumerate() {
        if let Some(page) = document.pages.get_mut(index) {
            writer.write(book, index, tab, page);
        }
    }
    document.warnings.extend(writer.warnings());
    document
}

fn named_page((number, tab): (usize, &Tab)) -> Page {
    let name = clean_text(&tab.name);
    let mut name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        name = format!("Sheet {number}");
    }
    let markdown = format!("## {}", escape::text(&name));
    Page {
        kind: PageKind::Sheet,
        label: Some(name),
        is_hidden: tab.is_hidden,
        markdown,
        ..Page::default()
    }
}

/// Fills the pages as far as an answer goes.
struct Writer<'a> {
    options: &'a Options,
    is_wanted: Vec<bool>,
    cells: usize,
    bytes: usize,
    cut: Vec<String>,
    unread: Vec<u32>,
    damaged: Vec<u32>,
}

impl<'a> Writer<'a> {
    fn new(pages: &[Page], options: &'a Options) -> Self {
        Self {
            options,
            is_wanted: pages::wanted(pages, options),
            cells: MAX_CELLS,
            bytes: options.max_output,
            cut: Vec::new(),
            unread: Vec::new(),
            damaged: Vec::new(),
        }
    }

    fn write(&mut self, book: &mut dyn Book, index: usize, tab: &Tab, page: &mut Page) {
        if !self.is_wanted.get(index).copied().unwrap_or_default() {
            return;
        }
        let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        let room = self.room(index, page.markdown.len());
        if room < RESERVE {
            self.unread.push(number);
            page.is_cut = true;
            page.markdown.push_str("\n\n*Not shown here: ask for this sheet alone.*");
        } else {
            let mut budget = Budget { cells: self.cells, bytes: room };
            let sheet = book.sheet(index, &mut budget);
            self.cells = budget.cells;
            self.fill(number, tab, page, sheet, room);
        }
        self.bytes = self.bytes.saturating_sub(page.markdown.len());
    }

    fn fill(&mut self, number: u32, tab: &Tab, page: &mut Page, sheet: Sheet, room: usize) {
        if sheet.is_damaged {
            self.damaged.push(number);
        }
        let written = page::write(tab, sheet, self.options.links, room);
        page.markdown.push_str(&written.markdown);
        page.is_cut = written.is_cut || written.shown < written.all;
        if written.shown < written.all {
            self.cut.push(format!(
                "Sheet {number} is longer than what is returned: {} of {} rows are shown.",
                written.shown, written.all,
            ));
        }
        if written.is_cut {
            self.cut.push(format!(
                "Sheet {number} is longer than what is returned: text beside its cells is missing.",
            ));
        }
    }

    /// How many bytes the sheet at `index` may take, beside the headings of those after it.
    fn room(&self, index: usize, heading: usize) -> usize {
        let after = self.is_wanted.iter().skip(index + 1).filter(|wanted| **wanted).count();
        let reserve = (RESERVE * after).min(self.bytes / 4);
        self.bytes.saturating_sub(reserve + heading)
    }

    fn warnings(self) -> Vec<String> {
        let mut warnings = self.cut;
        if !self.unread.is_empty() {
            let sheets = notes::ranges("Sheet", "Sheets", &singles(&self.unread), u32::to_string);
            let verb = if self.unread.len() == 1 { "is" } else { "are" };
            warnings.push(format!("{sheets} {verb} not shown: there is no room for more."));
        }
        if !self.damaged.is_empty() {
            let sheets = notes::ranges("Sheet", "Sheets", &singles(&self.damaged), u32::to_string);
            let verb = if self.damaged.len() == 1 { "is" } else { "are" };
            warnings.push(format!("{sheets} {verb} damaged: something may be missing."));
        }
        warnings
    }
}

fn singles(numbers: &[u32]) -> Vec<(u32, u32)> {
    numbers.iter().map(|number| (*number, *number)).collect()
}

#[cfg(test)]
mod tests;
