//! What Graph does to calls: section 4.1 of the fault catalogue, as far as many callers make a
//! difference.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use m365_sim::Fault;
use serde_json::{Value, json};

use crate::harness::{Bench, Era, Host, Setup, USER, claims, error, results};

const MAIL: &str = "/v1.0/me/messages";

async fn search(host: &Host) -> Value {
    host.call(Era::Modern, "outlook_email_search", json!({ "query": "budget" })).await
}

fn attempts(bench: &Bench, path: &str) -> usize {
    bench.sim.graph().log().iter().filter(|record| record.path.starts_with(path)).count()
}

fn after(second: &str) -> Value {
    json!({ "access_token": { "nbf": { "essential": true, "value": second } } })
}

#[tokio::test]
async fn g25_a_token_that_graph_refuses_once_is_exchanged_anew() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    results(&search(&host).await);
    bench.sim.graph().next_on(MAIL, Fault::unauthorized_plain());

    results(&search(&host).await);

    assert_eq!(bench.sim.exchanges(USER), 2);
    assert_eq!(attempts(&bench, MAIL), 3);
    results(&search(&host).await);
    assert_eq!(bench.sim.exchanges(USER), 2, "the new one is kept");
    bench.finish().await;
}

#[tokio::test]
async fn g26_tokens_that_graph_goes_on_refusing_end_in_a_tool_error() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    // The first call also asks for the mailbox's zone, beside its search.
    results(&search(&host).await);
    let (before, exchanged) = (attempts(&bench, MAIL), bench.sim.exchanges(USER));
    bench.sim.graph().on(MAIL, Fault::unauthorized_plain());

    let refused = error(&search(&host).await);

    assert_eq!(refused["code"], "SIGN_IN_REQUIRED", "{refused}");
    assert_eq!(attempts(&bench, MAIL) - before, 2);
    assert_eq!(bench.sim.exchanges(USER) - exchanged, 1);
    bench.finish().await;
}

#[tokio::test]
async fn g27_a_challenge_that_an_exchange_fulfils_is_not_the_hosts_business() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    results(&search(&host).await);
    bench.sim.graph().next_on(MAIL, Fault::unauthorized_claims(after("1790000000")));

    results(&search(&host).await);

    assert_eq!(bench.sim.exchanges(USER), 2);
    bench.finish().await;
}

#[tokio::test]
async fn g27_a_user_who_left_the_network_comes_back_with_what_graph_asked_for() {
    let mut bench = Bench::start().await;
    let desktop = bench.sim.desktop(USER);
    let before = bench.stranger(Some(&desktop.sign_in().await.unwrap()));
    results(&search(&before).await);
    bench.sim.clock().advance(Duration::from_secs(60));
    bench.sim.leave_network(USER, "203.0.113.7");

    let refused = before.try_call(Era::Modern, "outlook_email_search", json!({})).await;

    let asked = claims(&refused);
    assert!(asked.contains("nbf") && !asked.contains("cp1"), "{asked}");
    assert!(!refused.header("www-authenticate").contains("00000003-0000-0000-c000-000000000000"));
    let after = bench.stranger(Some(&desktop.answer(&asked).await.unwrap()));
    results(&search(&after).await);
    bench.finish().await;
}

#[tokio::test]
async fn g27_a_user_whose_sessions_were_revoked_signs_in_again() {
    let mut bench = Bench::start().await;
    let desktop = bench.sim.desktop(USER);
    let before = bench.stranger(Some(&desktop.sign_in().await.unwrap()));
    results(&search(&before).await);
    bench.sim.clock().advance(Duration::from_secs(60));
    bench.sim.revoke(USER);

    let refused = before.try_call(Era::Modern, "outlook_email_search", json!({})).await;

    let token = desktop.answer(&claims(&refused)).await.unwrap();
    results(&search(&bench.stranger(Some(&token))).await);
    let again = before.try_call(Era::Modern, "outlook_email_search", json!({})).await;
    assert_eq!(again.status, 401, "the older token is as good as before: {again:?}");
    bench.finish().await;
}

#[tokio::test]
async fn g27_a_challenge_of_graph_is_passed_on_to_hosts_without_capabilities_too() {
    let mut bench = Bench::start().await;
    let plain = bench.sim.desktop(USER).without_capabilities().token().await.unwrap();
    let hosts = [bench.host().await, bench.stranger(Some(&plain))];
    bench.sim.graph().on(MAIL, Fault::unauthorized_claims(after("1790000000")));

    for host in hosts {
        let passed_on = host.try_call(Era::Modern, "outlook_email_search", json!({})).await;

        assert_eq!(claims(&passed_on), after("1790000000").to_string());
    }
    bench.finish().await;
}

/// Calls sixty times while Graph fails so many of a hundred requests; returns how many calls
/// succeeded, and how many requests they took. At the pace of the catalogue, and in numbers that
/// empty the budget: `m365-graph` (`faults/failures.rs`).
async fn brown_out(percent: u8) -> (usize, usize) {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    results(&search(&host).await);
    bench.sim.graph().clear_log();
    bench.sim.graph().sometimes(percent, Fault::status(503));

    let lane = async || {
        let mut succeeded = 0;
        for _ in 0..20 {
            succeeded += usize::from(search(&host).await["isError"] != true);
        }
        succeeded
    };
    let (one, two, three) = tokio::join!(lane(), lane(), lane());

    let attempts = attempts(&bench, MAIL);
    bench.finish().await;
    (one + two + three, attempts)
}

#[tokio::test]
async fn g31_a_quarter_of_failures_is_hidden() {
    let (succeeded, attempts) = brown_out(25).await;

    assert!(succeeded >= 57, "{succeeded} of 60");
    assert!(attempts <= 100, "{attempts} attempts");
}

#[tokio::test]
async fn g31_half_of_failures_is_mostly_hidden() {
    let (succeeded, attempts) = brown_out(50).await;

    assert!(succeeded >= 40, "{succeeded} of 60");
    assert!(attempts <= 150, "{attempts} attempts");
}

/// A minute of it, and how few attempts it adds then: `m365-graph` (`pool/outages.rs`).
#[tokio::test]
async fn g32_an_outage_is_not_made_worse_and_ends_with_its_cause() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    results(&search(&host).await);
    bench.sim.graph().clear_log();
    bench.sim.graph().on("/v1.0", Fault::status(503));

    let start = Instant::now();
    let lane = async || {
        for _ in 0..70 {
            assert_eq!(error(&search(&host).await)["code"], "SERVICE_ERROR");
        }
    };
    tokio::join!(lane(), lane(), lane());

    // A full bucket of 500, 10 more each second, and 14 for each repetition.
    let most = 210 + (500 + 10 * start.elapsed().as_secs() as usize).div_ceil(14);
    let seen = bench.sim.graph().requests();
    assert!(seen <= most, "{seen} attempts, {most} at most");
    let metrics = bench.admin("/metrics").await.text;
    assert!(metrics.contains("m365_retry_budget_empty_total{"), "{metrics}");
    bench.sim.graph().clear();
    for _ in 0..50 {
        results(&search(&host).await);
    }
    bench.finish().await;
}

/// Over HTTP/2, where a connection carries a hundred requests: `m365-graph` (`pool/connections.rs`).
#[tokio::test]
async fn g34_a_hundred_users_do_not_wait_for_each_others_connections() {
    let bench = Bench::before(|sim| sim.crowd(4, 25)).await;
    let mut bench = bench.started(allowing_crowds).await;
    let hosts: Vec<_> = (1..=4)
        .flat_map(|tenant| (1..=25).map(move |user| format!("user{user}@crowd{tenant}.example")))
        .map(|upn| bench.stranger(Some(&bench.sim.caller_token(&upn).issue())))
        .collect();
    let me = |host| Host::call(host, Era::Modern, "get_me", json!({}));
    join_all(hosts.iter().map(me)).await.iter().for_each(|me| drop(results(me).clone()));
    bench.sim.graph().on("/v1.0/me", Fault::delay(Duration::from_millis(250)));

    let start = Instant::now();
    let answers = join_all(hosts.iter().map(me)).await;

    for (host, answer) in answers.iter().enumerate() {
        let (tenant, user) = (host / 25 + 1, host % 25 + 1);
        let address = format!("user{user}@crowd{tenant}.example");
        assert!(answer.to_string().contains(&address), "I6: {address} is told {answer}");
    }
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    bench.finish().await;
}

fn allowing_crowds(setup: Setup) -> Setup {
    (1..=4).fold(setup, |setup, number| {
        let tenant = format!("{number:08x}-5555-4555-8555-555555555555");
        let client = setup.client().to_owned();
        setup.allowing(&tenant, &[&client], "")
    })
}
