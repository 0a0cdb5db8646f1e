//! Callers who hold on to what they were given: places, memory, sockets, lines of the audit.

use std::time::Duration;

use m365_sim::Fault;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::timeout,
};

use crate::{
    abuse::retry_after,
    harness::{Bench, Era, Host, USER, answer},
    operators::{TOOL, search, until},
};

/// Longer than anything here may take, and shorter than the time for a body.
const SOON: Duration = Duration::from_secs(12);

async fn connect(bench: &mut Bench) -> TcpStream {
    TcpStream::connect(bench.server().address().replace("http://", "")).await.unwrap()
}

fn head(token: &str, more: &str) -> Vec<u8> {
    format!(
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\n{more}\r\n\r\n"
    )
    .into_bytes()
}

/// Reads one answer without its body; nothing where the server only closes.
async fn read_head(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let mut byte = [0; 1];
    while !read.ends_with(b"\r\n\r\n") {
        match timeout(SOON, stream.read(&mut byte)).await.expect("it is answered") {
            Ok(1) => read.push(byte[0]),
            _ => break,
        }
    }
    String::from_utf8(read).unwrap().to_ascii_lowercase()
}

#[tokio::test]
async fn tokens_that_entra_has_signed_are_limited_at_their_source_too() {
    let mut bench =
        Bench::start_with(|it| it.in_table("limits", "rejections_per_minute", "5")).await;
    let host = bench.host().await;
    let desktop = bench.sim.desktop(USER);
    let token = desktop.client(bench.sim.other_host_client_id()).token().await.unwrap();
    let other = bench.stranger(Some(&token));

    let mut statuses = Vec::new();
    for _ in 0..40 {
        let refused = other.post(Era::Modern, "tools/list", json!({})).await;
        assert!(refused.status == 403 || retry_after(&refused) >= 1, "{refused:?}");
        statuses.push(refused.status);
    }

    let heard = statuses.iter().filter(|status| **status == 403).count();
    assert!((20..30).contains(&heard), "{statuses:?}");
    assert_eq!(statuses.last(), Some(&429));
    assert_eq!(search(&host).await.status, 200);
    let noted = bench.audited("limit.hit", 1).await;
    assert_eq!(noted.len(), 1, "{noted:?}");
    assert_eq!(
        (&noted[0]["reason"], &noted[0]["source_ip"]),
        (&json!("source"), &json!("127.0.0.1"))
    );
    bench.finish().await;
}

#[tokio::test]
async fn while_there_are_no_keys_good_callers_are_no_attackers() {
    let mut bench = Bench::without_server().await;
    bench.sim.entra().on("/common", Fault::status(503));
    bench.write(&bench.setup().in_table("limits", "rejections_per_minute", "1"));
    bench.serve().await;
    let host = bench.host().await;

    for _ in 0..5 {
        let refused = host.post(Era::Modern, "tools/list", json!({})).await;
        assert_eq!((refused.status, retry_after(&refused)), (503, 5), "{refused:?}");
    }
    assert_eq!(bench.audited("auth.rejected", 5).await.len(), 5);
}

#[tokio::test]
async fn strangers_without_end_leave_files_for_the_kill_switches() {
    let mut bench = Bench::without_server().await;
    let switches = bench.folder.path().join("switches.toml");
    std::fs::write(&switches, "").unwrap();
    bench.write(&bench.setup().with("switches_file", format!("{switches:?}")).in_table(
        "limits",
        "header_seconds",
        "60",
    ));
    bench.serve_with_open_files(256).await;
    bench.server().logged("calls are taken").await;
    let host = bench.host().await;
    assert_eq!(search(&host).await.status, 200);

    let mut strangers = Vec::new();
    for _ in 0..300 {
        strangers.push(connect(&mut bench).await);
    }
    std::fs::write(&switches, "all = true").unwrap();

    until("the switch is in force", async || search(&host).await.status == 503).await;
    let ready = bench.admin("/readyz").await.json();
    assert_eq!(ready["parts"]["switches"]["ok"], true, "{ready}");
    bench.server().logged("too few files").await;
    std::fs::write(&switches, "no = [").unwrap();
    until("it is told that the file is wrong", async || {
        bench.admin("/readyz").await.json()["parts"]["switches"]["ok"] == false
    })
    .await;
}

/// A request for what is not there, over HTTP/2, by somebody who wants no byte of the answer.
fn with_a_window_of_nothing() -> Vec<u8> {
    let settings = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0];
    let host = b"localhost";
    let fields = [&[0x82, 0x86, 0x84, 0x41, host.len() as u8], host.as_slice()].concat();
    let headers = [&[0, 0, fields.len() as u8, 1, 5, 0, 0, 0, 1], fields.as_slice()].concat();
    [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice(), &settings, &headers].concat()
}

#[tokio::test]
async fn who_takes_no_answer_loses_the_connection() {
    let mut bench = Bench::start_with(|it| it.in_table("limits", "idle_seconds", "1")).await;
    let mut stream = connect(&mut bench).await;

    stream.write_all(&with_a_window_of_nothing()).await.unwrap();

    let mut read = Vec::new();
    let closed = timeout(SOON, stream.read_to_end(&mut read)).await;
    assert!(closed.is_ok(), "it is not closed");
    assert!(!read.is_empty(), "it was served");
}

#[tokio::test]
async fn who_has_no_place_left_has_no_more_bodies_taken_in() {
    let mut bench = Bench::start_with(|it| it.in_table("limits", "user_concurrency", "2")).await;
    let token = bench.host().await.token().to_owned();
    let mut sent = JoinSet::new();
    for _ in 0..20 {
        let mut stream = connect(&mut bench).await;
        let start = [head(&token, "Content-Length: 900000").as_slice(), b"{"].concat();
        sent.spawn(async move {
            stream.write_all(&start).await.unwrap();
            // Two have a place, and time for the rest of the body.
            let answered = timeout(SOON / 2, read_head(&mut stream)).await;
            answered.is_ok_and(|answer| answer.starts_with("http/1.1 429"))
        });
    }

    let refused = sent.join_all().await.into_iter().filter(|is_refused| *is_refused).count();

    assert_eq!(refused, 18);
    let noted = bench.audited("limit.hit", 18).await;
    assert!(noted.iter().all(|event| event["reason"] == "user"), "{noted:?}");
}

/// Posts a message that is a call and no good one.
async fn odd(host: &Host, message: &Value, fields: &[(&'static str, &str)]) -> u16 {
    let request = host
        .request(Method::POST, "/mcp")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream");
    let request = fields.iter().fold(request, |it, (name, value)| it.header(*name, *value));
    answer(request.body(message.to_string())).await.status
}

#[tokio::test]
async fn i8_a_call_that_reaches_no_tool_is_recorded_all_the_same() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    let (version, modern) = ("mcp-protocol-version", "2026-07-28");
    let old = [(version, "2025-11-25")];
    let call = |params: Value| json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let good = json!({ "name": TOOL, "arguments": { "query": "budget" } });
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": modern,
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let mut with_meta = good.clone();
    with_meta["_meta"] = meta;
    let unlike = [(version, modern), ("mcp-method", "tools/call"), ("mcp-name", "get_me")];
    let notification = json!({ "jsonrpc": "2.0", "method": "tools/call", "params": good });

    odd(&host, &call(json!({ "name": TOOL, "arguments": [1] })), &old).await;
    odd(&host, &call(json!({ "arguments": {} })), &old).await;
    odd(&host, &call(json!({ "name": 7, "arguments": {} })), &old).await;
    odd(&host, &call(with_meta), &unlike).await;
    odd(&host, &call(good.clone()), &[(version, "1999-01-01")]).await;
    odd(&host, &notification, &old).await;

    let recorded = bench.audited("tool.call", 6).await;
    assert_eq!(recorded.len(), 6, "{recorded:?}");
    for event in &recorded {
        assert_eq!((&event["outcome"], &event["reason"]), (&json!("error"), &json!("protocol")));
        assert!(event["user_oid"].is_string() && event["request_id"].is_string(), "{event}");
    }
    let tools: Vec<_> = recorded.iter().map(|event| event["tool"].as_str().unwrap()).collect();
    assert_eq!(tools.iter().filter(|tool| **tool == TOOL).count(), 4, "{tools:?}");
    bench.finish().await;
}

#[tokio::test]
async fn who_only_lists_is_limited_too_if_he_never_stops() {
    let bench = Bench::start_with(|it| {
        it.in_table("limits", "user_per_minute", "2").in_table("limits", "user_burst", "2")
    })
    .await;
    let host = bench.host().await;
    let mut answers = Vec::new();
    for _ in 0..40 {
        answers.push(host.post(Era::Modern, "tools/list", json!({})).await);
    }

    let limited: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert!((5..=20).contains(&limited.len()), "{}", limited.len());
    for answer in limited {
        assert_eq!(answer.json()["error"]["code"], -31_001, "{answer:?}");
        assert!(retry_after(answer) >= 1);
    }
}

#[tokio::test]
async fn answers_name_the_request_as_the_audit_does_and_nobody_keeps_them() {
    let mut bench = Bench::start().await;
    let (host, stranger) = (bench.host().await, bench.stranger(None));

    let (called, refused) = (search(&host).await, search(&stranger).await);

    assert_eq!((called.status, called.header("cache-control")), (200, "no-store"));
    let (call, rejection) =
        (bench.audited("tool.call", 1).await, bench.audited("auth.rejected", 1).await);
    assert_eq!(call[0]["request_id"], called.header("x-request-id"));
    assert_eq!(rejection[0]["request_id"], refused.header("x-request-id"));
    bench.finish().await;
}

#[tokio::test]
async fn after_an_early_answer_the_connection_goes_on_or_is_said_to_end() {
    let mut bench = Bench::start().await;
    let mut stream = connect(&mut bench).await;
    for _ in 0..2 {
        let request = [head("x.y.z", "Content-Length: 9000").as_slice(), &[b' '; 9_000]].concat();
        stream.write_all(&request).await.unwrap();
        let answer = read_head(&mut stream).await;
        assert!(answer.starts_with("http/1.1 401"), "{answer}");
        assert!(!answer.contains("connection: close"), "{answer}");
        let length = answer.split("content-length: ").nth(1).unwrap().lines().next().unwrap();
        let mut body = vec![0; length.parse().unwrap()];
        stream.read_exact(&mut body).await.unwrap();
    }

    stream.write_all(&head("x.y.z", "Content-Length: 900000")).await.unwrap();
    let answer = read_head(&mut stream).await;
    assert!(answer.contains("connection: close"), "{answer}");
}

#[tokio::test]
async fn another_scheme_than_bearer_is_asked_for_a_token() {
    let bench = Bench::start().await;
    let stranger = bench.stranger(None);
    for field in ["Basic YTpi", "Bearer", "Negotiate YII="] {
        let request = stranger.message(Era::Modern, "tools/list", json!({}));
        let refused = answer(request.header("authorization", field)).await;

        assert_eq!(refused.status, 401, "{field}: {refused:?}");
        let challenge = refused.header("www-authenticate");
        assert!(challenge.contains("resource_metadata=") && !challenge.contains("error="));
    }
}

#[tokio::test]
async fn a_message_in_another_charset_is_refused() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }).to_string();
    for (content_type, status) in [
        ("application/json; charset=utf-8", 200),
        ("application/json;charset=\"UTF-8\"", 200),
        ("application/json; charset=utf-16", 415),
        ("application/json; charset=utf-8; charset=latin1", 415),
    ] {
        let request = host
            .request(Method::POST, "/mcp")
            .header("content-type", content_type)
            .header("mcp-protocol-version", "2025-11-25")
            .body(message.clone());
        assert_eq!(answer(request).await.status, status, "{content_type}");
    }
    bench.finish().await;
}
