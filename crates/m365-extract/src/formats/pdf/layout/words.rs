//! From characters to words.

use super::{segment::Piece, span::Placed};
use crate::formats::pdf::{
    ink::{Mark, Text},
    letters,
};

/// A gap that parts two words.
const SPACE: f32 = 0.18;

/// A character or a space between words, on its way to a text.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) text: Text,
    pub(super) mark: Mark,
    pub(super) is_raised: bool,
}

/// The characters with a space where words end.
pub(super) fn tokens(glyphs: &[Placed<'_>], size: f32, y: f32) -> Vec<Token> {
    let least = space(glyphs, size);
    let mut tokens: Vec<Token> = Vec::with_capacity(glyphs.len() * 6 / 5);
    let mut last: Option<&Placed<'_>> = None;
    for placed in glyphs {
        let glyph = placed.glyph;
        let is_raised = glyph.size < size * 0.9 && placed.y < y - size * 0.15;
        let token = Token { text: glyph.text.clone(), mark: glyph.mark, is_raised };
        if let Some(last) = last
            && ends_word(last, placed, size, least)
        {
            let mark = Mark { link: glyph.mark.link.min(last.glyph.mark.link), ..glyph.mark };
            let is_bold = glyph.mark.is_bold && last.glyph.mark.is_bold;
            let mark = Mark { is_bold, ..mark };
            tokens.push(Token { text: Text::One(' '), mark, is_raised: false });
        }
        tokens.push(token);
        last = Some(placed);
    }
    tokens
}

fn ends_word(last: &Placed<'_>, next: &Placed<'_>, size: f32, least: f32) -> bool {
    let gap = (next.x0 - last.x1) / size.min(last.glyph.size.max(next.glyph.size));
    let is_east_asian = letters::is_east_asian(last.glyph.text.first())
        && letters::is_east_asian(next.glyph.text.first());
    next.is_after_space || gap > if is_east_asian { 0.6 } else { least }
}

/// The least gap between words: more than that between the letters of spaced text.
fn space(glyphs: &[Placed<'_>], size: f32) -> f32 {
    if glyphs.len() < 6 {
        return SPACE;
    }
    let usual = |all: &[f32]| {
        let mut all = all.to_vec();
        all.sort_by(f32::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or_default()
    };
    let steps: Vec<f32> = glyphs.windows(2).map(|pair| pair[1].x0 - pair[0].x0).collect();
    let gaps: Vec<f32> = glyphs.windows(2).map(|pair| pair[1].x0 - pair[0].x1).collect();
    let (step, gap) = (usual(&steps), usual(&gaps) / size);
    let even = steps.iter().filter(|own| (*own - step).abs() < step * 0.04).count();
    let uneven = glyphs.iter().filter(|own| (own.x1 - own.x0 - step).abs() > step * 0.15).count();
    match () {
        () if even * 4 >= steps.len() * 3 && uneven * 3 >= glyphs.len() => step / size * 0.8,
        () if gap > 0.08 => gap * 1.5 + 0.08,
        () => SPACE,
    }
}

/// The tokens as texts that look the same.
pub(super) fn pieces(tokens: Vec<Token>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for Token { text, mark, is_raised } in tokens {
        match pieces.last_mut() {
            Some(piece) if piece.mark == mark && piece.is_raised == is_raised => {
                text.push_to(&mut piece.text);
            }
            _ => {
                let mut piece = Piece { text: String::new(), mark, is_raised };
                text.push_to(&mut piece.text);
                pieces.push(piece);
            }
        }
    }
    pieces
}
