//! Notes and comments, and what else stands beside the text.

use crate::escape;

/// The mark of a note in the text.
pub(crate) fn mark(number: usize) -> String {
    format!("[^{number}]")
}

/// A note below the block that refers to it.
pub(crate) fn note(number: usize, text: &str) -> String {
    format!("[^{number}]: {}", one_line(text))
}

/// A comment below the block that it is about.
pub(crate) fn comment(author: Option<&str>, text: &str) -> String {
    let author = author.map(name).filter(|author| !author.is_empty());
    let author = author.map(|author| format!(" ({author})")).unwrap_or_default();
    format!("**Comment{author}:** {}", one_line(text))
}

/// A tracked change, e.g. `[deleted by Ann: old]`; empty where no text was changed.
pub(crate) fn change(what: &str, author: Option<&str>, text: &str) -> String {
    let author = author.map(name).filter(|author| !author.is_empty());
    let author = author.map(|author| format!(" by {author}")).unwrap_or_default();
    match one_line(text) {
        text if text.is_empty() => text,
        text => format!("[{what}{author}: {text}]"),
    }
}

/// A name as it may stand in a line of ours.
fn name(raw: &str) -> String {
    let name = escape::text(raw).replace(['[', ']', '*', '\\'], "");
    crate::excerpt(&name, 80)
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_names_its_author_where_one_is_known() {
        assert_eq!(
            change("inserted", Some("Ann [x]"), "new\ntext"),
            "[inserted by Ann x: new text]"
        );
        assert_eq!(change("deleted", None, "old"), "[deleted: old]");
        assert_eq!(change("deleted", Some("Ann"), " "), "");
    }

    #[test]
    fn a_comment_without_author_has_no_brackets() {
        assert_eq!(comment(Some(" "), "why?"), "**Comment:** why?");
    }
}
