//! What must not leave the server by any of its outputs.

use std::sync::{Arc, Mutex};

use m365_sim::{Fault, Policy, PolicyApp};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream},
    net::{TcpListener, TcpStream},
};

use crate::{
    harness::{Bench, Era, USER, results},
    operators::{MAIL, TOOL, search},
};

/// A collector of telemetry that keeps the bytes that it is sent.
struct Collector {
    address: String,
    kept: Arc<Mutex<Vec<u8>>>,
}

impl Collector {
    async fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", socket.local_addr().unwrap());
        let kept = Arc::<Mutex<Vec<u8>>>::default();
        let all = Arc::clone(&kept);
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                tokio::spawn(collect(stream, Arc::clone(&all)));
            }
        });
        Self { address, kept }
    }

    fn all(&self) -> String {
        String::from_utf8_lossy(&self.kept.lock().unwrap()).into_owned()
    }
}

/// Answers each export of a connection.
async fn collect(stream: TcpStream, kept: Arc<Mutex<Vec<u8>>>) -> std::io::Result<()> {
    let mut stream = BufStream::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        kept.lock().unwrap().extend(line.bytes());
        let line = line.to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await?;
            kept.lock().unwrap().extend(body);
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await?;
            stream.flush().await?;
        }
    }
}

#[tokio::test]
async fn r32_no_secret_is_in_logs_at_any_level_or_in_telemetry() {
    for format in ["text", "json"] {
        let mut bench = Bench::without_server().await;
        let collector = Collector::start().await;
        let endpoint = format!("\"{}\"", collector.address);
        bench.write(&bench.setup().in_table("telemetry", "otlp_endpoint", endpoint));
        bench.serve_with(&["--log-level", "trace", "--log-format", format]).await;
        bench.server().logged("calls are taken").await;

        all_that_happens(&bench).await;

        bench.finish().await;
        bench.server().signal("TERM");
        assert_eq!(bench.server().ended().await, Some(0));
        bench.check_outputs(&[collector.all()]);
        assert!(collector.all().contains(TOOL), "spans have arrived");
        assert!(!collector.all().contains("budgetary"));
        let log = bench.server().log();
        assert!(log.lines().count() > 20, "it is logged at all: {log}");
        for said in ["budgetary", "Bearer ey", "client_secret="] {
            assert!(!log.contains(said), "{said} in the log");
        }
    }
}

/// Calls that go well, and each way in which they do not.
async fn all_that_happens(bench: &Bench) {
    let desktop = bench.sim.desktop(USER);
    let host = bench.stranger(Some(&desktop.token().await.unwrap()));
    let found = host.call(Era::Handshake, TOOL, json!({ "query": "budget" })).await;
    let uri = results(&found)[0]["uri"].clone();
    host.post(Era::Modern, "resources/read", json!({ "uri": uri })).await;
    for (tool, arguments) in [
        ("sharepoint_search", json!({ "query": "budgetary" })),
        ("chat_message_search", json!({ "query": "budgetary" })),
        ("outlook_calendar_search", json!({ "query": "budgetary" })),
        ("no_such_tool", json!({ "query": "budgetary" })),
        (TOOL, json!({ "queri": "budgetary" })),
    ] {
        host.try_call(Era::Modern, tool, arguments).await;
    }
    bench.sim.graph().next_on(MAIL, Fault::status(500));
    search(&host).await;
    bench.sim.graph().next_on(MAIL, Fault::truncated_json());
    search(&host).await;
    let expired = bench.sim.caller_token(USER).expires_in(-600).issue();
    let foreign = bench.sim.caller_token(USER).signed_by("foreign").issue();
    for token in [expired.as_str(), &foreign, "eyJ.eyJ.secret"] {
        assert_eq!(search(&bench.stranger(Some(token))).await.status, 401);
    }
    bench.sim.policy(Policy::mfa().for_app(PolicyApp::Graph));
    desktop.forget_token();
    let challenged = bench.stranger(Some(&bench.sim.caller_token(USER).cae(true).issue()));
    assert_eq!(search(&challenged).await.status, 401);
    bench.sim.clear_policies();
}
