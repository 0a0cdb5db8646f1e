//! What notes and form fields show of themselves.

use hayro_font::kurbo::{Affine, Point, Rect};
use hayro_syntax::{
    object::{Dict, Rect as PdfRect, Stream},
    page::Page,
};

use super::{Interpreter, matrix};
use crate::formats::pdf::{
    ink::{Glyph, Mark, Text},
    notes,
    state::State,
};

/// On pages with more characters, the values of fields are not moved to their labels.
const MAX_SETTLED: usize = 20_000;

impl<'a> Interpreter<'a, '_> {
    /// The appearance of notes and form fields, by section 12.5.5 of ISO 32000-1.
    pub(super) fn annotations(&mut self, page: &Page<'a>, notes: &[Dict<'a>], to_page: Affine) {
        for note in notes {
            let Some(place) = note.get::<PdfRect>("Rect") else { continue };
            let before = self.ink.glyphs.len();
            if let Some(form) = notes::appearance(note) {
                self.state = State::new(to_page * placed(&form, place));
                self.form(&form, page.resources(), 0);
            }
            if let Some(value) = notes::value(note).filter(|_| self.ink.glyphs.len() == before) {
                self.value(&value, to_page.transform_rect_bbox(rect(place)));
            }
            self.settle(before);
        }
    }

    /// The baseline of the text beside a place.
    fn baseline(&self, place: Rect) -> Option<f64> {
        let is_beside = |y: &f64| (place.y0 + 2.0..=place.y1 + 1.0).contains(y);
        let level = self.ink.glyphs.iter().filter(|glyph| glyph.angle == 0);
        level.map(|glyph| glyph.at.y).find(is_beside)
    }

    /// Moves what was drawn since to what stands to its left, which is its label.
    fn settle(&mut self, since: usize) {
        let Some(first) = self.ink.glyphs.get(since).filter(|_| since < MAX_SETTLED) else {
            return;
        };
        let is_label = |label: &Glyph| {
            (label.at.y - first.at.y).abs() < f64::from(first.size) * 0.5 && label.at.x < first.at.x
        };
        let labels = self.ink.glyphs.get(..since).unwrap_or_default();
        if let Some(place) = labels.iter().rposition(is_label) {
            let drawn = self.ink.glyphs.split_off(since);
            self.ink.glyphs.splice(place + 1..place + 1, drawn);
        }
    }

    /// The value of a field that does not say how it looks.
    fn value(&mut self, value: &str, place: Rect) {
        let size = (place.height() * 0.7).clamp(4.0, 10.0);
        let first = self.baseline(place).unwrap_or(place.y0 + size * 0.9);
        let rows = value.lines().filter(|row| !row.trim().is_empty());
        for (number, row) in (0_u32..).zip(rows) {
            let down = size * 1.2 * f64::from(number);
            self.ink.glyphs.push(Glyph {
                text: Text::Many(row.trim().into()),
                at: Point::new(place.x0 + 2.0, (first + down).min(place.y1)),
                advance: (place.width() - 4.0).max(1.0) as f32,
                size: size as f32,
                angle: 0,
                mark: Mark::default(),
                run: 0,
                is_unseen: false,
            });
        }
    }
}

/// Where the box of a form has to go so that it fills `place`.
fn placed(form: &Stream<'_>, place: PdfRect) -> Affine {
    let inner = form.dict().get::<PdfRect>("BBox").unwrap_or(place);
    let own = form.dict().get::<[f64; 6]>("Matrix").map_or(Affine::IDENTITY, matrix);
    let inner = own.transform_rect_bbox(rect(inner));
    let scale = |to: f64, from: f64| if from.abs() > 1e-6 { to / from } else { 1.0 };
    let x = scale(place.x1 - place.x0, inner.width());
    let y = scale(place.y1 - place.y0, inner.height());
    Affine::new([x, 0.0, 0.0, y, place.x0 - x * inner.x0, place.y0 - y * inner.y0])
}

fn rect(rect: PdfRect) -> Rect {
    Rect::new(rect.x0, rect.y0, rect.x1, rect.y1)
}
