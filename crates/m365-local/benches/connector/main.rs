//! What the local connector costs: `cargo bench -p m365-local`.
//!
//! Prints the time from start to `tools/list` over stdio, the memory after it, what a search costs beside the bare
//! request that it stands for, and the size of what a model reads; then what each tool costs. The limits hold for what
//! ships, which is smaller and starts sooner: `packaging/release/figures.py`.

#![expect(clippy::print_stdout, reason = "the figures are the program's output")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing to report")]

mod catalog;

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use m365_auth::{AccessToken, FixedToken};
use m365_graph::GraphClient;
use m365_sim::Sim;
use m365_tools::{Block, CallInput, Caller, Catalog, CatalogOptions, Extractor, Reply};
use serde_json::{Value, json};

const USER: &str = "mira.solberg@fjordlight.example";
const STARTS: usize = 50;
const CALLS: usize = 300;

fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    start();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(search());
    runtime.block_on(catalog::measure());
}

fn start() {
    let mut times = Vec::new();
    let mut last = None;
    for _ in 0..STARTS {
        let start = Instant::now();
        let mut host = Host::start();
        let listed = host.list_tools();
        times.push(start.elapsed());
        last = Some((listed, host.resident()));
    }
    let (listed, resident) = last.unwrap();
    let tools = &listed["result"]["tools"];
    println!("start to tools/list       {:>9.2?} median of {STARTS}", median(&mut times));
    println!("resident memory after it  {:>9.1} MB", resident as f64 / 1e6);
    println!(
        "tools/list                {:>9} bytes, {} tools",
        tools.to_string().len(),
        tools.as_array().unwrap().len()
    );
    println!("  seen by a model         {:>9} bytes", seen_by_a_model(tools));
}

/// Names, descriptions and input schemas: what a host puts before its model.
fn seen_by_a_model(tools: &Value) -> usize {
    let seen = |tool: &Value| {
        let keys = ["name", "description", "inputSchema"];
        keys.map(|key| (key, tool[key].clone())).into_iter().collect::<BTreeMap<_, _>>()
    };
    let tools: Vec<_> = tools.as_array().unwrap().iter().map(seen).collect();
    serde_json::to_string(&tools).unwrap().len()
}

/// A host that speaks JSON lines to the server.
struct Host {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Host {
    fn start() -> Self {
        let id = "11111111-2222-4333-8444-555555555555";
        let mut child = Command::new(env!("CARGO_BIN_EXE_m365-local"))
            .args(["serve", "--tenant-id", id, "--client-id", id, "--token-store", "memory"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdin, stdout }
    }

    fn list_tools(&mut self) -> Value {
        let client = json!({ "protocolVersion": "2025-11-25", "capabilities": {},
                             "clientInfo": { "name": "bench", "version": "0" } });
        self.send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client }));
        self.receive();
        self.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        self.send(&json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" }));
        self.receive()
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.stdin, "{message}").unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) * 1024
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn search() {
    let sim = Sim::builder().start().await.unwrap();
    let scopes = ["User.Read", "Mail.Read", "Calendars.Read"];
    let secret = sim.issue_token(USER, &scopes);
    let host = Ours::of(&sim, &secret, &scopes);
    host.call().await;
    sim.graph().clear_log();
    let reply = host.call().await;
    let bare = Bare::like(&sim, &secret);
    let sent = bare.get().await;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..CALLS {
        theirs.push(timed(bare.get()).await);
        ours.push(timed(host.call()).await);
    }
    let (ours, theirs) = (median(&mut ours), median(&mut theirs));
    println!("a search                  {ours:>9.2?} median of {CALLS}");
    println!("the bare request          {theirs:>9.2?}  ratio {:.2}", ratio(ours, theirs));
    println!("ten hits, as text         {:>9} bytes of {sent} that Graph sent", text(&reply));
}

/// The tool, called as a host would.
struct Ours {
    catalog: Catalog,
    input: CallInput,
}

impl Ours {
    fn of(sim: &Sim, secret: &str, scopes: &[&str]) -> Self {
        let expires = sim.clock().now() + Duration::from_secs(3600);
        let token = AccessToken::new(secret, expires, scopes.iter().copied());
        let tokens = Arc::new(FixedToken::new(token));
        let root = sim.graph_endpoint().parse().unwrap();
        let graph = GraphClient::builder(tokens.clone()).base_url(root).build().unwrap();
        let options = CatalogOptions::with_random_key(Extractor::in_process()).unwrap();
        let catalog = Catalog::new(options.with_scopes(scopes.iter().copied()));
        let input = CallInput::new(Caller::new(sim.tenant_id(), USER), graph, tokens);
        Self { catalog, input }
    }

    async fn call(&self) -> Reply {
        self.call_tool("outlook_email_search", &json!({ "query": "budget", "limit": 10 })).await
    }

    async fn call_tool(&self, tool: &str, arguments: &Value) -> Reply {
        let arguments = arguments.as_object().unwrap().clone();
        self.catalog.call(tool, arguments, self.input.clone()).await.unwrap()
    }
}

/// The request that stands behind the tool call, sent without us.
struct Bare {
    http: reqwest::Client,
    url: String,
    secret: String,
}

impl Bare {
    fn like(sim: &Sim, secret: &str) -> Self {
        let log = sim.graph().log();
        let [request] = log.as_slice() else { panic!("a search is one request, not {log:?}") };
        let url = format!("{}{}?{}", sim.graph_endpoint(), request.path, request.query);
        let http = reqwest::Client::builder().gzip(true).build().unwrap();
        Self { http, url, secret: secret.to_owned() }
    }

    async fn get(&self) -> usize {
        let request = self.http.get(&self.url).bearer_auth(&self.secret);
        request.send().await.unwrap().bytes().await.unwrap().len()
    }
}

async fn timed<T>(work: impl Future<Output = T>) -> Duration {
    let start = Instant::now();
    work.await;
    start.elapsed()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn ratio(ours: Duration, theirs: Duration) -> f64 {
    ours.as_secs_f64() / theirs.as_secs_f64()
}

fn text(reply: &Reply) -> usize {
    let length = |block: &Block| match block {
        Block::Json(text) | Block::Text(text) => text.len(),
        _ => 0,
    };
    reply.content.iter().map(length).sum()
}
