//! What becomes of files that are out to harm their reader: rows C06 to C15 of the catalogue of attacks.
//!
//! The children are this program, with a reader that misbehaves on purpose; so `main` is ours, and runs
//! the tests one after another.

#![expect(clippy::unwrap_used, reason = "a helper that cannot go on fails its test")]
#![expect(clippy::print_stdout, reason = "a report of the tests")]

mod cases;
mod hostile;

use std::{env, panic::catch_unwind, process::ExitCode};

use m365_extract::isolation::Extractor;

fn main() -> ExitCode {
    let extractor = Extractor::this_program_by(hostile::read).unwrap();
    let filters: Vec<String> = env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let mut failed = 0;
    for (name, case) in cases::ALL {
        if !filters.is_empty() && !filters.iter().any(|filter| name.contains(filter)) {
            continue;
        }
        let done = catch_unwind(|| case(&extractor));
        println!("test {name} ... {}", if done.is_ok() { "ok" } else { "FAILED" });
        failed += u8::from(done.is_err());
    }
    ExitCode::from(failed)
}
