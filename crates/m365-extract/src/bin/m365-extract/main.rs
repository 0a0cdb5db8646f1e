//! Prints documents as markdown, each read in a process of its own.

mod arguments;
mod results;
mod show;
mod source;

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

use m365_extract::isolation::Extractor;

use crate::arguments::{HELP, Task};

/// Something was not read.
const FAILED: u8 = 1;
/// The arguments are wrong.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    // Comes first: a child that is to read one file never gets past this line.
    let extractor = Extractor::this_program();
    let task = match Task::of_process() {
        Ok(task) => task,
        Err(error) => return complain(&error, USAGE),
    };
    match extractor.map_err(Into::into).and_then(|extractor| run(task, &extractor)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILED),
        Err(error) => complain(error.as_ref(), FAILED),
    }
}

fn complain(error: &dyn Error, code: u8) -> ExitCode {
    eprintln!("m365-extract: {error}");
    if code == USAGE {
        eprintln!("Try `m365-extract --help`.");
    }
    ExitCode::from(code)
}

/// Does what is asked; says whether all files were read.
fn run(task: Task, extractor: &Extractor) -> Result<bool, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = match task {
        Task::Help => say(HELP),
        Task::Results { folder, files } => {
            Ok(runtime.block_on(results::write(extractor, &folder, files))?)
        }
        Task::Show { files, selection } => {
            runtime.block_on(show::all(extractor, &files, &selection))
        }
        Task::Version => say(concat!("m365-extract ", env!("CARGO_PKG_VERSION"))),
    };
    match done {
        // Who reads our output has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(true),
        done => Ok(done?),
    }
}

fn say(text: &str) -> io::Result<bool> {
    writeln!(io::stdout(), "{text}")?;
    Ok(true)
}
