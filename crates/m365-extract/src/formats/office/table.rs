//! Tables of Office files.

use office_oxide::ir::{Element, Table, TableCell};

use super::{
    grid::{Cell, Grid},
    writer::Writer,
};
/// The note below a table that is not whole.
pub(crate) const CUT: &str = "[table cut]";

/// Tables nested deeper than this are written as the text of their cells.
const MAX_NESTED: usize = 8;

/// Writes a table; one of a single cell is a frame around what is in it.
pub(super) fn write<'a>(writer: &mut Writer<'a>, table: &'a Table) {
    if let [row] = table.rows.as_slice()
        && let [cell] = row.cells.as_slice()
    {
        return writer.elements(&cell.content);
    }
    let mut grid = Grid::default();
    for (number, row) in table.rows.iter().enumerate() {
        let cells = row.cells.iter().map(|cell| to_cell(writer, cell, number == 0));
        grid.push(cells.collect::<Vec<_>>());
    }
    writer.table(grid);
}

fn to_cell<'a>(writer: &mut Writer<'a>, cell: &'a TableCell, is_head: bool) -> Cell {
    let parts: Vec<String> = cell
        .content
        .iter()
        .map(|element| match element {
            Element::Table(inner) if writer.depth() < MAX_NESTED => flat(writer, inner),
            element => writer.cell(std::slice::from_ref(element), is_head),
        })
        .filter(|text| !text.is_empty())
        .collect();
    let [columns, rows] = [cell.col_span, cell.row_span].map(|span| span as usize);
    Cell { text: parts.join(" "), columns, rows }
}

/// A table in a cell: its rows one after the other.
fn flat<'a>(writer: &mut Writer<'a>, table: &'a Table) -> String {
    let mut rows = Vec::new();
    for row in &table.rows {
        let cells = row.cells.iter().map(|cell| writer.cell(&cell.content, true));
        let cells: Vec<String> = cells.filter(|text| !text.is_empty()).collect();
        rows.push(cells.join(", "));
    }
    rows.retain(|row| !row.is_empty());
    rows.join("; ")
}
