//! What the host and the device do to the server: section 4.3 of the fault catalogue.

use std::time::Duration;

use m365_sim::Fault;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::harness::{Bench, error, results, sign_in_by};

fn search(id: u64, query: &str) -> Value {
    json!({
        "jsonrpc": "2.0", "id": id, "method": "tools/call",
        "params": { "name": "outlook_email_search", "arguments": { "query": query } }
    })
}

#[tokio::test]
async fn h01_the_end_of_stdin_cancels_running_calls_and_ends_in_order() {
    let mut bench = Bench::start().await;
    bench.sim.graph().next_responses(5, Fault::hang());
    for _ in 0..5 {
        let params = json!({ "name": "outlook_email_search", "arguments": {} });
        bench.server().begin("tools/call", params).await;
    }

    let (code, took) = bench.server().end().await;

    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(bench.run(&["status"]).await.code, Some(0));
}

#[tokio::test]
async fn h02_a_cancelled_call_is_not_answered_and_the_next_one_is() {
    let mut bench = Bench::start().await;
    bench.sim.graph().on("/v1.0/me/messages", Fault::delay(Duration::from_millis(300)));
    let params = json!({ "name": "outlook_email_search", "arguments": { "query": "budget" } });
    let id = bench.server().begin("tools/call", params).await;

    let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled",
                         "params": { "requestId": id, "reason": "enough" } });
    bench.server().send(&cancel).await;
    bench.server().forget(id);
    let later = bench.search(json!({ "query": "budget" })).await;

    assert!(!results(&later).is_empty());
    assert!(!bench.server().has_seen(id), "the cancelled call was answered");
    bench.check_invariants().await;
}

#[tokio::test]
async fn h04_lines_that_are_no_messages_do_not_disturb_the_next_one() {
    let mut bench = Bench::start().await;

    for line in ["this is not JSON", "", "   ", "{\"jsonrpc\":\"2.0\",\"id\":77,\"met", "\r"] {
        bench.server().send_line(line.as_bytes()).await;
    }
    let crlf = format!("{}\r", search(9_000, "budget"));
    bench.server().send_line(crlf.as_bytes()).await;

    let answer = loop {
        let message = bench.server().next_stray().await;
        if message["id"] == 9_000 {
            break message;
        }
    };
    assert!(!results(&answer["result"]).is_empty());
    bench.check_invariants().await;
}

#[tokio::test]
async fn h05_requests_of_the_wrong_shape_get_the_error_of_json_rpc() {
    let mut bench = Bench::start().await;

    let unknown_method = bench.server().request("tools/destroy", json!({})).await;
    let unknown_tool = bench.server().request("tools/call", json!({ "name": "no_such" })).await;
    let no_name = bench.server().request("tools/call", json!({ "arguments": {} })).await;
    let wrong_type = bench.server().request("tools/call", json!({ "name": 7 })).await;

    assert_eq!(unknown_method["error"]["code"], -32601);
    for answer in [unknown_tool, no_name, wrong_type] {
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
    }
    bench.check_invariants().await;
}

#[tokio::test]
async fn h06_json_that_would_exhaust_the_stack_is_refused() {
    let mut bench = Bench::start().await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let nested = format!(
        r#"{{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{{"name":"read_resource","arguments":{{"uri":{deep}}}}}}}"#
    );

    bench.server().send_line(deep.as_bytes()).await;
    bench.server().send_line(nested.as_bytes()).await;
    bench.server().send_line(br#"{"jsonrpc":"2.0","id":1e400,"method":"ping"}"#).await;
    bench.server().send_line(br#"{"jsonrpc":"2.0","id":6,"method":"\ud800"}"#).await;

    bench.settle().await;
    bench.check_invariants().await;
}

#[tokio::test]
async fn h07_a_line_without_end_costs_no_memory_and_the_next_message_works() {
    let mut bench = Bench::start().await;

    bench.server().send_line(&vec![b'x'; 64 << 20]).await;

    bench.settle().await;
    bench.check_invariants().await;
}

#[tokio::test]
async fn h09_a_thousand_calls_at_once_are_each_answered_once() {
    let mut bench = Bench::start().await;
    for _ in 0..1_000 {
        let params = json!({ "name": "outlook_email_search", "arguments": { "limit": 1 } });
        bench.server().begin("tools/call", params).await;
    }

    let mut busy = 0;
    for _ in 0..1_000 {
        let answer = bench.server().next().await;
        let result = &answer["result"];
        if result["isError"] == true {
            assert_eq!(error(result)["code"], "THROTTLED", "{result}");
            busy += 1;
        }
    }

    assert!(busy < 1_000, "some calls are served");
    bench.check_invariants().await;
}

/// What the user is told when nothing can be kept.
const TOLD: &str = "lasts until this program ends";

/// Expects that a sign-in counts for a run although nothing can be kept, and that this is told.
async fn expect_memory(bench: &Bench, command: Command) {
    let open = async |address| drop(reqwest::get(address).await);

    let ended = sign_in_by(command, open).await;

    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.stderr.matches(TOLD).count(), 1, "{ended:?}");
    for secret in bench.sim.canaries() {
        assert!(!ended.stdout.contains(&secret) && !ended.stderr.contains(&secret));
    }
}

/// Makes a file where a folder should be.
fn file_for_folder(bench: &Bench) -> String {
    let file = bench.data.path().join("not-a-folder");
    std::fs::write(&file, "x").unwrap();
    file.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn h13_without_a_writable_folder_tokens_live_in_memory_and_the_user_is_told() {
    let bench = Bench::without_server().await;
    let file = file_for_folder(&bench);

    let command = bench.command(&["sign-in", "--no-browser", "--data-dir", &file]);
    expect_memory(&bench, command).await;

    assert_eq!(bench.files(), ["not-a-folder"], "nothing is kept elsewhere");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn h13_without_a_home_tokens_live_in_memory_and_the_user_is_told() {
    let bench = Bench::without_server().await;
    let home = file_for_folder(&bench);

    let mut command = bench.command(&["sign-in", "--no-browser"]);
    command.env_remove("M365_DATA_DIR").env("HOME", home);
    expect_memory(&bench, command).await;

    assert_eq!(bench.files(), ["not-a-folder"], "nothing is kept elsewhere");
}

/// No file may grow, which is what a full disk looks like to a program.
#[cfg(unix)]
#[tokio::test]
async fn h13_with_a_full_disk_tokens_live_in_memory_and_the_user_is_told() {
    use std::process::Stdio;

    let bench = Bench::without_server().await;
    let own = bench.command(&["sign-in", "--no-browser"]);
    let own = own.as_std();
    let full = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"";
    let mut command = Command::new("/bin/sh");
    command.args(["-c", full]).arg(own.get_program()).args(own.get_args()).env_clear();
    command.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);

    expect_memory(&bench, command).await;

    for name in bench.files() {
        let kept = std::fs::metadata(bench.data.path().join(&name)).unwrap().len();
        assert_eq!(kept, 0, "{name}");
    }
}

#[tokio::test]
async fn h13_a_server_without_a_writable_folder_serves_who_signs_in() {
    let mut bench = Bench::without_server().await;
    let file = file_for_folder(&bench);
    bench.serve(&["--data-dir", &file, "--sign-in", "auto", "--no-browser"]).await;
    let params = json!({ "name": "outlook_email_search", "arguments": { "query": "budget" } });
    bench.server().begin("tools/call", params).await;

    let address = bench.server().logged("/authorize?").await;
    reqwest::get(address).await.unwrap();
    let answers = [bench.server().next().await["result"].take(), bench.search(json!({})).await];

    assert!(answers.iter().all(|answer| !results(answer).is_empty()));
    let log = bench.server().log();
    assert_eq!(log.matches("/authorize?").count(), 1);
    let told = log.lines().filter(|line| line.contains("WARN") && line.contains(TOLD));
    assert_eq!(told.count(), 1, "{log}");
    bench.check_invariants().await;
}

#[tokio::test]
async fn h15_a_damaged_store_is_set_aside_and_signs_the_user_out() {
    let bench = Bench::without_server().await;
    bench.sign_in().await;
    let store = bench.token_file();
    let mut bytes = std::fs::read(&store).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&store, bytes).unwrap();

    let damaged = bench.run(&["status"]).await;
    bench.sign_in().await;
    let mended = bench.run(&["status"]).await;

    assert_eq!(damaged.code, Some(3), "{damaged:?}");
    assert!(bench.files().iter().any(|name| name.contains(".corrupt-")), "{:?}", bench.files());
    assert_eq!(mended.code, Some(0), "{mended:?}");
}
