//! Cells that span columns and rows, laid out as a table of markdown.

use super::CUT;
use crate::markdown::{Blocks, Gap, table};

/// The most columns of a table.
pub(crate) const MAX_COLUMNS: usize = 200;
/// The most places of a table, with those that cells span.
const MAX_PLACES: usize = 200_000;
/// The most text of a table, in bytes.
const MAX_TEXT: usize = 8 * 1024 * 1024;

/// A cell with its text as inline markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    /// How many columns and rows it goes over, as the file claims.
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

/// The places of a table.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    rows: Vec<Vec<String>>,
    /// For each column over how many rows a cell from above still goes.
    spans: Vec<usize>,
    places: usize,
    /// How much text there is, in bytes, with that for which there was no room.
    size: usize,
    is_cut: bool,
}

impl Grid {
    /// Adds a row; cells that one from above goes over are not among `cells`.
    pub(crate) fn push(&mut self, cells: impl IntoIterator<Item = Cell>) {
        if self.places > MAX_PLACES || self.size > MAX_TEXT {
            self.is_cut = true;
            return;
        }
        let mut row = Vec::new();
        for cell in cells {
            self.skip_spanned(&mut row);
            self.place(&mut row, cell);
        }
        self.skip_spanned(&mut row);
        self.places += row.len() + 1;
        self.rows.push(row);
    }

    /// Puts the text in the first place of the cell and leaves its others empty.
    fn place(&mut self, row: &mut Vec<String>, cell: Cell) {
        let room = MAX_COLUMNS.saturating_sub(row.len());
        self.size = self.size.saturating_add(cell.text.len());
        let has_room = room > 0 && self.size <= MAX_TEXT;
        self.is_cut |= !has_room;
        let mut text = if has_room { cell.text } else { String::new() };
        for _ in 0..cell.columns.clamp(1, MAX_COLUMNS).min(room) {
            row.push(std::mem::take(&mut text));
            self.spans.resize(self.spans.len().max(row.len()), 0);
            if let Some(span) = self.spans.get_mut(row.len() - 1) {
                *span = cell.rows.saturating_sub(1);
            }
        }
    }

    /// Leaves the places empty that a cell from above goes over.
    fn skip_spanned(&mut self, row: &mut Vec<String>) {
        while let Some(left) = self.spans.get_mut(row.len()).filter(|left| **left > 0) {
            *left -= 1;
            row.push(String::new());
        }
    }

    /// Whether a cell goes on over the next row.
    pub(crate) fn has_open_span(&self) -> bool {
        self.spans.iter().any(|left| *left > 0)
    }

    /// Writes the table, with a note below it when a part was left out; says whether one was.
    pub(crate) fn write(self, blocks: &mut Blocks) -> bool {
        let (rows, is_cut) = self.into_rows();
        if !rows.is_empty() {
            blocks.push(&table::markdown(&rows), Gap::Paragraph);
        }
        if is_cut {
            blocks.push(CUT, Gap::Paragraph);
        }
        is_cut
    }

    /// The rows and columns in which there is text, and whether some were left out.
    pub(crate) fn into_rows(mut self) -> (Vec<Vec<String>>, bool) {
        self.rows.retain(|row| row.iter().any(|cell| !cell.trim().is_empty()));
        drop_empty_columns(&mut self.rows);
        (self.rows, self.is_cut)
    }
}

/// Removes the columns in which no row has text.
fn drop_empty_columns(rows: &mut [Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let is_used = |column: usize| {
        rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.trim().is_empty()))
    };
    let used: Vec<bool> = (0..columns).map(is_used).collect();
    for row in rows {
        let mut used = used.iter();
        row.retain(|_| used.next().copied().unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str, columns: usize, rows: usize) -> Cell {
        Cell { text: text.into(), columns, rows }
    }

    #[test]
    fn a_merged_cell_stands_in_its_first_place() {
        let mut grid = Grid::default();
        grid.push([cell("a", 2, 1), cell("b", 1, 2)]);
        grid.push([cell("c", 1, 1), cell("d", 1, 1)]);
        grid.push([cell("e", 1, 1), cell("f", 1, 1), cell("g", 1, 1)]);

        let (rows, is_cut) = grid.into_rows();

        assert_eq!(rows, [["a", "", "b"], ["c", "d", ""], ["e", "f", "g"]]);
        assert!(!is_cut);
    }

    #[test]
    fn c08_a_span_of_any_size_takes_no_more_places_than_are_allowed() {
        let mut grid = Grid::default();
        grid.push([cell("a", usize::MAX, usize::MAX), cell("b", 1, 1)]);
        for _ in 0..5_000 {
            grid.push([cell("c", 1, 1)]);
        }

        let (rows, is_cut) = grid.into_rows();

        assert!(is_cut);
        assert!(rows.iter().map(Vec::len).sum::<usize>() <= MAX_PLACES + MAX_COLUMNS);
    }

    #[test]
    fn c08_text_of_any_length_takes_no_more_room_than_is_allowed() {
        let mut grid = Grid::default();
        let long = "x".repeat(MAX_TEXT / 3);
        (0..5).for_each(|_| grid.push([cell("a", 1, 1), cell(&long, 1, 1)]));

        let mut blocks = Blocks::default();

        assert!(grid.write(&mut blocks));
        assert!(blocks.size() < MAX_TEXT);
        assert!(blocks.take_page().ends_with(CUT));
    }

    #[test]
    fn rows_and_columns_without_text_are_left_out() {
        let mut grid = Grid::default();
        grid.push([cell("a", 2, 1), cell("b", 1, 1)]);
        grid.push([cell(" ", 3, 1)]);
        grid.push([cell("c", 2, 1), cell("d", 1, 1)]);

        assert_eq!(grid.into_rows().0, [["a", "b"], ["c", "d"]]);
    }
}
