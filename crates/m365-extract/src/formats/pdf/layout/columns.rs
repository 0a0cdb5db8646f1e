//! Tables without lines: texts in rows whose places agree.

use super::{Bounds, Segment, Table, grid};

/// How far rows of a table are apart at most, in sizes of the font.
const MAX_GAP: f32 = 3.2;
/// The gap before and after a line across all columns at most.
const MAX_LEAD: f32 = 2.7;
/// The gap between the lines of one cell at most.
const LINE_GAP: f32 = 1.45;

/// The texts on one line.
type Row = Vec<Segment>;

/// Places that texts of a column take.
#[derive(Clone, Copy, Debug)]
struct Column {
    x0: f32,
    x1: f32,
}

/// Takes the tables without lines out of the texts of a page. Says of what is left whether it has
/// columns whose lines were drawn by turns.
pub(super) fn tables(segments: Vec<Segment>) -> (Vec<Table>, Vec<Segment>, bool) {
    let (mut rest, others) = flowing(segments);
    let mut tables = Vec::new();
    let mut is_mixed = false;
    for part in parts(rows(others)) {
        match part {
            Part::Line(row) => rest.extend(row),
            Part::Zone(zone) => {
                is_mixed |= zone.is_prose();
                let (table, others) = zone.table();
                tables.extend(table);
                rest.extend(others);
            }
        }
    }
    (tables, rest, is_mixed)
}

/// Parts the lines of paragraphs, which were drawn one below the other, from other texts.
fn flowing(mut segments: Vec<Segment>) -> (Vec<Segment>, Vec<Segment>) {
    segments.sort_by_key(|segment| segment.order);
    let runs = segments.chunk_by_mut(flows);
    for run in runs.filter(|run| is_paragraph(run)) {
        run.iter_mut().for_each(|segment| segment.is_flowing = true);
    }
    segments.into_iter().partition(|segment| segment.is_flowing)
}

/// Whether a text stands right below another one.
fn flows(last: &Segment, next: &Segment) -> bool {
    let gap = (next.y - last.y) / last.size;
    let common = last.x1.min(next.x1) - last.x0.max(next.x0);
    let shorter = (last.x1 - last.x0).min(next.x1 - next.x0);
    (0.7..2.0).contains(&gap)
        && (0.85..1.18).contains(&(next.size / last.size))
        && common > shorter * 0.6
        && (next.x0 - last.x0).abs() < last.size * 3.0
}

fn is_paragraph(run: &[Segment]) -> bool {
    let words: usize = run.iter().map(Segment::words).sum();
    run.len() >= 3 && words * 2 >= run.len() * 7
}

/// A line of text, or rows that may be a table.
enum Part {
    Line(Row),
    Zone(Zone),
}

fn parts(rows: Vec<Row>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut rows = rows.into_iter().peekable();
    while let Some(row) = rows.next() {
        if row.len() < 2 {
            parts.push(Part::Line(row));
            continue;
        }
        let mut zone = Zone::new(row);
        while let Some(row) = rows.next_if(|row| zone.takes(row)) {
            zone.push(row);
        }
        add(&mut parts, zone);
    }
    parts
}

/// Adds rows; those of the same table as others before a single line, with that line.
fn add(parts: &mut Vec<Part>, zone: Zone) {
    let is_same = match parts.as_slice() {
        [.., Part::Zone(last), Part::Line(line)] => last.goes_on(line, &zone),
        _ => false,
    };
    if !is_same {
        return parts.push(Part::Zone(zone));
    }
    let line = parts.pop();
    if let (Some(Part::Line(line)), Some(Part::Zone(last))) = (line, parts.last_mut()) {
        last.absorb(line, zone);
    }
}

fn rows(mut segments: Vec<Segment>) -> Vec<Row> {
    segments.sort_by(|a, b| a.line.cmp(&b.line).then(a.x0.total_cmp(&b.x0)));
    let mut rows: Vec<Row> = Vec::new();
    for segment in segments {
        match rows.last_mut() {
            Some(row) if row.last().is_some_and(|last| last.line == segment.line) => {
                row.push(segment);
            }
            _ => rows.push(vec![segment]),
        }
    }
    rows.sort_by(|a, b| y(a).total_cmp(&y(b)));
    rows
}

fn y(row: &Row) -> f32 {
    row.first().map_or(0.0, |segment| segment.y)
}

fn size(row: &Row) -> f32 {
    row.iter().map(|segment| segment.size).fold(1.0, f32::max)
}

/// Rows that may be a table.
struct Zone {
    rows: Vec<Row>,
    columns: Vec<Column>,
    most: usize,
}

impl Zone {
    fn new(row: Row) -> Self {
        let columns = merged(&[], &row);
        Self { most: columns.len(), columns, rows: vec![row] }
    }

    /// Whether a row goes on with the columns of those before.
    fn takes(&self, row: &Row) -> bool {
        let Some(last) = self.rows.last() else { return false };
        let gap = (y(row) - y(last)) / size(row).min(size(last));
        if gap > MAX_GAP || (row.len() == 1 && !self.holds(row)) {
            return false;
        }
        let columns = merged(&self.columns, row).len();
        columns >= 2 && columns * 5 >= self.most.max(row.len()) * 4
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
    fn goes_on(&self, line: &Row, next: &Self) -> bool {
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
    fn absorb(&mut self, mut line: Row, next: Self) {
        if let (Some(text), Some(first)) = (line.first_mut(), self.columns.first()) {
            // Cells are found by where their middle is.
            text.x1 = text.x1.min(first.x1.max(text.x0 + 1.0));
        }
        self.rows.push(line);
        next.rows.into_iter().for_each(|row| self.push(row));
    }

    fn push(&mut self, row: Row) {
        self.columns = merged(&self.columns, &row);
        self.most = self.most.max(row.len());
        self.rows.push(row);
    }

    /// The table, if it is one, and the texts that are not part of it.
    fn table(mut self) -> (Option<Table>, Vec<Segment>) {
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
    fn is_prose(&self) -> bool {
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
