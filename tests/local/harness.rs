//! The built binary between a simulated tenant and a host that only knows JSON lines, and the
//! invariants that hold whatever happens to it.

use std::{
    collections::BTreeMap,
    process::Stdio,
    time::{Duration, Instant},
};

use m365_sim::{Record, Sim, SimBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, Command},
    sync::{mpsc, watch},
    time::timeout,
};

/// The deadline of a tool call, and the second that comes on top.
const PATIENCE: Duration = Duration::from_secs(46);

/// The account that the demo data belongs to.
pub(crate) const USER: &str = "mira.solberg@fjordlight.example";

/// A tenant, a signed-in account, and the server as a host runs it.
pub(crate) struct Bench {
    pub(crate) sim: Sim,
    pub(crate) data: TempDir,
    /// The session bus, on which the Secret Service would be; none, unless a test brings one.
    pub(crate) bus: String,
    /// What else the environment says, in each run.
    pub(crate) env: BTreeMap<&'static str, String>,
    documents: TempDir,
    server: Option<Server>,
}

impl Bench {
    /// Signs in and starts the server.
    pub(crate) async fn start() -> Self {
        let mut bench = Self::without_server().await;
        bench.sign_in().await;
        bench.server = Some(Server::start(&bench, &[], json!({})).await);
        bench
    }

    /// A tenant and an empty data folder.
    pub(crate) async fn without_server() -> Self {
        Self::of(Sim::builder()).await
    }

    /// The same with a tenant of another kind.
    pub(crate) async fn of(tenant: SimBuilder) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let sim = tenant.auto_sign_in(USER).start().await.unwrap();
        let folder = || TempDir::new().unwrap();
        let bus = "unix:path=/nowhere/bus".to_owned();
        Self { sim, data: folder(), documents: folder(), bus, env: BTreeMap::new(), server: None }
    }

    /// Writes an entry `Work` of this tenant with more keys, e.g. `"scope": "Mail.Read"`; returns its path.
    pub(crate) fn entry(&self, keys: Value) -> String {
        let entry = self.entry_named("Work", keys);
        self.document("entry.json", &entry)
    }

    /// Returns an entry of this tenant with more keys.
    pub(crate) fn entry_named(&self, name: &str, keys: Value) -> Value {
        let mut entry = json!({
            "name": name, "server": "microsoft365",
            "tenantId": self.sim.tenant_id(), "clientId": self.sim.local_client_id(),
        });
        let keys = keys.as_object().cloned().unwrap_or_default();
        entry.as_object_mut().unwrap().extend(keys);
        entry
    }

    /// Writes a document into the folder of documents; returns its path.
    pub(crate) fn document(&self, name: &str, document: &Value) -> String {
        let path = self.documents.path().join(name);
        std::fs::write(&path, document.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Starts the server with `arguments` behind `serve`.
    pub(crate) async fn serve(&mut self, arguments: &[&str]) {
        self.server = Some(Server::start(self, arguments, json!({})).await);
    }

    /// Starts another server beside the one of this bench, at the same store.
    pub(crate) async fn another_server(&self) -> Server {
        Server::start(self, &[], json!({})).await
    }

    /// Starts the server for a host that says it can do `capabilities`.
    pub(crate) async fn serve_host(&mut self, capabilities: Value) {
        self.server = Some(Server::start(self, &[], capabilities).await);
    }

    /// Starts one more server beside, with `arguments` behind `serve`.
    pub(crate) async fn another(&self, arguments: &[&str], capabilities: Value) -> Server {
        Server::start(self, arguments, capabilities).await
    }

    /// Starts one more server for a host of the modern era, which needs no handshake.
    pub(crate) fn modern(&self, arguments: &[&str]) -> Server {
        Server::spawn(self, arguments)
    }

    /// Signs in through the printed address, as a browser would that is signed in already.
    pub(crate) async fn sign_in(&self) {
        let ended = self.sign_in_as(&[]).await;
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }

    /// Runs `sign-in` with `arguments` and opens the printed address.
    pub(crate) async fn sign_in_as(&self, arguments: &[&str]) -> Ended {
        let arguments = [&["sign-in", "--no-browser"], arguments].concat();
        let open = async |address| drop(reqwest::get(address).await);
        sign_in_by(self.command(&arguments), open).await
    }

    /// Prepares a run of the binary against this tenant, without any of our environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_m365-local"));
        command
            .args(arguments)
            .env_clear()
            .env("M365_TENANT_ID", self.sim.tenant_id())
            .env("M365_CLIENT_ID", self.sim.local_client_id())
            .env("M365_LOGIN_ENDPOINT", self.sim.login_endpoint())
            .env("M365_GRAPH_ENDPOINT", self.sim.graph_endpoint())
            .env("M365_DATA_DIR", self.data.path())
            .env("M365_TOKEN_STORE", "file")
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .envs(&self.env)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs a command to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ended {
        let output =
            timeout(PATIENCE, self.command(arguments).output()).await.expect("it ends").unwrap();
        Ended {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Returns the running server.
    pub(crate) fn server(&mut self) -> &mut Server {
        self.server.as_mut().expect("the server is started")
    }

    /// Calls a tool and returns its MCP result.
    pub(crate) async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.server().call(tool, arguments).await
    }

    /// Searches mail and returns the MCP result.
    pub(crate) async fn search(&mut self, arguments: Value) -> Value {
        self.call("outlook_email_search", arguments).await
    }

    /// Takes the answers that have no request of ours, up to the one to a request that is sent now.
    pub(crate) async fn settle(&mut self) {
        let marker = self.server().begin("ping", json!({})).await;
        while self.server().next_stray().await["id"] != marker {}
        self.server().forget(marker);
    }

    /// Returns the names of the files in the data folder.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.data.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// Returns the requests for tokens since the log was cleared, oldest first.
    pub(crate) fn token_requests(&self) -> Vec<Record> {
        let log = self.sim.entra().log().into_iter();
        log.filter(|record| record.path.ends_with("/token")).collect()
    }

    /// Checks that the server's log and answers hold no secret.
    pub(crate) fn check_secrets(&mut self) {
        let (log, answers) = (self.server().log(), self.server().stdout.clone());
        self.check_outputs(&log, &answers);
    }

    /// Returns the one file that holds tokens.
    pub(crate) fn token_file(&self) -> std::path::PathBuf {
        let name = self.files().into_iter().find(|name| name.ends_with(".tokens"));
        self.data.path().join(name.expect("there is a token file"))
    }

    /// Checks what holds in every case: `reliability.md`, chapter 1, as far as one account on one
    /// device can break it.
    pub(crate) async fn check_invariants(&mut self) {
        self.sim.graph().clear();
        self.sim.entra().clear();
        self.check_that_it_lives().await;
        if let Some(peak) = self.server().peak_memory() {
            assert!(peak < 96 << 20, "I3: {peak} bytes");
        }
        self.check_secrets();
        self.check_requests();
    }

    async fn check_that_it_lives(&mut self) {
        let alive = self.server().request("tools/list", json!({})).await;
        assert!(alive["result"]["tools"].is_array(), "I2: {alive}");
        assert!(self.server().waiting.is_empty(), "I1: a request was not answered");
    }

    fn check_outputs(&self, log: &str, answers: &str) {
        for canary in self.sim.canaries() {
            assert!(!log.contains(&canary), "I4, I6: {}… was logged", &canary[..8]);
        }
        for secret in self.sim.secrets() {
            assert!(!answers.contains(&secret), "I4: {}… was answered", &secret[..8]);
        }
    }

    fn check_requests(&self) {
        let foreign = self.sim.foreign().log();
        assert!(foreign.is_empty(), "I5: {foreign:?}");
        assert_eq!(self.sim.violations(), Vec::<String>::new(), "I5, I9");
    }
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The server, spoken to in JSON lines.
pub(crate) struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: mpsc::UnboundedReceiver<String>,
    stderr: watch::Receiver<String>,
    stdout: String,
    next_id: u64,
    waiting: BTreeMap<u64, &'static str>,
}

impl Server {
    async fn start(bench: &Bench, arguments: &[&str], capabilities: Value) -> Self {
        let mut server = Self::spawn(bench, arguments);
        server.initialize(capabilities).await;
        server
    }

    fn spawn(bench: &Bench, arguments: &[&str]) -> Self {
        let arguments = [&["serve", "--log-level", "trace"], arguments].concat();
        Self::of(bench.command(&arguments))
    }

    /// Runs `command`, whose output is piped, for a host that says it can do `capabilities`.
    pub(crate) async fn run(command: Command, capabilities: Value) -> Self {
        let mut server = Self::of(command);
        server.initialize(capabilities).await;
        server
    }

    fn of(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = mpsc::unbounded_channel();
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        tokio::spawn(async move {
            while let Ok(Some(line)) = stdout.next_line().await {
                let _ = sender.send(line);
            }
        });
        let stderr = collect(child.stderr.take().unwrap());
        let stdin = child.stdin.take();
        let (stdout, waiting) = (String::new(), BTreeMap::new());
        Self { child, stdin, lines, stderr, stdout, next_id: 0, waiting }
    }

    async fn initialize(&mut self, capabilities: Value) {
        let client = json!({
            "protocolVersion": "2025-11-25", "capabilities": capabilities,
            "clientInfo": { "name": "harness", "version": "0" }
        });
        let answer = self.request("initialize", client).await;
        assert!(answer["result"]["serverInfo"]["name"].is_string(), "{answer}");
        self.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await;
    }

    /// Sends a message as it is.
    pub(crate) async fn send(&mut self, message: &Value) {
        self.send_line(message.to_string().as_bytes()).await;
    }

    /// Sends bytes and a line end.
    pub(crate) async fn send_line(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("stdin is open");
        stdin.write_all(bytes).await.unwrap();
        stdin.write_all(b"\n").await.unwrap();
        stdin.flush().await.unwrap();
    }

    /// Sends a request without waiting for its answer; returns its id.
    pub(crate) async fn begin(&mut self, method: &'static str, params: Value) -> u64 {
        self.next_id += 1;
        let id = self.next_id;
        self.waiting.insert(id, method);
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })).await;
        id
    }

    /// Sends a request and returns the whole answer.
    pub(crate) async fn request(&mut self, method: &'static str, params: Value) -> Value {
        let id = self.begin(method, params).await;
        loop {
            let message = self.next().await;
            if message["id"] == id {
                return message;
            }
        }
    }

    /// Calls a tool as a host of the modern era that can do `capabilities`; returns the result.
    pub(crate) async fn call_modern(&mut self, mut params: Value, capabilities: Value) -> Value {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": { "name": "harness", "version": "0" },
            "io.modelcontextprotocol/clientCapabilities": capabilities
        });
        let mut answer = self.request("tools/call", params).await;
        assert!(answer["result"].is_object(), "a tool call is answered with a result: {answer}");
        answer["result"].take()
    }

    /// Calls a tool and returns its result.
    pub(crate) async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let params = json!({ "name": tool, "arguments": arguments });
        let mut answer = self.request("tools/call", params).await;
        assert!(answer["result"].is_object(), "a tool call is answered with a result: {answer}");
        answer["result"].take()
    }

    /// Returns the next message, which must be JSON-RPC (I10) and the first answer to its id (I1).
    pub(crate) async fn next(&mut self) -> Value {
        let line = timeout(PATIENCE, self.lines.recv())
            .await
            .unwrap_or_else(|_| panic!("I1: no answer in time; stderr: {}", self.log()))
            .unwrap_or_else(|| panic!("I2: the server is gone; stderr: {}", self.log()));
        self.stdout.push_str(&line);
        let message: Value = serde_json::from_str(&line).expect("I10: stdout holds only MCP");
        assert_eq!(message["jsonrpc"], "2.0", "I10: {message}");
        if message.get("method").is_none()
            && let Some(id) = message["id"].as_u64()
        {
            assert!(self.waiting.remove(&id).is_some(), "I1: {id} is answered twice");
        }
        message
    }

    /// Returns the next message, whatever its id.
    pub(crate) async fn next_stray(&mut self) -> Value {
        let line = timeout(PATIENCE, self.lines.recv()).await.expect("I1").expect("I2");
        self.stdout.push_str(&line);
        serde_json::from_str(&line).expect("I10: stdout holds only MCP")
    }

    /// Forgets a request that is not going to be answered, because it was cancelled.
    pub(crate) fn forget(&mut self, id: u64) {
        self.waiting.remove(&id);
    }

    /// Tells whether a request was answered among the messages that have come.
    pub(crate) fn has_seen(&mut self, id: u64) -> bool {
        while let Ok(line) = self.lines.try_recv() {
            self.stdout.push_str(&line);
        }
        self.stdout.contains(&format!("\"id\":{id},"))
    }

    /// Sends a signal, e.g. `STOP`.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().expect("the server runs").to_string();
        let sent = std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(sent.success(), "{name}: {sent}");
    }

    /// Sends a signal, e.g. `HUP`, and returns the exit code with the time that it took.
    #[cfg(unix)]
    pub(crate) async fn end_by(&mut self, signal: &str) -> (Option<i32>, Duration) {
        self.signal(signal);
        self.wait().await
    }

    /// Closes stdin and returns the exit code with the time that it took.
    pub(crate) async fn end(&mut self) -> (Option<i32>, Duration) {
        self.stdin = None;
        self.wait().await
    }

    async fn wait(&mut self) -> (Option<i32>, Duration) {
        let start = Instant::now();
        let status = timeout(PATIENCE, self.child.wait()).await.expect("it ends").unwrap();
        (status.code(), start.elapsed())
    }

    /// Returns what was logged so far.
    pub(crate) fn log(&self) -> String {
        self.stderr.borrow().clone()
    }

    /// Waits for a line in the log that holds `part`, and returns it.
    pub(crate) async fn logged(&mut self, part: &str) -> String {
        let find = |log: &String| log.lines().find(|line| line.contains(part)).map(str::to_owned);
        let log = timeout(PATIENCE, self.stderr.wait_for(|log| find(log).is_some())).await;
        find(&log.expect("it is logged in time").expect("the server lives")).unwrap_or_default()
    }

    /// Returns the most memory that the process has used, in bytes, where the system tells.
    pub(crate) fn peak_memory(&self) -> Option<u64> {
        let path = format!("/proc/{}/status", self.child.id()?);
        let status = std::fs::read_to_string(path).ok()?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kilobytes: u64 = peak.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kilobytes * 1024)
    }
}

/// Runs a sign-in, whose printed address is given to `open`.
pub(crate) async fn sign_in_by(mut command: Command, open: impl AsyncFnOnce(String)) -> Ended {
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut stderr = String::new();
    let mut open = Some(open);
    while let Some(line) = timeout(PATIENCE, lines.next_line()).await.expect("it ends").unwrap() {
        let address =
            line.contains("/authorize?").then(|| line[line.find("http").unwrap()..].trim());
        if let Some((address, open)) = address.and_then(|address| Some((address, open.take()?))) {
            open(address.to_owned()).await;
        }
        stderr += &(line + "\n");
    }
    let output = timeout(PATIENCE, child.wait_with_output()).await.expect("it ends").unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    Ended { code: output.status.code(), stdout, stderr }
}

fn collect(mut stderr: impl AsyncReadExt + Unpin + Send + 'static) -> watch::Receiver<String> {
    let (sender, receiver) = watch::channel(String::new());
    tokio::spawn(async move {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = stderr.read(&mut bytes).await {
            sender.send_modify(|log| log.push_str(&String::from_utf8_lossy(&bytes[..count])));
        }
    });
    receiver
}

/// Returns the tool error in a result.
pub(crate) fn error(result: &Value) -> Value {
    assert_eq!(result["isError"], true, "{result}");
    assert!(result.get("structuredContent").is_none(), "{result}");
    serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap()
}

/// Returns the hits or resources of a result.
pub(crate) fn results(result: &Value) -> &Vec<Value> {
    assert_ne!(result["isError"], true, "{result}");
    result["structuredContent"]["results"].as_array().unwrap()
}
