//! The graphics state, as far as text depends on it.

use std::rc::Rc;

use hayro_font::kurbo::Affine;
use hayro_syntax::object::Number;

use super::{font::Face, ink::Color};

/// States that are saved within each other at most; deeper ones are not kept apart.
const MAX_SAVED: usize = 512;

/// What `q` saves and `Q` restores.
#[derive(Clone)]
pub(super) struct State<'a> {
    pub(super) ctm: Affine,
    pub(super) face: Option<Rc<Face<'a>>>,
    /// Whether a font was named; text in one that cannot be read is not shown.
    pub(super) is_font_named: bool,
    pub(super) size: f64,
    pub(super) char_space: f64,
    pub(super) word_space: f64,
    /// How far characters are stretched, 1 for not at all.
    pub(super) stretch: f64,
    pub(super) leading: f64,
    pub(super) rise: f64,
    pub(super) mode: i64,
    pub(super) fill: Color,
    pub(super) stroke: Color,
    pub(super) spaces: Spaces,
    pub(super) opacity: f64,
}

/// What the numbers of a color mean.
#[derive(Clone, Copy)]
pub(super) struct Spaces {
    pub(super) is_fill_known: bool,
    pub(super) is_stroke_known: bool,
}

impl State<'_> {
    pub(super) fn new(ctm: Affine) -> Self {
        Self {
            ctm,
            face: None,
            is_font_named: false,
            size: 1.0,
            char_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
            fill: BLACK,
            stroke: BLACK,
            spaces: Spaces { is_fill_known: true, is_stroke_known: true },
            opacity: 1.0,
        }
    }

    /// The color that text is drawn in.
    pub(super) fn text_color(&self) -> Color {
        if matches!(self.mode, 1 | 5) { self.stroke } else { self.fill }
    }
}

/// The saved states.
#[derive(Default)]
pub(super) struct Saved<'a> {
    states: Vec<State<'a>>,
    beyond: usize,
}

impl<'a> Saved<'a> {
    pub(super) fn push(&mut self, state: &State<'a>) {
        if self.states.len() < MAX_SAVED {
            self.states.push(state.clone());
        } else {
            self.beyond += 1;
        }
    }

    pub(super) fn pop(&mut self) -> Option<State<'a>> {
        if self.beyond > 0 {
            self.beyond -= 1;
            return None;
        }
        self.states.pop()
    }
}

const BLACK: Color = Some([0.0, 0.0, 0.0]);

/// The color of one, three or four numbers.
pub(super) fn color(parts: &[Number]) -> Color {
    let part = |index: usize| parts.get(index).map_or(0.0, |number| number.as_f32());
    match parts.len() {
        1 => Some([part(0); 3]),
        3 => Some([part(0), part(1), part(2)]),
        4 => Some([0, 1, 2].map(|index| (1.0 - part(index)) * (1.0 - part(3)))),
        _ => None,
    }
}

/// Whether two colors cannot be told apart.
pub(super) fn is_same(one: Color, other: Color) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.iter().zip(other).all(|(a, b)| (a - b).abs() < 0.03),
        _ => false,
    }
}
