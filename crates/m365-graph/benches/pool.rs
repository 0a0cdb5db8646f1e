//! What many users cost: `cargo bench -p m365-graph`.
//!
//! Prints the time to find a user's client, and the processor time and latency per request of one
//! thread that asks a server in the same process over HTTP/2, by numbers of tenants and users; then
//! how long a thousand requests at once take whose answers need 250 ms each, cold and warm.

#![expect(clippy::print_stdout, reason = "the figures are the program's output")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing to report")]

#[path = "../tests/support/server.rs"]
mod server;

use std::{
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, future::join_all, stream};
use m365_auth::{AccessToken, FixedToken, TokenProvider};
use m365_graph::{Call, FinishedRequest, GraphClient, GraphObserver, GraphPool, Limits, Mailbox};
use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeValLike,
};
use server::{Answer, Server};
use tokio::runtime::{Builder, Runtime};

/// Tenants, and users in all of them.
const SIZES: [(usize, usize); 4] = [(1, 10), (1, 10_000), (100, 100), (100, 10_000)];
const REQUESTS: usize = 10_000;
const AT_ONCE: usize = 16;

/// An answer to `GET /me/messages` with 10 messages.
const MESSAGES: usize = 10;

fn main() {
    let quick = serve(Protocol::Http2, Duration::ZERO);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    println!("tenants  users   find a client   processor/request   p50       p99");
    for (tenants, users) in SIZES {
        measure(&runtime, &quick, tenants, users);
    }
    println!("the same over HTTP/1.1 without TLS");
    measure(&runtime, &serve(Protocol::Http1, Duration::ZERO), 1, 10);
    burst(&serve(Protocol::Http2, Duration::from_millis(250)));
}

#[derive(Clone, Copy)]
enum Protocol {
    Http1,
    Http2,
}

/// Starts a server on threads of its own and returns its address.
fn serve(protocol: Protocol, delay: Duration) -> String {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let body = page();
            let answer = move |_: &str| Answer { delay, status: 200, body: body.clone() };
            let server = match protocol {
                Protocol::Http1 => Server::plain(answer).await,
                Protocol::Http2 => Server::encrypted(answer).await,
            };
            sender.send(server.root.clone()).unwrap();
            std::future::pending::<()>().await;
            drop(server.seen());
        });
    });
    receiver.recv().unwrap()
}

fn page() -> String {
    let message = |number: usize| {
        serde_json::json!({
            "id": format!("AAMkAGE{number}="),
            "subject": "Keel inspection before the autumn crossing",
            "receivedDateTime": "2026-03-17T09:30:12Z",
            "isRead": false,
            "bodyPreview": "The yard has a free week after the holidays. ".repeat(5),
            "from": {"emailAddress": {"name": "Mira Solberg", "address": "mira@fjordlight.example"}},
        })
    };
    serde_json::json!({"value": (0..MESSAGES).map(message).collect::<Vec<_>>()}).to_string()
}

fn pool(root: &str) -> GraphPool {
    GraphPool::builder()
        .base_url(root.parse().unwrap())
        .limits(Limits::default().with_slot_wait(Duration::from_secs(20)))
        .http(|| reqwest::Client::builder().no_proxy().tls_danger_accept_invalid_certs(true))
        .build()
        .unwrap()
}

fn tokens() -> Arc<dyn TokenProvider> {
    let secret = "x".repeat(2000);
    Arc::new(FixedToken::new(AccessToken::new(secret, jiff::Timestamp::MAX, ["Mail.Read"])))
}

/// Reads what it is told, as audit and metrics would.
struct Audit;

impl GraphObserver for Audit {
    fn finished(&self, request: &FinishedRequest) {
        assert_eq!(request.status, Some(200));
    }
}

async fn ask(client: &GraphClient) -> Duration {
    let started = Instant::now();
    let client = client.observed_by(Arc::new(Audit)).for_call(Call::new());
    let page = client.mail(&Mailbox::Me).messages().top(10).page().await.unwrap();
    assert_eq!(page.items.len(), MESSAGES);
    started.elapsed()
}

fn measure(runtime: &Runtime, root: &str, tenants: usize, users: usize) {
    let (pool, tokens) = (pool(root), tokens());
    let names = (0..users)
        .map(|user| (format!("tenant{}", user % tenants), format!("user{user}")))
        .collect::<Vec<_>>();
    let find = |at: usize| {
        let (tenant, user) = &names[at % users];
        pool.client(tenant, user, Arc::clone(&tokens))
    };
    let held = (0..users).map(find).collect::<Vec<_>>();

    let started = Instant::now();
    (0..REQUESTS).for_each(|at| drop(std::hint::black_box(find(at * 7))));
    let found = started.elapsed() / u32::try_from(REQUESTS).unwrap();

    let asked = |at: usize| {
        let client = find(at * 7);
        async move { ask(&client).await }
    };
    runtime.block_on(stream::iter((0..500).map(asked)).buffer_unordered(AT_ONCE).count());
    let before = processor();
    let times = stream::iter((0..REQUESTS).map(asked)).buffer_unordered(AT_ONCE);
    let mut times = runtime.block_on(times.collect::<Vec<_>>());
    let spent = (processor() - before) / u32::try_from(REQUESTS).unwrap();
    times.sort_unstable();
    let (p50, p99) = (times[REQUESTS / 2], times[REQUESTS * 99 / 100]);
    drop(held);
    println!("{tenants:>7} {users:>6}   {found:>13.2?}   {spent:>17.2?}   {p50:<8.2?}  {p99:.2?}");
}

/// Returns the processor time of this thread.
fn processor() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_THREAD).unwrap();
    let spent = usage.user_time() + usage.system_time();
    Duration::from_micros(u64::try_from(spent.num_microseconds()).unwrap())
}

fn burst(root: &str) {
    let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
    let (pool, tokens) = (pool(root), tokens());
    for state in ["cold", "warm"] {
        let started = Instant::now();
        let asked = (0..1000).map(|at: usize| {
            let tenant = format!("tenant{}", at % 20);
            let client = pool.client(&tenant, &format!("user{at}"), Arc::clone(&tokens));
            async move { ask(&client).await }
        });
        runtime.block_on(join_all(asked));
        println!("1,000 at once, 250 ms each, {state}: {:.2?}", started.elapsed());
    }
}
