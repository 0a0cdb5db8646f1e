//! What the host and the device do to the server: section 4.3 of the fault catalogue.

use std::time::Duration;

use m365_sim::Fault;
use serde_json::{Value, json};

use crate::harness::{Bench, error, results};

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

#[tokio::test]
async fn h13_without_a_writable_folder_tokens_live_in_memory_and_the_user_is_told() {
    let bench = Bench::without_server().await;
    let file = bench.data.path().join("not-a-folder");
    std::fs::write(&file, "x").unwrap();

    let ended = bench.sign_in_as(&["--data-dir", file.to_str().unwrap()]).await;

    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("memory"), "{ended:?}");
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

#[cfg(unix)]
#[tokio::test]
async fn h16_a_signal_ends_the_server_in_order() {
    let mut bench = Bench::without_server().await;
    bench.sign_in().await;
    for signal in ["TERM", "INT", "HUP"] {
        bench.serve(&[]).await;
        bench.search(json!({ "query": "budget" })).await;

        let (code, took) = bench.server().end_by(signal).await;

        assert_eq!(code, Some(0), "{signal}");
        assert!(took < Duration::from_secs(2), "{signal}: {took:?}");
    }
    assert_eq!(bench.run(&["status"]).await.code, Some(0));
}
