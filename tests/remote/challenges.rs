//! What Entra and Graph want of the user, on its way to the host and back.

use m365_sim::{Fault, Policy, PolicyApp};
use serde_json::{Value, json};

use crate::harness::{Answer, Bench, Era, Host, USER, claims, results};

fn search() -> Value {
    json!({ "query": "budget" })
}

async fn call(host: &Host) -> Answer {
    host.try_call(Era::Modern, "outlook_email_search", search()).await
}

#[tokio::test]
async fn e02_a_second_factor_is_asked_of_the_user_and_then_the_call_works() {
    let mut bench = Bench::start().await;
    let desktop = bench.sim.desktop(USER);
    let before = bench.stranger(Some(&desktop.token().await.unwrap()));
    bench.sim.policy(Policy::mfa().for_app(PolicyApp::Graph));

    let asked = claims(&call(&before).await);
    assert!(asked.contains("capolids"), "{asked}");

    let after = bench.stranger(Some(&desktop.answer(&asked).await.unwrap()));
    let found = after.call(Era::Modern, "outlook_email_search", search()).await;
    assert!(!results(&found).is_empty());
    let outcomes = bench.audited("tool.call", 2).await;
    assert_eq!((&outcomes[0]["outcome"], &outcomes[1]["outcome"]), (&json!("error"), &json!("ok")));
    bench.check_secrets().await;
}

#[tokio::test]
async fn e12_without_keys_callers_are_asked_to_come_back() {
    let mut bench = Bench::without_server().await;
    bench.write(&bench.setup());
    bench.sim.entra().on("/common", Fault::status(503));
    bench.serve().await;
    let host = bench.host().await;

    let refused = host.post(Era::Modern, "tools/list", json!({})).await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "5"), "{refused:?}");
    assert_eq!(bench.admin("/livez").await.status, 200);
    assert_eq!(bench.admin("/readyz").await.status, 503);

    bench.sim.entra().clear();
    bench.server().logged("calls are taken").await;
    assert_eq!(host.post(Era::Modern, "tools/list", json!({})).await.status, 200);
}
