//! Notes and comments, and what else stands beside the text.

use crate::escape;

/// The longest name of an author that is kept, in characters.
pub(crate) const MAX_AUTHOR: usize = 200;

/// The mark of a note in the text.
pub(crate) fn mark(number: usize) -> String {
    format!("[^{number}]")
}

/// A note below the block that refers to it. One that is only an address stands behind a dash, as
/// it would turn the marks in the text into links (CommonMark 4.7).
pub(crate) fn note(number: usize, text: &str) -> String {
    let text = one_line(text);
    let dash = if is_target(&text) { "– " } else { "" };
    format!("[^{number}]: {dash}{text}")
}

/// Whether a text can be the target of a link, with or without a title.
fn is_target(text: &str) -> bool {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    let is_address = first.contains([':', '/', '<']);
    first.starts_with('<')
        || (is_address && (rest.is_empty() || rest.starts_with(['"', '\'', '('])))
}

/// A comment below the block that it is about.
pub(crate) fn comment(author: Option<&str>, text: &str) -> String {
    comment_on("", author, text)
}

/// A comment on a place that has a name, such as ` on B4`.
pub(crate) fn comment_on(place: &str, author: Option<&str>, text: &str) -> String {
    let author = author.map(name).filter(|author| !author.is_empty());
    let author = author.map(|author| format!(" ({author})")).unwrap_or_default();
    format!("**Comment{place}{author}:** {}", one_line(text))
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
    let name = raw.replace(['[', ']', '*', '\\'], "");
    escape::text(&crate::excerpt(&name, 80))
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
    fn c04_a_note_is_no_target_of_a_link() {
        assert_eq!(note(1, "See page 3."), "[^1]: See page 3.");
        assert_eq!(note(2, "https://evil.example"), "[^2]: – https://evil.example");
        assert_eq!(note(3, "//evil.example \"title\""), "[^3]: – //evil.example \"title\"");
        assert_eq!(note(4, "<evil.example x>"), "[^4]: – <evil.example x>");
    }

    #[test]
    fn a_comment_without_author_has_no_brackets() {
        assert_eq!(comment(Some(" "), "why?"), "**Comment:** why?");
    }

    #[test]
    fn c04_a_name_that_is_a_tag_does_not_act() {
        assert_eq!(comment(Some("<img src=x>"), "why?"), r"**Comment (\<img src=x>):** why?");
    }
}
