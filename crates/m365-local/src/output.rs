//! Printing for people and programs. Only the commands print here: in `serve`, stdout is MCP's.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value};

/// Prints `text` and a line end on stdout.
///
/// A reader that has gone away (`| head`) is no failure.
pub(crate) fn line(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Prints `value` as indented JSON on stdout.
pub(crate) fn json(value: &impl Serialize) -> io::Result<()> {
    line(&serde_json::to_string_pretty(value)?)
}

/// Lays an object out to be read, one field a line.
pub(crate) fn fields(object: &Map<String, Value>) -> String {
    let line = |(key, value): (&String, &Value)| format!("{key}: {}", plain(value));
    object.iter().map(line).collect::<Vec<_>>().join("\n  ")
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
