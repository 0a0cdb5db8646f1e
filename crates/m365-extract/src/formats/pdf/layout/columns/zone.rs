//! Rows of text that may be a table.

use super::{
    super::{Bounds, Segment, Table, grid},
    Row, size, y,
};

/// How far rows of a table are apart at most, in sizes of the font.
const MAX_GAP: f32 = 3.2;
/// The gap before and after a line across all columns at most.
const MAX_LEAD: f32 = 2.7;
/// The gap between the lines of one cell at most.
const LINE_GAP: f32 = 1.45;
/// The most columns of a table.
const MAX_COLUMNS: usize = 200;

/// Places that texts of a column take.
#[derive(Clone, Copy, Debug)]
struct Column {
    x0: f32,
    x1: f32,
}

/// Rows that may be a table.
pub(super) struct Zone {
    rows: Vec<Row>,
    columns: Vec<Column>,
    most: usize,
}

impl Zone {
    pub(super) fn new(row: Row) -> Self {
        let columns = merged(&[], &row);
        Self { most: columns.len(), columns, rows: vec![row] }
    }

    /// Whether a row goes on with the columns of those before.
    pub(super) fn takes(&self, row: &Row) -> bool {
        let Some(last) = self.rows.last() else { return false };
        let gap = (y(row) - y(last)) / size(row).min(size(last));
        let is_wide = self.columns.len().max(row.len()) > MAX_COLUMNS;
        if is_wide || gap > MAX_GAP || (row.len() == 1 && !self.holds(row)) {
            return false;
        }
        let columns = merged(&self.columns, row).len();
        columns >= 2 && columns * 5 >= self.most.max(row.len()) * 4
    }

    /// A row whose texts are parted where the columns are.
    pub(super) fn refined(&self, row: &Row) -> Row {
        row.iter()
            .flat_map(|text| self.parted(text).unwrap_or_else(|| vec![text.clone()]))
            .collect()
    }

    /// The parts of a text, if each of them stands in a column and they are in several.
    fn parted(&self, text: &Segment) -> Option<Row> {
        let column = |chunk: &Segment| {
            let slack = chunk.size;
            self.columns
                .iter()
                .position(|column| chunk.x0 >= column.x0 - slack && chunk.x1 <= column.x1 + slack)
        };
        let mut parts: Vec<(usize, Segment)> = Vec::new();
        for chunk in &text.chunks {
            let place = column(chunk)?;
            match parts.last_mut() {
                Some((last, part)) if *last == place => part.append(chunk.clone()),
                _ => parts.push((place, chunk.clone())),
            }
        }
        (parts.len() > 1).then(|| parts.into_iter().map(|(_, part)| part).collect())
    }

    /// Whether the only text of a row stands in one column.
    fn holds(&self, row: &Row) -> bool {
        let Some(text) = row.first() else { return false };
        let touches = |column: &&Column| column.x0 < text.x1 && text.x0 < column.x1;
        let columns: Vec<&Column> = self.columns.iter().filter(touches).collect();
        match columns.as_slice() {
            [column] => text.x1 <= column.x1 + text.size * 2.0 && text.x0 >= column.x0 - text.size,
            _ => false,
        }
    }

    /// Whether rows behind a single line have the same columns.
    pub(super) fn goes_on(&self, line: &Row, next: &Self) -> bool {
        let (Some(above), Some(below)) = (self.rows.last(), next.rows.first()) else {
            return false;
        };
        let is_near = |a: &Row, b: &Row| (y(b) - y(a)) / size(a).min(size(b)) < MAX_LEAD;
        let others: Row = next.rows.iter().flatten().cloned().collect();
        let columns = merged(&self.columns, &others).len();
        let most = self.columns.len().max(next.columns.len());
        is_near(above, line) && is_near(line, below) && columns >= 3 && columns * 5 >= most * 4
    }

    /// Takes in a line across its columns, and the rows behind it.
    pub(super) fn absorb(&mut self, mut line: Row, next: Self) {
        if let (Some(text), Some(first)) = (line.first_mut(), self.columns.first()) {
            // Cells are found by where their middle is.
            text.x1 = text.x1.min(first.x1.max(text.x0 + 1.0));
        }
        self.rows.push(line);
        next.rows.into_iter().for_each(|row| self.push(row));
    }

    pub(super) fn push(&mut self, row: Row) {
        self.columns = merged(&self.columns, &row);
        self.most = self.most.max(row.len());
        self.rows.push(row);
    }

    /// The table, if it is one, and the texts that are not part of it.
    pub(super) fn table(mut self) -> (Option<Table>, Vec<Segment>) {
        let mut others = Vec::new();
        while let Some(row) = self.rows.pop_if(|row| row.len() < 2) {
            others.extend(row);
        }
        let full = self.rows.iter().filter(|row| row.len() >= 2).count();
        let is_table = full >= 3 || (full >= 2 && self.columns.len() >= 3);
        if !is_table || !self.is_dense() || self.is_prose() {
            others.extend(self.rows.into_iter().flatten());
            return (None, others);
        }
        (self.filled(), others)
    }

    /// Whether many places have a text; those of a chart do not.
    fn is_dense(&self) -> bool {
        let texts: usize = self.rows.iter().map(Vec::len).sum();
        texts * 10 >= self.rows.len() * self.columns.len() * 3
    }

    /// Whether the columns are those of a page: lines of words that fill them.
    pub(super) fn is_prose(&self) -> bool {
        let is_prose = |column: &Column| {
            let texts: Vec<&Segment> =
                self.rows.iter().flatten().filter(|text| column.holds(text)).collect();
            let words: usize = texts.iter().map(|text| text.words()).sum();
            let is_long = |text: &&&Segment| text.x1 - text.x0 > (column.x1 - column.x0) * 0.75;
            let long = texts.iter().filter(is_long).count();
            words >= texts.len() * 4 && long * 2 > texts.len() && texts.len() >= 3
        };
        self.columns.iter().filter(|column| is_prose(column)).count() >= 2
    }

    fn filled(self) -> Option<Table> {
        let all = self.rows.iter().flatten();
        let rect = all.clone().map(Bounds::of).reduce(Bounds::and)?;
        let order = all.map(|segment| segment.order).min()?;
        let mut rows: Vec<Vec<Vec<Segment>>> = Vec::new();
        let mut last: Option<(f32, f32)> = None;
        for row in self.rows {
            let (at, size) = (y(&row), size(&row));
            let cells = cells(&self.columns, row);
            let is_near = last.is_some_and(|(y, _)| at - y < size * LINE_GAP);
            let goes_on = is_near && is_rest(&cells);
            match rows.last_mut().filter(|_| goes_on) {
                Some(above) => {
                    for (cell, more) in above.iter_mut().zip(cells) {
                        cell.extend(more);
                    }
                }
                None => rows.push(cells),
            }
            last = Some((at, size));
        }
        rows.iter_mut().flatten().for_each(|cell| grid::read(cell));
        Some(Table { rows, rect, order })
    }
}

impl Column {
    fn holds(&self, text: &Segment) -> bool {
        let middle = (text.x0 + text.x1) / 2.0;
        (self.x0..=self.x1).contains(&middle)
    }
}

fn cells(columns: &[Column], row: Row) -> Vec<Vec<Segment>> {
    let mut cells = vec![Vec::new(); columns.len()];
    for segment in row {
        let place = columns.iter().position(|column| column.holds(&segment));
        if let Some(cell) = place.and_then(|place| cells.get_mut(place)) {
            cell.push(segment);
        }
    }
    cells
}

/// The columns with those that the texts of a row take; what overlaps is one column.
fn merged(columns: &[Column], row: &Row) -> Vec<Column> {
    let mut all: Vec<Column> = columns.to_vec();
    all.extend(row.iter().map(|text| Column { x0: text.x0, x1: text.x1 }));
    all.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    let mut merged: Vec<Column> = Vec::new();
    for column in all {
        match merged.last_mut() {
            Some(last) if column.x0 < last.x1 => last.x1 = last.x1.max(column.x1),
            _ => merged.push(column),
        }
    }
    merged
}

/// Whether cells are the second lines of those above: one of them, or all in lower case.
fn is_rest(cells: &[Vec<Segment>]) -> bool {
    let begins_small = |segment: &Segment| {
        let first = segment.pieces.first().and_then(|piece| piece.text.chars().next());
        first.is_some_and(char::is_lowercase)
    };
    let filled: Vec<&Segment> = cells.iter().filter_map(|cell| cell.first()).collect();
    cells.first().is_some_and(Vec::is_empty)
        && (filled.len() == 1 || filled.iter().all(|segment| begins_small(segment)))
}
