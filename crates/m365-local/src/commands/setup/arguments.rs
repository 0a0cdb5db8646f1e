//! What this run was configured with, as the arguments of the server that a host starts.

use std::{any::TypeId, ffi::OsString, path::PathBuf};

use clap::{Arg, ArgMatches, Args, CommandFactory, parser::ValueSource};

use crate::{
    cli::{Cli, Options},
    config::Environment,
    failure::{Failure, USAGE},
};

/// The switch that has a meaning of its own in one command; there only the environment sets it for the
/// server.
const MANAGED: &str = "managed";
const SETUP: &str = "setup";

/// Returns `serve` with every option that this run was given, by flag or environment.
pub(super) fn of_this_run() -> Result<Vec<String>, Failure> {
    let matches = Cli::command().try_get_matches_from(std::env::args_os());
    let matches = matches.map_err(|error| Failure::new(USAGE, error))?;
    collected(&matches, &Environment::of_process())
}

fn collected(matches: &ArgMatches, env: &Environment) -> Result<Vec<String>, Failure> {
    let options = Options::augment_args(clap::Command::new("serve"));
    let mut arguments = vec!["serve".to_owned()];
    for option in options.get_arguments() {
        if let Some(value) = from_flag(option, matches).or_else(|| from_env(option, env)) {
            arguments.extend(written(option, value)?);
        }
    }
    Ok(arguments)
}

fn from_flag(option: &Arg, matches: &ArgMatches) -> Option<OsString> {
    let id = option.get_id().as_str();
    let given = matches.value_source(id) == Some(ValueSource::CommandLine);
    let is_own = id == MANAGED && matches.subcommand_name() == Some(SETUP);
    (given && !is_own).then(|| matches.get_raw(id)?.next_back().map(OsString::from)).flatten()
}

fn from_env(option: &Arg, env: &Environment) -> Option<OsString> {
    let name = option.get_long()?.replace('-', "_").to_ascii_uppercase();
    env.get(&format!("M365_{name}")).map(OsString::from)
}

/// Writes an option so that it means the same in whatever folder the host starts the server.
fn written(option: &Arg, value: OsString) -> Result<Vec<String>, Failure> {
    let flag = format!("--{}", option.get_long().unwrap_or_default());
    if !option.get_action().takes_values() {
        return Ok(if value == "true" || value == "1" { vec![flag] } else { Vec::new() });
    }
    let value = match option.get_value_parser().type_id() == TypeId::of::<PathBuf>() {
        true => std::path::absolute(value)?.into_os_string(),
        false => value,
    };
    let value = value.into_string().map_err(|value| {
        let value = value.display();
        Failure::new(
            USAGE,
            format_args!("{flag} {value}: it is not Unicode, no host's file can hold it"),
        )
    })?;
    Ok(if value.starts_with('-') { vec![format!("{flag}={value}")] } else { vec![flag, value] })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(words: &[&str], env: &[(&str, &str)]) -> Vec<String> {
        let words = ["m365-local"].iter().chain(words);
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let matches = Cli::command().get_matches_from(words);
        collected(&matches, &env.collect()).unwrap()
    }

    #[test]
    fn flags_before_and_after_the_command_are_kept_and_win_over_the_environment() {
        let words = ["--tenant-id", "t", "setup", "json", "--client-id", "c", "--no-browser"];
        let env = [("M365_CLIENT_ID", "other"), ("M365_SCOPE", "Mail.Read Chat.Read")];

        let arguments = arguments(&words, &env);

        let expected = [
            "serve",
            "--tenant-id",
            "t",
            "--client-id",
            "c",
            "--scope",
            "Mail.Read Chat.Read",
            "--no-browser",
        ];
        assert_eq!(arguments, expected);
    }

    #[test]
    fn the_managed_document_is_an_option_of_every_other_command() {
        assert_eq!(arguments(&["serve", "--managed"], &[]), ["serve", "--managed"]);
        assert_eq!(arguments(&["setup", "json", "--managed"], &[]), ["serve"]);
    }

    #[test]
    fn a_relative_path_is_made_absolute() {
        let arguments = arguments(&["setup", "json", "--config", "entry.json"], &[]);

        let path = std::env::current_dir().unwrap().join("entry.json");
        assert_eq!(arguments, ["serve", "--config", path.to_str().unwrap()]);
    }

    #[test]
    fn a_switch_of_the_environment_counts_when_it_is_on() {
        let words = ["setup", "json"];

        let arguments =
            arguments(&words, &[("M365_DEMO", "1"), ("M365_NO_BROWSER", "false"), ("M365_X", "1")]);

        assert_eq!(arguments, ["serve", "--demo"]);
    }

    #[test]
    fn a_value_that_looks_like_a_flag_stays_a_value() {
        let arguments = arguments(&["setup", "json", "--account=-x@contoso.com"], &[]);

        assert_eq!(arguments, ["serve", "--account=-x@contoso.com"]);
    }
}
