//! `setup`: what a host needs to start this program, printed or merged into the host's own file.

mod arguments;
mod file;
mod host;
mod management;
mod merge;
mod shell;

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::{
    config::{Config, Environment, Setting, Target},
    failure::{Failure, USAGE},
    output,
};

use file::HostFile;
use host::{HOSTS, Host};
use merge::{Change, Merged, Place};

/// The name under which hosts list the server, unless the entry has a name of its own.
const NAME: &str = "microsoft365";

/// What the command's own options say.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) host: String,
    pub(crate) write: bool,
    pub(crate) managed: bool,
    pub(crate) name: Option<String>,
    pub(crate) file: Option<PathBuf>,
}

/// How a host starts this program: as this run is configured.
#[derive(Debug)]
struct Server {
    name: String,
    command: String,
    arguments: Vec<String>,
}

/// Returns the command line that runs `command` with the options of this run, for a person to copy.
pub(super) fn with_our_options(command: &str) -> String {
    let arguments = arguments::of_this_run().unwrap_or_default();
    let options = arguments.iter().skip(1).map(String::as_str);
    shell::line(["m365-local", command].into_iter().chain(options))
}

/// Prints the configuration for a host, or merges it into the host's file.
pub(crate) fn run(config: &Config, wanted: &Wanted) -> Result<(), Failure> {
    let host = Setting::new("setup", &wanted.host).one_of(&HOSTS)?;
    if wanted.managed {
        return management::run(config, host, wanted, command()?);
    }
    let server = Server::of_this_run(config, wanted)?;
    let file = wanted.file.clone().or_else(|| host.file(&Environment::of_process()));
    if wanted.write {
        return write(config, host, &server, file.as_deref());
    }
    output::json(&host.document(&server))?;
    for note in notes(config, host, &server, file.as_deref()) {
        eprintln!("{note}");
    }
    Ok(())
}

/// Says what to do with what was printed.
fn notes(config: &Config, host: Host, server: &Server, file: Option<&Path>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(file) = file {
        let file = file.display();
        notes.push(format!("This belongs into {file}: --write merges it into that file."));
    }
    if host == Host::ClaudeCode {
        let entry = Value::Object(host.entry(server)).to_string();
        let (name, entry) = (&server.name, shell::quoted(&entry));
        notes.push(format!("Or run: claude mcp add-json --scope user {name} {entry}"));
    }
    if let Target::Missing(error) = &config.target {
        notes.push(format!("As it is, the server will not start: {error}"));
    }
    notes
}

fn write(config: &Config, host: Host, server: &Server, file: Option<&Path>) -> Result<(), Failure> {
    if let Target::Missing(error) = &config.target {
        return Err(error.clone().into());
    }
    let path = file.ok_or_else(|| host.no_file())?;
    let merged = put(host, server, path)?;
    output::line(&merged)?;
    output::line(&next_steps(config, host, server))?;
    Ok(())
}

/// Merges the server into the file and says what became of it.
fn put(host: Host, server: &Server, path: &Path) -> Result<String, Failure> {
    let file = HostFile::open(path)?;
    let place = Place { container: host.container(), name: &server.name };
    let merged = merge::merge(file.text(), place, &host.entry(server))
        .map_err(|refusal| Failure::new(USAGE, format_args!("{}: {refusal}", file.display())))?;
    for variable in &merged.variables {
        eprintln!("The entry's own `env` sets {variable}, which stays in force.");
    }
    let (name, file_name) = (&server.name, file.display());
    Ok(match merged.change {
        Change::Nothing => format!("`{name}` is already set up in {file_name}."),
        Change::Added => replaced(&file, &merged, format!("Added `{name}` to {file_name}"))?,
        Change::Updated => replaced(&file, &merged, format!("Updated `{name}` in {file_name}"))?,
    })
}

fn replaced(file: &HostFile, merged: &Merged, done: String) -> Result<String, Failure> {
    Ok(match file.replace(&merged.text)? {
        Some(backup) => format!("{done}; as it was before: {}", backup.display()),
        None => format!("{done}, a new file."),
    })
}

fn next_steps(config: &Config, host: Host, server: &Server) -> String {
    let mut steps = vec![host.restart().to_owned()];
    let options = server.arguments.get(1..).unwrap_or_default();
    let program = |command: &str| {
        let words = [server.command.as_str(), command].into_iter();
        shell::line(words.chain(options.iter().map(String::as_str)))
    };
    if !matches!(config.target, Target::Demo) {
        steps.push(format!("Sign in: {}", program("sign-in")));
    }
    steps.push(format!("Check that all is well: {}", program("doctor")));
    format!("Next:\n  {}", steps.join("\n  "))
}

impl Server {
    fn of_this_run(config: &Config, wanted: &Wanted) -> Result<Self, Failure> {
        let name = match &wanted.name {
            Some(name) => checked(name)?,
            None => name_for(&config.target)?,
        };
        Ok(Self { name, command: command()?, arguments: arguments::of_this_run()? })
    }

    /// The form that all hosts share; `kind` adds the transport, which some want to be told.
    fn entry(&self, kind: bool) -> Map<String, Value> {
        let mut entry = Map::new();
        if kind {
            entry.insert("type".into(), "stdio".into());
        }
        entry.insert("command".into(), self.command.as_str().into());
        entry.insert("args".into(), json!(self.arguments));
        entry
    }
}

/// Returns the absolute path of this program.
fn command() -> Result<String, Failure> {
    let path = std::env::current_exe()?;
    path.into_os_string().into_string().map_err(|path| {
        let path = path.display();
        Failure::new(
            USAGE,
            format_args!("{path}: the path is not Unicode, no host's file can hold it"),
        )
    })
}

/// Hosts build the names of tools from it, so only letters, digits, `-` and `_` are common to all.
fn checked(name: &str) -> Result<String, Failure> {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || name.len() > 64 || !name.chars().all(good) {
        let expected = "a name of up to 64 letters, digits, `-` and `_`";
        return Err(Setting::new("--name", name).refuse(expected).into());
    }
    Ok(name.to_owned())
}

/// One name per entry of a document, so that several stand side by side in a host.
fn name_for(target: &Target) -> Result<String, Failure> {
    let Target::Tenant(tenant) = target else { return Ok(NAME.to_owned()) };
    named_after(&tenant.entry).ok_or_else(|| {
        let entry = &tenant.entry;
        Failure::new(
            USAGE,
            format_args!("the entry `{entry}` makes no name that hosts accept: give --name"),
        )
    })
}

fn named_after(entry: &str) -> Option<String> {
    let lower = entry.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let own = match words.as_slice() {
        [] => return None,
        ["microsoft", "365", own @ ..] | [NAME, own @ ..] => own,
        own => own,
    };
    let parts: Vec<&str> = [NAME].into_iter().chain(own.iter().copied()).collect();
    Some(parts.join("-").chars().take(64).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_entry_of_a_document_has_a_name_of_its_own() {
        for (entry, name) in [
            ("Microsoft 365", Some("microsoft365")),
            ("Microsoft 365 (Contoso)", Some("microsoft365-contoso")),
            ("Contoso, Ltd.", Some("microsoft365-contoso-ltd")),
            ("北風", None),
        ] {
            assert_eq!(named_after(entry).as_deref(), name, "{entry}");
        }
    }

    #[test]
    fn a_name_that_some_host_refuses_is_refused() {
        for name in ["", "a b", "a/b", "é", &"x".repeat(65)] {
            assert!(checked(name).is_err(), "{name}");
        }
        assert!(checked("m365_Contoso-2").is_ok());
    }
}
