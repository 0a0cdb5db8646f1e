//! The network goes and comes back, the machine sleeps: row H17 of the fault catalogue.

use std::time::Duration;

use m365_sim::Fault;
use serde_json::{Value, json};

use crate::harness::{Bench, error, results};

const MAIL: &str = "/v1.0/me/messages";

async fn search(bench: &mut Bench) -> Value {
    bench.search(json!({ "query": "budget" })).await
}

/// Expects the first call to work with one new token, and no more requests than that needs.
async fn works_again(bench: &mut Bench) {
    bench.sim.entra().clear_log();
    bench.sim.graph().clear_log();

    let found = search(bench).await;

    assert!(!results(&found).is_empty());
    assert_eq!(bench.token_requests().len(), 1, "one new token");
    let log = bench.sim.graph().log();
    let searches = log.iter().filter(|record| record.path.starts_with(MAIL)).count();
    assert!(searches <= 2 && log.len() <= 4, "a burst of retries: {log:?}");
    bench.check_invariants().await;
}

#[tokio::test]
async fn h17_the_first_call_after_the_network_was_gone_works() {
    let mut bench = Bench::without_server().await;
    bench.sim.entra().on("/", Fault::expires_in(1));
    bench.sign_in().await;
    bench.sim.entra().clear();
    // That a second has passed is what the token's life means.
    tokio::time::sleep(Duration::from_secs(1)).await;
    bench.serve(&[]).await;
    bench.sim.entra().refuse().await;
    bench.sim.graph().refuse().await;

    for _ in 0..3 {
        assert_eq!(error(&search(&mut bench).await)["code"], "SERVICE_ERROR");
    }
    bench.sim.entra().listen().await;
    bench.sim.graph().listen().await;

    works_again(&mut bench).await;
}

#[tokio::test]
async fn h17_calls_that_met_a_dead_network_do_not_wake_up_with_it() {
    let mut bench = Bench::start().await;
    assert!(!results(&search(&mut bench).await).is_empty());
    bench.sim.graph().refuse().await;
    for _ in 0..5 {
        assert_eq!(error(&search(&mut bench).await)["code"], "SERVICE_ERROR");
    }

    bench.sim.expire_tokens();
    bench.sim.graph().listen().await;

    works_again(&mut bench).await;
}

/// The process stands still while its connections and its token end and eight hours pass for the tenant.
#[cfg(unix)]
#[tokio::test]
async fn h17_the_first_call_after_eight_hours_of_sleep_works() {
    let mut bench = Bench::start().await;
    assert!(!results(&search(&mut bench).await).is_empty());

    bench.server().signal("STOP");
    for host in [bench.sim.entra(), bench.sim.graph()] {
        host.refuse().await;
        host.listen().await;
    }
    bench.sim.clock().advance(Duration::from_secs(8 * 3_600));
    bench.sim.expire_tokens();
    bench.server().signal("CONT");

    works_again(&mut bench).await;
}
