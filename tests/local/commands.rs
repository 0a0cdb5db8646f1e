//! The commands, their output and their exit codes.

use std::process::{Output, Stdio};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::Command,
};

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_m365-local"));
    // Where the server that `test` starts keeps its log.
    let state = env!("CARGO_TARGET_TMPDIR");
    command.args(arguments).env_clear().env("XDG_STATE_HOME", state).stdin(Stdio::null());
    command
}

async fn run(arguments: &[&str]) -> Output {
    command(arguments).output().await.unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

#[tokio::test]
async fn the_first_command_of_the_readme_prints_hits() {
    let output = run(&["--demo", "call", "outlook_email_search", r#"{"query":"budget"}"#]).await;

    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("mail:///messages/"), "{}", stdout(&output));
    assert!(stdout(&output).to_lowercase().contains("budget"));
}

#[tokio::test]
async fn every_failure_leads_to_its_row_of_the_guide() {
    let id = "11111111-2222-4333-8444-555555555555";
    let search = "outlook_email_search";
    for (row, arguments) in [
        ("configuration", vec!["call", search]),
        ("configuration", vec!["--demo", "call", "no_such_tool"]),
        ("validation_error", vec!["--demo", "call", search, r#"{"limit":0}"#]),
        ("not_found", vec!["--demo", "call", search, r#"{"folderName":"No such folder"}"#]),
        (
            "sign_in_required",
            vec!["call", search, "--tenant-id", id, "--client-id", id, "--token-store", "memory"],
        ),
    ] {
        let output = run(&arguments).await;

        let link = format!("\n  Help: {}\n", m365_auth::help_url(row));
        assert!(stderr(&output).ends_with(&link), "{arguments:?}: {}", stderr(&output));
    }
}

#[tokio::test]
async fn the_answer_as_json_is_the_result_that_a_host_gets() {
    let output = run(&["--demo", "call", "outlook_email_search", r#"{"limit":2}"#, "--json"]).await;

    let result: Value = serde_json::from_slice(&output.stdout).unwrap();

    assert_eq!(result["structuredContent"]["results"].as_array().unwrap().len(), 2);
    assert_eq!(result["content"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_draft_without_a_sender_does_not_fail_a_ranked_search() {
    let arguments = r#"{"query":"question","order":"relevance","limit":25}"#;

    let output = run(&["--demo", "call", "outlook_email_search", arguments]).await;

    assert!(output.status.success(), "{}", stderr(&output));
}

#[tokio::test]
async fn a_cursor_of_the_demo_goes_on_in_another_process() {
    let page = |arguments: String| async move {
        let output = run(&["--demo", "call", "outlook_email_search", &arguments, "--json"]).await;
        let result: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(result["isError"], false, "{result}");
        result["structuredContent"].clone()
    };
    let first = page(r#"{"query":"budget","limit":2}"#.into()).await;
    let cursor = &first["nextCursor"];

    let second = page(format!(r#"{{"query":"budget","limit":2,"cursor":{cursor}}}"#)).await;

    assert_ne!(first["results"][0]["subject"], Value::Null);
    assert_ne!(second["results"][0]["uri"], first["results"][0]["uri"]);
}

#[tokio::test]
async fn a_cursor_of_the_first_call_in_the_demo_is_good_for_the_second() {
    let mut child = command(&["--demo", "serve"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {}
    });
    let mut arguments = json!({ "query": "budget", "limit": 2 });
    let mut seen = Vec::new();

    for id in 1..=2 {
        let call = json!({
            "jsonrpc": "2.0", "id": id, "method": "tools/call",
            "params": { "name": "outlook_email_search", "arguments": arguments, "_meta": meta }
        });
        stdin.write_all(format!("{call}\n").as_bytes()).await.unwrap();
        let answer: Value = loop {
            let line = lines.next_line().await.unwrap().expect("an answer");
            let message: Value = serde_json::from_str(&line).unwrap();
            if message["id"] == id {
                break message;
            }
        };
        assert_eq!(answer["result"]["isError"], false, "{answer}");
        let found = answer["result"]["structuredContent"].clone();
        arguments["cursor"] = found["nextCursor"].clone();
        seen.push(found["results"][0]["uri"].clone());
    }

    assert_ne!(seen[0], seen[1]);
}

#[tokio::test]
async fn every_entry_is_signed_out_without_naming_a_tenant() {
    let folder = tempfile::TempDir::new().unwrap();

    let output = run(&["sign-out", "--all", "--data-dir", folder.path().to_str().unwrap()]).await;

    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "something was written");
}

#[tokio::test]
async fn arguments_are_read_from_stdin() {
    let mut child = command(&["--demo", "call", "outlook_email_search", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(br#"{"limit":1}"#).await.unwrap();

    let output = child.wait_with_output().await.unwrap();

    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["structuredContent"]["results"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn each_kind_of_failure_has_its_exit_code() {
    let id = "11111111-2222-4333-8444-555555555555";
    let account = ["--tenant-id", id, "--client-id", id, "--token-store", "memory"];
    let search = "outlook_email_search";
    for (code, arguments) in [
        (2, vec!["call", search]),
        (2, vec!["call", search, "--tenant-id", "x", "--client-id", id]),
        (2, vec!["--demo", "call", search, r#"{"limit":0}"#]),
        (2, vec!["--demo", "call", search, "{"]),
        (2, vec!["--demo", "call", search, "[]"]),
        (2, vec!["--demo", "call", "no_such_tool"]),
        (2, vec!["--demo", "call", search, r#"{"colour":"red"}"#]),
        (2, vec!["tools", "--client-id", "x"]),
        (2, vec!["--demo", "tools", "--graph-endpoint", "http://graph.example"]),
        (2, vec!["test", "--tenant-id", id, "--client-id", id, "--ca-file", "/nowhere/ca.pem"]),
        (2, vec!["frobnicate"]),
        (2, vec!["--demo", "tools", "--scope", ""]),
        (3, [&["call", search], &account[..]].concat()),
        (3, [&["status"], &account[..]].concat()),
        (5, vec!["--demo", "call", search, r#"{"folderName":"No such folder"}"#]),
    ] {
        let output = run(&arguments).await;

        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
        assert!(!stderr(&output).is_empty(), "{arguments:?} says nothing");
    }
}

#[tokio::test]
async fn a_wrong_argument_is_named_with_what_is_accepted() {
    let output = run(&["--demo", "call", "outlook_email_search", r#"{"importance":"huge"}"#]).await;

    let message = stderr(&output);

    for part in ["importance", "huge", "low", "normal", "high"] {
        assert!(message.contains(part), "{part} is not in: {message}");
    }
}

#[tokio::test]
async fn a_tool_that_the_policy_blocks_is_neither_listed_nor_called() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("entry.json");
    let id = "11111111-2222-4333-8444-555555555555";
    let entry = format!(
        r#"{{"name":"Work","server":"microsoft365","tenantId":"{id}","clientId":"{id}",
            "toolPolicy":{{"outlook_*":"blocked"}}}}"#
    );
    std::fs::write(&file, entry).unwrap();
    let config = ["--config", file.to_str().unwrap(), "--token-store", "memory"];

    let tools = run(&[&["tools", "--json"], &config[..]].concat()).await;
    let call = run(&[&["call", "outlook_email_search"], &config[..]].concat()).await;

    assert!(!stdout(&tools).contains("\"outlook_email_search\""), "{}", stdout(&tools));
    assert_eq!(call.status.code(), Some(4), "{}", stderr(&call));
    assert!(stderr(&call).contains("toolPolicy"), "{}", stderr(&call));
}

#[tokio::test]
async fn a_tool_that_the_scopes_do_not_offer_names_the_permission_that_it_needs() {
    let output = run(&["--demo", "call", "teams_list_teams"]).await;

    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    for part in ["teams_list_teams", "Team.ReadBasic.All", "--scope"] {
        assert!(stderr(&output).contains(part), "{}", stderr(&output));
    }
}

#[tokio::test]
async fn the_connection_test_lists_the_tools_without_an_account() {
    let id = "11111111-2222-4333-8444-555555555555";

    let output =
        run(&["test", "--tenant-id", id, "--client-id", id, "--token-store", "memory"]).await;

    assert!(output.status.success(), "{}", stderr(&output));
    for tool in ["outlook_email_search", "read_resource"] {
        assert!(stdout(&output).contains(tool), "{}", stdout(&output));
    }
}

#[tokio::test]
async fn the_tools_are_listed_with_their_permissions() {
    let output = run(&["--demo", "tools", "--json"]).await;

    let tools: Value = serde_json::from_slice(&output.stdout).unwrap();

    let search = &tools["tools"][0];
    assert_eq!(search["name"], "outlook_email_search");
    assert_eq!(search["permissions"][0]["scope"], "Mail.Read");
    assert_eq!(search["permissions"][0]["configured"], true);
    assert_eq!(search["inputSchema"]["properties"]["query"]["type"], "string", "{search}");
}

#[tokio::test]
async fn tools_that_more_permissions_would_offer_are_named_with_what_they_need() {
    let few = run(&["--demo", "tools"]).await;
    let more = run(&["--demo", "tools", "--scope", "Team.ReadBasic.All"]).await;

    assert!(stdout(&few).contains("  teams_list_teams: Team.ReadBasic.All\n"), "{}", stdout(&few));
    assert!(!stdout(&more).contains("  teams_list_teams:"), "{}", stdout(&more));
    assert!(stdout(&more).contains("  search_people: People.Read\n"), "{}", stdout(&more));
}

#[tokio::test]
async fn the_version_names_the_revision_and_the_protocols() {
    let output = run(&["--version"]).await;

    let version = stdout(&output);

    assert!(version.starts_with("m365-local 0.") && version.contains("2026-07-28"), "{version}");
}
