//! The way out leads through a proxy: row H18 of the fault catalogue.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use m365_sim::Sim;
use reqwest::{Certificate, Client};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::harness::{Bench, Ended, error, results, sign_in_by};

/// Names that only the proxy resolves; the tenant's certificate is valid for them.
const LOGIN: &str = "login.fjordlight.example";
const GRAPH: &str = "graph.fjordlight.example";

/// User name and password, as they are written in an address and as they are sent.
const CREDENTIALS: (&str, &str) = ("me:s3cret", "basic bWU6czNjcmV0");

/// A proxy that asks for credentials and leads to the hosts of a tenant.
struct Proxy {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Proxy {
    async fn start(tenant: &Sim) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let hosts = [(LOGIN, tenant.login_endpoint()), (GRAPH, tenant.graph_endpoint())];
        let hosts = hosts.map(|(name, root)| {
            (format!("{name}:443"), root.trim_start_matches("https://").to_owned())
        });
        let (seen, hosts) = (Arc::<Mutex<Vec<String>>>::default(), Arc::new(hosts));
        let log = seen.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(tunnel(stream, hosts.clone(), log.clone()));
            }
        });
        Self { address, seen, task }
    }

    fn url(&self, credentials: &str) -> String {
        format!("http://{credentials}@{}", self.address).replace("//@", "//")
    }

    /// Returns what was asked for, each with the status of the answer.
    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers one CONNECT, and passes bytes on if it came with the credentials.
async fn tunnel(
    mut stream: TcpStream,
    hosts: Arc<[(String, String); 2]>,
    log: Arc<Mutex<Vec<String>>>,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(&mut stream).lines();
    let request = lines.next_line().await?.unwrap_or_default();
    let mut knows = false;
    while let Some(line) = lines.next_line().await?.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap_or_default();
        let (scheme, secret) = value.trim().split_once(' ').unwrap_or_default();
        let sent = format!("{} {secret}", scheme.to_ascii_lowercase());
        knows |= name.eq_ignore_ascii_case("proxy-authorization") && sent == CREDENTIALS.1;
    }
    let asked = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let host = hosts.iter().find(|(name, _)| *name == asked).filter(|_| knows);
    log.lock().unwrap().push(format!("{asked} {}", if host.is_some() { 200 } else { 407 }));
    let Some((_, address)) = host else { return stream.write_all(ASKS.as_bytes()).await };
    let mut host = TcpStream::connect(address).await?;
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    copy_bidirectional(&mut stream, &mut host).await.map(drop)
}

const ASKS: &str = "HTTP/1.1 407 Proxy Authentication Required\r\n\
    Proxy-Authenticate: Basic realm=\"office\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// A device that reaches the tenant through a proxy alone, and trusts its authority.
async fn behind_proxy(credentials: &str) -> (Bench, Proxy) {
    let mut bench = Bench::of(Sim::builder().tls(true)).await;
    let proxy = Proxy::start(&bench.sim).await;
    let ca = bench.sim.ca_file().unwrap().to_str().unwrap().to_owned();
    bench.env.insert("M365_LOGIN_ENDPOINT", format!("https://{LOGIN}"));
    bench.env.insert("M365_GRAPH_ENDPOINT", format!("https://{GRAPH}"));
    bench.env.insert("M365_CA_FILE", ca);
    bench.env.insert("HTTPS_PROXY", proxy.url(credentials));
    (bench, proxy)
}

/// Signs in with a browser on the same device.
async fn sign_in(bench: &Bench, proxy: &Proxy) -> Ended {
    let pem = std::fs::read(bench.sim.ca_file().unwrap()).unwrap();
    let browser = Client::builder()
        .proxy(reqwest::Proxy::https(proxy.url(CREDENTIALS.0)).unwrap())
        .tls_certs_merge([Certificate::from_pem(&pem).unwrap()])
        .build()
        .unwrap();
    sign_in_by(bench.command(&["sign-in", "--no-browser"]), async |address| {
        drop(browser.get(address).send().await);
    })
    .await
}

#[tokio::test]
async fn h18_a_proxy_that_asks_for_credentials_leads_out_with_those_of_its_address() {
    let (mut bench, proxy) = behind_proxy(CREDENTIALS.0).await;

    let ended = sign_in(&bench, &proxy).await;
    bench.serve(&[]).await;
    let found = bench.search(json!({ "query": "budget" })).await;

    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(!results(&found).is_empty());
    let seen = proxy.seen();
    for host in [LOGIN, GRAPH] {
        assert!(seen.contains(&format!("{host}:443 200")), "{seen:?}");
    }
    assert!(!bench.server().log().contains("s3cret") && !ended.stderr.contains("s3cret"));
    bench.check_invariants().await;
}

#[tokio::test]
async fn h18_a_proxy_without_its_credentials_is_told_from_the_network() {
    let (mut bench, proxy) = behind_proxy("").await;

    let ended = bench.run(&["sign-in", "--no-browser"]).await;
    let doctor = bench.run(&["doctor"]).await;
    bench.serve(&["--sign-in", "auto", "--no-browser"]).await;
    let refused = error(&bench.search(json!({ "query": "budget" })).await);

    assert_eq!((ended.code, doctor.code), (Some(6), Some(6)), "{ended:?} {doctor:?}");
    assert!(ended.stderr.contains("the proxy lets nothing through"), "{ended:?}");
    assert!(ended.stderr.contains("HTTPS_PROXY"), "{ended:?}");
    assert!(doctor.stdout.contains(&format!("the proxy {}", proxy.address)), "{doctor:?}");
    assert_eq!(refused["code"], "SERVICE_ERROR");
    assert!(refused["message"].as_str().unwrap().contains("proxy"), "{refused}");
    assert!(proxy.seen().iter().all(|seen| seen.ends_with("407")), "{:?}", proxy.seen());
    assert_eq!(bench.sim.entra().requests() + bench.sim.graph().requests(), 0);
    bench.check_invariants().await;
}

#[tokio::test]
async fn h18_a_proxy_that_is_down_is_told_and_named() {
    let (bench, proxy) = behind_proxy(CREDENTIALS.0).await;
    proxy.task.abort();
    while TcpStream::connect(proxy.address).await.is_ok() {
        tokio::task::yield_now().await;
    }

    let ended = bench.run(&["sign-in", "--no-browser"]).await;
    let doctor = bench.run(&["doctor"]).await;

    assert_eq!((ended.code, doctor.code), (Some(6), Some(6)), "{ended:?} {doctor:?}");
    assert!(ended.stderr.contains("HTTPS_PROXY"), "{ended:?}");
    assert!(doctor.stdout.contains(&format!("the proxy {}", proxy.address)), "{doctor:?}");
    for printed in [ended.stderr, doctor.stdout, doctor.stderr] {
        assert!(!printed.contains("s3cret"), "{printed}");
    }
}

#[tokio::test]
async fn h18_a_host_in_no_proxy_and_this_machine_are_reached_without_the_proxy() {
    let (mut bench, proxy) = behind_proxy(CREDENTIALS.0).await;
    bench.env.insert("NO_PROXY", GRAPH.to_owned());
    let here = bench.sim.graph_endpoint().to_owned();

    bench.run(&["doctor"]).await;
    let local = bench.run(&["doctor", "--json", "--graph-endpoint", &here]).await;

    let seen = proxy.seen();
    assert!(seen.iter().any(|seen| seen.starts_with(LOGIN)), "{seen:?}");
    assert!(
        !seen.iter().any(|seen| seen.contains(GRAPH) || seen.contains("127.0.0.1")),
        "{seen:?}"
    );
    assert!(bench.sim.graph().requests() > 0, "{local:?}");
}

#[tokio::test]
async fn h18_a_root_of_the_organisation_is_trusted_by_option_alone() {
    let (mut bench, proxy) = behind_proxy(CREDENTIALS.0).await;
    let ca = bench.env.remove("M365_CA_FILE").unwrap();

    let without = bench.run(&["sign-in", "--no-browser"]).await;
    let reached = bench.sim.entra().requests();
    bench.env.insert("M365_CA_FILE", ca);
    let with = sign_in(&bench, &proxy).await;
    bench.env.remove("M365_CA_FILE");
    bench.serve(&[]).await;
    let refused = error(&bench.search(json!({ "query": "budget" })).await);

    assert_eq!((without.code, reached), (Some(6), 0), "{without:?}");
    assert!(without.stderr.contains("certificate is not accepted"), "{without:?}");
    assert!(without.stderr.contains("--ca-file"), "{without:?}");
    assert_eq!(with.code, Some(0), "{with:?}");
    assert_eq!(refused["code"], "SERVICE_ERROR", "{refused}");
    assert!(refused["message"].as_str().unwrap().contains("--ca-file"), "{refused}");
    assert_eq!(bench.sim.graph().requests(), 0, "nothing is sent to who is not trusted");
    bench.check_invariants().await;
}
