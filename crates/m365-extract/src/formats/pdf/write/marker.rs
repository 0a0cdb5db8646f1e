//! What opens an item of a list.

use crate::formats::pdf::letters;

/// The number of a mark.
pub(super) fn number(marker: &str) -> Option<u32> {
    marker.trim_end_matches(['.', ')']).parse().ok()
}

/// The mark of a list item at the start of a text, as markdown has it, and its length there.
pub(super) fn marker(text: &str) -> Option<(String, usize)> {
    bullet(text).or_else(|| {
        let (first, rest) = text.split_once(' ')?;
        let number = first.strip_suffix(['.', ')'])?;
        let is_number =
            (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
        (is_number && !rest.trim().is_empty()).then(|| (first.to_owned(), first.len() + 1))
    })
}

/// A bullet or dash at the start of a text.
pub(super) fn bullet(text: &str) -> Option<(String, usize)> {
    let first = text.chars().next()?;
    let rest = text.get(first.len_utf8()..)?;
    let is_dash = matches!(first, '-' | '–' | '—' | '*') && rest.starts_with(' ');
    let skip = 1 + rest.chars().take_while(|c| *c == ' ').count();
    let is_item = (letters::is_bullet(first) || is_dash) && !rest.trim().is_empty();
    is_item.then(|| ("-".to_owned(), skip))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_items_are_recognised() {
        assert_eq!(marker("• one"), Some(("-".to_owned(), 2)));
        assert_eq!(marker("12. one"), Some(("12.".to_owned(), 4)));
        assert_eq!(marker("2) one"), Some(("2)".to_owned(), 3)));
        assert_eq!(marker("2023. A total"), None);
        assert_eq!(marker("-5 degrees"), None);
        assert_eq!(marker("3.5 million"), None);
    }
}
