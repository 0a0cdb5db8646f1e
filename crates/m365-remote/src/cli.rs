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
    /// Print what a host needs to use this deployment.
    #[command(after_help = "Example:\n  m365-remote host-config claude-code --config config.toml")]
    HostConfig {
        /// `claude-desktop`, `claude-code`, `vscode`, `cursor` or `json`.
        host: String,
        /// For users of this tenant of the allow-list.
        #[arg(long, value_name = "GUID")]
        tenant: Option<String>,
        /// For the host with this client ID of the allow-list.
        #[arg(long, value_name = "GUID")]
        client: Option<String>,
    },
    /// Print what registers the connector in Microsoft Entra ID, for an administrator to run.
    #[command(
        after_help = "Example:\n  m365-remote entra-app az --scope \"Mail.Read Calendars.Read\" > register.sh"
    )]
    EntraApp(EntraApp),
}

/// What to register; with `--config`, cloud and permissions are the configuration's.
#[derive(Args, Debug)]
pub(crate) struct EntraApp {
    /// `az` (shell), `powershell`, `terraform` or `json` (Microsoft Graph).
    pub(crate) format: String,
    /// The connector app's name in Entra ID.
    #[arg(long, value_name = "TEXT")]
    pub(crate) name: Option<String>,
    /// Graph permissions, separated by spaces, e.g. "Mail.Read Calendars.Read".
    #[arg(long, value_name = "SCOPES")]
    pub(crate) scope: Option<String>,
    /// `global`, `us-gov-high` or `us-gov-dod`.
    #[arg(long, value_name = "NAME")]
    pub(crate) azure_cloud: Option<String>,
    /// Refuse to register in another tenant than this.
    #[arg(long, value_name = "GUID")]
    pub(crate) tenant_id: Option<String>,
    /// The Application ID URI, instead of `api://` and the client ID: {public_url}/mcp.
    #[arg(long, value_name = "URL")]
    pub(crate) resource_url: Option<String>,
    /// `certificate` (default), `secret`, or `federation` with --issuer and --subject.
    #[arg(long, value_name = "KIND")]
    pub(crate) credential: Option<String>,
    /// The issuer of the tokens that the connector's platform gives it.
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: Option<String>,
    /// The connector's name in these tokens, e.g. system:serviceaccount:m365-remote:m365-remote.
    #[arg(long, value_name = "TEXT")]
    pub(crate) subject: Option<String>,
    /// Let users of other tenants sign in, once their administrators have consented.
    #[arg(long)]
    pub(crate) multi_tenant: bool,
    /// A further redirect of the desktop host, e.g. http://localhost/callback for Claude Code.
    #[arg(long, value_name = "URL")]
    pub(crate) redirect: Vec<String>,
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
    /// How many characters of text one answer may have (60000).
    #[arg(long, global = true, value_name = "N")]
    pub(crate) answer_limit: Option<String>,
    /// Put a random boundary around text that others wrote.
    #[arg(long, global = true)]
    pub(crate) mark_untrusted: bool,
    /// Leave `ask` in policies to the host's own prompts.
    #[arg(long, global = true)]
    pub(crate) tool_policy_by_host: bool,
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
