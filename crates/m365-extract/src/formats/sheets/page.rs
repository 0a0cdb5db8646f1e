//! The text of one sheet.

use std::collections::HashMap;

use super::{Area, Kind, Sheet, Tab, grid, notes};
use crate::{document::LinkStyle, links::Target, pages::truncate};

/// What is kept free for the note of a cut, in bytes.
const NOTE: usize = 64;

/// The text of a sheet behind its heading.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) markdown: String,
    /// How many rows it has, of how many on the sheet.
    pub(super) shown: usize,
    pub(super) all: usize,
}

/// Writes what is on a sheet, in at most about `room` bytes.
pub(super) fn write(tab: &Tab, mut sheet: Sheet, links: LinkStyle, room: usize) -> Written {
    let mut blocks = opening(tab, &sheet);
    add_links(&mut sheet, links);
    let comments: Vec<String> = comments(&mut sheet, room / 4);
    let floating = std::mem::take(&mut sheet.floating);
    let size = |texts: &[String]| texts.iter().map(|text| text.len() + 2).sum::<usize>();
    let beside = (size(&comments) + size(&floating)).min(room / 2);
    let beyond = usize::try_from(sheet.rows_beyond).unwrap_or(usize::MAX);
    let room_of_tables = room.saturating_sub(size(&blocks) + beside + NOTE);
    let tables = grid::write(sheet.cells, &sheet.merges, room_of_tables);
    let (shown, all) = (tables.shown, tables.all.saturating_add(beyond));
    blocks.extend(tables.blocks);
    if shown < all {
        blocks.push(format!("[table cut: {shown} of {all} rows]"));
    }
    blocks.extend(comments);
    blocks.extend(floating);
    if all == 0 && blocks.is_empty() {
        blocks.push("*Empty sheet.*".to_owned());
    }
    let mut markdown: String = blocks.iter().flat_map(|block| ["\n\n", block.as_str()]).collect();
    truncate(&mut markdown, room);
    Written { markdown, shown, all }
}

/// What is said before the cells.
fn opening(tab: &Tab, sheet: &Sheet) -> Vec<String> {
    let hidden = tab.is_hidden.then_some("*Hidden sheet.*");
    let kind = match tab.kind {
        Kind::Cells => None,
        Kind::Chart => Some("*Chart sheet.*"),
        Kind::Dialog => Some("*Dialog sheet.*"),
        Kind::Macro => Some("*Macro sheet.*"),
    };
    let lines = hidden.into_iter().chain(kind).map(str::to_owned);
    lines.chain(hidden_lines(sheet)).collect()
}

/// Which of the rows and columns with cells are hidden.
fn hidden_lines(sheet: &Sheet) -> Option<String> {
    let mut rows: Vec<u32> = sheet.cells.iter().map(|cell| cell.row).collect();
    let mut columns: Vec<u32> = sheet.cells.iter().map(|cell| cell.column).collect();
    rows.dedup();
    columns.sort_unstable();
    columns.dedup();
    notes::hidden(&used(&sheet.hidden_rows, &mut rows), &used(&sheet.hidden_columns, &mut columns))
}

/// The ranges that hold one of these, without what lies outside of them all.
fn used(ranges: &[(u32, u32)], numbers: &mut [u32]) -> Vec<(u32, u32)> {
    numbers.sort_unstable();
    let (Some(min), Some(max)) = (numbers.first(), numbers.last()) else { return Vec::new() };
    let holds_one = |(first, last): &&(u32, u32)| {
        let next = numbers.partition_point(|number| number < first);
        numbers.get(next).is_some_and(|number| number <= last)
    };
    let clamp = |(first, last): &(u32, u32)| (*first.max(min), *last.min(max));
    ranges.iter().filter(holds_one).map(clamp).collect()
}

/// Writes the targets of links behind the texts that have them.
fn add_links(sheet: &mut Sheet, style: LinkStyle) {
    let place = |area: &Area| (area.first_row, area.first_column);
    let targets: HashMap<(u32, u32), &str> =
        sheet.links.iter().map(|(area, target)| (place(area), &**target)).collect();
    if targets.is_empty() {
        return;
    }
    for cell in &mut sheet.cells {
        let target = targets.get(&(cell.row, cell.column));
        if let Some(target) = target.and_then(|target| Target::parse(target, None)) {
            cell.text = target.write(&cell.text, style);
        }
    }
}

/// The comments in the order of their cells, in at most `room` bytes.
fn comments(sheet: &mut Sheet, room: usize) -> Vec<String> {
    sheet.comments.sort_by_key(|comment| (comment.row, comment.column));
    let mut left = room;
    let texts = sheet.comments.iter().filter(|comment| !comment.text.trim().is_empty());
    texts
        .map(super::Comment::markdown)
        .take_while(|text| {
            let fits = text.len() < left;
            left = left.saturating_sub(text.len() + 2);
            fits
        })
        .collect()
}
