//! Bytes that no HTTP client would send.

use std::time::Duration;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, timeout},
};

use crate::harness::{Bench, Era};

/// Sends `bytes` and reads until the server closes; returns the status, 0 where there is none.
async fn exchange(bench: &mut Bench, bytes: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(socket(bench)).await.unwrap();
    // The server may refuse, and close, before it has read all.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "it is not closed: {}", String::from_utf8_lossy(&answer));
    status(&answer)
}

fn socket(bench: &mut Bench) -> String {
    bench.server().address().replace("http://", "")
}

fn status(answer: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(answer);
    text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

fn post(fields: &str, body: &str) -> Vec<u8> {
    let head = "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
    format!("{head}{fields}\r\n\r\n{body}").into_bytes()
}

#[tokio::test]
async fn r16_headers_that_are_too_large_too_many_or_ambiguous_are_refused() {
    let mut bench = Bench::start().await;
    let large = format!("X: {}", "a".repeat(64 << 10));
    let many: Vec<_> = (0..200).map(|at| format!("X{at}: a")).collect();

    assert_eq!(exchange(&mut bench, &post(&large, "")).await, 431);
    assert_eq!(exchange(&mut bench, &post(&many.join("\r\n"), "")).await, 431);
    assert_eq!(exchange(&mut bench, &post("X_Forwarded_For: 1.2.3.4", "")).await, 400);
    bench.finish().await;
}

#[tokio::test]
async fn r17_silence_and_slow_heads_are_closed_and_others_served_meanwhile() {
    let limits = |key, value: &str| {
        let value = value.to_owned();
        move |setup: crate::harness::Setup| setup.in_table("limits", key, value)
    };
    let mut bench =
        Bench::start_with(|it| limits("body_seconds", "1")(limits("header_seconds", "1")(it)))
            .await;
    let host = bench.host().await;
    let start = Instant::now();
    let mut silent = TcpStream::connect(socket(&mut bench)).await.unwrap();
    let mut slow = TcpStream::connect(socket(&mut bench)).await.unwrap();
    slow.write_all(b"POST /mcp HT").await.unwrap();

    assert_eq!(host.post(Era::Modern, "tools/list", json!({})).await.status, 200);
    for stream in [&mut silent, &mut slow] {
        let mut answer = Vec::new();
        let closed = timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
        assert!(closed.is_ok(), "it is not closed");
    }
    assert!(start.elapsed() < Duration::from_secs(15));

    let fields = format!(
        "Authorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 100",
        host.token()
    );
    assert_eq!(exchange(&mut bench, &post(&fields, "{")).await, 408);
    bench.finish().await;
}

#[tokio::test]
async fn r27_a_request_with_two_ends_is_refused_and_closed() {
    let mut bench = Bench::start().await;

    for fields in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5\nX: y",
    ] {
        let request = post(fields, "0\r\n\r\nGET /mcp HTTP/1.1\r\n\r\n");
        assert_eq!(exchange(&mut bench, &request).await, 400, "{fields:?}");
    }
    bench.finish().await;
}

#[tokio::test]
async fn r27_a_request_that_names_several_hosts_or_none_is_refused_and_closed() {
    let mut bench = Bench::start().await;

    for (target, fields) in [
        ("http://evil.example/mcp", "Host: 127.0.0.1\r\n"),
        ("http://127.0.0.1/mcp", "Host: evil.example\r\n"),
        ("http://127.0.0.1/mcp", ""),
        ("/mcp", "Host: 127.0.0.1\r\nHost: 127.0.0.1\r\n"),
        ("/mcp", ""),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\n{fields}\r\n");
        let status = exchange(&mut bench, request.as_bytes()).await;
        assert_eq!(status, 400, "{target} {fields:?}");
    }
    bench.finish().await;
}

#[tokio::test]
async fn r11_whoever_sends_garbage_is_told_to_stay_away_and_others_are_served() {
    let mut bench =
        Bench::start_with(|it| it.in_table("limits", "rejections_per_minute", "20")).await;
    let (host, stranger) = (bench.host().await, bench.stranger(Some("x.y.z")));

    let mut limited = None;
    for _ in 0..100 {
        let refused = stranger.post(Era::Modern, "tools/list", json!({})).await;
        if refused.status == 429 {
            limited = Some(refused);
            break;
        }
        assert_eq!(refused.status, 401);
    }

    let limited = limited.expect("the source is limited");
    assert!(limited.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(host.post(Era::Modern, "tools/list", json!({})).await.status, 200);
    bench.finish().await;
}

#[tokio::test]
async fn r17_hundreds_of_slow_connections_are_closed_and_others_served_meanwhile() {
    const EACH: usize = 100;
    let mut bench = Bench::start_with(|it| {
        it.in_table("limits", "body_seconds", "2").in_table("limits", "header_seconds", "2")
    })
    .await;
    let host = bench.host().await;
    let fields = format!("Authorization: Bearer {}\r\nContent-Length: 100", host.token());
    let slow = [Vec::new(), b"POST /mcp HTTP/1.1\r\nHost".to_vec(), post(&fields, "{")];
    let mut waiting = JoinSet::new();
    for start in (0..EACH).flat_map(|_| slow.clone()) {
        let mut stream = TcpStream::connect(socket(&mut bench)).await.unwrap();
        waiting.spawn(async move {
            stream.write_all(&start).await.unwrap();
            drip(stream, if start.is_empty() { b"" } else { b" " }).await;
        });
    }

    let mut served = 0;
    while !waiting.is_empty() {
        assert_eq!(host.post(Era::Modern, "tools/list", json!({})).await.status, 200);
        served += 1;
        while let Some(ended) = waiting.try_join_next() {
            ended.unwrap();
        }
    }

    assert!(served > 10, "{served}");
    bench.finish().await;
}

/// Sends `drop` now and then, until the server has had enough.
async fn drip(mut stream: TcpStream, drop: &[u8]) {
    let (mut read, mut write) = stream.split();
    let mut answer = Vec::new();
    let send = async {
        // The pace of a slow peer.
        while write.write_all(drop).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        std::future::pending().await
    };
    tokio::select! {
        () = send => {}
        closed = timeout(Duration::from_secs(20), read.read_to_end(&mut answer)) => {
            assert!(closed.is_ok(), "it is not closed");
        }
    }
}

#[tokio::test]
async fn r17_one_connection_too_many_is_closed_at_once() {
    let mut bench = Bench::start_with(|it| it.in_table("limits", "connections", "3")).await;
    let kept = [(); 3].map(|()| TcpStream::connect(socket(&mut bench)));
    let [first, second, third] = kept;
    let kept = (first.await.unwrap(), second.await.unwrap(), third.await.unwrap());

    assert_eq!(exchange(&mut bench, b"").await, 0);

    drop(kept);
    let host = bench.host().await;
    let deadline = Instant::now() + Duration::from_secs(10);
    let again = || host.message(Era::Modern, "tools/list", json!({})).send();
    while again().await.is_err() {
        assert!(Instant::now() < deadline, "the places are free again");
    }
    bench.finish().await;
}

#[tokio::test]
async fn r27_what_hides_behind_a_refused_request_never_runs() {
    let mut bench = Bench::start().await;
    let token = bench.host().await.token().to_owned();
    let call = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "outlook_email_search", "arguments": { "query": "budget" } },
    });
    let call = call.to_string();
    let fields = format!(
        "Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         MCP-Protocol-Version: 2025-11-25\r\nContent-Length: {}",
        call.len()
    );
    let hidden = String::from_utf8(post(&fields, &call)).unwrap();

    for ends in [
        "Content-Length: 3\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding\r\n : chunked",
        "Content-Length: -1",
        "Content-Length: 0x3",
        "Content-Length: 3\r\n Content-Length: 0",
    ] {
        let request = post(&format!("Authorization: Bearer {token}\r\n{ends}"), &hidden);
        let request = String::from_utf8(request).unwrap().replace("Connection: close\r\n", "");
        assert_eq!(exchange(&mut bench, request.as_bytes()).await, 400, "{ends:?}");
    }

    assert!(bench.sim.graph().log().is_empty());
    bench.finish().await;
}

#[tokio::test]
async fn h08_a_body_beyond_the_limit_is_refused_and_not_taken_in() {
    let mut bench = Bench::start_with(|it| it.in_table("limits", "body_bytes", "4096")).await;
    let token = bench.host().await.token().to_owned();
    let fields = |length: &str| {
        let own = format!("Authorization: Bearer {token}\r\nContent-Type: application/json");
        post(&format!("{own}\r\n{length}"), "")
    };

    let announced = fields("Content-Length: 1000000000");
    assert_eq!(exchange(&mut bench, &announced).await, 413);

    let mut stream = TcpStream::connect(socket(&mut bench)).await.unwrap();
    stream.write_all(&fields("Transfer-Encoding: chunked")).await.unwrap();
    let chunk = [b"1000\r\n".as_slice(), &[b' '; 4096], b"\r\n"].concat();
    stream.write_all(&[chunk.clone(), chunk.clone()].concat()).await.unwrap();
    let mut answer = [0; 1024];
    let read = stream.read(&mut answer).await.unwrap();
    assert_eq!(status(&answer[..read]), 413, "{}", String::from_utf8_lossy(&answer));
    let rest = async { while stream.write_all(&chunk).await.is_ok() {} };
    assert!(timeout(Duration::from_secs(20), rest).await.is_ok(), "it still takes what comes");
    bench.finish().await;
}
