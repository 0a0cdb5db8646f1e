//! `setup`: each host's configuration in the host's own form, printed and merged.

mod files;
mod home;
mod management;

use serde_json::{Value, json};

use crate::harness::{Bench, Server, results};

use home::{HOSTS, Home, entry_of, servers_of};

/// Starts what a host was told to start, with nothing else of our environment.
async fn started(entry: &Value) -> Server {
    let mut command = tokio::process::Command::new(entry["command"].as_str().unwrap());
    command
        .args(entry["args"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()))
        .env_clear()
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true);
    Server::run(command, json!({})).await
}

async fn finds_mail(server: &mut Server) {
    let listed = server.request("tools/list", json!({})).await;
    assert!(listed["result"]["tools"].as_array().unwrap().len() > 5, "{listed}");
    let found = server.call("outlook_email_search", json!({ "query": "budget" })).await;
    assert!(!results(&found).is_empty());
}

#[tokio::test]
async fn what_is_printed_for_each_host_starts_a_server_that_answers() {
    let home = Home::new();
    for host in HOSTS {
        let ended = home.run(&["--demo", "setup", host]).await;

        assert_eq!(ended.code, Some(0), "{ended:?}");
        let document: Value = serde_json::from_str(&ended.stdout).unwrap();
        let entry = entry_of(&document, host, "microsoft365");
        assert_eq!(entry["args"], json!(["serve", "--demo"]));
        let kind = if host == "claude-desktop" { Value::Null } else { "stdio".into() };
        assert_eq!(entry["type"], kind, "{host}");
        finds_mail(&mut started(entry).await).await;
    }
}

#[tokio::test]
async fn what_is_written_is_what_is_printed_and_a_second_time_changes_nothing() {
    for host in &HOSTS[..4] {
        let home = Home::new();
        let printed = home.run(&["--demo", "setup", host]).await.stdout;

        let written = home.run(&["--demo", "setup", host, "--write"]).await;

        assert_eq!(written.code, Some(0), "{written:?}");
        assert!(written.stdout.starts_with("Added `microsoft365`"), "{written:?}");
        assert!(written.stdout.contains("doctor --demo"), "{written:?}");
        let text = home.text(host);
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document, serde_json::from_str::<Value>(&printed).unwrap());

        let again = home.run(&["--demo", "setup", host, "--write"]).await;

        assert_eq!(again.code, Some(0), "{again:?}");
        assert!(again.stdout.contains("is already set up"), "{again:?}");
        assert_eq!(home.text(host), text);
        assert_eq!(home.beside(host), Vec::<String>::new());
    }
}

#[tokio::test]
async fn the_entry_carries_what_this_run_was_configured_with() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;
    let printed = bench.run(&["setup", "cursor", "--scope", "Mail.Read User.Read"]).await;

    let document: Value = serde_json::from_str(&printed.stdout).unwrap();
    let entry = entry_of(&document, "cursor", "microsoft365");

    assert!(entry["args"].as_array().unwrap().contains(&"Mail.Read User.Read".into()), "{entry}");
    finds_mail(&mut started(entry).await).await;
}

#[tokio::test]
async fn an_entry_of_a_document_goes_by_its_own_name_and_an_absolute_path() {
    let home = Home::new();
    let entry = |name: &str| {
        json!({ "name": name, "server": "microsoft365",
                "tenantId": "11111111-2222-4333-8444-555555555555",
                "clientId": "aaaaaaaa-0000-4000-8000-000000000001" })
    };
    home.write("entries.json", &json!([entry("Contoso"), entry("Fabrikam")]).to_string());
    for name in ["Contoso", "Fabrikam"] {
        let arguments = ["setup", "cursor", "--write", "--config", "entries.json", "--entry", name];
        let ended = home.run(&arguments).await;
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.stdout.contains("sign-in --config /"), "{ended:?}");
    }

    let document: Value = serde_json::from_str(&home.text("cursor")).unwrap();

    let path = home.path("entries.json");
    let fabrikam = entry_of(&document, "cursor", "microsoft365-fabrikam");
    assert_eq!(fabrikam["args"], json!(["serve", "--config", path, "--entry", "Fabrikam"]));
    assert_eq!(servers_of(&document, "cursor").len(), 2);
}

#[tokio::test]
async fn the_command_for_claude_code_hands_over_the_same_entry() {
    let home = Home::new();
    let printed = home.run(&["--demo", "setup", "claude-code", "--account", "it's@x.com"]).await;
    let line = printed.stderr.lines().find_map(|line| line.strip_prefix("Or run: claude "));
    let script = format!("claude() {{ printf '%s\\n' \"$@\"; }}\nclaude {}", line.unwrap());

    let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();

    let said = String::from_utf8(output.stdout).unwrap();
    let words: Vec<&str> = said.lines().collect();
    assert_eq!(words[..5], ["mcp", "add-json", "--scope", "user", "microsoft365"]);
    let document: Value = serde_json::from_str(&printed.stdout).unwrap();
    let entry: Value = serde_json::from_str(words[5]).unwrap();
    assert_eq!(&entry, entry_of(&document, "claude-code", "microsoft365"));
}

#[tokio::test]
async fn without_a_tenant_it_is_printed_with_a_warning_and_not_written() {
    let home = Home::new();

    let printed = home.run(&["setup", "vscode"]).await;
    let written = home.run(&["setup", "vscode", "--write"]).await;

    assert_eq!(printed.code, Some(0), "{printed:?}");
    assert!(printed.stderr.contains("will not start: no directory (tenant) ID"), "{printed:?}");
    assert_eq!(written.code, Some(2), "{written:?}");
    assert!(written.stderr.contains("--tenant-id"), "{written:?}");
    assert!(!home.file("vscode").exists());
}

#[tokio::test]
async fn wrong_options_are_refused_with_what_is_accepted() {
    let home = Home::new();
    for (arguments, part) in [
        (&["emacs"][..], "claude-desktop, claude-code, vscode, cursor, json"),
        (&["json", "--write"], "--file"),
        (&["cursor", "--name", "a b"], "letters"),
    ] {
        let ended = home.run(&[&["--demo", "setup"], arguments].concat()).await;

        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stdout.is_empty() && ended.stderr.contains(part), "{part} in {ended:?}");
    }
}
