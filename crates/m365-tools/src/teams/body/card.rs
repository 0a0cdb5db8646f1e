//! The text of cards, which programs send as JSON.

use m365_extract::disarm;
use serde_json::Value;

use crate::mail::fields::one_line;

/// Where cards of all kinds have their texts, in the order in which they are read.
const TEXTS: [&str; 5] = ["title", "subtitle", "text", "value", "altText"];

/// How many texts of one card are shown.
const MOST: usize = 100;

/// Returns the texts of a card, one a line; a card that is no JSON has none.
pub(super) fn text(content: &str) -> String {
    let Ok(card) = serde_json::from_str::<Value>(content) else { return String::new() };
    let mut lines = Vec::new();
    collect(&card, &mut lines);
    lines.truncate(MOST);
    disarm(&lines.join("\n"))
}

fn collect(value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let texts = TEXTS.iter().filter_map(|name| fields.get(*name)?.as_str());
            let texts: Vec<String> = texts.map(one_line).filter(|text| !text.is_empty()).collect();
            if !texts.is_empty() {
                lines.push(texts.join(": "));
            }
            for inner in fields.values().filter(|one| one.is_object() || one.is_array()) {
                collect(inner, lines);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, lines)),
        _ => {}
    }
}
