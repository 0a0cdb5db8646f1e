//! The server over a pair of streams: what a host writes, line by line, and what it gets.

use std::time::Duration;

use m365_tools::{
    Catalog,
    mcp::{Server, StdioError, serve_stdio},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines},
    task::JoinHandle,
    time::Instant,
};

use crate::{
    host::Callers,
    support::{Probe, options},
};

/// A host that writes lines of its own making.
struct RawHost {
    input: Option<DuplexStream>,
    output: Lines<BufReader<DuplexStream>>,
    server: JoinHandle<Result<(), StdioError>>,
}

impl RawHost {
    fn start() -> Self {
        Self::with(Probe::default())
    }

    fn with(probe: Probe) -> Self {
        let catalog = Catalog::new(options().with_tool(probe).unwrap());
        let server = Server::builder(catalog, Callers::signed_in()).build();
        let (input, stdin) = tokio::io::duplex(1 << 16);
        let (output, stdout) = tokio::io::duplex(1 << 16);
        let server = tokio::spawn(serve_stdio(server, stdin, stdout));
        Self { input: Some(input), output: BufReader::new(output).lines(), server }
    }

    async fn write(&mut self, bytes: &[u8]) {
        self.input.as_mut().unwrap().write_all(bytes).await.unwrap();
    }

    async fn line(&mut self, line: &str) {
        self.write(format!("{line}\n").as_bytes()).await;
    }

    async fn send(&mut self, message: Value) {
        self.line(&message.to_string()).await;
    }

    async fn answer(&mut self) -> Value {
        serde_json::from_str(&self.output.next_line().await.unwrap().unwrap()).unwrap()
    }

    async fn initialize(&mut self) -> Value {
        self.send(json!({"jsonrpc": "2.0", "id": "hello", "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": {"name": "raw", "version": "0"}}}))
            .await;
        let answer = self.answer().await;
        self.send(json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
        answer
    }

    async fn call(&mut self, id: u32, arguments: Value) {
        self.send(json!({"jsonrpc": "2.0", "id": id, "method": "tools/call",
            "params": {"name": "probe", "arguments": arguments}}))
            .await;
    }

    /// Makes sure that the server still answers, and nothing else came before.
    async fn assert_alive(&mut self) {
        self.call(4_711, json!({"query": "alive"})).await;
        let answer = self.answer().await;
        assert_eq!(answer["id"], 4_711, "{answer}");
        assert_eq!(answer["result"]["structuredContent"]["results"][0]["query"], "alive");
    }

    async fn hang_up(&mut self) -> Duration {
        let since = Instant::now();
        drop(self.input.take());
        (&mut self.server).await.unwrap().unwrap();
        since.elapsed()
    }
}

#[tokio::test]
async fn a_host_of_the_handshake_era_is_served() {
    let mut host = RawHost::start();

    let hello = host.initialize().await;

    assert_eq!(hello["result"]["protocolVersion"], "2025-06-18");
    host.assert_alive().await;
}

#[tokio::test]
async fn h04_lines_that_are_no_messages_change_nothing() {
    let mut host = RawHost::start();
    host.initialize().await;

    for line in ["hello", "", "\r", "{\"half\":", "\u{feff}"] {
        host.line(line).await;
    }

    host.assert_alive().await;
}

#[tokio::test]
async fn h04_a_message_may_come_in_pieces_and_end_in_crlf() {
    let mut host = RawHost::start();
    host.initialize().await;

    host.write(b"{\"jsonrpc\":\"2.0\",\"id\":1,").await;
    tokio::task::yield_now().await;
    host.write(b"\"method\":\"ping\"}\r\n").await;

    assert_eq!(host.answer().await, json!({"jsonrpc": "2.0", "id": 1, "result": {}}));
}

#[tokio::test]
async fn h04_lines_before_the_first_request_do_not_end_the_connection() {
    let mut host = RawHost::start();

    host.line("not json").await;
    host.send(json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
    host.send(json!({"jsonrpc": "2.0", "id": 1, "result": {}})).await;
    host.send(json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"})).await;
    let refused = host.answer().await;
    host.send(json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
    host.initialize().await;

    assert_eq!((&refused["id"], &refused["error"]["code"]), (&json!(2), &json!(-32602)));
    host.assert_alive().await;
}

#[tokio::test]
async fn h05_json_that_is_no_message_is_an_invalid_request() {
    let mut host = RawHost::start();
    host.initialize().await;

    for line in [r#"{"jsonrpc":"2.0","id":1}"#, r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, "[]"]
    {
        host.line(line).await;
        assert_eq!(host.answer().await["error"]["code"], -32600, "{line}");
    }

    host.assert_alive().await;
}

#[tokio::test]
async fn h06_json_that_no_parser_should_follow_is_refused() {
    let mut host = RawHost::start();
    host.initialize().await;

    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for value in [deep.as_str(), &format!("1{}", "0".repeat(400)), r#""\ud800""#] {
        host.line(&format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"x","arguments":{{"a":{value}}}}}}}"#
        ))
        .await;
    }
    host.send(json!({"jsonrpc": "2.0", "id": 2, "method": "ping"})).await;

    loop {
        let answer = host.answer().await;
        if answer["id"] == 2 {
            break;
        }
        assert!(answer["error"].is_object(), "{answer}");
    }
    host.assert_alive().await;
}

#[tokio::test]
async fn h07_a_line_without_end_is_skipped() {
    let mut host = RawHost::start();
    host.initialize().await;

    let piece = vec![b'x'; 1 << 20];
    for _ in 0..64 {
        host.write(&piece).await;
    }
    host.line("").await;

    host.assert_alive().await;
}

#[tokio::test]
async fn a_message_of_the_longest_length_is_read() {
    let mut host = RawHost::start();
    host.initialize().await;

    host.call(1, json!({"query": "x".repeat((4 << 20) - 200)})).await;

    let answer = host.answer().await;
    assert_eq!(answer["id"], 1);
    assert!(answer["result"]["content"][0]["text"].as_str().unwrap().contains("TOO_LARGE"));
}

#[tokio::test(start_paused = true)]
async fn h01_the_end_of_the_input_stops_running_calls_and_the_server() {
    let probe = Probe::default();
    let mut host = RawHost::with(probe.clone());
    host.initialize().await;
    for id in 0..5 {
        host.call(id, json!({"mode": "hang"})).await;
    }
    for _ in 0..5 {
        probe.running.started().await;
    }

    let took = host.hang_up().await;

    assert!(took < Duration::from_secs(2), "{took:?}");
    for _ in 0..5 {
        probe.running.dropped().await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_asked_before_the_end_of_the_input_is_answered() {
    let mut host = RawHost::start();
    host.initialize().await;
    host.call(1, json!({"query": "last words"})).await;

    host.hang_up().await;

    assert_eq!(host.answer().await["id"], 1);
    assert_eq!(host.output.next_line().await.unwrap(), None);
}

#[tokio::test]
async fn a_host_that_says_nothing_may_leave() {
    let mut host = RawHost::start();

    host.hang_up().await;
}

#[tokio::test]
async fn a_host_of_the_modern_era_needs_no_handshake() {
    let mut host = RawHost::start();
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });

    host.send(json!({"jsonrpc": "2.0", "id": 1, "method": "server/discover",
        "params": {"_meta": meta}}))
        .await;
    let found = host.answer().await;
    host.send(json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call",
        "params": {"name": "probe", "arguments": {"query": "q"}, "_meta": meta}}))
        .await;
    let called = host.answer().await;

    assert_eq!(found["result"]["capabilities"]["tools"], json!({}));
    assert_eq!((&called["id"], &called["result"]["resultType"]), (&json!(2), &json!("complete")));
    let info = &called["result"]["_meta"]["io.modelcontextprotocol/serverInfo"];
    assert_eq!(info["title"], "Microsoft 365");
}

#[tokio::test]
async fn an_unknown_version_is_refused_with_those_that_we_speak() {
    let mut host = RawHost::start();

    host.send(json!({"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": {
        "io.modelcontextprotocol/protocolVersion": "2099-01-01",
        "io.modelcontextprotocol/clientCapabilities": {}}}}))
        .await;

    let refused = host.answer().await;
    assert_eq!(refused["error"]["code"], -32022);
    assert_eq!(refused["error"]["data"]["requested"], "2099-01-01");
}
