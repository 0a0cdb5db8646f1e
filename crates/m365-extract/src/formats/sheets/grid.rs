//! Cells as markdown tables: rows stay lines, and what is empty costs little.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{Area, Cell};
use crate::{escape, markdown::table};

/// What a cell costs beside its text, in bytes.
pub(super) const PER_CELL: usize = 3;
/// How many rows have to stand together to be a table of their own.
const MIN_TABLE: usize = 3;
/// By how many rows the end of a table may be below the rest of it.
const MAX_GAP: u32 = 3;
/// The most rows above a table that are titles.
const MAX_TITLES: usize = 5;

/// Tables, and how many rows they have of how many.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) blocks: Vec<String>,
    pub(super) shown: usize,
    pub(super) all: usize,
}

/// Writes cells as tables of at most `room` bytes. Empty rows part one table from the next, unless
/// there are so many of them that they only keep distance.
pub(super) fn write(mut cells: Vec<Cell>, merges: &[Area], room: usize) -> Tables {
    cells.sort_by_key(|cell| (cell.row, cell.column));
    drop_covered(&mut cells, merges);
    let rows: Vec<&[Cell]> = cells.chunk_by(|a, b| a.row == b.row).collect();
    let spanned = Spanned::of(merges, &cells);
    let mut tables = Tables { all: rows.len(), ..Tables::default() };
    let mut left = room;
    for block in blocks(&rows) {
        let written = block_rows(block, &spanned, &mut left);
        tables.shown += written.len();
        if !written.is_empty() {
            tables.blocks.push(markdown(&written));
        }
        if written.len() < block.len() {
            break;
        }
    }
    tables
}

/// Removes the cells that a merged one hides. Areas that overlap are not told apart exactly.
fn drop_covered(cells: &mut Vec<Cell>, merges: &[Area]) {
    let mut merges: Vec<&Area> = merges.iter().filter(|area| area.is_wide()).collect();
    merges.sort_by_key(|area| area.first_row);
    let mut coming = merges.into_iter().peekable();
    let mut open: BTreeMap<u32, &Area> = BTreeMap::new();
    cells.retain(|cell| {
        while let Some(area) = coming.next_if(|area| area.first_row <= cell.row) {
            open.insert(area.first_column, area);
        }
        let area = open.range(..=cell.column).next_back().map(|(_, area)| *area);
        let covers =
            area.filter(|area| cell.row <= area.last_row && cell.column <= area.last_column);
        covers.is_none_or(|area| (cell.row, cell.column) == (area.first_row, area.first_column))
    });
}

/// For each column, how many of those before it are the rest of a merged cell.
struct Spanned(Vec<u32>);

impl Spanned {
    fn of(merges: &[Area], cells: &[Cell]) -> Self {
        let last = cells.iter().map(|cell| cell.column).max().unwrap_or_default();
        let columns = usize::try_from(last).unwrap_or_default().saturating_add(2);
        let mut changes = vec![0_i64; columns.min(usize::from(u16::MAX))];
        for area in merges {
            for (column, change) in [(area.first_column, 1), (area.last_column, -1)] {
                let at = usize::try_from(column).unwrap_or(usize::MAX).saturating_add(1);
                if let Some(total) = changes.get_mut(at) {
                    *total += change;
                }
            }
        }
        let (mut open, mut count) = (0, 0);
        let counts = changes.into_iter().map(|change| {
            open += change;
            let before = count;
            count += u32::from(open > 0);
            before
        });
        Self(counts.collect())
    }

    /// Whether all columns between these two belong to merged cells.
    fn covers(&self, before: u32, after: u32) -> bool {
        let count = |column: u32| {
            usize::try_from(column).ok().and_then(|at| self.0.get(at)).copied().unwrap_or_default()
        };
        count(after).saturating_sub(count(before.saturating_add(1)))
            == after.saturating_sub(before).saturating_sub(1)
    }
}

/// The rows of each table.
fn blocks<'a, 'c>(rows: &'a [&'c [Cell]]) -> Vec<&'a [&'c [Cell]]> {
    let number = |row: &&[Cell]| row.first().map_or(0, |cell| cell.row);
    let mut blocks: Vec<Range<usize>> = Vec::new();
    let mut columns: BTreeSet<u32> = BTreeSet::new();
    let mut start = 0;
    let mut above: &[Cell] = &[];
    for part in rows.chunk_by(|a, b| number(a).saturating_add(1) >= number(b)) {
        let end = start + part.len();
        match blocks.last_mut() {
            Some(last)
                if last.len() >= MIN_TABLE
                    && gap(above, part) <= MAX_GAP
                    && belongs(part, &columns) =>
            {
                last.end = end;
            }
            _ => {
                blocks.push(start..end);
                columns = part.iter().flat_map(|row| row.iter()).map(|cell| cell.column).collect();
            }
        }
        start = end;
        above = part.last().copied().unwrap_or_default();
    }
    if blocks.len() * 2 > rows.len() && rows.len() > 1 {
        return vec![rows];
    }
    blocks.into_iter().filter_map(|block| rows.get(block)).collect()
}

/// By how many rows these are below that one.
fn gap(above: &[Cell], rows: &[&[Cell]]) -> u32 {
    let first = rows.first().and_then(|row| row.first()).map_or(0, |cell| cell.row);
    first.saturating_sub(above.first().map_or(0, |cell| cell.row))
}

/// Whether these rows are the end of a table with these columns, such as its totals below an empty
/// row, rather than a table or a text of their own.
fn belongs(rows: &[&[Cell]], columns: &BTreeSet<u32>) -> bool {
    rows.len() < MIN_TABLE
        && rows.iter().any(|row| row.len() > 1)
        && rows.iter().flat_map(|row| row.iter()).all(|cell| columns.contains(&cell.column))
}

/// The texts of the rows of one table, until there is no room left.
fn block_rows(block: &[&[Cell]], spanned: &Spanned, left: &mut usize) -> Vec<Vec<String>> {
    let places = places(block, spanned);
    let mut rows = Vec::new();
    for row in block {
        let texts = row_texts(row, &places);
        let cost: usize =
            texts.iter().map(|text| text.len() + text.matches('|').count() + PER_CELL).sum();
        let head = if rows.is_empty() { places.len() * 9 } else { 0 };
        if cost + head + 2 > *left {
            *left = 0;
            break;
        }
        *left -= cost + head + 2;
        rows.push(texts);
    }
    rows
}

/// Where each used column stands in the table. A gap between two is one empty place, or none where
/// merged cells fill it.
fn places(block: &[&[Cell]], spanned: &Spanned) -> BTreeMap<u32, usize> {
    let used: BTreeMap<u32, usize> =
        block.iter().flat_map(|row| row.iter()).map(|cell| (cell.column, 0)).collect();
    let mut place = 0;
    let mut last: Option<u32> = None;
    let placed = used.into_keys().map(|column| {
        if let Some(before) = last.replace(column) {
            let has_gap = column > before.saturating_add(1) && !spanned.covers(before, column);
            place += if has_gap { 2 } else { 1 };
        }
        (column, place)
    });
    placed.collect()
}

fn row_texts(row: &[Cell], places: &BTreeMap<u32, usize>) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for cell in row {
        let place = places.get(&cell.column).copied().unwrap_or_default();
        texts.resize(place + 1, String::new());
        if let Some(text) = texts.get_mut(place) {
            text.clone_from(&cell.text);
        }
    }
    texts
}

/// A table, with the titles above it as paragraphs; one of these alone when there is only one cell.
fn markdown(rows: &[Vec<String>]) -> String {
    let (titles, rows) = rows.split_at(titles(rows));
    let mut blocks: Vec<String> = titles.iter().map(|row| paragraph(row)).collect();
    if !rows.is_empty() {
        blocks.push(table::markdown(rows));
    }
    blocks.join("\n\n")
}

/// How many rows at the top are titles: they have one cell, and nearly all others have several.
fn titles(rows: &[Vec<String>]) -> usize {
    let count = rows.iter().take_while(|row| row.len() == 1).count();
    let wide = rows.iter().skip(count).filter(|row| row.len() > 1).count();
    let is_title = count <= MAX_TITLES && wide > 1 && wide * 2 >= rows.len() - count;
    if is_title || rows.len() == 1 { count } else { 0 }
}

fn paragraph(row: &[String]) -> String {
    let words: Vec<&str> = row.iter().flat_map(|text| text.split_whitespace()).collect();
    escape::paragraph(&words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(texts: &[(u32, u32, &str)]) -> Vec<Cell> {
        let cell = |(row, column, text): &(u32, u32, &str)| Cell {
            row: *row,
            column: *column,
            text: (*text).to_owned(),
        };
        texts.iter().map(cell).collect()
    }

    fn area(first: (u32, u32), last: (u32, u32)) -> Area {
        Area::between(first, last)
    }

    fn markdown_of(texts: &[(u32, u32, &str)], merges: &[Area]) -> String {
        write(cells(texts), merges, 10_000).blocks.join("\n\n")
    }

    #[test]
    fn empty_rows_part_tables() {
        let text = markdown_of(
            &[(0, 0, "Title"), (2, 0, "a"), (2, 1, "b"), (3, 0, "1"), (3, 1, "2"), (4, 1, "3")],
            &[],
        );

        assert_eq!(text, "Title\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n|  | 3 |");
    }

    #[test]
    fn a_title_right_above_a_table_is_a_paragraph() {
        let title = (0, 0, "Sales | 2026");
        let table = [(1, 0, "a"), (1, 1, "b"), (2, 0, "1"), (2, 1, "2"), (3, 0, "x"), (3, 1, "y")];

        assert_eq!(
            markdown_of(&[&[title], &table[..]].concat(), &[]),
            "Sales | 2026\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n| x | y |",
        );
        assert_eq!(markdown_of(&[title, (1, 0, "b")], &[]), "| Sales \\| 2026 |\n| --- |\n| b |");
    }

    #[test]
    fn totals_below_an_empty_row_belong_to_their_table() {
        let table = [(0, 0, "a"), (0, 1, "b"), (1, 0, "x"), (1, 1, "1"), (2, 0, "y"), (2, 1, "2")];
        let total = [(4, 0, "sum"), (4, 1, "3")];
        let note = [(6, 0, "in euros")];

        assert_eq!(
            markdown_of(&[&table[..], &total, &note].concat(), &[]),
            "| a | b |\n| --- | --- |\n| x | 1 |\n| y | 2 |\n| sum | 3 |\n\nin euros",
        );
    }

    #[test]
    fn rows_that_only_keep_distance_stay_one_table() {
        let text = markdown_of(&[(0, 0, "a"), (2, 0, "b"), (4, 0, "c")], &[]);

        assert_eq!(text, "| a |\n| --- |\n| b |\n| c |");
    }

    #[test]
    fn c10_two_far_cells_cost_little() {
        let text = markdown_of(&[(0, 0, "a"), (1_048_575, 16_383, "b")], &[]);

        assert_eq!(text, "| a |  |  |\n| --- | --- | --- |\n|  |  | b |");
    }

    #[test]
    fn a_gap_that_merged_cells_fill_is_none() {
        let merges = [area((0, 0), (0, 2)), area((0, 3), (1, 5))];

        assert_eq!(
            markdown_of(
                &[(0, 0, "a"), (0, 3, "b"), (1, 0, "c"), (1, 3, "covered"), (1, 7, "d")],
                &merges
            ),
            "| a | b |  |  |\n| --- | --- | --- | --- |\n| c |  |  | d |",
        );
    }

    #[test]
    fn rows_end_where_there_is_no_room() {
        let texts: Vec<(u32, u32, &str)> = (0..100).map(|row| (row, 0, "text")).collect();

        let tables = write(cells(&texts), &[], 100);

        assert_eq!((tables.shown, tables.all), (10, 100));
        assert!(tables.blocks.concat().len() <= 100);
    }
}
