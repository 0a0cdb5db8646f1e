//! Signing in while a tool call waits for it.

use serde_json::{Value, json};

use crate::harness::{Bench, USER, error, results};

fn search() -> Value {
    json!({ "name": "outlook_email_search", "arguments": { "query": "budget" } })
}

/// Opens an address as a browser would that is signed in already.
async fn open(address: &str) {
    assert!(reqwest::get(address).await.unwrap().status().is_success());
}

#[tokio::test]
async fn calls_at_the_same_moment_share_one_sign_in() {
    let mut bench = Bench::without_server().await;
    bench.serve(&["--sign-in", "auto", "--no-browser"]).await;
    for _ in 0..3 {
        bench.server().begin("tools/call", search()).await;
    }

    let address = bench.server().logged("/authorize?").await;
    open(&address).await;

    for _ in 0..3 {
        assert!(!results(&bench.server().next().await["result"]).is_empty());
    }
    assert_eq!(bench.server().log().matches("/authorize?").count(), 1);
    bench.check_invariants().await;
}

#[tokio::test]
async fn a_host_that_shows_addresses_is_asked_to_show_the_sign_in() {
    let mut bench = Bench::without_server().await;
    bench.serve_host(json!({ "elicitation": { "form": {}, "url": {} } })).await;
    bench.server().begin("tools/call", search()).await;

    let question = bench.server().next().await;
    open(question["params"]["url"].as_str().unwrap()).await;
    let agreed =
        json!({ "jsonrpc": "2.0", "id": question["id"], "result": { "action": "accept" } });
    bench.server().send(&agreed).await;
    let answer = bench.server().next().await;

    assert_eq!(question["method"], "elicitation/create");
    assert_eq!(question["params"]["mode"], "url");
    assert!(!results(&answer["result"]).is_empty());
    bench.check_invariants().await;
}

#[tokio::test]
async fn a_user_who_declines_gets_the_error_and_is_not_asked_twice_by_one_call() {
    let mut bench = Bench::without_server().await;
    bench.serve_host(json!({ "elicitation": { "form": {}, "url": {} } })).await;
    bench.server().begin("tools/call", search()).await;

    let question = bench.server().next().await;
    let declined =
        json!({ "jsonrpc": "2.0", "id": question["id"], "result": { "action": "decline" } });
    bench.server().send(&declined).await;
    let answer = bench.server().next().await;

    let declined = error(&answer["result"]);
    let tenant = bench.sim.tenant_id();
    assert_eq!(declined["code"], "SIGN_IN_REQUIRED");
    assert!(declined["message"].as_str().unwrap().contains(tenant), "{declined}");
    bench.check_invariants().await;
}

#[tokio::test]
async fn who_signs_in_again_is_told_the_account_of_before_and_the_tenant() {
    let mut bench = Bench::without_server().await;
    bench.sign_in().await;
    bench.sim.revoke(USER);
    bench.sim.expire_tokens();
    bench.serve_host(json!({ "elicitation": { "form": {}, "url": {} } })).await;
    bench.server().begin("tools/call", search()).await;

    let question = bench.server().next().await;

    let message = question["params"]["message"].as_str().unwrap();
    assert!(message.contains(USER) && message.contains(bench.sim.tenant_id()), "{message}");
}
