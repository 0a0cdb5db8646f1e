//! Microsoft 365 for AI assistants over stdio, signed in on the device.
//!
//! This binary only assembles: `m365-auth` signs in, `m365-graph` reads, `m365-tools` is the catalog.

mod cli;
mod commands;
mod config;
#[cfg(feature = "demo")]
mod demo;
mod failure;
mod http;
mod logging;
mod output;
mod session;

use std::{
    io::{IsTerminal, stdin},
    process::ExitCode,
};

use clap::{CommandFactory, Parser};

use cli::{Cli, Command};
use config::{Config, Environment, LogConfig};
use failure::Failure;

/// What `--version` prints.
const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (",
    env!("M365_GIT_REVISION"),
    "), MCP 2026-07-28, 2025-11-25, 2025-06-18, 2025-03-26"
);

fn main() -> ExitCode {
    let cli = Cli::parse();
    let Some(command) = cli.command.or_else(|| (!stdin().is_terminal()).then_some(Command::Serve))
    else {
        eprint!("{}", Cli::command().render_help());
        return ExitCode::from(failure::USAGE);
    };
    run(command, &cli.options).map_or_else(|failure| failure.report(), |()| ExitCode::SUCCESS)
}

fn run(command: Command, options: &cli::Options) -> Result<(), Failure> {
    // Both clients speak TLS with ring; the first to be installed serves the process.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let env = Environment::of_process();
    logging::start(&LogConfig::resolve(options, &env)?)?;
    let config = Config::resolve(options, &env)?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(commands::run(command, &config))
}
