//! Program text.

use crate::xml::{Element, Node};

/// Whether paragraphs of this style hold program text.
pub(super) fn is_code(style: &str) -> bool {
    style == "Preformatted_20_Text" || style == "Preformatted Text"
}

/// The text of a line of code, with its blanks.
pub(super) fn verbatim(paragraph: &Element<'_>) -> String {
    let mut out = String::new();
    for child in paragraph.children() {
        match child {
            Node::Text(text) => out.push_str(text),
            Node::Element(element) => match element.name() {
                ("text", "s") => {
                    out.push_str(&" ".repeat(element.number("text:c").unwrap_or(1).min(100)));
                }
                ("text", "tab") => out.push('\t'),
                ("text", "line-break") => out.push('\n'),
                ("text", "note") | ("office", _) => {}
                _ => out.push_str(&verbatim(element)),
            },
        }
    }
    out
}
