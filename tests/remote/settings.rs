//! Where settings come from, what of them can change, and what the commands say.

use std::{fs, net::TcpListener};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::{Value, json};

use crate::harness::{Bench, Era, Host, results};

/// The keys that the log says to need a restart.
fn waiting(log: &str) -> Vec<&str> {
    let lines = log.lines().filter(|line| line.contains("restart to change it"));
    lines.map(|line| line.split("key=\"").nth(1).unwrap().trim_end_matches('"')).collect()
}

#[tokio::test]
async fn a_changed_setting_that_is_read_at_start_only_is_named_in_the_log() {
    let mut bench = Bench::start().await;
    let folder = bench.folder.path().to_owned();
    let CertifiedKey { cert, .. } = generate_simple_self_signed(["ca.example".into()]).unwrap();
    fs::write(folder.join("ca.pem"), cert.pem()).unwrap();
    fs::write(folder.join("secret"), bench.sim.connector_secret()).unwrap();
    fs::write(folder.join("state.key"), "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=").unwrap();
    let changed = bench
        .setup()
        .with("ca_file", "\"ca.pem\"")
        .with("graph_endpoint", "\"http://127.0.0.1:1\"")
        .with("public_url", "\"https://m365.example.com\"")
        .with("scopes", "[\"Mail.Read\"]")
        .with("state_key_file", "\"state.key\"")
        .with("switches_file", "\"switches.toml\"")
        .in_table("entra", "accept_v1_tokens", "true")
        .in_table("entra", "credential", "{ client_secret_file = \"secret\" }")
        .in_table("audit", "on_loss", "\"fail_open\"")
        .in_table("cache", "obo_entries", "7")
        .in_table("telemetry", "service_name", "\"other\"")
        .in_table("limits", "connections", "77")
        .in_table("limits", "user_per_minute", "7");

    bench.write(&changed);
    bench.server().logged("key=\"[telemetry]\"").await;

    let log = bench.server().log();
    let mut named = waiting(&log);
    named.sort_unstable();
    let expected = [
        "[audit]",
        "[telemetry]",
        "ca_file",
        "cache.obo_entries",
        "entra.accept_v1_tokens",
        "entra.credential",
        "graph_endpoint",
        "limits.connections",
        "public_url",
        "scopes",
        "state_key_file or state_key_env",
        "switches_file",
    ];
    assert_eq!(named, expected);
    let limits = &bench.admin("/admin/config").await.json()["limits"];
    assert_eq!(limits["user_per_minute"], 7, "what can change has changed: {limits}");
}

/// Reads a message; returns how long the text of a search was, and the message's.
async fn search_and_read(host: &Host) -> (usize, String) {
    let found = host.call(Era::Modern, "outlook_email_search", json!({ "limit": 25 })).await;
    let texts = found["content"].as_array().unwrap().iter();
    let length = texts.map(|block| block["text"].as_str().unwrap().chars().count()).sum();
    let uri = results(&found)[0]["uri"].clone();
    let read = host.call(Era::Modern, "read_resource", json!({ "uri": uri })).await;
    (length, read["content"].to_string())
}

#[tokio::test]
async fn the_length_of_answers_and_the_marks_in_them_are_set_and_set_again() {
    let mut bench = Bench::start_with(|it| it.with("answer_limit", "2000")).await;
    let host = bench.host().await;

    let (short, plain) = search_and_read(&host).await;
    bench.write(&bench.setup().with("mark_untrusted", "true"));
    bench.server().logged("the configuration was read again").await;
    let (long, marked) = search_and_read(&host).await;

    assert!(short <= 2_000 && long > 4_000, "{short} and {long} characters");
    assert!(!plain.contains("<untrusted-") && marked.contains("<untrusted-"), "{marked}");
    let config = bench.admin("/admin/config").await.json();
    assert_eq!(
        (&config["answer_limit"], &config["mark_untrusted"]),
        (&json!(60_000), &json!(true))
    );
    bench.finish().await;
}

#[tokio::test]
async fn an_unknown_key_is_refused_when_the_configuration_is_read_again() {
    let mut bench = Bench::start().await;

    bench.write(&bench.setup().in_table("limits", "user_per_minutes", "7"));

    let line = bench.server().logged("the new configuration is refused").await;
    assert!(line.contains("config.toml:") && line.contains("user_per_minutes"), "{line}");
    let reloads = bench.audited("config.reloaded", 1).await;
    assert_eq!(reloads[0]["outcome"], "refused", "{reloads:?}");
    assert!(!bench.server().log().contains("config_reloaded"));
}

/// Runs `check` with variables and flags; returns the exit code and what was said.
async fn check(bench: &Bench, variables: &[(&str, &str)], flags: &[&str]) -> (Option<i32>, String) {
    let mut command = bench.command(&["check"]);
    command.envs(variables.iter().copied()).args(flags);
    let (code, stdout, stderr) = Bench::end_of(command).await;
    (code, stdout + &stderr)
}

#[tokio::test]
async fn a_flag_wins_over_the_environment_which_wins_over_the_file() {
    let bench = Bench::without_server().await;
    bench.write(&bench.setup().with("public_url", "\"https://file.example\""));
    let env = ("M365_PUBLIC_URL", "https://env.example");
    let flag = ["--public-url", "https://flag.example"];
    for (variables, flags, expected) in [
        (&[][..], &[][..], "https://file.example/mcp"),
        (&[env], &[], "https://env.example/mcp"),
        (&[env], &flag, "https://flag.example/mcp"),
    ] {
        let (code, said) = check(&bench, variables, flags).await;

        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains(expected), "{said}");
    }
    let nowhere = ("M365_LOGIN_ENDPOINT", "http://127.0.0.1:1");
    let tenant = ["--login-endpoint", bench.sim.login_endpoint()];
    assert_eq!(check(&bench, &[nowhere], &[]).await.0, Some(6));
    assert_eq!(check(&bench, &[nowhere], &tenant).await.0, Some(0));
    let shorter = ("M365_ANSWER_LIMIT", "3000");
    let said = check(&bench, &[shorter], &["--answer-limit", "4000", "--mark-untrusted"]).await.1;
    assert!(said.contains("4000 characters of text, others' text is marked"), "{said}");
    for name in [
        "M365_LISTEN",
        "M365_ADMIN_LISTEN",
        "M365_GRAPH_ENDPOINT",
        "M365_CA_FILE",
        "M365_ANSWER_LIMIT",
        "M365_MARK_UNTRUSTED",
        "M365_TOOL_POLICY_BY_HOST",
    ] {
        let (code, said) = check(&bench, &[(name, "no such thing")], &[]).await;
        assert_eq!(code, Some(2), "{name}: {said}");
        assert!(said.contains(name) && said.contains("no such thing"), "{said}");
    }
}

#[tokio::test]
async fn a_replica_is_called_as_it_is_told_to_be() {
    let mut bench = Bench::without_server().await;
    bench.write(&bench.setup());
    let mut command = bench.command(&["serve"]);
    command.env("M365_INSTANCE", "m365-remote-7c9f").env("HOSTNAME", "other");

    bench.serve_by(command).await;

    let started = bench.audited("server.started", 1).await;
    assert_eq!(started[0]["instance"], "m365-remote-7c9f", "{started:?}");
    let config = bench.admin("/admin/config").await.json();
    assert_eq!(config["instance"], "m365-remote-7c9f", "{config}");
}

#[tokio::test]
async fn the_help_of_each_command_fits_a_screen_and_shows_an_example() {
    let bench = Bench::without_server().await;
    for arguments in [&["--help"][..], &["serve", "--help"], &["check", "--help"]] {
        let (code, help, _) = bench.run(arguments).await;

        assert_eq!(code, Some(0), "{arguments:?}");
        assert!(help.lines().count() <= 40, "{arguments:?}: {help}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{arguments:?}: {help}");
        assert!(help.contains("\n  m365-remote "), "an example in {help}");
    }
}

#[tokio::test]
async fn the_version_names_the_revision_and_the_protocols() {
    let bench = Bench::without_server().await;

    let (code, version, _) = bench.run(&["--version"]).await;

    assert_eq!(code, Some(0));
    assert!(version.starts_with("m365-remote 0."), "{version}");
    let revision = version.split('(').nth(1).unwrap().split(')').next().unwrap();
    let digits = |text: &str| text.bytes().take(7).filter(u8::is_ascii_hexdigit).count();
    assert!(digits(revision) == 7 || revision == "unknown", "{version}");
    assert!(version.contains("MCP 2025-") && version.contains("2026-07-28"), "{version}");
}

#[tokio::test]
async fn the_exit_code_says_what_kind_of_failure_it_was() {
    let bench = Bench::without_server().await;
    let (code, stdout, help) = bench.run(&[]).await;
    assert_eq!((code, stdout.as_str()), (Some(2), ""), "{help}");
    assert!(help.contains("Usage: m365-remote") && help.contains("--demo"), "{help}");

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    bench.write(&bench.setup().with("listen", format!("{address:?}")));
    for (arguments, expected, part) in [
        (&["serve"][..], 1, "cannot listen on"),
        (&["serve", "--liste", "x"], 2, "--listen"),
        (&["serv"], 2, "serve"),
        (&["check", "--config", "/nowhere.toml"], 2, "/nowhere.toml"),
        (&["--demo", "--config", "/nowhere.toml"], 2, "leave out --config"),
        (&["check", "--demo"], 2, "can only be served"),
        (&["check", "--login-endpoint", "http://127.0.0.1:1"], 6, ""),
    ] {
        let (code, stdout, stderr) = bench.run(arguments).await;
        assert_eq!((code, stdout.as_str()), (Some(expected), ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains(part), "{arguments:?}: {stderr}");
    }
}

/// Returns what the tool says of scopes.
async fn granted(host: &Host) -> Value {
    let result = host.call(Era::Modern, "get_granted_scopes", json!({})).await;
    results(&result)[0].clone()
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

#[tokio::test]
async fn no_refresh_token_is_asked_for_on_behalf_of_users() {
    let bench = Bench::start().await;

    let config = bench.admin("/admin/config").await.json();
    let effective = names(&config["scopes"]);
    assert!(effective.contains(&"Mail.Read"), "{effective:?}");
    assert!(!effective.contains(&"offline_access"), "{effective:?}");
    let (code, said, _) = bench.run(&["check"]).await;
    assert_eq!(code, Some(0));
    assert!(said.contains("Mail.Read") && !said.contains("offline_access"), "{said}");
}

#[tokio::test]
async fn a_user_is_told_what_the_administrator_has_consented_to() {
    let mut bench = Bench::without_server().await;
    let scopes = "[\"Mail.Read\", \"Calendars.Read\", \"offline_access\"]";
    bench.serve_as(&bench.setup().with("scopes", scopes)).await;
    let host = bench.host().await;

    let said = granted(&host).await;

    let granted = names(&said["granted"]);
    for scope in ["Calendars.Read", "Mail.Read", "User.Read"] {
        assert!(granted.contains(&scope), "{scope}: {said}");
    }
    assert_eq!(said["configuredNotGranted"], Value::Null, "{said}");
    assert!(!said.to_string().contains("offline_access"), "{said}");
    let tools = said["tools"].as_array().unwrap();
    let mail = tools.iter().find(|tool| tool["tool"] == "outlook_email_search").unwrap();
    assert_eq!(mail["works"], true, "{said}");
    let exchange = bench.sim.entra().log().into_iter().find(|it| it.on_behalf_of().is_some());
    let asked = exchange.unwrap().form_value("scope").unwrap();
    assert!(asked.contains("/Mail.Read") && !asked.contains("offline_access"), "{asked}");
}
