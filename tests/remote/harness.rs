//! The built binary behind a configuration file, in front of a simulated tenant, and the hosts that
//! call it.

mod answers;
mod host;
mod invariants;
mod ledger;
mod setup;

use std::{
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use m365_sim::{Sim, SimBuilder};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
    sync::watch,
    time::timeout,
};

use answers::Answers;
pub(crate) use host::{Answer, Era, Host, answer, claims, error, results};
pub(crate) use setup::Setup;

/// The deadline of a tool call, and the second that comes on top.
const PATIENCE: Duration = Duration::from_secs(46);

/// The account that the demo data belongs to.
pub(crate) const USER: &str = "mira.solberg@fjordlight.example";

/// The program under test.
const BINARY: &str = env!("CARGO_BIN_EXE_m365-remote");

/// The variable in which the server finds its secret.
const SECRET: &str = "TEST_CLIENT_SECRET";

/// A tenant and the server in front of it.
pub(crate) struct Bench {
    pub(crate) sim: Sim,
    pub(crate) folder: TempDir,
    server: Option<Server>,
    answers: Arc<Answers>,
}

impl Bench {
    /// Starts a server as it is configured by default, ready to be called.
    pub(crate) async fn start() -> Self {
        Self::start_with(|setup| setup).await
    }

    /// Starts a server whose configuration `change` has changed, ready to be called.
    pub(crate) async fn start_with(change: impl FnOnce(Setup) -> Setup) -> Self {
        Self::without_server().await.started(change).await
    }

    /// Starts a server in front of this tenant, ready to be called.
    pub(crate) async fn started(mut self, change: impl FnOnce(Setup) -> Setup) -> Self {
        let setup = change(self.setup());
        self.write(&setup);
        self.serve().await;
        self.server().logged("calls are taken").await;
        self
    }

    /// A tenant, and no server yet.
    pub(crate) async fn without_server() -> Self {
        Self::before(|sim| sim).await
    }

    /// What `change` has changed of the demo tenant, and no server yet.
    pub(crate) async fn before(change: impl FnOnce(SimBuilder) -> SimBuilder) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let sim = change(Sim::builder().auto_sign_in(USER).consent_to_all());
        let sim = sim.start().await.unwrap();
        let folder = TempDir::new().unwrap();
        Self { sim, folder, server: None, answers: Arc::default() }
    }

    /// Starts a server with this configuration, ready to be called.
    pub(crate) async fn serve_as(&mut self, setup: &Setup) {
        self.write(setup);
        self.serve().await;
        self.server().logged("calls are taken").await;
    }

    /// The configuration for this tenant.
    pub(crate) fn setup(&self) -> Setup {
        Setup::new(&self.sim, self.folder.path())
    }

    /// Writes the configuration file.
    pub(crate) fn write(&self, setup: &Setup) {
        let next = self.folder.path().join("config.next");
        std::fs::write(&next, setup.to_string()).unwrap();
        std::fs::rename(next, self.config()).unwrap();
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("config.toml")
    }

    /// Starts the server with the configuration as it is written.
    pub(crate) async fn serve(&mut self) {
        self.serve_with(&["--log-level", "trace"]).await;
    }

    /// Starts the server with these options as well.
    pub(crate) async fn serve_with(&mut self, options: &[&str]) {
        let command = self.command(&[&["serve"], options].concat());
        self.serve_by(command).await;
    }

    /// Starts the server by a command of one's own.
    pub(crate) async fn serve_by(&mut self, command: Command) {
        self.server = Some(Server::start(command).await);
        ledger::forget(&self.server().address());
    }

    /// Starts the server where the system lets it have no more than `count` files open.
    #[cfg(unix)]
    pub(crate) async fn serve_with_open_files(&mut self, count: usize) {
        let limited = format!("ulimit -n {count} && exec \"$0\" serve");
        let command = self.prepared("/bin/sh", &["-c", &limited, BINARY]);
        self.server = Some(Server::start(command).await);
        ledger::forget(&self.server().address());
    }

    /// Starts the server's own demo tenant; returns a host with the token that it prints.
    pub(crate) async fn serve_demo(&mut self) -> Host {
        let server = Server::start(self.command(&["--demo"])).await;
        let line = server.logged("claude mcp add").await;
        let token = line.split("Bearer ").nth(1).unwrap().trim_end_matches('"');
        let host = Host::new(server.address(), Some(token.to_owned()));
        self.server = Some(server);
        host
    }

    /// Prepares a run of the binary, without any of our environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.prepared(BINARY, arguments)
    }

    fn prepared(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .env(SECRET, self.sim.connector_secret())
            .env("M365_CONFIG", self.config())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs a command to its end; returns the exit code and both outputs.
    pub(crate) async fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        Self::end_of(self.command(arguments)).await
    }

    /// Waits for the end of a run; returns the exit code and both outputs.
    pub(crate) async fn end_of(mut command: Command) -> (Option<i32>, String, String) {
        let output = timeout(PATIENCE, command.output()).await;
        let output = output.expect("it ends").unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    pub(crate) fn server(&mut self) -> &mut Server {
        self.server.as_mut().expect("the server is started")
    }

    /// Puts the demo user in front of a host that calls this server.
    pub(crate) async fn host(&self) -> Host {
        self.host_of(USER).await
    }

    /// Puts `upn` in front of a host that calls this server.
    pub(crate) async fn host_of(&self, upn: &str) -> Host {
        self.stranger(Some(&self.sim.desktop(upn).token().await.unwrap())).used_by(upn)
    }

    /// A host with a token of its own making, or none.
    pub(crate) fn stranger(&self, token: Option<&str>) -> Host {
        let address = self.server.as_ref().unwrap().address();
        Host::new(address, token.map(str::to_owned)).keeping(self.answers.clone())
    }

    /// Asks the admin listener.
    pub(crate) async fn admin(&self, path: &str) -> Answer {
        let address = self.server.as_ref().unwrap().admin_address();
        Host::new(address, None).get(path).await
    }

    /// Sets the switches of the admin listener.
    pub(crate) async fn set_switches(&self, switches: &Value) -> Answer {
        let operator = Host::new(self.server.as_ref().unwrap().admin_address(), None);
        let request = operator.request(reqwest::Method::PUT, "/admin/switches");
        answer(request.body(switches.to_string())).await
    }

    /// Returns the audit events so far, oldest first.
    pub(crate) fn audit(&self) -> Vec<Value> {
        let text = self.audit_text();
        // The last line may be on its way.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole
            .lines()
            .map(|line| serde_json::from_str(line).expect("an audit line is JSON"))
            .collect()
    }

    fn audit_text(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("audit.jsonl")).unwrap_or_default()
    }

    /// Waits until there are `count` audit events of a kind, and returns them.
    pub(crate) async fn audited(&self, kind: &str, count: usize) -> Vec<Value> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let mut events = self.audit();
            events.retain(|event| event["event"] == kind);
            if events.len() >= count {
                return events;
            }
            assert!(tokio::time::Instant::now() < deadline, "{count} {kind}: {:?}", self.audit());
            // A file says nothing when it grows.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Checks that no secret of the tenant has reached the log, the audit or the metrics.
    pub(crate) async fn check_secrets(&mut self) {
        let metrics = self.admin("/metrics").await.text;
        let log = self.server().log();
        self.check_outputs(&[log, self.audit_text(), metrics]);
    }

    /// Checks that no secret of the tenant is in what came out of the server.
    pub(crate) fn check_outputs(&self, outputs: &[String]) {
        for canary in self.sim.canaries() {
            let shown = outputs.iter().position(|output| output.contains(&canary));
            assert_eq!(shown, None, "I4, I6: {}… in log, audit, metrics", &canary[..8]);
        }
        assert_eq!(self.sim.violations(), Vec::<String>::new(), "I5, I9");
        assert!(self.sim.foreign().log().is_empty(), "I5");
    }
}

/// The running server.
pub(crate) struct Server {
    child: Child,
    stderr: watch::Receiver<String>,
}

impl Server {
    async fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let stderr = collect(child.stderr.take().unwrap());
        // Where nobody reads stdout, the audit that goes there would be lost.
        collect(child.stdout.take().unwrap());
        let server = Self { child, stderr };
        server.logged("listening on").await;
        server
    }

    /// Returns where callers connect.
    pub(crate) fn address(&self) -> String {
        self.named("listening on ")
    }

    /// Returns where operators connect.
    pub(crate) fn admin_address(&self) -> String {
        self.named("admin on ")
    }

    fn named(&self, what: &str) -> String {
        let log = self.stderr.borrow();
        let first = log.lines().next().unwrap();
        let rest = &first[first.find(what).unwrap() + what.len()..];
        rest.split(',').next().unwrap().to_owned()
    }

    /// Returns the id of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Tells whether it has not ended yet.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.id().to_string();
        let sent = std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end and returns the exit code.
    pub(crate) async fn ended(&mut self) -> Option<i32> {
        self.end().await.code()
    }

    /// Waits for the end and returns all that the system says of it.
    pub(crate) async fn end(&mut self) -> ExitStatus {
        timeout(PATIENCE, self.child.wait()).await.expect("it ends").unwrap()
    }

    /// Returns what was logged so far.
    pub(crate) fn log(&self) -> String {
        self.stderr.borrow().clone()
    }

    /// Waits for a line in the log that holds `part`, and returns it.
    pub(crate) async fn logged(&self, part: &str) -> String {
        let find = |log: &String| log.lines().find(|line| line.contains(part)).map(str::to_owned);
        let mut log = self.stderr.clone();
        let found = timeout(PATIENCE, log.wait_for(|log| find(log).is_some())).await;
        let found = found.expect("it is logged in time").map(|log| find(&log)).ok().flatten();
        found.unwrap_or_else(|| panic!("{part} is not logged: {}", self.log()))
    }
}

fn collect(mut stderr: impl AsyncReadExt + Unpin + Send + 'static) -> watch::Receiver<String> {
    let (sender, receiver) = watch::channel(String::new());
    tokio::spawn(async move {
        let mut lines = BufReader::new(&mut stderr).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            sender.send_modify(|log| {
                log.push_str(&line);
                log.push('\n');
            });
        }
    });
    receiver
}
