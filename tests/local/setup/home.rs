//! A home folder in which nothing is installed, and the files that hosts keep in it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::harness::Ended;

pub(super) const HOSTS: [&str; 5] = ["claude-desktop", "claude-code", "vscode", "cursor", "json"];

/// A user's home folder.
pub(super) struct Home(TempDir);

impl Home {
    pub(super) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// Returns a path in it, as a command that runs there sees it.
    pub(super) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(name)
    }

    /// Returns the file in which a host keeps its servers.
    pub(super) fn file(&self, host: &str) -> PathBuf {
        let settings =
            if cfg!(target_os = "macos") { "Library/Application Support" } else { ".config" };
        match host {
            "claude-desktop" => self.path(settings).join("Claude/claude_desktop_config.json"),
            "claude-code" => self.path(".claude.json"),
            "vscode" => self.path(settings).join("Code/User/mcp.json"),
            "cursor" => self.path(".cursor/mcp.json"),
            other => panic!("{other} keeps no file"),
        }
    }

    pub(super) fn text(&self, host: &str) -> String {
        fs::read_to_string(self.file(host)).unwrap()
    }

    /// Writes a file and the folders that lead to it.
    pub(super) fn write(&self, path: impl AsRef<Path>, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Returns the names of what `setup` left beside a host's file, in order.
    pub(super) fn beside(&self, host: &str) -> Vec<String> {
        let file = self.file(host);
        let own = file.file_name().unwrap().to_str().unwrap();
        let entries = fs::read_dir(file.parent().unwrap()).unwrap();
        let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> =
            names.filter(|name| name != own && name.starts_with(own)).collect();
        names.sort();
        names
    }

    /// Runs the program in this home with none of our environment.
    pub(super) async fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, &[]).await
    }

    pub(super) async fn run_with(&self, arguments: &[&str], env: &[(&str, &str)]) -> Ended {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_m365-local"));
        command.args(arguments).current_dir(self.path("")).stdin(Stdio::null());
        command.env_clear().env("HOME", self.path("")).envs(env.iter().copied());
        let output = command.output().await.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// Returns the servers of a host's file, by their names.
pub(super) fn servers_of<'a>(document: &'a Value, host: &str) -> &'a Map<String, Value> {
    let container = if host == "vscode" { "servers" } else { "mcpServers" };
    document[container].as_object().unwrap()
}

/// Returns one of them.
pub(super) fn entry_of<'a>(document: &'a Value, host: &str, name: &str) -> &'a Value {
    servers_of(document, host).get(name).unwrap_or_else(|| panic!("{name} in {document}"))
}
