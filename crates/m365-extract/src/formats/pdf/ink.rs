//! What a page shows, in the order in which it is drawn.

use hayro_font::kurbo::{Point, Rect};

use super::notes::Link;

/// The most lines and areas of a page that are kept.
const MAX_SHAPES: usize = 20_000;

/// A red, green and blue part from 0 to 1; none where the color space is not known.
pub(super) type Color = Option<[f32; 3]>;

/// The most pairs of links and characters that are compared.
const MAX_PAIRS: usize = 20_000_000;

/// What is drawn on a page, in coordinates that go right and down.
#[derive(Debug, Default)]
pub(super) struct Ink {
    pub(super) glyphs: Vec<Glyph>,
    /// Thin lines, level or upright.
    pub(super) rules: Vec<Rect>,
    /// Filled areas.
    pub(super) areas: Vec<Area>,
    pub(super) pictures: Vec<Rect>,
    /// Characters that do not say what they stand for.
    pub(super) unmapped: usize,
}

/// A character as it is shown.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    pub(super) text: Text,
    /// Where its baseline begins.
    pub(super) at: Point,
    pub(super) advance: f32,
    pub(super) size: f32,
    /// Where it runs, in degrees clockwise.
    pub(super) angle: i16,
    pub(super) mark: Mark,
    /// The number of the string that it was shown with.
    pub(super) run: u32,
    /// Whether only a program sees it, as the text below a scan.
    pub(super) is_unseen: bool,
}

impl Glyph {
    /// A point within the character.
    fn middle(&self) -> Point {
        let (sin, cos) = f64::from(self.angle).to_radians().sin_cos();
        let (along, up) = (f64::from(self.advance) / 2.0, f64::from(self.size) * 0.25);
        Point::new(self.at.x + cos * along + sin * up, self.at.y + sin * along - cos * up)
    }
}

/// The text of a character; ligatures have several letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    One(char),
    Many(Box<str>),
}

impl Text {
    pub(super) fn push_to(&self, out: &mut String) {
        match self {
            Self::One(c) => out.push(*c),
            Self::Many(text) => out.push_str(text),
        }
    }

    pub(super) fn first(&self) -> char {
        match self {
            Self::One(c) => *c,
            Self::Many(text) => text.chars().next().unwrap_or(' '),
        }
    }

    pub(super) fn is_space(&self) -> bool {
        match self {
            Self::One(c) => c.is_whitespace(),
            Self::Many(text) => text.trim().is_empty(),
        }
    }
}

/// What is known of a character beside its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) is_bold: bool,
    /// Whether all characters of its font are equally wide, as in code.
    pub(super) is_code: bool,
    /// The level of the heading that its tag names, from 1.
    pub(super) heading: u8,
    /// Whether its tag says that it belongs to the page and not to the text.
    pub(super) is_running: bool,
    /// The number of the link that it belongs to, from 1.
    pub(super) link: u16,
}

/// A filled area.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) rect: Rect,
    pub(super) color: Color,
}

impl Ink {
    /// Adds an area that was filled, or a line if it is as thin as one.
    pub(super) fn fill(&mut self, rect: Rect, color: Color) {
        let rect = rect.abs();
        if is_thin(rect) {
            return self.rule(rect);
        }
        if self.areas.len() < MAX_SHAPES {
            self.areas.push(Area { rect, color });
        }
    }

    /// Adds a line if it is level or upright.
    pub(super) fn rule(&mut self, rect: Rect) {
        let rect = rect.abs();
        if is_thin(rect) && rect.width() + rect.height() > 3.0 && self.rules.len() < MAX_SHAPES {
            self.rules.push(rect);
        }
    }

    pub(super) fn picture(&mut self, rect: Rect) {
        if self.pictures.len() < MAX_SHAPES {
            self.pictures.push(rect.abs());
        }
    }

    /// Drops what is not on the page, and what only a program sees, unless it is the text of a picture.
    pub(super) fn see(&mut self, page: Rect) {
        let pictures = &self.pictures;
        let is_pictured = |at: Point| pictures.iter().take(100).any(|picture| picture.contains(at));
        self.glyphs.retain(|glyph| {
            let at = glyph.middle();
            page.contains(at) && (!glyph.is_unseen || is_pictured(at))
        });
    }

    /// Tells characters which link they belong to.
    pub(super) fn join_links(&mut self, links: &[Link]) {
        if links.len().saturating_mul(self.glyphs.len()) > MAX_PAIRS {
            return;
        }
        for (number, link) in (1..).zip(links) {
            for glyph in self.glyphs.iter_mut().filter(|glyph| link.rect.contains(glyph.middle())) {
                glyph.mark.link = number;
            }
        }
    }

    /// The color behind a point: of the last area there, white where there is none, not known on a
    /// picture.
    pub(super) fn behind(&self, at: Point) -> Color {
        if self.pictures.iter().rev().take(100).any(|picture| picture.contains(at)) {
            return None;
        }
        let areas = self.areas.iter().rev().take(300);
        areas.into_iter().find(|area| area.rect.contains(at)).map_or(WHITE, |area| area.color)
    }
}

pub(super) const WHITE: Color = Some([1.0, 1.0, 1.0]);

fn is_thin(rect: Rect) -> bool {
    let (short, long) = (rect.width().min(rect.height()), rect.width().max(rect.height()));
    short <= 3.0 && (short * 4.0 <= long || short <= 1.0)
}
