//! The log file of the server.

use std::{fs, path::PathBuf, process::Stdio};

use serde_json::{Value, json};

use crate::harness::{Bench, results};

const NAME: &str = "mcp-server-m365-local.log";

fn log_file(bench: &Bench) -> PathBuf {
    bench.data.path().join(NAME)
}

#[tokio::test]
async fn the_server_logs_to_its_file_what_it_logs_to_stderr_and_no_secret() {
    let mut bench = Bench::start().await;
    let hits = bench.search(json!({ "query": "budget", "hasAttachments": true })).await;
    let uri = results(&hits)[0]["uri"].clone();
    let subject = results(&hits)[0]["subject"].as_str().unwrap().to_owned();
    bench.call("read_resource", json!({ "uri": uri })).await;
    bench.search(json!({ "query": "qumquatqueryword" })).await;
    bench.server().end().await;

    let log = fs::read_to_string(log_file(&bench)).unwrap();

    assert!(log.starts_with(&bench.server().log()), "stderr and the file differ");
    assert!(log.contains("configured") && log.contains("DEBUG"), "{log}");
    for secret in bench.sim.canaries() {
        assert!(!log.contains(&secret), "a secret is in the log");
    }
    for private in ["qumquatqueryword", subject.as_str(), uri.as_str().unwrap()] {
        assert!(!log.contains(private), "{private} is in the log");
    }
}

#[tokio::test]
async fn servers_that_share_a_folder_write_whole_lines_into_one_log() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;
    let json = ["--log-format", "json"];
    let mut servers = Vec::new();
    for _ in 0..3 {
        servers.push(bench.another(&json, json!({})).await);
    }

    for _ in 0..5 {
        for server in &mut servers {
            let arguments = json!({ "query": "budget", "limit": 1 });
            let params = json!({ "name": "outlook_email_search", "arguments": arguments });
            server.begin("tools/call", params).await;
        }
        for server in &mut servers {
            results(&server.next().await["result"]);
        }
    }
    for server in &mut servers {
        server.end().await;
    }

    let log = fs::read_to_string(log_file(&bench)).unwrap();
    for line in log.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "a torn line: {line}");
    }
    assert_eq!(log.matches("\"configured\"").count(), 3);
}

#[tokio::test]
async fn why_a_server_does_not_start_is_in_its_log() {
    let bench = Bench::without_server().await;

    let ended = bench.run(&["serve", "--tenant-id", "x"]).await;

    let log = fs::read_to_string(log_file(&bench)).unwrap();
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended:?}");
    assert!(ended.stderr.contains("m365-local: --tenant-id"), "{ended:?}");
    assert!(log.contains("ERROR") && log.contains("--tenant-id: 'x'"), "{log}");
}

#[tokio::test]
async fn a_named_file_takes_the_place_of_stderr_and_of_the_servers_own() {
    let bench = Bench::without_server().await;
    let named = bench.data.path().join("logs/mine.log");
    let mut server = bench.another(&["--log-file", named.to_str().unwrap()], json!({})).await;

    server.end().await;

    assert!(fs::read_to_string(&named).unwrap().contains("configured"));
    assert_eq!(server.log(), "");
    assert!(!log_file(&bench).exists());
}

#[tokio::test]
async fn a_log_that_cannot_be_written_is_told_once_and_stops_nothing() {
    let bench = Bench::without_server().await;
    fs::create_dir(log_file(&bench)).unwrap();
    let mut server = bench.another(&[], json!({})).await;

    let listed = server.request("tools/list", json!({})).await;
    server.logged("cannot be written").await;

    assert!(listed["result"]["tools"].is_array());
    assert_eq!(server.log().matches("cannot be written").count(), 1, "{}", server.log());
}

#[tokio::test]
async fn commands_leave_no_log_behind() {
    let bench = Bench::without_server().await;

    bench.run(&["tools", "--log-level", "trace"]).await;
    bench.run(&["status"]).await;

    assert!(!log_file(&bench).exists());
}

#[tokio::test]
async fn the_demo_writes_nothing_to_the_disk() {
    let bench = Bench::without_server().await;
    let mut demo = bench
        .command(&["--demo", "serve", "--log-level", "trace"])
        .env("HOME", bench.data.path())
        .env("XDG_STATE_HOME", bench.data.path())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();

    let ended = demo.wait().await.unwrap();

    assert!(ended.success(), "{ended:?}");
    assert_eq!(bench.files(), Vec::<String>::new());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn without_a_data_directory_the_log_is_where_the_system_keeps_state() {
    use std::os::unix::fs::PermissionsExt;

    let bench = Bench::without_server().await;
    let home = tempfile::TempDir::new().unwrap();
    let mut server = bench
        .command(&["serve", "--token-store", "memory", "--log-level", "info"])
        .env_remove("M365_DATA_DIR")
        .env("HOME", home.path())
        .spawn()
        .unwrap();

    server.wait().await.unwrap();

    let log = home.path().join(".local/state/m365-local").join(NAME);
    let mode = fs::metadata(&log).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    assert!(fs::read_to_string(&log).unwrap().contains("configured"));
}
