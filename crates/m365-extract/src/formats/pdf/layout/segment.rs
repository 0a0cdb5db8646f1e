//! From lines to texts that stand together: a cell, a line of a column.

use super::{
    bidi,
    span::{Placed, Row},
    words::{pieces, tokens},
};
use crate::formats::pdf::{ink::Mark, letters};

/// A gap that parts two texts, in sizes of the font, if they were drawn one after the other.
pub(crate) const WIDE: f32 = 1.3;
/// A gap that parts two texts with a single space between them, which lines of even length stretch.
const JUSTIFIED: f32 = 12.0;
/// A gap that parts two texts that were drawn at different times.
const NARROW: f32 = 0.5;
/// A gap that may part two cells, if they were shown one by one.
const CHUNK: f32 = 0.25;

/// A text on one line without wide gaps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Segment {
    pub(crate) x0: f32,
    pub(crate) x1: f32,
    /// Its baseline.
    pub(crate) y: f32,
    pub(crate) size: f32,
    pub(crate) pieces: Vec<Piece>,
    /// When it was drawn.
    pub(crate) order: usize,
    /// The number of its line, which others may share.
    pub(crate) line: usize,
    pub(crate) is_right_to_left: bool,
    /// Its parts, where they were shown one by one.
    pub(crate) chunks: Vec<Segment>,
    /// Whether it is a line of a paragraph that was drawn line by line.
    pub(crate) is_flowing: bool,
    /// Whether it runs in another direction than most text of its page.
    pub(crate) is_turned: bool,
}

/// A part of a text that looks the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) mark: Mark,
    /// Whether it is smaller and raised, as exponents and the marks of footnotes.
    pub(crate) is_raised: bool,
}

impl Piece {
    /// Whether it is a number that is raised.
    pub(crate) fn is_note_mark(&self) -> bool {
        let text = self.text.trim();
        self.is_raised
            && (1..=3).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_digit())
    }
}

impl Segment {
    pub(crate) fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    pub(crate) fn chars(&self) -> usize {
        self.pieces.iter().map(|piece| piece.text.chars().count()).sum()
    }

    /// Adds a text to its right.
    pub(crate) fn append(&mut self, mut next: Self) {
        self.x1 = self.x1.max(next.x1);
        self.order = self.order.min(next.order);
        self.pieces.push(Piece { text: " ".to_owned(), ..Piece::default() });
        self.pieces.append(&mut next.pieces);
    }

    pub(crate) fn words(&self) -> usize {
        self.text().split_whitespace().count()
    }

    pub(crate) fn top(&self) -> f32 {
        self.y - self.size * 0.8
    }

    pub(crate) fn bottom(&self) -> f32 {
        self.y + self.size * 0.2
    }

    pub(crate) fn middle(&self) -> (f32, f32) {
        ((self.x0 + self.x1) / 2.0, self.y - self.size * 0.3)
    }

    pub(crate) fn is_running(&self) -> bool {
        self.pieces.iter().all(|piece| piece.mark.is_running)
    }

    pub(crate) fn is_bold(&self) -> bool {
        let mut words = self.pieces.iter().filter(|piece| !piece.text.trim().is_empty());
        words.all(|piece| piece.mark.is_bold)
    }

    pub(crate) fn is_code(&self) -> bool {
        self.pieces.iter().all(|piece| piece.mark.is_code || piece.text.trim().is_empty())
    }

    pub(crate) fn heading(&self) -> u8 {
        self.pieces.iter().map(|piece| piece.mark.heading).max().unwrap_or_default()
    }
}

/// The texts of a row. `parts` tells whether a line stands between two places.
pub(super) fn segments(
    row: Row<'_>,
    line: usize,
    parts: impl Fn(f32, f32, f32) -> bool,
) -> Vec<Segment> {
    let (y, size) = (row.y, row.size);
    let mut done: Vec<Segment> = Vec::new();
    let mut now: Vec<Placed<'_>> = Vec::new();
    let mut had_space = false;
    for mut placed in row.into_glyphs() {
        if placed.glyph.text.is_space() {
            had_space = true;
            continue;
        }
        if let Some(last) = now.last()
            && (is_apart(last, &placed, size, had_space) || parts(last.x1, placed.x0, y))
        {
            done.extend(whole(std::mem::take(&mut now), (y, size), line));
        }
        placed.is_after_space = std::mem::take(&mut had_space);
        now.push(placed);
    }
    done.extend(whole(now, (y, size), line));
    with_markers(done)
}

/// Joins the marks of list items with what stands behind them.
fn with_markers(segments: Vec<Segment>) -> Vec<Segment> {
    let mut joined: Vec<Segment> = Vec::new();
    for next in segments {
        match joined.last_mut() {
            Some(last) if next.x0 - last.x1 < next.size * 4.0 && is_marker(&last.text()) => {
                (last.y, last.size) = (next.y, next.size);
                last.chunks.clear();
                last.append(next);
            }
            _ => joined.push(next),
        }
    }
    joined
}

/// Whether a text is a bullet, or a number as of a list.
fn is_marker(text: &str) -> bool {
    let number = text.trim_start_matches('(').strip_suffix(['.', ')']).unwrap_or_default();
    let is_number = (1..=3).contains(&number.len())
        && (number.bytes().all(|byte| byte.is_ascii_digit())
            || (number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_lowercase())));
    let mut chars = text.chars();
    let is_bullet = chars.next().is_some_and(|c| letters::is_bullet(c) || c == '–' || c == '-');
    is_number || (is_bullet && chars.next().is_none())
}

/// Whether the gap between two characters is wider than one between words.
fn is_apart(last: &Placed<'_>, next: &Placed<'_>, size: f32, had_space: bool) -> bool {
    let size = size.min(last.glyph.size.max(next.glyph.size));
    let gap = (next.x0 - last.x1) / size;
    let most = match next.order.checked_sub(last.order) {
        _ if last.glyph.run != next.glyph.run && !had_space => NARROW,
        Some(2) if had_space => JUSTIFIED,
        Some(1..=4) => WIDE,
        _ => NARROW,
    };
    gap > most
}

/// A text with its parts.
fn whole(glyphs: Vec<Placed<'_>>, place: (f32, f32), line: usize) -> Option<Segment> {
    let are_one = |last: &Placed<'_>, next: &Placed<'_>| {
        last.glyph.run == next.glyph.run
            || next.is_after_space
            || next.x0 - last.x1 < next.glyph.size * CHUNK
    };
    let parts: Vec<&[Placed<'_>]> = glyphs.chunk_by(are_one).collect();
    let chunks = match parts.len() {
        0 | 1 => Vec::new(),
        _ => parts.iter().filter_map(|part| segment(part, place, line)).collect(),
    };
    Some(Segment { chunks, ..segment(&glyphs, place, line)? })
}

fn segment(glyphs: &[Placed<'_>], (y, size): (f32, f32), line: usize) -> Option<Segment> {
    let (first, last) = (glyphs.first()?, glyphs.last()?);
    let (x0, x1) = (first.x0, glyphs.iter().fold(last.x1, |x1, placed| x1.max(placed.x1)));
    let order = glyphs.iter().map(|placed| placed.order).min().unwrap_or_default();
    let (size, y) = usual(glyphs).unwrap_or((size, y));
    let (tokens, is_right_to_left) = bidi::logical(tokens(glyphs, size, y));
    Some(Segment {
        x0,
        x1,
        y,
        size,
        pieces: pieces(tokens),
        order,
        line,
        is_right_to_left,
        chunks: Vec::new(),
        is_flowing: false,
        is_turned: false,
    })
}

/// The size and baseline that most of the characters have.
fn usual(glyphs: &[Placed<'_>]) -> Option<(f32, f32)> {
    let mut counts: Vec<(f32, f32, usize)> = Vec::new();
    for Placed { glyph, y, .. } in glyphs {
        let has_room = counts.len() < 16;
        let place = counts.iter().position(|(size, ..)| (size - glyph.size).abs() < 0.1);
        match place.and_then(|place| counts.get_mut(place)) {
            Some((.., count)) => *count += 1,
            None if has_room => counts.push((glyph.size, *y, 1)),
            None => {}
        }
    }
    let most = counts.into_iter().max_by(|a, b| a.2.cmp(&b.2).then(a.0.total_cmp(&b.0)));
    most.map(|(size, y, _)| (size, y))
}
