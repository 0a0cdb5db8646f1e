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
    /// Whether something beside the rows was left out.
    pub(super) is_cut: bool,
}

/// Writes what is on a sheet, in at most about `room` bytes.
pub(super) fn write(tab: &Tab, mut sheet: Sheet, links: LinkStyle, room: usize) -> Written {
    let mut blocks = opening(tab, &sheet);
    add_links(&mut sheet, links);
    let comments = comments(&mut sheet, room);
    let floating = Beside::of("text boxes", std::mem::take(&mut sheet.floating));
    let beside = (size(&comments.texts) + size(&floating.texts)).min(room / 2);
    let beyond = usize::try_from(sheet.rows_beyond).unwrap_or(usize::MAX);
    let room_of_tables = room.saturating_sub(size(&blocks) + beside + NOTE);
    let tables = grid::write(sheet.cells, &sheet.merges, room_of_tables);
    let (shown, all) = (tables.shown, tables.all.saturating_add(beyond));
    blocks.extend(tables.blocks);
    if shown < all {
        blocks.push(format!("[table cut: {shown} of {all} rows]"));
    }
    let left = room.saturating_sub(size(&blocks));
    let (comments, are_comments_cut) = comments.fit(left - size(&floating.texts).min(left / 2));
    let (floating, is_floating_cut) = floating.fit(left.saturating_sub(size(&comments)));
    blocks.extend(comments);
    blocks.extend(floating);
    if all == 0 && blocks.is_empty() {
        blocks.push("*Empty sheet.*".to_owned());
    }
    let mut markdown: String = blocks.iter().flat_map(|block| ["\n\n", block.as_str()]).collect();
    let is_cut = truncate(&mut markdown, room) || are_comments_cut || is_floating_cut;
    Written { markdown, shown, all, is_cut }
}

/// What the blocks take with the lines between them, in bytes.
fn size(blocks: &[String]) -> usize {
    blocks.iter().map(|block| block.len() + 2).sum()
}

/// Texts that stand below the cells.
#[derive(Debug)]
struct Beside {
    name: &'static str,
    texts: Vec<String>,
    /// How many there are with those that were left out already.
    all: usize,
}

impl Beside {
    fn of(name: &'static str, texts: Vec<String>) -> Self {
        Self { name, all: texts.len(), texts }
    }

    /// The first of the texts, for which there is room, with a note of a cut; and whether there was
    /// one.
    fn fit(mut self, room: usize) -> (Vec<String>, bool) {
        let is_cut = self.texts.len() < self.all || size(&self.texts) > room;
        if is_cut {
            let fitting = fitting(&self.texts, room.saturating_sub(NOTE));
            self.texts.truncate(fitting);
            self.texts.push(format!("[{} cut: {fitting} of {}]", self.name, self.all));
        }
        (self.texts, is_cut)
    }
}

/// How many of these texts go into `room` bytes.
fn fitting(texts: &[String], room: usize) -> usize {
    let sizes = texts.iter().scan(0_usize, |sum, text| {
        *sum += text.len() + 2;
        Some(*sum)
    });
    sizes.take_while(|sum| *sum <= room).count()
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

/// The comments in the order of their cells; those behind the first `room` bytes are only counted.
fn comments(sheet: &mut Sheet, room: usize) -> Beside {
    sheet.comments.retain(|comment| !comment.text.trim().is_empty());
    sheet.comments.sort_by_key(|comment| (comment.row, comment.column));
    let mut left = room;
    let written = sheet.comments.iter().map(super::Comment::markdown).take_while(|text| {
        let fits = text.len() < left;
        left = left.saturating_sub(text.len() + 2);
        fits
    });
    Beside { name: "comments", texts: written.collect(), all: sheet.comments.len() }
}
