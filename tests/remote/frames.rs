//! HTTP/2 as no client would speak it.

use std::time::Duration;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::harness::{Bench, Era, answer};

/// Types and flags of frames.
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GO_AWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;
const END_STREAM: u8 = 1;

/// Why a connection is closed on which too much goes on.
const ENHANCE_YOUR_CALM: u32 = 11;

/// How much of an attack is sent before it counts as taken in.
const ENDLESS: usize = 64 << 20;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Writes a header field in full, without the table.
fn field(name: &str, value: &str) -> Vec<u8> {
    let text = |text: &str| [&integer(text.len()), text.as_bytes()].concat();
    [vec![0], text(name), text(value)].concat()
}

/// Writes a number as HPACK does, with a prefix of seven bits.
fn integer(number: usize) -> Vec<u8> {
    let Some(mut rest) = number.checked_sub(127) else { return vec![number as u8] };
    let mut bytes = vec![127];
    while rest >= 128 {
        bytes.push((rest % 128) as u8 | 128);
        rest /= 128;
    }
    bytes.push(rest as u8);
    bytes
}

fn post(token: &str) -> Vec<u8> {
    [
        field(":method", "POST"),
        field(":scheme", "http"),
        field(":path", "/mcp"),
        field(":authority", "127.0.0.1"),
        field("content-type", "application/json"),
        field("authorization", &format!("Bearer {token}")),
    ]
    .concat()
}

async fn connect(bench: &mut Bench) -> TcpStream {
    let address = bench.server().address().replace("http://", "");
    let mut stream = TcpStream::connect(address).await.unwrap();
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let start = [preface.as_slice(), &frame(SETTINGS, 0, 0, &[])].concat();
    stream.write_all(&start).await.unwrap();
    stream
}

/// Sends `more` again and again until the server closes, for the right reason; returns how many bytes
/// went.
async fn until_closed(stream: TcpStream, mut more: impl FnMut() -> Vec<u8>) -> usize {
    let (mut read, mut write) = stream.into_split();
    let mut answer = Vec::new();
    let mut sent = 0;
    let send = async {
        while sent < ENDLESS {
            let bytes = more();
            if write.write_all(&bytes).await.is_err() {
                break;
            }
            sent += bytes.len();
            tokio::task::yield_now().await;
        }
        std::future::pending::<()>().await;
    };
    let end = async { timeout(Duration::from_secs(20), read.read_to_end(&mut answer)).await };
    tokio::select! {
        () = send => {}
        closed = end => assert!(closed.is_ok(), "it is not closed"),
    }
    assert_eq!(reason(&answer), Some(ENHANCE_YOUR_CALM));
    sent
}

/// Finds out why a connection was closed.
fn reason(mut frames: &[u8]) -> Option<u32> {
    while let Some((head, rest)) = frames.split_first_chunk::<9>() {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let (payload, next) = rest.split_at_checked(length)?;
        if head[3] == GO_AWAY {
            return payload[4..].first_chunk().map(|code| u32::from_be_bytes(*code));
        }
        frames = next;
    }
    None
}

/// Returns the memory of the server, in bytes.
fn memory(bench: &mut Bench) -> usize {
    let status = format!("/proc/{}/status", bench.server().id());
    let status = std::fs::read_to_string(status).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    1024 * line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap()
}

/// Checks that an attack was cut off, cost little memory, and kept nobody from being served.
async fn cut_off(bench: &mut Bench, before: usize, sent: usize) {
    assert!(sent < ENDLESS, "{sent} bytes were taken in");
    let after = memory(bench);
    assert!(after < before + (24 << 20), "I3: {before} then {after}");
    bench.finish().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn r18_streams_that_are_opened_and_reset_at_once_close_the_connection() {
    let mut bench = Bench::start().await;
    let token = bench.host().await.token().to_owned();
    let before = memory(&mut bench);
    let stream = connect(&mut bench).await;
    let (head, mut id) = (post(&token), 1);

    let sent = until_closed(stream, || {
        let mut burst = Vec::new();
        for _ in 0..100 {
            burst.extend(frame(HEADERS, END_HEADERS, id, &head));
            burst.extend(frame(RST_STREAM, 0, id, &8_u32.to_be_bytes()));
            id += 2;
        }
        burst
    })
    .await;

    cut_off(&mut bench, before, sent).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn r18_a_head_without_end_closes_the_connection() {
    let mut bench = Bench::start().await;
    let before = memory(&mut bench);
    let mut stream = connect(&mut bench).await;
    stream.write_all(&frame(HEADERS, 0, 1, &field(":method", "POST"))).await.unwrap();

    let more = frame(CONTINUATION, 0, 1, &field("x", &"a".repeat(8 << 10)));
    let sent = until_closed(stream, || more.clone()).await;

    cut_off(&mut bench, before, sent).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn r18_empty_frames_without_end_close_the_connection() {
    let mut bench = Bench::start().await;
    let token = bench.host().await.token().to_owned();
    let before = memory(&mut bench);
    let mut stream = connect(&mut bench).await;
    stream.write_all(&frame(HEADERS, END_HEADERS, 1, &post(&token))).await.unwrap();

    let more = frame(DATA, 0, 1, &[]).repeat(1_000);
    let sent = until_closed(stream, || more.clone()).await;

    cut_off(&mut bench, before, sent).await;
}

#[tokio::test]
async fn r16_heads_that_are_too_large_or_too_many_are_refused_over_http2_too() {
    let mut bench = Bench::start().await;
    let host = bench.host().await.over_http2();
    let list = || host.message(Era::Modern, "tools/list", json!({}));
    let many = (0..80).fold(list(), |request, at| request.header(format!("x{at}"), "a"));

    assert_eq!(answer(list()).await.status, 200);
    assert_eq!(answer(many).await.status, 431);
    assert_eq!(answer(list().header("x_forwarded_for", "1.2.3.4")).await.status, 400);
    let large = list().header("x", "a".repeat(64 << 10)).send().await;
    assert!(large.map_or(true, |answer| answer.status() == 431));
    assert_eq!(answer(list()).await.status, 200);
    bench.finish().await;
}

#[tokio::test]
async fn h08_a_body_beyond_the_limit_is_refused_over_http2_too() {
    let mut bench = Bench::start_with(|it| it.in_table("limits", "body_bytes", "4096")).await;
    let host = bench.host().await.over_http2();
    let list = || host.message(Era::Modern, "tools/list", json!({}));

    assert_eq!(answer(list().body(" ".repeat(10 << 20))).await.status, 413);
    assert_eq!(answer(list()).await.status, 200, "the connection goes on");
    bench.finish().await;
}

/// Slow peers of HTTP/1 are `r17_…` in `wire.rs`.
#[tokio::test]
async fn r17_a_body_that_does_not_come_ends_its_stream_over_http2_too() {
    let mut bench = Bench::start_with(|it| {
        it.in_table("limits", "body_seconds", "1").in_table("limits", "idle_seconds", "1")
    })
    .await;
    let token = bench.host().await.token().to_owned();
    let mut stream = connect(&mut bench).await;
    let half = [frame(HEADERS, END_HEADERS, 1, &post(&token)), frame(DATA, 0, 1, b"{")];
    stream.write_all(&half.concat()).await.unwrap();
    let start = Instant::now();

    let mut answer = Vec::new();
    let closed = timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;

    assert!(closed.is_ok(), "it is not closed");
    assert!(start.elapsed() >= Duration::from_secs(1));
    let ends = |frame: &[u8]| frame[0] == DATA && frame[1] & END_STREAM != 0;
    assert!(answer.windows(2).any(ends), "the request was answered");
    bench.finish().await;
}
