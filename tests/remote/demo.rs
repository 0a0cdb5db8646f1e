//! The demo, as somebody meets it who has just got the program.

use std::{fs::File, process::Stdio, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::Command,
    time::timeout,
};

use crate::harness::{Bench, Era};

const PATIENCE: Duration = Duration::from_secs(60);

/// Cuts out the command for a shell that begins with `start`, with the lines that it goes on with.
fn command(text: &str, start: &str) -> String {
    let mut lines = text.lines().skip_while(|line| !line.trim_start().starts_with(start));
    let mut command = String::new();
    loop {
        let line = lines.next().unwrap_or_else(|| panic!("{start} in {text}")).trim_end();
        command += line;
        if !line.ends_with('\\') {
            return command;
        }
        command.push('\n');
    }
}

#[tokio::test]
async fn the_printed_command_works_when_it_is_pasted() {
    let mut bench = Bench::without_server().await;
    bench.serve_demo().await;
    let pasted = command(&bench.server().log(), "curl");

    let mut shell = Command::new("sh");
    shell.args(["-c", &pasted]).env("NO_PROXY", "*").kill_on_drop(true);
    let output = timeout(PATIENCE, shell.output()).await.expect("it ends").unwrap();

    let text = String::from_utf8(output.stdout).unwrap();
    let answer: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{pasted}: {text}"));
    let found = answer["result"]["structuredContent"]["results"].as_array();
    assert!(found.is_some_and(|found| !found.is_empty()), "{answer}");
}

#[tokio::test]
async fn without_the_token_a_host_is_told_where_to_get_one() {
    let mut bench = Bench::without_server().await;
    bench.serve_demo().await;
    let host = bench.stranger(None);

    let refused = host.post(Era::Modern, "tools/list", json!({})).await;

    assert_eq!(refused.status, 401);
    let challenge = refused.header("www-authenticate");
    let document = challenge.split("resource_metadata=\"").nth(1).unwrap();
    let path = &document[document.find("/.well-known").unwrap()..document.find('"').unwrap()];
    let document = host.get(path).await.json();
    assert_eq!(document["resource"], format!("{}/mcp", bench.server().address()), "{document}");
}

#[tokio::test]
async fn what_is_said_before_the_first_call_is_how_to_make_it() {
    let mut bench = Bench::without_server().await;
    bench.serve_demo().await;
    bench.server().logged("the signing keys are there").await;

    let log = bench.server().log();

    assert!(!log.contains("WARN"), "{log}");
    assert!(log.contains("Search her mail:") && log.contains("claude mcp add"), "{log}");
    assert!(log.lines().count() < 30, "{log}");
}

#[tokio::test]
async fn the_audit_is_on_a_stdout_that_is_no_terminal_and_nothing_else_is() {
    let bench = Bench::without_server().await;
    let path = bench.folder.path().join("stdout.jsonl");
    let mut demo = bench.command(&["--demo"]);
    let mut demo = demo.stdout(File::create(&path).unwrap()).spawn().unwrap();
    let pasted = command(&said_until(&mut demo.stderr.take().unwrap(), "ends it.").await, "curl");
    let mut shell = Command::new("sh");
    let status = shell.args(["-c", &pasted]).env("NO_PROXY", "*").stdout(Stdio::null()).status();
    assert!(status.await.unwrap().success());

    let id = demo.id().unwrap().to_string();
    assert!(
        std::process::Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success()
    );
    let ended = timeout(PATIENCE, demo.wait()).await.expect("it ends").unwrap();

    assert_eq!(ended.code(), Some(0));
    let stdout = std::fs::read_to_string(path).unwrap();
    let events: Vec<Value> =
        stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(events.iter().all(|event| event["schema"] == "m365.audit/1"), "{stdout}");
    assert!(events.iter().any(|event| event["event"] == "tool.call"), "{stdout}");
}

/// Reads until `part` was said.
async fn said_until(output: &mut (impl AsyncReadExt + Unpin), part: &str) -> String {
    let mut said = Vec::new();
    let read = async {
        let mut buffer = [0; 4096];
        while !String::from_utf8_lossy(&said).contains(part) {
            let count = output.read(&mut buffer).await.unwrap_or(0);
            assert!(count > 0, "{part} in {}", String::from_utf8_lossy(&said));
            said.extend_from_slice(&buffer[..count]);
        }
    };
    timeout(PATIENCE, read).await.expect("it is said in time");
    String::from_utf8_lossy(&said).into_owned()
}

/// `script` runs a program in a terminal.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn in_a_terminal_there_is_no_audit_among_what_a_person_reads() {
    let program = format!("'{}' --demo", env!("CARGO_BIN_EXE_m365-remote"));
    let mut script = Command::new("script");
    script.args(["-qec", &program, "/dev/null"]).kill_on_drop(true);
    let mut script = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut terminal = script.stdout.take().unwrap();
    let said = said_until(&mut terminal, "ends it.").await.replace('\r', "");
    let mut shell = Command::new("sh");
    shell.args(["-c", &command(&said, "curl")]).env("NO_PROXY", "*").stdout(Stdio::null());
    assert!(shell.status().await.unwrap().success());

    // Ctrl+C
    script.stdin.as_mut().unwrap().write_all(b"\x03").await.unwrap();
    let mut rest = String::new();
    let read = timeout(PATIENCE, terminal.read_to_string(&mut rest)).await;

    assert!(read.is_ok(), "it ends: {rest}");
    assert!(!(said.clone() + &rest).contains("m365.audit"), "{said}{rest}");
    assert!(said.contains("> audit.jsonl"), "{said}");
}

#[tokio::test]
async fn the_environment_can_ask_for_the_demo_too() {
    let bench = Bench::without_server().await;
    let mut demo = bench.command(&["serve"]);
    let mut demo = demo.env("M365_DEMO", "true").spawn().unwrap();

    said_until(&mut demo.stderr.take().unwrap(), "claude mcp add").await;

    let mut wrong = bench.command(&["serve"]);
    wrong.env("M365_DEMO", "maybe");
    let (code, _, stderr) = Bench::end_of(wrong).await;
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("M365_DEMO") && stderr.contains("true"), "{stderr}");
}
