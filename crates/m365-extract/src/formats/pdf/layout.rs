//! From characters with places to texts in the order in which they are read.

mod bidi;
mod columns;
mod grid;
mod order;
mod segment;
mod span;
mod words;

use std::collections::BTreeMap;

use hayro_font::kurbo::Rect;

pub(super) use self::segment::{Piece, Segment, WIDE};
use super::ink::{Glyph, Ink};

/// The most directions of text on a page that are told apart.
const MAX_ANGLES: usize = 12;

/// The texts of a page, before it is known which of them stand on other pages too.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// What runs in the main direction of the page.
    pub(super) segments: Vec<Segment>,
    /// The upright and level lines among them.
    pub(super) rules: Vec<Rect>,
    /// Texts in other directions.
    pub(super) turned: Vec<Vec<Segment>>,
}

impl Texts {
    pub(super) fn is_empty(&self) -> bool {
        self.segments.is_empty() && self.turned.iter().all(Vec::is_empty)
    }

    pub(super) fn chars(&self) -> usize {
        let all = self.segments.iter().chain(self.turned.iter().flatten());
        all.map(Segment::chars).sum()
    }
}

/// A part of a page.
#[derive(Debug)]
pub(super) enum Item {
    Text(Segment),
    Table(Table),
}

/// A table: rows of cells, each with its texts.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) rows: Vec<Vec<Vec<Segment>>>,
    pub(super) rect: Bounds,
    pub(super) order: usize,
}

/// Where something stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    pub(super) x0: f32,
    pub(super) y0: f32,
    pub(super) x1: f32,
    pub(super) y1: f32,
}

impl Bounds {
    pub(super) fn of(segment: &Segment) -> Self {
        Self { x0: segment.x0, y0: segment.top(), x1: segment.x1, y1: segment.bottom() }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    fn holds(&self, (x, y): (f32, f32)) -> bool {
        (self.x0..=self.x1).contains(&x) && (self.y0..=self.y1).contains(&y)
    }
}

impl Item {
    pub(super) fn bounds(&self) -> Bounds {
        match self {
            Self::Text(segment) => Bounds::of(segment),
            Self::Table(table) => table.rect,
        }
    }

    fn order(&self) -> usize {
        match self {
            Self::Text(segment) => segment.order,
            Self::Table(table) => table.order,
        }
    }
}

/// The texts of a page.
pub(super) fn texts(ink: &Ink) -> Texts {
    let angles = angles(&ink.glyphs);
    let Some((main, others)) = angles.split_first() else { return Texts::default() };
    let rules: Vec<Rect> = ink.rules.iter().map(|rule| span::turned(*rule, *main)).collect();
    let segments = in_direction(&ink.glyphs, *main, &rules);
    let turned = others.iter().map(|angle| in_direction(&ink.glyphs, *angle, &[])).collect();
    Texts { segments, rules, turned }
}

/// The parts of a page as they are read.
pub(super) fn items(texts: Texts) -> Vec<Item> {
    let (tables, rest) = grid::tables(texts.segments, &texts.rules);
    let (more, rest, is_mixed) = columns::tables(rest);
    let items = rest.into_iter().map(Item::Text);
    let items = items.chain(tables.into_iter().chain(more).map(Item::Table)).collect();
    let mut items = order::ordered(items, is_mixed);
    for mut segments in texts.turned {
        segments.sort_by_key(|segment| segment.order);
        let turned = segments.into_iter().map(|segment| Segment { is_turned: true, ..segment });
        items.extend(turned.map(Item::Text));
    }
    items
}

/// The directions of text, the most frequent first.
fn angles(glyphs: &[Glyph]) -> Vec<i16> {
    let mut counts: BTreeMap<i16, usize> = BTreeMap::new();
    for glyph in glyphs.iter().filter(|glyph| !glyph.text.is_space()) {
        *counts.entry(glyph.angle).or_default() += 1;
    }
    let mut angles: Vec<(i16, usize)> = counts.into_iter().collect();
    angles.sort_by_key(|(angle, count)| (std::cmp::Reverse(*count), angle.abs()));
    angles.into_iter().map(|(angle, _)| angle).take(MAX_ANGLES).collect()
}

fn in_direction(glyphs: &[Glyph], angle: i16, rules: &[Rect]) -> Vec<Segment> {
    let uprights = Uprights::of(rules);
    let mut all = Vec::new();
    for (line, row) in span::rows(glyphs, angle).into_iter().enumerate() {
        let parts = |x0: f32, x1: f32, y: f32| uprights.parts(x0, x1, y);
        all.extend(segment::segments(row, line, parts));
    }
    all
}

/// Upright lines by their place from left to right.
struct Uprights(Vec<Rect>);

impl Uprights {
    fn of(rules: &[Rect]) -> Self {
        let mut uprights: Vec<Rect> = rules
            .iter()
            .copied()
            .filter(|rule| rule.height() > rule.width() && rule.height() > 6.0)
            .collect();
        uprights.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        Self(uprights)
    }

    /// Whether one of them stands between two places on a line of text.
    fn parts(&self, x0: f32, x1: f32, y: f32) -> bool {
        let (from, to) = (f64::from(x0) - 1.0, f64::from(x1) + 1.0);
        let first = self.0.partition_point(|rule| rule.x0 < from);
        let near = self.0.iter().skip(first).take_while(|rule| rule.x0 <= to);
        let y = f64::from(y) - 2.0;
        near.take(200).any(|rule| rule.y0 <= y && y <= rule.y1)
    }
}
