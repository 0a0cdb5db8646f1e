//! From characters to lines: what stands on one baseline.

use hayro_font::kurbo::{Point, Rect, Vec2};

use super::super::ink::{Glyph, Text};

/// How many lines are looked at to find the one that a text belongs to.
const LOOK_BACK: usize = 48;
/// The longest text that is raised or lowered on a line, in characters.
const MAX_RAISED: usize = 12;

/// A character where text runs to the right.
#[derive(Clone, Debug)]
pub(super) struct Placed<'g> {
    pub(super) glyph: &'g Glyph,
    pub(super) x0: f32,
    pub(super) x1: f32,
    pub(super) y: f32,
    /// Its place in the order of drawing.
    pub(super) order: usize,
    /// Whether a space was drawn before it.
    pub(super) is_after_space: bool,
}

/// Characters that were drawn one after the other.
#[derive(Debug)]
struct Span<'g> {
    glyphs: Vec<Placed<'g>>,
    x0: f32,
    x1: f32,
    y: f32,
    size: f32,
}

/// Texts on one baseline.
#[derive(Debug)]
pub(super) struct Row<'g> {
    spans: Vec<Span<'g>>,
    pub(super) y: f32,
    pub(super) size: f32,
}

/// A rectangle turned by an angle in degrees, as text that runs at this angle sees it.
pub(super) fn turned(rect: Rect, angle: i16) -> Rect {
    let corners = [(rect.x0, rect.y0), (rect.x1, rect.y1)];
    let [a, b] = corners.map(|corner| turn(Point::from(corner), angle));
    Rect::from_points(a, b)
}

fn turn(at: Point, angle: i16) -> Point {
    if angle == 0 {
        return at;
    }
    let (along, across) = (Vec2::from_angle(f64::from(angle).to_radians()), at.to_vec2());
    Point::new(across.dot(along), along.cross(across))
}

/// The rows of text that runs at an angle, from the top down.
pub(super) fn rows<'g>(glyphs: &'g [Glyph], angle: i16) -> Vec<Row<'g>> {
    let mut spans = spans(glyphs, angle);
    spans.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x0.total_cmp(&b.x0)));
    let mut rows: Vec<Row<'g>> = Vec::new();
    for span in spans {
        let first = rows.len().saturating_sub(LOOK_BACK);
        let place = (first..rows.len()).rev().find(|row| rows[*row].takes(&span));
        match place.and_then(|place| rows.get_mut(place)) {
            Some(row) => row.push(span),
            None => rows.push(Row { y: span.y, size: span.size, spans: vec![span] }),
        }
    }
    attach_raised(&mut rows);
    rows
}

fn spans(glyphs: &[Glyph], angle: i16) -> Vec<Span<'_>> {
    let mut spans: Vec<Span<'_>> = Vec::new();
    for (order, glyph) in glyphs.iter().enumerate() {
        if glyph.angle != angle {
            continue;
        }
        let at = turn(glyph.at, angle);
        let (x0, y) = (at.x as f32, at.y as f32);
        let placed = Placed { glyph, x0, x1: x0 + glyph.advance, y, order, is_after_space: false };
        match spans.last_mut() {
            Some(span) if span.repeats(&placed) => {}
            Some(span) if span.goes_on_with(&placed) => span.push(placed),
            _ => spans.push(Span::new(placed)),
        }
    }
    spans.retain(|span| span.glyphs.iter().any(|placed| !placed.glyph.text.is_space()));
    spans
}

impl<'g> Span<'g> {
    fn new(first: Placed<'g>) -> Self {
        let Placed { x0, x1, y, glyph, .. } = first;
        Self { x0, x1, y, size: glyph.size, glyphs: vec![first] }
    }

    fn push(&mut self, placed: Placed<'g>) {
        self.x1 = self.x1.max(placed.x1);
        self.glyphs.push(placed);
    }

    fn goes_on_with(&self, next: &Placed<'_>) -> bool {
        let ratio = next.glyph.size / self.size;
        let gap = (next.x0 - self.x1) / self.size;
        (0.9..1.1).contains(&ratio)
            && (next.y - self.y).abs() < self.size * 0.1
            && (-0.4..0.6).contains(&gap)
    }

    /// Whether the same character is drawn over the last one, which makes it look bold.
    fn repeats(&self, next: &Placed<'_>) -> bool {
        let Some(last) = self.glyphs.last() else { return false };
        let apart = (next.x0 - last.x0).abs().max((next.y - last.y).abs());
        last.glyph.text == next.glyph.text
            && !next.glyph.text.is_space()
            && apart < last.glyph.advance.min(self.size) * 0.3
    }

    fn text(&self) -> Vec<&Text> {
        self.glyphs.iter().map(|placed| &placed.glyph.text).collect()
    }

    /// How far two spans lie over each other, as a part of the shorter.
    fn overlap(&self, other: &Self) -> f32 {
        let common = self.x1.min(other.x1) - self.x0.max(other.x0);
        common / (self.x1 - self.x0).min(other.x1 - other.x0).max(0.1)
    }
}

impl<'g> Row<'g> {
    /// Whether a span stands on the row's baseline, at a free place or over the same text.
    fn takes(&self, span: &Span<'_>) -> bool {
        let is_level = (span.y - self.y).abs() <= span.size.min(self.size) * 0.22;
        is_level
            && self
                .spans
                .iter()
                .rev()
                .take(LOOK_BACK)
                .all(|own| own.overlap(span) < 0.4 || own.text() == span.text())
    }

    fn push(&mut self, span: Span<'g>) {
        if self.spans.iter().rev().take(LOOK_BACK).any(|own| own.overlap(&span) >= 0.4) {
            return;
        }
        if span.size > self.size {
            (self.y, self.size) = (span.y, span.size);
        }
        self.spans.push(span);
    }

    fn len(&self) -> usize {
        self.spans.iter().map(|span| span.glyphs.len()).take(MAX_RAISED + 1).sum()
    }

    /// Whether a row of small text is raised or lowered beside a text of this one.
    fn has_beside(&self, small: &Self) -> bool {
        let reach = self.size * 0.35;
        let is_beside = |span: &Span<'_>| {
            small.spans.iter().any(|other| {
                let gap = (other.x0 - span.x1).max(span.x0 - other.x1);
                (-reach..reach).contains(&gap)
            })
        };
        self.size > small.size * 1.12
            && (self.y - small.y).abs() < self.size * 0.6
            && self.spans.iter().any(is_beside)
    }

    /// All characters from left to right.
    pub(super) fn into_glyphs(self) -> Vec<Placed<'g>> {
        let mut glyphs: Vec<Placed<'g>> =
            self.spans.into_iter().flat_map(|span| span.glyphs).collect();
        glyphs.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        glyphs
    }
}

/// Moves marks of footnotes, exponents and the like to the rows that they belong to.
fn attach_raised(rows: &mut Vec<Row<'_>>) {
    for number in 0..rows.len() {
        let Some(small) = rows.get(number).filter(|row| row.len() <= MAX_RAISED) else { continue };
        let mut near = number.saturating_sub(6)..(number + 7).min(rows.len());
        let place = near.find(|other| *other != number && rows[*other].has_beside(small));
        let Some(place) = place else { continue };
        let raised = rows.get_mut(number).map(|row| std::mem::take(&mut row.spans));
        if let (Some(row), Some(raised)) = (rows.get_mut(place), raised) {
            row.spans.extend(raised);
        }
    }
    rows.retain(|row| !row.spans.is_empty());
}
