//! From the order in which text is seen to that in which it is read.

use super::words::Token;
use crate::formats::pdf::letters::is_right_to_left;

/// Orders characters as they are read; says whether they run from right to left.
pub(super) fn logical(tokens: Vec<Token>) -> (Vec<Token>, bool) {
    let kinds: Vec<Kind> = tokens.iter().map(|token| Kind::of(token.text.first())).collect();
    let count = |kind| kinds.iter().filter(|other| **other == kind).count();
    let right_to_left = count(Kind::RightToLeft);
    if right_to_left == 0 {
        return (tokens, false);
    }
    let is_right_to_left = right_to_left * 2 >= count(Kind::LeftToRight);
    let other = if is_right_to_left { Kind::LeftToRight } else { Kind::RightToLeft };
    let mut tokens = tokens;
    let mut kinds = kinds;
    if is_right_to_left {
        tokens.reverse();
        kinds.reverse();
    }
    for run in runs(&kinds, other) {
        if let Some(run) = tokens.get_mut(run) {
            run.reverse();
        }
    }
    (tokens, is_right_to_left)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    LeftToRight,
    RightToLeft,
    /// A digit, which runs to the right anywhere.
    Digit,
    /// What may stand within a number.
    Separator,
    Neutral,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            _ if is_right_to_left(c) => Self::RightToLeft,
            _ if c.is_numeric() => Self::Digit,
            _ if c.is_alphabetic() => Self::LeftToRight,
            '.' | ',' | ':' | '/' | '%' | '-' | '+' | '$' | '€' | '@' | '_' => Self::Separator,
            _ => Self::Neutral,
        }
    }
}

/// The runs of text in one direction, with what stands between such text.
fn runs(kinds: &[Kind], direction: Kind) -> Vec<std::ops::Range<usize>> {
    let is_within = |kind: Kind| match direction {
        Kind::LeftToRight => kind != Kind::RightToLeft,
        _ => kind != Kind::LeftToRight,
    };
    let is_core =
        |kind: Kind| kind == direction || (direction == Kind::LeftToRight && kind == Kind::Digit);
    let mut runs = Vec::new();
    let mut at = 0;
    while at < kinds.len() {
        let length = kinds[at..].iter().take_while(|kind| is_within(**kind)).count();
        let run = &kinds[at..at + length];
        let first = run.iter().position(|kind| is_core(*kind));
        let last = run.iter().rposition(|kind| is_core(*kind));
        if let (Some(first), Some(last)) = (first, last) {
            runs.push(at + first..at + last + 1);
        }
        at += length.max(1);
    }
    runs
}
