//! Printing for people and programs. Only the commands print here: in `serve`, stdout is MCP's.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::terminal::{commands, harmless};

/// Prints `text` and a line end on stdout, without what could command a terminal.
///
/// A reader that has gone away (`| head`) is no failure.
pub(crate) fn line(text: &str) -> io::Result<()> {
    print(io::stdout().lock(), &harmless(text))
}

/// Prints text of our own and a line end on stdout; its colours are left out where they have no place.
pub(crate) fn styled(text: &str) -> io::Result<()> {
    print(anstream::stdout().lock(), text)
}

/// Prints `value` as indented JSON on stdout.
pub(crate) fn json(value: &impl Serialize) -> io::Result<()> {
    print(io::stdout().lock(), &escaped(&serde_json::to_string_pretty(value)?))
}

fn print(mut stdout: impl Write, text: &str) -> io::Result<()> {
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Escapes in JSON what a terminal would obey, so that nothing of a value is lost.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match commands(c) {
            true => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            false => text.push(c),
        }
    }
    text
}

/// Lays an object out to be read, one field a line; its long address comes last.
pub(crate) fn fields(object: &Map<String, Value>) -> String {
    let (addresses, others): (Vec<_>, Vec<_>) = object.iter().partition(|(key, _)| *key == "uri");
    let line = |(key, value): (&String, &Value)| format!("{key}: {}", plain(value));
    others.into_iter().chain(addresses).map(line).collect::<Vec<_>>().join("\n  ")
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join("; "),
        Value::Object(object) => person(object).unwrap_or_else(|| value.to_string()),
        other => other.to_string(),
    }
}

/// Writes a person as mail programs do.
fn person(object: &Map<String, Value>) -> Option<String> {
    let address = object.get("address")?.as_str()?;
    Some(match object.get("name").and_then(Value::as_str) {
        Some(name) => format!("{name} <{address}>"),
        None => address.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_what_a_terminal_would_obey_in_escaped_form() {
        let json = serde_json::json!({ "subject": "a\u{9b}2J\u{202e}b" }).to_string();

        let printed = escaped(&json);

        assert_eq!(printed, r#"{"subject":"a\u009b2J\u202eb"}"#);
        assert_eq!(
            serde_json::from_str::<Value>(&printed).unwrap(),
            serde_json::from_str::<Value>(&json).unwrap()
        );
    }
}
