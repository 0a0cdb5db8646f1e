//! What Entra and Graph want of the user, on its way to the host and back.

use m365_sim::{Fault, Policy, PolicyApp};
use serde_json::{Value, json};

use crate::harness::{Answer, Bench, Era, Host, USER, claims, error, results};

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
async fn g27_a_revoked_session_is_challenged_and_renewed() {
    let bench = Bench::start().await;
    let desktop = bench.sim.desktop(USER);
    let before = bench.stranger(Some(&desktop.token().await.unwrap()));
    before.call(Era::Modern, "outlook_email_search", search()).await;
    bench.sim.graph().on("/v1.0/me", Fault::unauthorized_claims(revoked()));
    bench.sim.policy(Policy::mfa().for_app(PolicyApp::Graph));

    let asked = claims(&call(&before).await);

    assert!(serde_json::from_str::<Value>(&asked).unwrap().is_object(), "{asked}");
}

fn revoked() -> Value {
    json!({ "access_token": { "nbf": { "essential": true, "value": "1790000000" } } })
}

#[tokio::test]
async fn e03_a_lack_of_consent_is_a_tool_error_that_names_what_to_do() {
    let bench = Bench::start().await;
    let host = bench.host().await;
    bench.sim.withdraw_connector_consent(bench.sim.tenant_id());

    let refused = host.call(Era::Modern, "outlook_email_search", search()).await;

    let refused = error(&refused);
    assert_eq!(refused["code"], "CONSENT_REQUIRED", "{refused}");
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
