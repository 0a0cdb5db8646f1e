use clap::CommandFactory;
use clap_complete::Shell;

use crate::{cli::Cli, failure::Failure, output};

/// Prints what makes `shell` complete this program's commands and options.
pub(super) fn run(shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "m365-local", &mut script);
    Ok(output::line(String::from_utf8_lossy(&script).trim_end())?)
}
