//! What is measured, and what stands around it: the simulated tenants, the server, the floor.

use std::{
    env, fmt, fs, io,
    path::PathBuf,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use m365_sim::Sim;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    load::Load,
    process::Process,
    wire::{Connection, bare, post},
};

const SECRET: &str = "LOAD_CLIENT_SECRET";

/// The simulated tenants, in a process of their own.
pub(crate) struct World {
    pub(crate) sim: Process,
    about: Value,
    folder: TempDir,
}

/// Somebody who calls.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) upn: String,
    pub(crate) token: String,
}

/// Runs the simulated tenants, which this program is when it is started as `simulator`.
pub(crate) async fn simulate(tenants: usize, users: usize) -> io::Result<()> {
    let builder = Sim::builder().crowd(tenants, users).consent_to_all().test_mode(true);
    let sim = builder.start().await?;
    let about = json!({
        "login": sim.login_endpoint(),
        "graph": sim.graph_endpoint(),
        "connector": sim.connector_client_id(),
        "secret": sim.connector_secret(),
        "host": sim.host_client_id(),
    });
    println!("{about}");
    std::future::pending().await
}

impl World {
    /// Starts tenants with users, who all have the same little in their mailboxes.
    pub(crate) fn start(tenants: usize, users: usize) -> io::Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.args(["simulator", &tenants.to_string(), &users.to_string()]);
        let sim = Process::start(&mut command, false)?;
        let about = serde_json::from_str(&sim.line)?;
        Ok(Self { sim, about, folder: TempDir::new()? })
    }

    fn about(&self, what: &str) -> &str {
        self.about[what].as_str().unwrap_or_default()
    }

    /// Returns Graph's address.
    pub(crate) fn graph(&self) -> &str {
        self.about("graph")
    }

    /// Asks the control routes of the simulator.
    pub(crate) async fn control(
        &self,
        method: &str,
        path: &str,
        body: &Value,
    ) -> io::Result<Value> {
        let host = authority(self.about("login"));
        let mut connection = Connection::open(host).await?;
        let request = match body {
            Value::Null => bare(method, host, path),
            body => post(host, path, "", &body.to_string()),
        };
        let answer = connection.send(&request).await?;
        match answer.status {
            200 => Ok(serde_json::from_slice(&answer.body)?),
            204 => Ok(Value::Null),
            status => Err(io::Error::other(format!("{path}: {status} {:?}", answer.body))),
        }
    }

    /// Lets Graph do wrong what a fault says, to so many of a hundred requests.
    pub(crate) async fn fault(&self, percent: u8, fault: Value) -> io::Result<()> {
        let order = json!({"host": "graph", "on": "/", "percent": percent, "fault": fault});
        self.control("POST", "/_sim/faults", &order).await.map(drop)
    }

    /// Lets all be well again.
    pub(crate) async fn heal(&self) -> io::Result<()> {
        self.control("DELETE", "/_sim/faults", &Value::Null).await.map(drop)
    }

    /// Returns how many requests reached a host so far.
    pub(crate) async fn count(&self, host: &str) -> io::Result<u64> {
        let counts = self.control("GET", "/_sim/counts", &Value::Null).await?;
        Ok(counts[host].as_u64().unwrap_or(0))
    }

    /// Gives the first users of the first tenants a new token each, tenants in turn.
    pub(crate) async fn users(&self, tenants: usize, each: usize) -> io::Result<Vec<User>> {
        self.tokens(&names(tenants, each), &json!({})).await
    }

    /// Gives the same users tokens for Graph itself, as the floor needs them.
    pub(crate) async fn graph_users(&self, users: &[User]) -> io::Result<Vec<User>> {
        let upns: Vec<_> = users.iter().map(|user| user.upn.clone()).collect();
        self.tokens(&upns, &json!({"kind": "graph", "scope": "Mail.Read User.Read"})).await
    }

    async fn tokens(&self, upns: &[String], order: &Value) -> io::Result<Vec<User>> {
        let host = authority(self.about("login"));
        let mut connection = Connection::open(host).await?;
        let mut users = Vec::new();
        for upn in upns {
            let mut order = order.clone();
            order["upn"] = json!(upn);
            let request = post(host, "/_sim/token", "", &order.to_string());
            let answer: Value = serde_json::from_slice(&connection.send(&request).await?.body)?;
            let token = answer["token"].as_str();
            let token = token.ok_or_else(|| io::Error::other(answer.to_string()))?.to_owned();
            users.push(User { upn: upn.clone(), token });
        }
        Ok(users)
    }

    /// Gives the same users another token each.
    pub(crate) async fn renewed(&self, users: &[User]) -> io::Result<Vec<User>> {
        let upns: Vec<_> = users.iter().map(|user| user.upn.clone()).collect();
        self.tokens(&upns, &json!({})).await
    }

    /// Starts the built server before the first so many tenants.
    pub(crate) fn serve(&self, tenants: usize) -> io::Result<Server> {
        let config = self.folder.path().join("config.toml");
        fs::write(&config, self.config(tenants).to_string())?;
        let begin = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_m365-remote"));
        command.arg("serve").env(SECRET, self.about("secret")).env("M365_CONFIG", &config);
        let process = Process::start(&mut command, true)?;
        let address = named(&process.line, "listening on http://")?;
        let admin = named(&process.line, "admin on http://")?;
        Ok(Server { process, address: address.into(), admin, config, begin })
    }

    /// Returns a configuration with the rates raised and all else as it is by default.
    pub(crate) fn config(&self, tenants: usize) -> Config<'_> {
        Config { world: self, tenants }
    }

    /// Starts the same catalog over bare rmcp.
    pub(crate) fn floor(&self, users: &[User]) -> io::Result<Floor> {
        let tokens = self.folder.path().join("floor.tokens");
        let lines: Vec<_> = users.iter().map(|user| user.token.as_str()).collect();
        fs::write(&tokens, lines.join("\n"))?;
        let mut command = Command::new(env::current_exe()?);
        command.args(["floor", self.graph()]).arg(tokens);
        let process = Process::start(&mut command, false)?;
        let address: Arc<str> = process.line.as_str().into();
        let request = |at| call(&address, &format!("x-caller: {at}\r\n"));
        let requests = (0..users.len()).map(request).collect();
        Ok(Floor { process, load: Load { address: address.clone(), requests } })
    }
}

/// The configuration file.
pub(crate) struct Config<'a> {
    world: &'a World,
    tenants: usize,
}

impl fmt::Display for Config<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { world, tenants } = self;
        let audit = world.folder.path().join("audit.jsonl");
        writeln!(f, "listen = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"")?;
        writeln!(f, "login_endpoint = {:?}", world.about("login"))?;
        writeln!(f, "graph_endpoint = {:?}", world.graph())?;
        writeln!(f, "[entra]\nclient_id = {:?}", world.about("connector"))?;
        writeln!(f, "credential = {{ client_secret_env = {SECRET:?} }}")?;
        writeln!(f, "[audit]\nsink = {{ file = {audit:?} }}")?;
        writeln!(f, "[limits]\nuser_per_minute = 10000000\nuser_burst = 1000000")?;
        writeln!(f, "tenant_per_minute = 10000000")?;
        for tenant in 1..=*tenants {
            let id = format!("{tenant:08x}-5555-4555-8555-555555555555");
            writeln!(f, "[[allow]]\ntenant_id = {id:?}\nclient_ids = [{:?}]", world.about("host"))?;
        }
        Ok(())
    }
}

/// The server.
pub(crate) struct Server {
    pub(crate) process: Process,
    address: Arc<str>,
    admin: String,
    pub(crate) config: PathBuf,
    begin: Instant,
}

impl Server {
    /// Waits until it takes calls, and returns how long that took from its start.
    pub(crate) async fn ready(&self) -> io::Result<Duration> {
        let mut connection = Connection::open(&self.admin).await?;
        let request = bare("GET", &self.admin, "/readyz");
        while connection.send(&request).await?.status != 200 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(self.begin.elapsed())
    }

    /// Prepares one call of each user.
    pub(crate) fn load(&self, users: &[User]) -> Load {
        let request =
            |user: &User| call(&self.address, &format!("authorization: Bearer {}\r\n", user.token));
        Load { address: self.address.clone(), requests: users.iter().map(request).collect() }
    }
}

/// The catalog over bare rmcp, without authentication.
pub(crate) struct Floor {
    pub(crate) process: Process,
    pub(crate) load: Load,
}

/// One mail search, as hosts send it.
fn call(host: &str, fields: &str) -> Bytes {
    let fields = format!(
        "accept: application/json, text/event-stream\r\nmcp-protocol-version: 2026-07-28\r\n\
         mcp-method: tools/call\r\nmcp-name: outlook_email_search\r\n{fields}"
    );
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "outlook_email_search", "arguments": {"query": "office", "limit": 10},
        "_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
                  "io.modelcontextprotocol/clientCapabilities": {}}}});
    post(host, "/mcp", &fields, &body.to_string())
}

fn names(tenants: usize, each: usize) -> Vec<String> {
    let name = |at: usize| format!("user{}@crowd{}.example", at / tenants + 1, at % tenants + 1);
    (0..tenants * each).map(name).collect()
}

fn named(line: &str, what: &str) -> io::Result<String> {
    let rest = line.split_once(what).ok_or_else(|| io::Error::other(line.to_owned()))?.1;
    Ok(rest.split(',').next().unwrap_or_default().to_owned())
}

fn authority(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest)
}
