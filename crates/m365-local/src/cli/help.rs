//! Help that fits a screen: each command shows its own options, and where those of all commands are.

use clap::{Args, Command, CommandFactory};

use super::{Cli, Options};

/// The options of every command that `m365-local --help` shows, too: what the first steps need.
const FIRST: [&str; 5] = ["tenant_id", "client_id", "scope", "config", "demo"];

/// What the topic with all options is called.
const OPTIONS: &str = "options";

const MORE: &str = "Options of every command (tenant, tokens, logs, …):\n  m365-local help options";

/// Returns the command line as people are shown it; it accepts the same as [`Cli`].
pub(crate) fn command() -> Command {
    let whole = Cli::command();
    let shared: Vec<_> = whole.get_arguments().filter(|arg| arg.is_global_set()).cloned().collect();
    whole
        .mut_args(|arg| {
            let first = FIRST.contains(&arg.get_id().as_str()) || !arg.is_global_set();
            arg.hide(!first)
        })
        .mut_subcommands(|command| {
            let shown = with_more(command);
            let own: Vec<_> = shown.get_arguments().map(|arg| arg.get_id().clone()).collect();
            // An option that is here already is not handed down by the parent, which shows it.
            let shared = shared.iter().filter(|arg| !own.contains(arg.get_id()));
            shown.args(shared.map(|arg| arg.clone().hide(true)))
        })
}

fn with_more(command: Command) -> Command {
    let text = command.get_after_help().map(|text| format!("{text}\n\n")).unwrap_or_default();
    command.after_help(format!("{text}{MORE}"))
}

/// Returns the help on `topic`: a command, or the options of all; `None` when there is none.
pub(crate) fn on(topic: Option<&str>) -> Option<String> {
    let mut whole = command();
    whole.build();
    let mut shown = match topic {
        None => whole,
        Some(OPTIONS) => options(),
        Some(name) => whole.find_subcommand(name)?.clone(),
    };
    Some(shown.render_help().to_string())
}

/// Returns what there is help on.
pub(crate) fn topics() -> Vec<String> {
    let names = Cli::command();
    let names = names.get_subcommands().map(|command| command.get_name().to_owned());
    names.chain([OPTIONS.to_owned()]).collect()
}

/// Shows the options of every command, and nothing else.
fn options() -> Command {
    Options::augment_args(Command::new("m365-local"))
        .disable_help_flag(true)
        .help_template("{all-args}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_of_every_command_is_accepted_before_and_behind_the_command() {
        for line in ["m365-local --demo tools", "m365-local tools --demo"] {
            let matches = command().try_get_matches_from(line.split(' ')).unwrap();
            let cli = <Cli as clap::FromArgMatches>::from_arg_matches(&matches).unwrap();

            assert!(cli.options.demo, "{line}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn every_topic_has_help_that_fits_a_screen() {
        for topic in topics() {
            let help = on(Some(&topic)).unwrap();

            let lines = help.lines().count();
            assert!(lines <= if topic == OPTIONS { 70 } else { 40 }, "{topic}: {lines}\n{help}");
        }
        assert!(on(None).unwrap().lines().count() <= 40);
        assert_eq!(on(Some("nothing")), None);
    }
}
