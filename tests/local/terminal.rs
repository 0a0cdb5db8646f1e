//! What a person at a terminal gets: colours, progress, help, completions; and what a pipe does not.

use std::process::Stdio;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
};

use crate::harness::Bench;

/// The commands that have help.
const COMMANDS: [&str; 12] = [
    "serve",
    "sign-in",
    "sign-out",
    "status",
    "test",
    "call",
    "tools",
    "doctor",
    "entra-app",
    "completions",
    "help",
    "options",
];

/// Prepares a run of the binary at a terminal, which `script` of util-linux plays, without any of our
/// environment: whoever runs the tests may not want colours.
fn at_terminal(bench: &Bench, arguments: &str) -> Command {
    let line = format!("exec {} {arguments}", env!("CARGO_BIN_EXE_m365-local"));
    let mut command = Command::new("/usr/bin/script");
    let own = bench.command(&[]);
    command.env_clear();
    for (name, value) in own.as_std().get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command
        .args(["-qec", &line, "/dev/null"])
        .env("TERM", "xterm")
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    command
}

async fn printed(command: &mut Command) -> String {
    String::from_utf8(command.output().await.unwrap().stdout).unwrap()
}

/// Tells whether text sets a colour or a weight: `ESC [ … m`.
fn is_coloured(text: &str) -> bool {
    text.split("\x1b[").skip(1).any(|rest| {
        rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m')
    })
}

#[tokio::test]
async fn what_is_piped_has_no_escape_and_no_progress() {
    let bench = Bench::without_server().await;

    let doctor = bench.run(&["--demo", "doctor"]).await;
    let call = bench.run(&["--demo", "call", "outlook_email_search", "{}"]).await;

    for text in [&doctor.stdout, &doctor.stderr, &call.stdout, &call.stderr] {
        assert!(!text.contains('\x1b') && !text.contains('\r'), "{text:?}");
    }
    assert_eq!(call.stderr, "");
}

#[tokio::test]
#[cfg_attr(not(target_os = "linux"), ignore = "the terminal is played by script of util-linux")]
async fn a_terminal_has_colours_unless_they_are_not_wanted() {
    let bench = Bench::without_server().await;
    let doctor = || at_terminal(&bench, "--demo doctor");

    let coloured = printed(&mut doctor()).await;
    let plain = printed(doctor().env("NO_COLOR", "1")).await;
    let dumb = printed(doctor().env("TERM", "dumb")).await;

    assert!(is_coloured(&coloured), "{coloured:?}");
    assert!(plain.contains("All is well") && !is_coloured(&plain), "{plain:?}");
    assert!(dumb.contains("All is well") && !dumb.contains('\x1b'), "{dumb:?}");
}

#[tokio::test]
#[cfg_attr(not(target_os = "linux"), ignore = "the terminal is played by script of util-linux")]
async fn the_progress_of_a_call_is_gone_before_its_answer() {
    let bench = Bench::without_server().await;

    let text = printed(&mut at_terminal(&bench, "--demo call outlook_email_search")).await;

    let progress = text.find("Asking Microsoft 365").expect("progress is shown");
    let answer = text.find("mail:///").expect("there is an answer");
    let cleared = text.rfind("\x1b[2K").expect("progress is cleared");
    assert!(progress < cleared && cleared < answer, "{text:?}");
}

#[tokio::test]
#[cfg_attr(not(target_os = "linux"), ignore = "the terminal is played by script of util-linux")]
async fn a_sign_in_says_what_it_waits_for_and_ends_with_a_sentence_at_ctrl_c() {
    let bench = Bench::without_server().await;
    let mut command = at_terminal(&bench, "sign-in --no-browser");
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();

    let waiting = read_until(&mut child, "Ctrl-C stops").await;
    child.stdin.as_mut().unwrap().write_all(b"\x03").await.unwrap();
    let ended = read_until(&mut child, "the sign-in was stopped").await;

    assert!(waiting.contains("/authorize?"), "{waiting:?}");
    assert!(ended.contains("nothing has changed"), "{ended:?}");
    assert_eq!(child.wait().await.unwrap().code(), Some(1));
    assert!(!bench.files().iter().any(|name| name.ends_with(".tokens")));
}

/// Reads what is printed until a line is complete that holds `part`.
async fn read_until(child: &mut Child, part: &str) -> String {
    let stdout = child.stdout.as_mut().unwrap();
    let mut text = String::new();
    let complete = |text: &str| text.split_once(part).is_some_and(|(_, rest)| rest.contains('\r'));
    while !complete(&text) {
        let byte = stdout.read_u8().await.unwrap_or_else(|_| panic!("{part} is not in {text:?}"));
        text.push(byte.into());
    }
    text
}

#[tokio::test]
async fn the_help_of_each_command_fits_a_screen_and_shows_an_example() {
    let bench = Bench::without_server().await;
    for command in COMMANDS.iter().take(11) {
        let help = bench.run(&[command, "--help"]).await.stdout;

        let widest = help.lines().map(|line| line.chars().count()).max();
        assert!(help.lines().count() <= 40 && widest <= Some(100), "{command}:\n{help}");
        assert!(help.contains("Example"), "{command} has no example");
        assert!(help.contains("help options"), "{command} hides the other options");
    }
    let help = bench.run(&["--help"]).await.stdout;
    assert!(help.lines().count() <= 40, "{help}");
    for name in COMMANDS.iter().take(11) {
        assert!(help.contains(&format!("\n  {name} ")), "{name} is not in:\n{help}");
    }
}

#[tokio::test]
async fn the_options_of_every_command_have_a_page_of_their_own() {
    let bench = Bench::without_server().await;

    let options = bench.run(&["help", "options"]).await.stdout;
    let own = bench.run(&["help", "call"]).await.stdout;
    let unknown = bench.run(&["help", "nonsense"]).await;

    for option in ["--token-store", "--graph-endpoint", "--log-level", "--demo"] {
        assert!(options.contains(option), "{options}");
        assert!(!own.contains(option) || option == "--demo", "{own}");
    }
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.stderr.contains("options"), "{unknown:?}");
}

#[tokio::test]
async fn every_shell_gets_completions_that_name_the_commands() {
    let bench = Bench::without_server().await;
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = bench.run(&["completions", shell]).await;

        assert_eq!(script.code, Some(0), "{script:?}");
        assert!(script.stdout.contains("sign-in"), "{shell}");
    }
}

#[tokio::test]
#[cfg_attr(not(unix), ignore = "there may be no bash")]
async fn bash_completes_a_command_with_them() {
    let bench = Bench::without_server().await;
    let script = bench.run(&["completions", "bash"]).await.stdout;
    let file = bench.data.path().join("m365-local.bash");
    std::fs::write(&file, script).unwrap();
    let line = r#"source "$0"; complete -p m365-local
        COMP_WORDS=(m365-local sig); COMP_CWORD=1
        _m365__local m365-local sig m365-local; echo "${COMPREPLY[*]}""#;

    let output = Command::new("bash").args(["-c", line]).arg(&file).output().await.unwrap();

    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("-F _m365__local m365-local"), "{text} {:?}", output.stderr);
    assert!(text.trim_end().ends_with("sign-in sign-out"), "{text}");
}

#[tokio::test]
async fn status_shows_local_times_to_people_and_moments_to_programs() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;

    let output = bench.command(&["status"]).env("TZ", "Asia/Tokyo").output().await.unwrap();
    let json = bench.run(&["status", "--json"]).await.stdout;

    let text = String::from_utf8(output.stdout).unwrap();
    let until = text.lines().find(|line| line.starts_with("token until")).expect(&text);
    assert!(until.contains(" JST (in ") && until.ends_with("s)"), "{until}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json["accessTokenExpiresOn"].as_str().unwrap().ends_with('Z'), "{json}");
}
