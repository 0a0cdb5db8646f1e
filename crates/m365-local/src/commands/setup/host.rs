//! The hosts: where each keeps its servers, and in which form. `docs/hosts.md` has the sources.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::{
    config::Environment,
    failure::{Failure, USAGE},
};

use super::Server;

/// A host whose configuration is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Host {
    ClaudeDesktop,
    ClaudeCode,
    VsCode,
    Cursor,
    /// No host: the form that most others read, too.
    Json,
}

pub(super) const HOSTS: [(&str, Host); 5] = [
    ("claude-desktop", Host::ClaudeDesktop),
    ("claude-code", Host::ClaudeCode),
    ("vscode", Host::VsCode),
    ("cursor", Host::Cursor),
    ("json", Host::Json),
];

/// Visual Studio Code and its builds that keep their settings in a folder of another name.
const VSCODE: [&str; 3] = ["Code", "Code - Insiders", "VSCodium"];

/// Where Windows puts the roaming files of Claude Desktop when it was installed as a package.
const CLAUDE_PACKAGE: &str = "Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude";

impl Host {
    /// Returns the key of the host's file under which servers stand by their names.
    pub(super) const fn container(self) -> &'static str {
        match self {
            Self::VsCode => "servers",
            _ => "mcpServers",
        }
    }

    /// Returns the server as the host writes it.
    pub(super) fn entry(self, server: &Server) -> Map<String, Value> {
        server.entry(self != Self::ClaudeDesktop)
    }

    /// Returns a whole file with this server alone.
    pub(super) fn document(self, server: &Server) -> Value {
        json!({ self.container(): { server.name.as_str(): self.entry(server) } })
    }

    /// Returns the file of this user; it need not exist. None where there is no home folder.
    pub(super) fn file(self, env: &Environment) -> Option<PathBuf> {
        match self {
            Self::ClaudeDesktop => Some(claude_folder()?.join("claude_desktop_config.json")),
            Self::ClaudeCode => {
                let folder = env.get("CLAUDE_CONFIG_DIR").map(PathBuf::from);
                Some(folder.or_else(dirs::home_dir)?.join(".claude.json"))
            }
            Self::VsCode => Some(vscode_folder(&dirs::config_dir()?).join("User").join("mcp.json")),
            Self::Cursor => Some(dirs::home_dir()?.join(".cursor").join("mcp.json")),
            Self::Json => None,
        }
    }

    /// Says why there is no file to write to.
    pub(super) fn no_file(self) -> Failure {
        Failure::new(
            USAGE,
            match self {
                Self::Json => "`json` is no host's name: say with --file which file to write",
                _ => "there is no home folder: say with --file which file to write",
            },
        )
    }

    /// Says how the host takes notice.
    pub(super) const fn restart(self) -> &'static str {
        match self {
            Self::ClaudeDesktop => {
                "Quit Claude Desktop (closing its window is not enough) and start it again."
            }
            Self::ClaudeCode => "Start a new session of Claude Code; /mcp lists the server there.",
            Self::VsCode => {
                "In VS Code run the command `MCP: List Servers`, start the server and trust it."
            }
            Self::Cursor => "Restart Cursor and switch the server on in its list of MCP servers.",
            Self::Json => "Restart the host.",
        }
    }
}

fn claude_folder() -> Option<PathBuf> {
    let packaged = dirs::data_local_dir().map(|folder| folder.join(CLAUDE_PACKAGE));
    match packaged {
        Some(folder) if cfg!(windows) && folder.is_dir() => Some(folder),
        _ => Some(dirs::config_dir()?.join("Claude")),
    }
}

fn vscode_folder(config: &Path) -> PathBuf {
    let mut builds = VSCODE.iter().map(|name| config.join(name));
    builds.find(|folder| folder.is_dir()).unwrap_or_else(|| config.join(VSCODE[0]))
}
