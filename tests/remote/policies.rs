//! Policies of Conditional Access, and how far a user gets with a desktop host.

use std::time::Duration;

use m365_sim::{Policy, PolicyApp};
use serde_json::json;

use crate::harness::{Answer, Bench, Era, Host, USER, claims, error, results};

async fn call(host: &Host) -> Answer {
    host.try_call(Era::Modern, "outlook_email_search", json!({ "query": "budget" })).await
}

/// Meets a policy for Graph on the way from 401 over another sign-in to hits.
async fn steps_up(policy: Policy, later: Duration) {
    let mut bench = Bench::start().await;
    let desktop = bench.sim.desktop(USER);
    let before = bench.stranger(Some(&desktop.token().await.unwrap()));
    bench.sim.policy(policy.for_app(PolicyApp::Graph));
    bench.sim.clock().advance(later);

    let asked = claims(&call(&before).await);

    let after = bench.stranger(Some(&desktop.answer(&asked).await.unwrap()));
    results(&call(&after).await.json()["result"]);
    bench.finish().await;
}

#[tokio::test]
async fn e02_a_second_factor_is_registered_on_demand() {
    steps_up(Policy::mfa_registration(), Duration::ZERO).await;
}

#[tokio::test]
async fn e02_a_sign_in_that_is_too_old_is_repeated_on_demand() {
    // Within the skew of clocks that tokens may have.
    steps_up(Policy::sign_in_frequency(Duration::from_secs(60)), Duration::from_secs(120)).await;
}

#[tokio::test]
async fn e02_entras_own_demand_is_passed_on_to_hosts_without_capabilities_too() {
    let mut bench = Bench::start().await;
    let desktop = bench.sim.desktop(USER).without_capabilities();
    let before = bench.stranger(Some(&desktop.token().await.unwrap()));
    bench.sim.policy(Policy::mfa().for_app(PolicyApp::Graph));

    let asked = claims(&call(&before).await);

    let after = bench.stranger(Some(&desktop.answer(&asked).await.unwrap()));
    results(&call(&after).await.json()["result"]);
    bench.finish().await;
}

#[tokio::test]
async fn a_policy_for_devices_is_met_by_the_hosts_device_or_refers_to_the_local_connector() {
    let mut bench = Bench::start().await;
    let desktop = bench.sim.desktop(USER);
    let before = bench.stranger(Some(&desktop.token().await.unwrap()));
    bench.sim.policy(Policy::compliant_device().for_app(PolicyApp::Graph));

    let asked = claims(&call(&before).await);
    assert!(desktop.answer(&asked).await.is_err(), "there is no managed device");
    let newer = bench.stranger(Some(&bench.sim.caller_token(USER).issue()));
    let denied = error(&call(&newer).await.json()["result"]);

    assert_eq!(denied["code"], "FORBIDDEN", "{denied}");
    assert!(denied["message"].as_str().unwrap().contains("m365-local"), "{denied}");
    bench.sim.register_device(USER);
    let managed = bench.stranger(Some(&desktop.answer(&asked).await.unwrap()));
    results(&call(&managed).await.json()["result"]);
    bench.finish().await;
}

#[tokio::test]
async fn whom_a_policy_blocks_is_told_so_and_not_sent_to_sign_in() {
    let mut bench = Bench::start().await;
    let (host, other) = (bench.host().await, bench.host_of("adele.vance@fjordlight.example").await);
    bench.sim.policy(Policy::block().for_app(PolicyApp::Graph).for_user(USER));

    let denied = error(&call(&host).await.json()["result"]);

    assert_eq!(denied["code"], "FORBIDDEN", "{denied}");
    results(&call(&other).await.json()["result"]);
    bench.finish().await;
}
