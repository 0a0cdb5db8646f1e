//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Microsoft 365 for AI assistants over HTTP: an MCP server that only reads, on behalf of each caller.
#[derive(Debug, Parser)]
#[command(
    name = "m365-remote",
    version = crate::VERSION.as_str(),
    disable_help_subcommand = true,
    after_help = "Try it without an account:\n  m365-remote --demo"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// What to do; with `--demo` and no command, `serve`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the MCP server.
    #[command(after_help = "Example:\n  m365-remote serve --config /etc/m365-remote/config.toml")]
    Serve,
    /// Check the configuration, the credential and the way to Entra, and say what would be served.
    #[command(after_help = "Example:\n  m365-remote check --config config.toml")]
    Check,
}

/// Options of every command; each is also an environment variable, `M365_` and its name.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Options of every command (or M365_… in the environment)")]
pub(crate) struct Options {
    /// The configuration file, in TOML.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Serve the demo tenant inside this program: no account, no network, nothing written to disk.
    #[arg(long, global = true)]
    pub(crate) demo: bool,
    /// Where callers connect (127.0.0.1:8365).
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
    /// Where health, readiness and metrics are served (127.0.0.1:9365).
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub(crate) admin_listen: Option<String>,
    /// The server's address as callers reach it.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Replaces the sign-in host, for tests and proxies; https, or http on loopback.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) login_endpoint: Option<String>,
    /// Replaces Graph's host, for tests and proxies; https, or http on loopback.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) graph_endpoint: Option<String>,
    /// Trust the certificates in this PEM file as well.
    #[arg(long, global = true, value_name = "PEM")]
    pub(crate) ca_file: Option<String>,
    /// `error`, `warn`, `info` (default), `debug` or `trace`.
    #[arg(long, global = true, value_name = "LEVEL")]
    pub(crate) log_level: Option<String>,
    /// `text` (default) or `json`.
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) log_format: Option<String>,
    /// Log to this file instead of stderr.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) log_file: Option<String>,
}
