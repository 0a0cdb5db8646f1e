//! Microsoft 365 for AI assistants over HTTP, on behalf of each caller.
//!
//! This binary only assembles: `m365-auth` proves who calls and exchanges tokens, `m365-graph` reads,
//! `m365-tools` is the catalog.

mod answer;
mod cli;
mod config;
mod failure;

mod listener;
mod logging;
mod outbound;
mod tls;

use std::{process::ExitCode, sync::LazyLock};

use clap::Parser;
use m365_tools::mcp::Server;

use cli::Cli;

/// What `--version` prints.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let (version, revision) = (env!("CARGO_PKG_VERSION"), env!("M365_GIT_REVISION"));
    format!("{version} ({revision}), MCP {}", Server::protocol_versions().join(", "))
});

fn main() -> ExitCode {
    let _ = Cli::parse();
    ExitCode::SUCCESS
}
