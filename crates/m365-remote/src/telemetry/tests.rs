use std::sync::Mutex;

use http::StatusCode;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use super::*;

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const PATIENCE: Duration = Duration::from_secs(10);

/// A collector that keeps what it is sent: path and body.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Received>>);

/// Paths with what was posted there.
type Received = Vec<(String, Vec<u8>)>;

impl Collector {
    async fn start(status: &'static str) -> (Self, Url) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/otlp", listener.local_addr().unwrap());
        let collector = Self::default();
        let kept = collector.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(kept.clone().serve(stream, status));
            }
        });
        (collector, address.parse().unwrap())
    }

    async fn serve(self, stream: TcpStream, status: &'static str) {
        let mut stream = BufReader::new(stream);
        while let Some((path, body)) = read_request(&mut stream).await {
            self.0.lock().unwrap().push((path, body));
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    }

    /// All texts that came to `path`: protobuf holds them as they are.
    fn texts(&self, path: &str) -> String {
        let requests = self.0.lock().unwrap();
        let bodies = requests.iter().filter(|(to, _)| to == path);
        bodies.map(|(_, body)| String::from_utf8_lossy(body).into_owned()).collect()
    }
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let path = head.split(' ').nth(1)?.to_owned();
    let length = head.to_ascii_lowercase();
    let length = length.split("content-length: ").nth(1)?.split("\r\n").next()?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some((path, body))
}

fn start(endpoint: Url) -> (Telemetry, Metrics) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = TelemetryOptions {
        endpoint,
        service_name: "test".to_owned(),
        instance: "pod-7c".to_owned(),
        version: "1.4.0",
    };
    let metrics = Metrics::new(["get_me"]);
    let http = reqwest::Client::builder().no_proxy();
    (Telemetry::start(&options, http, &metrics).unwrap(), metrics)
}

/// What Graph is told of a request whose header and `_meta` say this.
fn traceparent(telemetry: &Telemetry, header: &str, meta: Option<&str>) -> Option<String> {
    let mut trace = telemetry.request(&headers(header));
    trace.belongs_to(meta);
    trace.traceparent()
}

fn headers(parent: &str) -> HeaderMap {
    [(http::HeaderName::from_static("traceparent"), parent.parse().unwrap())].into_iter().collect()
}

#[tokio::test]
async fn a_span_and_the_histograms_reach_the_collector() {
    let (collector, endpoint) = Collector::start("200 OK").await;
    let (telemetry, metrics) = start(endpoint);

    let mut trace = telemetry.request(&headers(PARENT));
    trace.operation(Operation::new("tools/call", Some("get_me"), Some("2026-07-28")));
    telemetry.graph_request("GET /me/messages", Some(200), None, Duration::from_millis(7));
    trace.finished(StatusCode::OK, Some("THROTTLED"));
    telemetry.shutdown(PATIENCE).await;

    let spans = collector.texts("/otlp/v1/traces");
    for text in [
        "tools/call get_me",
        "mcp.method.name",
        "gen_ai.tool.name",
        "error.type",
        "THROTTLED",
        "network.transport",
        "pod-7c",
    ] {
        assert!(spans.contains(text), "{text} in {spans}");
    }
    let series = collector.texts("/otlp/v1/metrics");
    for text in [
        "mcp.server.operation.duration",
        "http.server.request.duration",
        "http.client.request.duration",
        "/me/messages",
    ] {
        assert!(series.contains(text), "{text} in {series}");
    }
    assert!(metrics.text().contains("m365_telemetry_spans_total{outcome=\"exported\"} 1"));
}

#[tokio::test]
async fn the_span_belongs_to_the_callers_trace_and_is_named_to_graph() {
    let (_, endpoint) = Collector::start("200 OK").await;
    let (telemetry, _) = start(endpoint);
    let meta = "00-11111111111111111111111111111111-2222222222222222-01";

    let from_header = traceparent(&telemetry, PARENT, None).unwrap();
    let from_meta = traceparent(&telemetry, PARENT, Some(meta)).unwrap();
    let from_bad_meta = traceparent(&telemetry, PARENT, Some("00-x")).unwrap();

    assert!(from_header.starts_with("00-0af7651916cd43dd8448eb211c80319c-"), "{from_header}");
    assert!(!from_header.contains("b7ad6b7169203331"), "a span of our own");
    assert!(from_meta.starts_with("00-11111111111111111111111111111111-"), "{from_meta}");
    assert!(from_bad_meta.starts_with("00-0af7651916cd43dd8448eb211c80319c-"), "{from_bad_meta}");
    telemetry.shutdown(PATIENCE).await;
}

#[test]
fn without_a_collector_the_trace_goes_through_as_it_came() {
    let telemetry = Telemetry::off();

    let meta = "00-11111111111111111111111111111111-2222222222222222-01";

    assert_eq!(traceparent(&telemetry, PARENT, None).as_deref(), Some(PARENT));
    assert_eq!(traceparent(&telemetry, PARENT, Some(meta)).as_deref(), Some(meta));
    assert_eq!(traceparent(&telemetry, "00-x", None), None);
    assert_eq!(telemetry.request(&HeaderMap::new()).traceparent(), None);
}

#[tokio::test]
async fn a_collector_that_refuses_holds_nobody_up_and_is_counted() {
    let (_, endpoint) = Collector::start("400 Bad Request").await;
    let (telemetry, metrics) = start(endpoint);

    for _ in 0..3 {
        telemetry.request(&HeaderMap::new()).finished(StatusCode::OK, None);
    }
    telemetry.shutdown(PATIENCE).await;

    assert!(metrics.text().contains("m365_telemetry_spans_total{outcome=\"failed\"} 3"));
}

#[tokio::test]
async fn spans_that_nobody_takes_are_dropped_and_counted() {
    // A collector that accepts connections and answers nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap()).parse().unwrap();
    let (telemetry, metrics) = start(endpoint);

    for _ in 0..10_000 {
        telemetry.request(&HeaderMap::new()).finished(StatusCode::OK, None);
    }

    let text = metrics.text();
    let dropped = text.lines().find_map(|line| {
        line.strip_prefix("m365_telemetry_spans_total{outcome=\"dropped\"} ")?.parse::<u64>().ok()
    });
    assert!((4_000..=6_000).contains(&dropped.unwrap()), "{dropped:?}");
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_is_cancelled() {
    let (collector, endpoint) = Collector::start("200 OK").await;
    let (telemetry, _) = start(endpoint);

    drop(telemetry.request(&HeaderMap::new()));
    telemetry.shutdown(PATIENCE).await;

    assert!(collector.texts("/otlp/v1/traces").contains("cancelled"));
}

#[test]
fn names_that_strangers_choose_make_no_series() {
    let operation = Operation::new("tools/steal", Some("other"), Some("x".repeat(99).as_str()));

    assert_eq!(operation.name(), "other other");
    assert_eq!(operation.protocol, None);
}
