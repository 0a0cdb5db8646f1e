//! Keeps the tags of a page to a number of attributes that can be parsed.

use std::borrow::Cow;

/// The most attributes of a tag; the tokenizer compares each with all before it.
const MAX_ATTRIBUTES: usize = 512;

/// Leaves out the attributes beyond [`MAX_ATTRIBUTES`] of any tag.
pub(super) fn limit(markup: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(start) = next_tag(markup, at) {
        let (limit, end) = tag_extent(&markup.as_bytes()[start..]);
        if let Some(limit) = limit {
            kept.push_str(&markup[copied..start + limit]);
            copied = start + end;
        }
        at = start + end;
    }
    if copied == 0 {
        return Cow::Borrowed(markup);
    }
    kept.push_str(&markup[copied..]);
    Cow::Owned(kept)
}

/// Where the next `<` before a letter is, just behind it.
fn next_tag(markup: &str, at: usize) -> Option<usize> {
    let bytes = markup.as_bytes();
    let found =
        bytes[at..].windows(2).position(|pair| pair[0] == b'<' && pair[1].is_ascii_alphabetic())?;
    Some(at + found + 1)
}

/// Where the attributes beyond the limit begin, if there are such, and where the tag ends.
fn tag_extent(tag: &[u8]) -> (Option<usize>, usize) {
    let mut quote = None;
    let mut attributes = 0;
    let mut limit = None;
    for (at, byte) in tag.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'>') => return (limit, at),
            (None, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/') => {
                attributes += 1;
                if attributes == MAX_ATTRIBUTES {
                    limit = Some(at);
                }
            }
            (None, _) => {}
        }
    }
    (limit, tag.len())
}
