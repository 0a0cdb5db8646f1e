//! Printing for people. Only the commands print here: in `serve`, stdout may be the audit's.

use std::io::{self, Write};

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
