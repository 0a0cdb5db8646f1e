//! Corrections of misspelled words.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::request::SearchRequest;

/// The shortest word that is corrected, and how far it may be from the right one.
const MIN_LENGTH: usize = 4;
const MAX_DISTANCE: usize = 2;

/// A corrected query.
#[derive(Clone, Debug)]
pub(crate) struct Alteration {
    pub(crate) text: String,
    highlighted: String,
    tokens: Vec<Value>,
}

impl Alteration {
    /// Writes it; it says whether the results are those of the correction.
    pub(crate) fn json(&self, request: &SearchRequest<'_>) -> Value {
        let kind = if request.modifies() { "Modification" } else { "Suggestion" };
        json!({
            "originalQueryString": request.query,
            "queryAlteration": {
                "alteredQueryString": self.text,
                "alteredHighlightedQueryString": self.highlighted,
                "alteredQueryTokens": self.tokens,
            },
            "queryAlterationType": kind,
        })
    }
}

/// What may stand around a word without changing it.
const AROUND: [char; 3] = ['"', '(', ')'];

/// Corrects a query that finds nothing, where the caller wants to hear of it.
pub(crate) fn alteration(
    request: &SearchRequest<'_>,
    known: impl FnOnce() -> BTreeSet<String>,
) -> Option<Alteration> {
    let wanted = request.modifies() || request.asks("enableSuggestion");
    wanted.then(|| corrected(request.query, &known()))?
}

/// Corrects the free words of a query that nobody knows, if one of them is near a known one.
fn corrected(query: &str, known: &BTreeSet<String>) -> Option<Alteration> {
    let (mut offset, mut in_value) = (0, false);
    let (mut words, mut highlighted, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
    for part in query.split(' ') {
        let word = part.trim_matches(AROUND);
        let free = !in_value && !part.contains([':', '=', '<', '>']);
        in_value = value_goes_on(part, in_value);
        match nearest(word, known).filter(|_| free) {
            Some(better) => {
                let before = part.find(word).unwrap_or_default();
                let length = word.encode_utf16().count();
                tokens.push(
                    json!({"offset": offset + before, "length": length, "suggestion": better}),
                );
                highlighted.push(part.replace(word, &format!("\u{e000}{better}\u{e001}")));
                words.push(part.replace(word, better));
            }
            None => {
                highlighted.push(part.to_owned());
                words.push(part.to_owned());
            }
        }
        offset += part.encode_utf16().count() + 1;
    }
    let (text, highlighted) = (words.join(" "), highlighted.join(" "));
    (!tokens.is_empty()).then_some(Alteration { text, highlighted, tokens })
}

/// Returns whether the quoted value of a property goes on behind this part.
fn value_goes_on(part: &str, in_value: bool) -> bool {
    let quotes = part.matches('"').count();
    let opens = part.contains([':', '=']) && quotes == 1;
    opens || in_value && quotes == 0
}

fn nearest<'a>(word: &str, known: &'a BTreeSet<String>) -> Option<&'a String> {
    let own = word.to_lowercase();
    let plain = own.chars().count() >= MIN_LENGTH && own.chars().all(char::is_alphabetic);
    if !plain || known.contains(&own) {
        return None;
    }
    let distances = known.iter().filter(|other| other.chars().all(char::is_alphabetic));
    let distances = distances.map(|other| (distance(&own, other), other));
    let best = distances.min_by_key(|(distance, _)| *distance);
    best.filter(|(distance, _)| *distance <= MAX_DISTANCE).map(|(_, word)| word)
}

/// Counts the letters to insert, delete or replace.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<_> = b.chars().collect();
    let mut row: Vec<_> = (0..=b.len()).collect();
    for (place, letter) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = place + 1;
        for (at, other) in b.iter().enumerate() {
            let replaced = corner + usize::from(letter != *other);
            corner = row[at + 1];
            row[at + 1] = replaced.min(corner + 1).min(row[at] + 1);
        }
    }
    row[b.len()]
}
