//! Text operators.

use hayro_font::kurbo::{Affine, Point, Vec2};
use hayro_syntax::{
    content::ops::TypedInstruction,
    object::{Number, Object},
    page::Resources,
};

use super::{Interpreter, matrix};
use crate::formats::pdf::{
    font::{Face, Known},
    ink::{Glyph, Mark, Text},
    letters,
    state::{State, is_same},
};

/// Text of a smaller size than this is not seen, in points.
const MIN_SIZE: f64 = 0.8;

/// Where the text is.
#[derive(Clone, Default)]
pub(super) struct Matrices {
    now: Affine,
    line: Affine,
}

/// What the characters of a string have in common.
struct Look {
    mark: Mark,
    is_unseen: bool,
    is_hidden: bool,
}

impl<'a> Interpreter<'a, '_> {
    /// Runs an operator of text; says whether it was one.
    pub(super) fn text_operator(
        &mut self,
        operator: &TypedInstruction<'_, '_>,
        resources: &Resources<'a>,
    ) -> bool {
        use TypedInstruction as Op;
        match operator {
            Op::BeginText(_) => self.text = Matrices::default(),
            Op::TextFont(font) => {
                let budget = &mut self.shared.budget;
                self.state.face = self.shared.fonts.named(&resources.fonts, font.0, budget);
                self.state.is_font_named = true;
                self.state.size = font.1.as_f64();
            }
            Op::ShowText(text) => self.show_alone(text.0),
            Op::ShowTexts(parts) => {
                self.run = self.run.wrapping_add(1);
                parts.0.iter::<Object<'_>>().for_each(|part| self.part(part));
            }
            Op::NextLineAndShowText(text) => {
                self.next_line(0.0, -self.state.leading);
                self.show_alone(text.0);
            }
            Op::ShowTextWithParameters(text) => {
                self.state.word_space = text.0.as_f64();
                self.state.char_space = text.1.as_f64();
                self.next_line(0.0, -self.state.leading);
                self.show_alone(text.2);
            }
            operator => return self.text_state_operator(operator),
        }
        true
    }

    fn text_state_operator(&mut self, operator: &TypedInstruction<'_, '_>) -> bool {
        use TypedInstruction as Op;
        match operator {
            Op::SetTextMatrix(m) => {
                let parts: [&Number; 6] = [&m.0, &m.1, &m.2, &m.3, &m.4, &m.5];
                self.text.line = matrix(parts.map(|part| part.as_f64()));
                self.text.now = self.text.line;
            }
            Op::NextLine(to) => self.next_line(to.0.as_f64(), to.1.as_f64()),
            Op::NextLineAndSetLeading(to) => {
                self.state.leading = -to.1.as_f64();
                self.next_line(to.0.as_f64(), to.1.as_f64());
            }
            Op::NextLineUsingLeading(_) => self.next_line(0.0, -self.state.leading),
            Op::CharacterSpacing(space) => self.state.char_space = space.0.as_f64(),
            Op::WordSpacing(space) => self.state.word_space = space.0.as_f64(),
            Op::HorizontalScaling(percent) => self.state.stretch = percent.0.as_f64() / 100.0,
            Op::TextLeading(leading) => self.state.leading = leading.0.as_f64(),
            Op::TextRise(rise) => self.state.rise = rise.0.as_f64(),
            Op::TextRenderingMode(mode) => self.state.mode = mode.0.as_i64(),
            _ => return false,
        }
        true
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.text.line *= Affine::translate((x, y));
        self.text.now = self.text.line;
    }

    /// A part of a line: text, or how far to go back.
    fn part(&mut self, part: Object<'_>) {
        match part {
            Object::String(text) => self.show(&text),
            Object::Number(back) => {
                let Some(face) = &self.state.face else { return };
                let by = -back.as_f64() / 1000.0 * self.state.size;
                let by = if face.is_level() { (by * self.state.stretch, 0.0) } else { (0.0, by) };
                self.text.now *= Affine::translate(by);
            }
            _ => {}
        }
    }

    /// A string that is shown by itself.
    fn show_alone(&mut self, bytes: &[u8]) {
        self.run = self.run.wrapping_add(1);
        self.show(bytes);
    }

    fn show(&mut self, bytes: &[u8]) {
        if self.state.face.is_none() && !self.state.is_font_named {
            self.state.face = self.shared.fonts.stand_in();
        }
        let Some(face) = self.state.face.clone() else { return };
        let look = self.look(&face, bytes);
        let mut rest = bytes;
        while !rest.is_empty() && self.shared.budget.glyph() {
            let (code, length) = face.code(rest);
            rest = rest.get(length..).unwrap_or_default();
            self.character(&face, code, code == 32 && length == 1, &look);
        }
    }

    fn look(&self, face: &Face<'_>, bytes: &[u8]) -> Look {
        let at = self.place() * Point::new(0.1, 0.3);
        let is_unseen = self.state.mode == 3 || self.state.mode == 7;
        let color = self.state.text_color();
        let is_hidden = !self.marked.is_visible()
            || !face.shows(bytes)
            || (!is_unseen && self.state.opacity < 0.05)
            || (!is_unseen && color.is_some() && is_same(color, self.ink.behind(at)));
        let is_bold = face.is_bold || self.state.mode == 2;
        let mark = Mark { is_bold, is_code: face.is_code, ..self.marked.mark() };
        Look { mark, is_unseen, is_hidden }
    }

    /// From a character of size 1 to the page.
    fn place(&self) -> Affine {
        let State { size, stretch, rise, ctm, .. } = &self.state;
        *ctm * self.text.now * Affine::new([size * stretch, 0.0, 0.0, *size, 0.0, *rise])
    }

    fn character(&mut self, face: &Face<'_>, code: u32, is_space: bool, look: &Look) {
        let Known { text, advance } = face.known(code);
        let text = text.or_else(|| self.meaning());
        if !look.is_hidden {
            match text {
                Some(text) => self.glyph(text, advance, face.is_level(), look),
                None => self.ink.unmapped += 1,
            }
        }
        let word_space = if is_space { self.state.word_space } else { 0.0 };
        let by = advance / 1000.0 * self.state.size + self.state.char_space + word_space;
        let by = if face.is_level() { (by * self.state.stretch, 0.0) } else { (0.0, by) };
        self.text.now *= Affine::translate(by);
    }

    /// What a character stands for by its tag.
    fn meaning(&mut self) -> Option<Text> {
        letters::of_string(&self.marked.take_meaning()?)
    }

    fn glyph(&mut self, text: Text, advance: f64, is_level: bool, look: &Look) {
        let place = self.place();
        let [a, b, c, d, x, y] = place.as_coeffs();
        let along = if is_level { Vec2::new(a, b) } else { Vec2::new(-c, -d) };
        let size = if is_level { Vec2::new(c, d).hypot() } else { Vec2::new(a, b).hypot() };
        let is_placed = [x, y, size, along.x, along.y].iter().all(|part| part.is_finite());
        if !is_placed || size < MIN_SIZE {
            return;
        }
        self.ink.glyphs.push(Glyph {
            text,
            at: Point::new(x, y),
            advance: (along.hypot() * advance.abs() / 1000.0) as f32,
            size: size as f32,
            angle: along.y.atan2(along.x).to_degrees().round() as i16,
            mark: look.mark,
            run: self.run,
            is_unseen: look.is_unseen,
        });
    }
}
