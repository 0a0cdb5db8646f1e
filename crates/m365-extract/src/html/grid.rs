//! The cells of a table, and whether they hold data or only lay out a page.

use super::dom::{Dom, Element, Id};

/// The most cells of a table that are read.
const MAX_CELLS: usize = 20_000;
/// The most columns or rows that one cell may span.
const MAX_SPAN: usize = 50;
/// The most places of a table, with those that cells span.
const MAX_PLACES: usize = 100_000;
/// The most columns of a table.
const MAX_COLUMNS: usize = 200;

/// The rows of one table, without those of tables inside of it.
#[derive(Debug, Default)]
pub(super) struct Grid {
    rows: Vec<Vec<Cell>>,
    captions: Vec<Id>,
}

#[derive(Debug)]
struct Cell {
    id: Id,
    columns: usize,
    rows: usize,
    is_head: bool,
}

impl Grid {
    /// Finds the cells of the table at `table`.
    pub(super) fn of(dom: &Dom, table: Id) -> Self {
        let mut grid = Self::default();
        let mut cells = 0;
        grid.read(dom, table, &mut cells);
        grid
    }

    fn read(&mut self, dom: &Dom, parent: Id, cells: &mut usize) {
        for child in dom.children(parent) {
            match dom.element(child).map_or("", Element::name) {
                "caption" => self.captions.push(child),
                "thead" | "tbody" | "tfoot" => self.read_group(dom, child, cells),
                "tr" => self.read_row(dom, child, cells),
                _ => {}
            }
        }
    }

    fn read_group(&mut self, dom: &Dom, group: Id, cells: &mut usize) {
        for child in dom.children(group) {
            if dom.element(child).is_some_and(|element| element.name() == "tr") {
                self.read_row(dom, child, cells);
            }
        }
    }

    fn read_row(&mut self, dom: &Dom, row: Id, cells: &mut usize) {
        let found: Vec<Cell> = dom.children(row).filter_map(|id| Cell::of(dom, id)).collect();
        *cells += found.len();
        if *cells <= MAX_CELLS {
            self.rows.push(found);
        }
    }

    /// The titles of the table.
    pub(super) fn captions(&self) -> &[Id] {
        &self.captions
    }

    /// Whether the table holds data: it is not declared or built as layout.
    ///
    /// Mail programs make tables without `th` for data and for layout alike; what tells them apart
    /// is what stands in the cells.
    pub(super) fn is_data(&self, dom: &Dom, id: Id, table: &Element) -> bool {
        if table.has("role", "presentation") || table.has("role", "none") {
            return false;
        }
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let is_marked = self.is_marked(table);
        if has_inside(dom, id, &["table"]) || columns < 2 {
            return false;
        }
        is_marked || (self.rows.len() > 1 && !has_inside(dom, id, BLOCKS))
    }

    fn is_marked(&self, table: &Element) -> bool {
        let has_head = self.rows.iter().flatten().any(|cell| cell.is_head);
        let has_border = table.attribute("border").is_some_and(|border| border.trim() != "0");
        has_head || has_border || table.classes().any(|class| class.ends_with("MsoTableGrid"))
    }

    /// The texts of the cells; a cell that spans several places fills the first of them.
    pub(super) fn rows(&self, text: impl Fn(Id) -> String) -> Vec<Vec<String>> {
        let mut spans: Vec<usize> = Vec::new();
        let mut left = MAX_PLACES;
        let filled = self.rows.iter().map(|row| fill(row, &mut spans, &text));
        let within = filled.take_while(|row| {
            left = left.saturating_sub(row.len());
            left > 0
        });
        let mut rows: Vec<Vec<String>> = within.collect();
        rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        drop_empty_columns(&mut rows);
        rows
    }
}

/// One row of texts. `spans` says for each column over how many rows a cell from above still goes.
fn fill(row: &[Cell], spans: &mut Vec<usize>, text: &impl Fn(Id) -> String) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for cell in row {
        skip_spanned(&mut texts, spans);
        for column in 0..cell.columns {
            if texts.len() >= MAX_COLUMNS {
                break;
            }
            texts.push(if column == 0 { text(cell.id) } else { String::new() });
            spans.resize(spans.len().max(texts.len()), 0);
            spans[texts.len() - 1] = cell.rows - 1;
        }
    }
    skip_spanned(&mut texts, spans);
    texts
}

/// Leaves the places empty that a cell from above goes over.
fn skip_spanned(texts: &mut Vec<String>, spans: &mut [usize]) {
    while let Some(left) = spans.get_mut(texts.len()).filter(|left| **left > 0) {
        *left -= 1;
        texts.push(String::new());
    }
}

/// Removes the columns that only keep distance.
fn drop_empty_columns(rows: &mut [Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let is_used =
        |column: usize| rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()));
    let used: Vec<bool> = (0..columns).map(is_used).collect();
    for row in rows {
        let mut used = used.iter();
        row.retain(|_| used.next().copied().unwrap_or_default());
    }
}

impl Cell {
    fn of(dom: &Dom, id: Id) -> Option<Self> {
        let element = dom.element(id)?;
        let is_head = element.name() == "th";
        let is_cell = is_head || element.name() == "td";
        is_cell.then(|| Self {
            id,
            columns: span(element, "colspan"),
            rows: span(element, "rowspan"),
            is_head,
        })
    }
}

/// How many places a cell spans by an attribute, within what is allowed.
pub(super) fn span(cell: &Element, attribute: &str) -> usize {
    let value = cell.attribute(attribute).and_then(|value| value.trim().parse().ok());
    value.unwrap_or(1_usize).clamp(1, MAX_SPAN)
}

/// Elements that no cell of data has.
const BLOCKS: &[&str] =
    &["h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote", "pre", "ul", "ol"];

fn has_inside(dom: &Dom, id: Id, names: &[&str]) -> bool {
    let mut inside = dom.descendants(id).filter_map(|inner| dom.element(inner));
    inside.any(|element| names.contains(&element.name()))
}
