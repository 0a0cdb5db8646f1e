//! The system ends the server: row H16 of the fault catalogue.

use std::time::Duration;

use m365_sim::Fault;
use serde_json::json;

use crate::harness::{Bench, results};

/// Begins calls that Graph does not answer, and waits until some have reached it.
async fn hanging_calls(bench: &mut Bench) {
    bench.sim.graph().on("/", Fault::hang());
    for _ in 0..5 {
        let params = json!({ "name": "outlook_email_search", "arguments": {} });
        bench.server().begin("tools/call", params).await;
    }
    while bench.sim.graph().requests() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn h16_each_signal_that_ends_a_program_ends_the_server_in_order() {
    for signal in ["TERM", "INT", "HUP"] {
        let mut bench = Bench::start().await;
        hanging_calls(&mut bench).await;

        let (code, took) = bench.server().end_by(signal).await;

        assert_eq!(code, Some(0), "{signal}");
        assert!(took < Duration::from_secs(2), "{signal}: {took:?}");
        bench.check_secrets();
        bench.sim.graph().clear();
        assert!(!bench.files().iter().any(|name| name.contains(".corrupt-")), "{signal}");
        bench.serve(&[]).await;
        let found = bench.search(json!({ "query": "budget" })).await;
        assert!(!results(&found).is_empty(), "{signal}: the store is as it was");
        bench.check_invariants().await;
    }
}

#[tokio::test]
async fn h16_a_signal_during_a_renewal_leaves_the_store_as_it_was() {
    let mut bench = Bench::without_server().await;
    bench.sim.entra().on("/", Fault::expires_in(200));
    bench.sign_in().await;
    bench.sim.entra().clear();
    bench.sim.entra().clear_log();
    bench.serve(&[]).await;
    bench.sim.entra().on("/", Fault::hang());
    let params = json!({ "name": "outlook_email_search", "arguments": {} });
    bench.server().begin("tools/call", params).await;
    while bench.token_requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    let (code, took) = bench.server().end_by("TERM").await;

    assert!(code == Some(0) && took < Duration::from_secs(2), "{code:?} after {took:?}");
    bench.sim.entra().clear();
    bench.serve(&[]).await;
    assert!(!results(&bench.search(json!({ "query": "budget" })).await).is_empty());
    bench.check_invariants().await;
}
