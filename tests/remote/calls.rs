//! Tool calls, from the host's token to Graph and back.

use serde_json::json;

use crate::harness::{Bench, Era, error, results};

#[tokio::test]
async fn a_search_is_answered_on_behalf_of_the_caller_in_both_eras() {
    let mut bench = Bench::start().await;
    let host = bench.host().await;

    for era in Era::BOTH {
        let found = host.call(era, "outlook_email_search", json!({ "query": "budget" })).await;
        assert!(!results(&found).is_empty(), "{era:?}: {found}");
    }

    let events = bench.audited("tool.call", 2).await;
    assert_eq!(events[0]["outcome"], "ok", "{events:?}");
    assert_eq!(events[0]["tool"], "outlook_email_search");
    assert_eq!(events[0]["obo"], "miss", "{events:?}");
    assert_eq!(events[1]["obo"], "hit", "{events:?}");
    assert_eq!(events[0]["graph"][0]["status"], 200);
    assert!(!events[0].to_string().contains("budget"));
    bench.check_secrets().await;
}

#[tokio::test]
async fn the_catalog_is_listed_without_asking_graph() {
    let bench = Bench::start().await;
    let host = bench.host().await;

    for era in Era::BOTH {
        let listed = host.post(era, "tools/list", json!({})).await;
        let tools = listed.json()["result"]["tools"].as_array().unwrap().len();
        assert!(tools > 10, "{era:?}: {listed:?}");
    }

    assert!(bench.sim.graph().log().is_empty());
}

#[tokio::test]
async fn a_policy_of_one_tenant_blocks_its_tools() {
    let bench = Bench::start_with(|setup| {
        let policy = "tool_policy = { \"outlook_*\" = \"blocked\" }";
        setup.clone().allowing_nobody().allowing(setup.tenant(), &[setup.client()], policy)
    })
    .await;
    let host = bench.host().await;

    let refused = host.call(Era::Handshake, "outlook_email_search", json!({ "query": "a" })).await;

    assert_eq!(error(&refused)["code"], "FORBIDDEN", "{refused}");
    assert!(bench.sim.graph().log().is_empty());
}

#[tokio::test]
async fn the_demo_serves_whoever_has_the_token_that_it_prints() {
    let mut bench = Bench::without_server().await;
    let host = bench.serve_demo().await;

    let found =
        host.call(Era::Handshake, "outlook_email_search", json!({ "query": "budget" })).await;

    assert!(!results(&found).is_empty(), "{found}");
}
