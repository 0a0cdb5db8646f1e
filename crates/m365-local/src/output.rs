//! Printing for people and programs. Only the commands print here: in `serve`, stdout is MCP's.

use std::io::{self, Write};

use serde::Serialize;

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
