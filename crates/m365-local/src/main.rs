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
mod moment;
mod output;
mod session;
mod store;
mod terminal;

use std::{
    io::{self, IsTerminal, stdin},
    process::ExitCode,
    sync::LazyLock,
};

use m365_tools::{Extractor, mcp::Server};

use cli::{Cli, Command};
use config::{Config, Environment, LogConfig};
use failure::Failure;

/// What `--version` prints.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let (version, revision) = (env!("CARGO_PKG_VERSION"), env!("M365_GIT_REVISION"));
    format!("{version} ({revision}), MCP {}", Server::protocol_versions().join(", "))
});

fn main() -> ExitCode {
    // Documents are read by this program, started anew: such a child never gets past this line.
    let extractor = Extractor::this_program();
    let cli = Cli::of_process();
    let Some(command) = cli.command.or_else(|| (!stdin().is_terminal()).then_some(Command::Serve))
    else {
        eprint!("{}", cli::help::on(None).unwrap_or_default());
        return ExitCode::from(failure::USAGE);
    };
    let serves = matches!(command, Command::Serve);
    match run(command, &cli.options, extractor) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Whoever looks after a server has its log, and the host may have dropped stderr.
            if serves {
                tracing::error!("{}", failure.message());
            }
            failure.report()
        }
    }
}

fn run(
    command: Command,
    options: &cli::Options,
    extractor: io::Result<Extractor>,
) -> Result<(), Failure> {
    // Both clients speak TLS with ring; the first to be installed serves the process.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = match prepare(options, matches!(command, Command::Serve)) {
        Ok(config) => config,
        Err(failure) => return commands::unconfigured(command, failure),
    };
    let extraction = extractor?.into();
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    tracing::info!(version = VERSION.as_str(), document = config.document, "configured");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(commands::run(command, &config, extraction));
    // A read of stdin that nobody waits for any more must not hold the process.
    runtime.shutdown_background();
    ended
}

/// Reads the configuration and starts logging as it says; a server has a log file.
fn prepare(options: &cli::Options, serves: bool) -> Result<Config, Failure> {
    let env = Environment::of_process();
    let log = LogConfig::resolve(options, &env, serves)?;
    logging::start(&log)?;
    let config = Config::resolve(options, &env)?;
    Ok(Config { warnings_are_shown: log.shows_warnings(), ..config })
}
