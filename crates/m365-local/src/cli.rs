//! The command line.

use std::path::PathBuf;

use clap::{Args, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;

pub(crate) mod help;

/// Microsoft 365 for AI assistants: an MCP server over stdio that only reads, signed in on this device.
#[derive(Debug, Parser)]
#[command(
    name = "m365-local",
    version = crate::VERSION.as_str(),
    disable_help_subcommand = true,
    after_help = "Try it without an account, in the shell and in a host:\n  m365-local --demo call outlook_email_search '{\"query\":\"budget\"}'\n  m365-local --demo setup claude-desktop --write"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) options: Options,
}

impl Cli {
    /// Reads the arguments of this process; ends it where they are wrong or ask for help.
    pub(crate) fn of_process() -> Self {
        let mut command = help::command();
        let read = Self::from_arg_matches(&command.get_matches_mut());
        read.unwrap_or_else(|error| error.format(&mut command).exit()).settled()
    }

    /// `setup --managed` asks for a document to hand out, not for the one on this device.
    fn settled(mut self) -> Self {
        self.options.managed &= !matches!(self.command, Some(Command::Setup { .. }));
        self
    }
}

/// What to do; without a command, `serve` when stdin is not a terminal.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the MCP server on stdin and stdout.
    #[command(after_help = "Example, as a host starts it:\n  m365-local serve --config entry.json")]
    Serve,
    /// Connect: sign in with the system's broker, or else the browser.
    #[command(
        after_help = "Example:\n  m365-local sign-in --tenant-id 1111… --client-id aaaa… --scope \"Mail.Read Calendars.Read\""
    )]
    SignIn,
    /// Disconnect: delete the stored tokens.
    #[command(after_help = "Example:\n  m365-local sign-out --all")]
    SignOut {
        /// Sign out of every entry that has tokens in the data directory.
        #[arg(long)]
        all: bool,
    },
    /// Show who is signed in, which permissions are granted, and until when.
    #[command(after_help = "Example:\n  m365-local status --json")]
    Status {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Examine configuration, network, tokens, account, permissions and services; say what to mend.
    #[command(after_help = "Examples:\n  m365-local doctor\n  m365-local --demo doctor --json")]
    Doctor {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Test the connection to a host: start the server as a child and list its tools.
    #[command(after_help = "Example:\n  m365-local --demo test")]
    Test,
    /// Call one tool and print the answer.
    #[command(
        after_help = "Example:\n  m365-local --demo call outlook_email_search '{\"query\":\"budget\"}'"
    )]
    Call {
        /// The tool's name, e.g. `outlook_email_search`.
        tool: String,
        /// The arguments, a JSON object; `-` reads them from stdin.
        #[arg(default_value = "{}")]
        arguments: String,
        /// Print the MCP result.
        #[arg(long)]
        json: bool,
    },
    /// Print what registers the app in Microsoft Entra ID, for an administrator to run.
    #[command(
        after_help = "Example:\n  m365-local entra-app az --scope \"Mail.Read Calendars.Read\" > register.sh"
    )]
    EntraApp {
        /// `az` (shell), `powershell`, `terraform` or `json` (Microsoft Graph).
        format: String,
        /// The app's name in Entra ID.
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
        /// Add the redirect of Windows's broker.
        #[arg(long)]
        broker: bool,
        /// Add the redirect of macOS's broker, for the program with this bundle ID.
        #[arg(long, value_name = "ID")]
        bundle_id: Option<String>,
    },
    /// Print a host's configuration for this program, or merge it into the host's file.
    #[command(
        after_help = "Examples:\n  m365-local --demo setup claude-desktop\n  m365-local setup vscode --write --config entry.json"
    )]
    Setup {
        /// `claude-desktop`, `claude-code`, `vscode`, `cursor`, or `json` for any other.
        host: String,
        /// Merge it into the host's file; what was there before is kept beside it.
        #[arg(long)]
        write: bool,
        /// Print the `managedMcpServers` document for device management instead.
        #[arg(long)]
        managed: bool,
        /// The server's name in the host.
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
        /// The host's file, where it is not the usual one: a project's, or another profile's.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// List the tools with the permissions that each needs.
    #[command(after_help = "Example:\n  m365-local tools --json")]
    Tools {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the completions of a shell.
    #[command(
        after_help = "Example:\n  m365-local completions bash > ~/.local/share/bash-completion/completions/m365-local"
    )]
    Completions {
        /// For which shell.
        shell: Shell,
    },
    /// Show the help of a command, or `options`: those of every command.
    #[command(after_help = "Example:\n  m365-local help options")]
    Help {
        /// A command, or `options`.
        topic: Option<String>,
    },
}

/// Options of every command; each is also an environment variable, `M365_` and its name.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Options of every command (or M365_… in the environment)")]
pub(crate) struct Options {
    /// Directory (tenant) ID, a GUID.
    #[arg(long, global = true, value_name = "GUID")]
    pub(crate) tenant_id: Option<String>,
    /// Application (client) ID of the app registration, a GUID.
    #[arg(long, global = true, value_name = "GUID")]
    pub(crate) client_id: Option<String>,
    /// `global`, `us-gov-high` or `us-gov-dod`.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) azure_cloud: Option<String>,
    /// Graph permissions, separated by spaces, e.g. "Mail.Read Calendars.Read".
    #[arg(long, global = true, value_name = "SCOPES")]
    pub(crate) scope: Option<String>,
    /// A `managedMcpServers` document in JSON.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Read the document that device management put on this device, and nothing else about the tenant.
    #[arg(long, global = true)]
    pub(crate) managed: bool,
    /// The entry of the document to use, by its name.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) entry: Option<String>,
    /// Use the demo tenant inside this program, already signed in: no account, no network.
    #[arg(long, global = true)]
    pub(crate) demo: bool,
    /// The only account that may sign in, by user principal name.
    #[arg(long, global = true, value_name = "UPN")]
    pub(crate) account: Option<String>,
    /// Print the sign-in address instead of opening a browser.
    #[arg(long, global = true)]
    pub(crate) no_browser: bool,
    /// When a tool needs an account: `ask` through the host (default), or `auto`, open broker or browser at once.
    #[arg(long, global = true, value_name = "WHEN")]
    pub(crate) sign_in: Option<String>,
    /// The handle of the window in front of which the broker's opens: for hosts with windows, on Windows.
    #[arg(long, global = true, value_name = "HANDLE")]
    pub(crate) parent_window: Option<String>,
    /// Where the key of the encrypted tokens is: `os` (the system's key store; default), `file` (owner-only); or `memory`.
    #[arg(long, global = true, value_name = "KIND")]
    pub(crate) token_store: Option<String>,
    /// Where tokens and the log are kept.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Replaces the sign-in host, for tests and proxies; https, or http on loopback.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) login_endpoint: Option<String>,
    /// Replaces Graph's host, for tests and proxies; https, or http on loopback.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) graph_endpoint: Option<String>,
    /// Trust the certificates in this PEM file as well.
    #[arg(long, global = true, value_name = "PEM")]
    pub(crate) ca_file: Option<PathBuf>,
    /// The most characters of text in one answer (60000).
    #[arg(long, global = true, value_name = "N")]
    pub(crate) answer_limit: Option<String>,
    /// Put a random boundary around text that others wrote.
    #[arg(long, global = true)]
    pub(crate) mark_untrusted: bool,
    /// Leave `ask` of the tool policy to the host's own prompts.
    #[arg(long, global = true)]
    pub(crate) tool_policy_by_host: bool,
    /// `error`, `warn` (default), `info`, `debug` or `trace`.
    #[arg(long, global = true, value_name = "LEVEL")]
    pub(crate) log_level: Option<String>,
    /// `text` (default) or `json`.
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) log_format: Option<String>,
    /// Log to this file only; else `serve` logs to stderr and a file of its own.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) log_file: Option<PathBuf>,
}

/// How tokens are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreKind {
    /// In encrypted files, whose key is in the operating system's key store.
    Os,
    /// In encrypted files, whose key is in a file.
    File,
    /// In memory, gone when the process ends.
    Memory,
}

impl StoreKind {
    /// Returns the name by which it is chosen.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Os => "os",
            Self::File => "file",
            Self::Memory => "memory",
        }
    }
}
