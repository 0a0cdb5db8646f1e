//! Callers who send too much or claim too much, and what others notice of it.

use std::{collections::HashSet, sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use m365_sim::Fault;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{Answer, Bench, Era, Host, answer, results};

const TOOL: &str = "outlook_email_search";

fn search() -> Value {
    json!({ "query": "budget" })
}

/// Sends so many requests at the same time.
pub(crate) async fn at_once(
    host: &Arc<Host>,
    count: usize,
    request: impl Fn(&Host, usize) -> RequestBuilder,
) -> Vec<Answer> {
    let mut sent = JoinSet::new();
    for number in 0..count {
        sent.spawn(answer(request(host, number)));
    }
    sent.join_all().await
}

pub(crate) fn call(host: &Host, _: usize) -> RequestBuilder {
    host.message(Era::Modern, "tools/call", json!({ "name": TOOL, "arguments": search() }))
}

fn list(host: &Host, _: usize) -> RequestBuilder {
    host.message(Era::Modern, "tools/list", json!({}))
}

pub(crate) fn of_status(answers: &[Answer], status: u16) -> Vec<&Answer> {
    answers.iter().filter(|answer| answer.status == status).collect()
}

pub(crate) fn retry_after(answer: &Answer) -> u64 {
    answer.header("retry-after").parse().unwrap_or_else(|_| panic!("when? {answer:?}"))
}

/// A thousand stand for a hundred thousand; the cost of each is measured by the load run, in release.
#[tokio::test]
async fn r11_garbage_without_end_is_limited_at_its_source_and_costs_entra_nothing() {
    let mut bench =
        Bench::start_with(|it| it.in_table("limits", "rejections_per_minute", "50")).await;
    let host = bench.host().await;
    host.call(Era::Modern, TOOL, search()).await;
    let asked = bench.sim.entra().requests();
    let largest = ["eyJhbGciOiJSUzI1NiJ9", &"a".repeat(15_000), &"b".repeat(1_000)].join(".");
    let garbage = Arc::new(bench.stranger(Some(&largest)));

    let mut answers = Vec::new();
    for _ in 0..20 {
        answers.extend(at_once(&garbage, 50, list).await);
        assert!(!results(&host.call(Era::Modern, TOOL, search()).await).is_empty());
    }

    let (refused, limited) = (of_status(&answers, 401), of_status(&answers, 429));
    assert_eq!(refused.len() + limited.len(), 1_000);
    assert!((50..200).contains(&refused.len()), "{}", refused.len());
    assert!(limited.iter().all(|answer| retry_after(answer) >= 1));
    assert_eq!(bench.sim.entra().requests(), asked);
    bench.finish().await;
}

/// What somebody may say of himself who is no proxy of ours.
const CLAIMED: [(&str, &str); 5] = [
    ("x-forwarded-for", "203.0.113.9"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-uri", "/livez"),
    ("forwarded", "for=203.0.113.9;host=evil.example;proto=https"),
];

fn claiming(request: RequestBuilder) -> RequestBuilder {
    CLAIMED.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

#[tokio::test]
async fn r25_what_a_stranger_says_of_himself_is_not_believed() {
    let mut bench = Bench::start().await;
    let (host, stranger) = (bench.host().await, bench.stranger(None));
    let document = "/.well-known/oauth-protected-resource/mcp";

    let asked = answer(list(&stranger, 0)).await;
    let claimed = answer(claiming(list(&stranger, 0))).await;
    assert_eq!(claimed.header("www-authenticate"), asked.header("www-authenticate"));
    let claimed = answer(claiming(stranger.request(reqwest::Method::GET, document))).await;
    assert_eq!(claimed.json(), stranger.get(document).await.json());
    assert_eq!(answer(claiming(call(&host, 0))).await.status, 200);

    let rejected = bench.audited("auth.rejected", 2).await;
    let called = bench.audited("tool.call", 1).await;
    for event in rejected.iter().chain(&called) {
        assert_eq!(event["source_ip"], "127.0.0.1", "{event}");
    }
    bench.finish().await;
}

#[tokio::test]
async fn r25_a_listed_proxy_is_believed_about_addresses_and_the_host_that_was_asked() {
    let mut bench = Bench::start_with(|it| {
        it.with("trusted_proxies", "[\"127.0.0.0/8\"]").in_table(
            "limits",
            "rejections_per_minute",
            "1",
        )
    })
    .await;
    let garbage = bench.stranger(Some("x.y.z"));
    let from = |source| answer(list(&garbage, 0).header("x-forwarded-for", source));

    assert_eq!(from("203.0.113.9").await.status, 401);
    assert_eq!(from("198.51.100.1, 203.0.113.9").await.status, 429);
    let asked = |host| {
        let request = list(&garbage, 0).header("x-forwarded-for", "203.0.113.10");
        answer(request.header("host", "inner.example").header("x-forwarded-host", host))
    };
    assert_eq!(asked("evil.example").await.status, 403);
    let other = asked("localhost:8443").await;
    assert_eq!(other.status, 401);
    assert!(!other.header("www-authenticate").contains("8443"), "{other:?}");
    let good = call(&bench.host().await, 0).header("host", "inner.example");
    let good = answer(good.header("x-forwarded-host", "localhost")).await;
    assert!(!results(&good.json()["result"]).is_empty(), "{good:?}");

    let sources: Vec<_> = bench.audited("auth.rejected", 2).await;
    let sources: Vec<_> = sources.iter().map(|event| event["source_ip"].clone()).collect();
    assert_eq!(sources, ["203.0.113.9", "203.0.113.10"]);
    bench.finish().await;
}

/// Returns the names and labels of all series.
async fn series(bench: &Bench) -> HashSet<String> {
    let text = bench.admin("/metrics").await.text;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| Some(line.rsplit_once(' ')?.0.to_owned())).collect()
}

/// A token as of a tenant that nobody knows.
fn of_nowhere(good: &str, number: usize) -> String {
    let parts: Vec<_> = good.split('.').collect();
    let claims = BASE64_URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
    let mut claims: Value = serde_json::from_slice(&claims).unwrap();
    claims["tid"] = json!(format!("{number:08x}-aaaa-4aaa-8aaa-aaaaaaaaaaaa"));
    let claims = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
    [parts[0], &claims, parts[2]].join(".")
}

/// Ten thousand names are counted in the binary's own `r36_…`.
#[tokio::test]
async fn r36_unknown_names_and_tenants_make_no_series() {
    let mut bench =
        Bench::start_with(|it| it.in_table("limits", "rejections_per_minute", "1000000")).await;
    let host = Arc::new(bench.host().await);
    let good = host.token().to_owned();
    let unknown = |host: &Host, number: usize| match number % 2 {
        0 => {
            let tool = format!("tool_{number}");
            host.message(Era::Modern, "tools/call", json!({ "name": tool, "arguments": {} }))
        }
        _ => host.message(Era::Modern, &format!("method/{number}"), json!({})),
    };
    let stranger = Arc::new(bench.stranger(None));
    let unheard = |host: &Host, number: usize| {
        let token = format!("Bearer {}", of_nowhere(&good, number));
        list(host, number).header("authorization", token)
    };
    at_once(&host, 2, unknown).await;
    assert_eq!(at_once(&stranger, 1, unheard).await[0].status, 401);
    bench.admin("/metrics").await;
    let before = series(&bench).await;

    for _ in 0..5 {
        at_once(&host, 100, unknown).await;
        at_once(&stranger, 100, unheard).await;
    }

    let after = series(&bench).await;
    let new: Vec<_> = after.difference(&before).collect();
    assert!(new.is_empty(), "{new:?}");
    assert!(after.iter().any(|it| it.contains("tool=\"other\"")), "{after:?}");
    assert!(!after.iter().any(|it| it.contains(bench.sim.tenant_id())));
    bench.finish().await;
}

/// Sends 500 calls at once where there are places for a few, and expects `status` for the rest.
async fn flood(limits: [(&str, &str); 3], status: u16) {
    let mut bench = Bench::start_with(|it| {
        limits.iter().fold(it, |it, (key, value)| it.in_table("limits", key, *value))
    })
    .await;
    bench.sim.graph().on("/v1.0/me/messages", Fault::delay(Duration::from_millis(300)));
    let host = Arc::new(bench.host().await);

    let answers = at_once(&host, 500, call).await;

    let ids: HashSet<_> = answers.iter().map(|it| it.json()["id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), 500, "I1");
    let (served, busy) = (of_status(&answers, 200), of_status(&answers, status));
    assert_eq!(served.len() + busy.len(), 500);
    assert!(served.len() >= 4 && busy.len() >= 100, "{} and {}", served.len(), busy.len());
    for answer in busy {
        let error = &answer.json()["error"];
        assert_eq!(
            (&error["code"], &error["data"]["code"]),
            (&json!(-31_002), &json!("THROTTLED"))
        );
        assert!(retry_after(answer) >= 1);
    }
    bench.finish().await;
    let events = bench.audit();
    let ids = events.iter().filter_map(|event| event["request_id"].as_str());
    assert_eq!(ids.clone().collect::<HashSet<_>>().len(), ids.count(), "none is doubled");
    let metrics = bench.admin("/metrics").await.text;
    assert!(metrics.contains("m365_in_flight{scope=\"process\"} 0"), "{metrics}");
}

/// 5,000 at once, and how long they take, is the load run's.
#[tokio::test]
async fn h09_of_many_calls_at_once_none_is_lost_or_doubled_and_the_rest_are_told_to_wait() {
    flood([("user_concurrency", "4"), ("tenant_concurrency", "500"), ("concurrency", "500")], 429)
        .await;
    flood([("user_concurrency", "500"), ("tenant_concurrency", "500"), ("concurrency", "4")], 503)
        .await;
}
