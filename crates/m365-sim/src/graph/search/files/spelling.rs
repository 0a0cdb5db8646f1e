//! Corrections of misspelled words.

use std::collections::BTreeSet;

use serde_json::{Value, json};

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
    /// Writes it; `kind` says whether the results are those of the correction.
    pub(crate) fn json(&self, original: &str, kind: &str) -> Value {
        json!({
            "originalQueryString": original,
            "queryAlteration": {
                "alteredQueryString": self.text,
                "alteredHighlightedQueryString": self.highlighted,
                "alteredQueryTokens": self.tokens,
            },
            "queryAlterationType": kind,
        })
    }
}

/// Corrects the plain words of a query that nobody knows, if one of them is near a known one.
pub(crate) fn corrected(query: &str, known: &BTreeSet<String>) -> Option<Alteration> {
    let mut offset = 0;
    let (mut words, mut highlighted, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
    for word in query.split(' ') {
        let length = word.encode_utf16().count();
        if let Some(better) = nearest(word, known) {
            tokens.push(json!({"offset": offset, "length": length, "suggestion": better}));
            highlighted.push(format!("\u{e000}{better}\u{e001}"));
            words.push(better.clone());
        } else {
            highlighted.push(word.to_owned());
            words.push(word.to_owned());
        }
        offset += length + 1;
    }
    let (text, highlighted) = (words.join(" "), highlighted.join(" "));
    (!tokens.is_empty()).then_some(Alteration { text, highlighted, tokens })
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
