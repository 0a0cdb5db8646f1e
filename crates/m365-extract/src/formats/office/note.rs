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

/// A tracked change of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// What was done, e.g. `inserted`.
    pub(crate) what: &'static str,
    pub(crate) author: Option<String>,
}

impl Change {
    /// The changed text with what was done, e.g. `[deleted by Ann: old]`; empty where no text was
    /// changed.
    pub(crate) fn markdown(&self, text: &str) -> String {
        let author = self.author.as_deref().map(name).filter(|author| !author.is_empty());
        let author = author.map(|author| format!(" by {author}")).unwrap_or_default();
        match one_line(text) {
            text if text.is_empty() => text,
            text => format!("[{}{author}: {text}]", self.what),
        }
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
        let by_ann = Change { what: "inserted", author: Some("Ann [x]".to_owned()) };
        let unknown = Change { what: "deleted", author: None };

        assert_eq!(by_ann.markdown("new\ntext"), "[inserted by Ann x: new text]");
        assert_eq!(by_ann.markdown(" "), "");
        assert_eq!(unknown.markdown("old"), "[deleted: old]");
    }

    #[test]
    fn a_comment_without_author_has_no_brackets() {
        assert_eq!(comment(Some(" "), "why?"), "**Comment:** why?");
    }
}
