//! Markdown as it is written: what every format turns into.

mod block;
pub(crate) mod table;

pub(crate) use self::block::{Blocks, Gap, Inline, Line, Role};
use crate::{clean::excerpt, escape};

/// The longest description of a picture that is kept, in characters.
const MAX_NOTE: usize = 200;

/// Raised text as characters of their own, so that 10³ is not taken for 103; none when there is a
/// character without such a form.
pub(crate) fn raised(text: &str) -> Option<String> {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raise = |c: char| match c {
        '+' => Some('⁺'),
        '-' | '−' | '–' => Some('⁻'),
        _ => DIGITS.get(usize::try_from(c.to_digit(10)?).ok()?).copied(),
    };
    let has_digit = text.contains(|c: char| c.is_ascii_digit());
    if has_digit { text.chars().map(raise).collect() } else { None }
}

/// The note that stands in the place of a picture, with its description for those who do not see it.
pub(crate) fn picture(description: &str) -> String {
    let text = excerpt(description, MAX_NOTE).replace(['[', ']'], "");
    match text.is_empty() {
        true => "[image]".to_owned(),
        false => format!("[image: {}]", escape::text(&text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_raised_and_letters_are_not() {
        assert_eq!(raised("-12").as_deref(), Some("⁻¹²"));
        assert_eq!(raised("1st"), None);
        assert_eq!(raised("+"), None);
        assert_eq!(raised(""), None);
    }
}
