//! What Entra does to exchanges: section 4.2 of the fault catalogue, as hosts see it.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use m365_sim::{Fault, Policy, PolicyApp, Sim};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::harness::{Answer, Bench, Era, Host, Setup, USER, claims, error, results};

const OTHER: &str = "adele.vance@fjordlight.example";

/// A tool that needs a token for Graph, and nothing else of it.
const TOKEN_ALONE: &str = "get_granted_scopes";

async fn ask(host: &Host) -> Answer {
    host.try_call(Era::Modern, TOKEN_ALONE, json!({})).await
}

/// Lets a token be exchanged, which must be refused, and returns the tool error.
async fn refusal(host: &Host) -> Value {
    error(&host.call(Era::Modern, TOKEN_ALONE, json!({})).await)
}

/// Calls with a token of its own.
fn newcomer(bench: &Bench) -> Host {
    bench.stranger(Some(&bench.sim.caller_token(USER).issue()))
}

fn token_endpoint(sim: &Sim) -> String {
    format!("/{}/oauth2", sim.tenant_id())
}

/// Lets one user and one tenant call as often as it takes.
fn roomy(setup: Setup) -> Setup {
    let keys = ["user_concurrency", "tenant_concurrency"];
    keys.into_iter().fold(setup, |setup, key| setup.in_table("limits", key, "2000"))
}

#[tokio::test]
async fn e01_a_caller_whose_session_has_ended_is_asked_for_another_token() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;
    bench.sim.entra().next_on(&token_endpoint(&bench.sim), Fault::entra_error(50_173));

    let refused = ask(&host).await;

    assert_eq!(refused.status, 401, "{refused:?}");
    let challenge = refused.header("www-authenticate");
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    assert!(challenge.contains("resource_metadata=\""), "{challenge}");
    assert_eq!(bench.audited("tool.call", 1).await[0]["reason"], "sign_in_required");
    assert_eq!(ask(&newcomer(&bench)).await.status, 200);
    bench.finish().await;
}

#[tokio::test]
async fn e02_a_demand_is_made_of_one_user_and_answered_from_memory() {
    let mut bench = Bench::start().await;
    let (host, other) = (bench.host().await, bench.host_of(OTHER).await);
    bench.sim.policy(Policy::mfa().for_app(PolicyApp::Graph).for_user(USER));

    let [first, second] = [claims(&ask(&host).await), claims(&ask(&host).await)];

    assert_eq!(first, second);
    assert_eq!(bench.sim.exchanges(USER), 1);
    assert_eq!(ask(&other).await.status, 200);
    let obo: Vec<_> =
        bench.audited("tool.call", 3).await.into_iter().map(|it| it["obo"].clone()).collect();
    assert_eq!(obo, ["failed", "negative", "miss"]);
    bench.finish().await;
}

#[tokio::test]
async fn e03_who_has_to_consent_is_told_where_and_entra_is_asked_once() {
    let northwind = "99999999-8888-4777-8666-555555555555";
    let mut bench = Bench::without_server()
        .await
        .started(|setup| setup.clone().allowing(northwind, &[setup.client()], ""))
        .await;
    let sam = "sam.rivers@northwind.example";
    let (host, other) = (bench.host_of(sam).await, bench.host().await);
    bench.sim.withdraw_connector_consent(northwind);

    let [first, second] = [refusal(&host).await, refusal(&host).await];

    assert_eq!(first, second);
    assert_eq!(first["code"], "CONSENT_REQUIRED", "{first}");
    let message = first["message"].as_str().unwrap();
    let page = format!("adminconsent?client_id={}", bench.sim.connector_client_id());
    assert!(message.contains(&page) && message.contains(northwind), "{message}");
    assert_eq!(bench.sim.exchanges(sam), 1);
    assert_eq!(ask(&other).await.status, 200, "another tenant");
    bench.sim.give_connector_consent(northwind);
    let again = bench.stranger(Some(&bench.sim.caller_token(sam).issue()));
    results(&ask(&again).await.json()["result"]);
    bench.finish().await;
}

#[tokio::test]
async fn e04_callers_learn_nothing_of_a_refused_credential_and_do_not_wait_once_it_is_repaired() {
    let mut bench = Bench::start().await;
    let cached = bench.host().await;
    assert_eq!(ask(&cached).await.status, 200);
    bench.sim.expire_secret();

    // More than the exchanges that a tenant may have refused in a minute.
    for _ in 0..110 {
        let refused = refusal(&newcomer(&bench)).await;
        assert_eq!(refused["code"], "SERVICE_ERROR", "{refused}");
        assert!(!refused.to_string().contains("AADSTS"), "{refused}");
    }
    results(&cached.call(Era::Modern, TOKEN_ALONE, json!({})).await);
    bench.server().logged("credential_refused").await;
    let metrics = bench.admin("/metrics").await.text;
    assert!(metrics.contains("m365_obo_errors_total{reason=\"configuration\"} 110"), "{metrics}");
    assert_eq!(bench.admin("/readyz").await.status, 200);

    bench.sim.replace_secret(bench.sim.connector_secret());
    let repaired = Instant::now();
    while newcomer(&bench).call(Era::Modern, TOKEN_ALONE, json!({})).await["isError"] == true {
        assert!(repaired.elapsed() < Duration::from_secs(3), "callers are locked out");
    }
    bench.finish().await;
}

#[tokio::test]
async fn e08_two_hundred_callers_of_one_user_cost_one_exchange() {
    let mut bench = Bench::start_with(roomy).await;
    let host = bench.host().await;
    let slow = Fault::delay(Duration::from_secs(2));
    bench.sim.entra().on(&token_endpoint(&bench.sim), slow);

    let answers = join_all((0..200).map(|_| ask(&host))).await;

    assert!(answers.iter().all(|answer| answer.json()["result"]["isError"] != true));
    assert_eq!(bench.sim.exchanges(USER), 1);
    bench.finish().await;
}

#[tokio::test]
async fn e08_an_endpoint_that_never_answers_is_given_up_after_ten_seconds_by_all_who_wait() {
    let mut bench = Bench::start_with(roomy).await;
    let host = bench.host().await;
    bench.sim.entra().on(&token_endpoint(&bench.sim), Fault::hang());

    let waited = timeout(Duration::from_secs(20), join_all((0..200).map(|_| refusal(&host)))).await;

    let refused = waited.expect("an attempt ends after 10 s");
    assert!(refused.iter().all(|refused| refused["code"] == "SERVICE_ERROR"), "{refused:?}");
    assert_eq!(bench.sim.exchanges(USER), 1);
    bench.finish().await;
}

/// That keys serve for two days, and no longer, is shown in `m365-auth` (`validation/outages.rs`),
/// where the clock can be moved.
#[tokio::test]
async fn e13_callers_notice_nothing_while_the_keys_cannot_be_fetched() {
    let mut bench = Bench::start().await;
    bench.sim.entra().on("/common", Fault::status(503));

    for _ in 0..5 {
        assert_eq!(ask(&newcomer(&bench)).await.status, 200);
    }

    let unknown = bench.sim.caller_token(USER).header("kid", "nobody-knows-it").issue();
    let refused = ask(&bench.stranger(Some(&unknown))).await;
    assert!(matches!(refused.status, 401 | 503), "{refused:?}");
    assert_eq!(ask(&newcomer(&bench)).await.status, 200);
    assert_eq!(bench.admin("/readyz").await.status, 200);
    assert!(bench.admin("/metrics").await.text.contains("m365_jwks_age_seconds"));
    bench.finish().await;
}

/// That renewals begin at random in the last part of a token's life is shown in `m365-auth`
/// (`confidential/cache/cached.rs`), where the clock can be moved.
#[tokio::test]
async fn e17_no_more_than_fifty_exchanges_run_at_once() {
    let bench = Bench::before(|sim| sim.crowd(1, 120)).await;
    let tenant = "00000001-5555-4555-8555-555555555555";
    let mut bench =
        bench.started(|setup| roomy(setup.clone()).allowing(tenant, &[setup.client()], "")).await;
    let user = |number: usize| format!("user{number}@crowd1.example");
    let hosts: Vec<_> = (1..=120)
        .map(|number| bench.stranger(Some(&bench.sim.caller_token(&user(number)).issue())))
        .collect();
    let delay = Duration::from_millis(700);
    bench.sim.entra().on(&format!("/{tenant}/oauth2"), Fault::delay(delay));

    let start = Instant::now();
    let answers = join_all(hosts.iter().map(ask)).await;

    assert!(answers.iter().all(|answer| answer.json()["result"]["isError"] != true));
    assert!(start.elapsed() >= 3 * delay, "{:?} for three times fifty", start.elapsed());
    let exchanged: usize = (1..=120).map(|number| bench.sim.exchanges(&user(number))).sum();
    assert_eq!(exchanged, 120);
    bench.finish().await;
}

#[tokio::test]
async fn e20_no_token_of_a_user_is_used_after_entra_has_refused_one() {
    let mut bench = Bench::start().await;
    let [first, second] = [newcomer(&bench), newcomer(&bench)];
    for host in [&first, &second] {
        assert_eq!(ask(host).await.status, 200);
    }
    bench.sim.disable(USER);

    assert_eq!(ask(&first).await.status, 200, "what is cached ends with its time");
    assert_eq!(ask(&newcomer(&bench)).await.status, 401);

    assert_eq!([ask(&first).await.status, ask(&second).await.status], [401; 2]);
    assert_eq!(bench.sim.exchanges(USER), 5);
    bench.finish().await;
}

#[tokio::test]
async fn e20_no_token_of_a_user_is_used_after_consent_was_found_to_be_withdrawn() {
    let mut bench = Bench::start().await;
    let host = newcomer(&bench);
    assert_eq!(ask(&host).await.status, 200);
    bench.sim.withdraw_connector_consent(bench.sim.tenant_id());

    let [newer, older] = [refusal(&newcomer(&bench)).await, refusal(&host).await];

    assert_eq!([&newer["code"], &older["code"]], ["CONSENT_REQUIRED"; 2]);
    bench.finish().await;
}
