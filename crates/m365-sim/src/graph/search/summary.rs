//! The text around what was found.

use crate::{graph::html_text::escaped, kql::Marker};

/// How many words a summary has, and how many of them stand before the first match.
const WORDS: usize = 40;
const BEFORE: usize = 8;

/// Writes the text around the first match of `words`, which are folded, with every match marked.
pub(crate) fn summary(text: &str, words: &[&str]) -> String {
    let all: Vec<_> = text.split_whitespace().collect();
    let marker = Marker::new(words);
    let first = all.iter().position(|word| marker.is_match(word)).unwrap_or_default();
    let start = first.saturating_sub(BEFORE);
    let shown = all.iter().skip(start).take(WORDS).map(|word| {
        let text = escaped(word);
        if marker.is_match(word) { format!("<c0>{text}</c0>") } else { text }
    });
    let shown = shown.collect::<Vec<_>>().join(" ");
    let before = if start > 0 { "…" } else { "" };
    let after = if all.len() > start + WORDS { "<ddd/>" } else { "" };
    format!("{before}{shown}{after}")
}
