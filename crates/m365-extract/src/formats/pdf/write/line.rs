//! Lines of text, each with all that stands on it.

use crate::formats::pdf::layout::{Bounds, Item, Piece, Segment, Table, WIDE};

/// A line or a table.
#[derive(Debug)]
pub(super) enum Entry {
    Line(Line),
    Table(Table),
}

/// A line of text.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) bounds: Bounds,
    pub(super) y: f32,
    pub(super) size: f32,
    pub(super) pieces: Vec<Piece>,
    pub(super) heading: u8,
    pub(super) is_bold: bool,
    pub(super) is_right_to_left: bool,
    pub(super) is_turned: bool,
    pub(super) is_code: bool,
    pub(super) is_flowing: bool,
    /// How many texts with wide gaps between them are on it.
    pub(super) parts: usize,
    number: usize,
}

impl Entry {
    pub(super) fn line(&self) -> Option<&Line> {
        match self {
            Self::Line(line) => Some(line),
            Self::Table(_) => None,
        }
    }

    pub(super) fn table(&self) -> Option<&Table> {
        match self {
            Self::Table(table) => Some(table),
            Self::Line(_) => None,
        }
    }

    pub(super) fn bounds(&self) -> Bounds {
        match self {
            Self::Line(line) => line.bounds,
            Self::Table(table) => table.rect,
        }
    }
}

impl Line {
    pub(super) fn of(segment: Segment) -> Self {
        Self {
            bounds: Bounds::of(&segment),
            y: segment.y,
            size: segment.size,
            heading: segment.heading(),
            is_bold: segment.is_bold(),
            is_right_to_left: segment.is_right_to_left,
            is_turned: segment.is_turned,
            is_code: segment.is_code(),
            is_flowing: segment.is_flowing,
            parts: 1,
            number: segment.line,
            pieces: segment.pieces,
        }
    }

    /// Whether a text goes on with the line, to its right.
    fn takes(&self, segment: &Segment) -> bool {
        let is_level = (segment.y - self.y).abs() < self.size.min(segment.size) * 0.5;
        let are_columns = self.is_flowing && segment.is_flowing;
        let is_alike = (0.75..1.34).contains(&(segment.size / self.size));
        segment.line == self.number
            && is_level
            && is_alike
            && !are_columns
            && segment.x0 >= self.bounds.x1 - segment.size * 0.5
    }

    fn push(&mut self, mut segment: Segment) {
        let gap = segment.x0 - self.bounds.x1;
        self.bounds = self.bounds.and(Bounds::of(&segment));
        self.is_bold &= segment.is_bold();
        self.is_code &= segment.is_code();
        self.size = self.size.max(segment.size);
        self.parts += usize::from(gap > segment.size * WIDE);
        self.pieces.push(Piece { text: " ".to_owned(), ..Piece::default() });
        self.pieces.append(&mut segment.pieces);
    }

    pub(super) fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    /// The number of the footnote that it is, if it begins with one that is raised.
    pub(super) fn note(&self) -> Option<String> {
        let number = self.pieces.first().filter(|piece| piece.is_note_mark())?.text.clone();
        (self.pieces.len() > 1).then_some(number)
    }

    /// How wide its first word is, about.
    pub(super) fn first_word(&self) -> f32 {
        let text = self.text();
        let chars = text.chars().count().max(1) as f32;
        let word = text.split_whitespace().next().unwrap_or_default().chars().count() as f32;
        (self.bounds.x1 - self.bounds.x0) * word / chars
    }
}

/// The parts of a page, with the texts of a line as one.
pub(super) fn entries(items: Vec<Item>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::with_capacity(items.len());
    for item in items {
        match (item, entries.last_mut()) {
            (Item::Text(segment), Some(Entry::Line(line))) if line.takes(&segment) => {
                line.push(segment);
            }
            (Item::Text(segment), _) => entries.push(Entry::Line(Line::of(segment))),
            (Item::Table(table), _) => entries.push(Entry::Table(table)),
        }
    }
    entries
}
