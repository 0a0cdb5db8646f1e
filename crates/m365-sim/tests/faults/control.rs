//! Faults that another process asks for.

use m365_sim::Sim;
use serde_json::{Value, json};

use super::{Answer, messages};
use crate::client;

async fn order(tenant: &Sim, route: &str, body: Value) -> Answer {
    let address = format!("{}/_sim/{route}", tenant.login_endpoint());
    Answer::of(client::http().post(address).body(body.to_string())).await
}

async fn open() -> Sim {
    Sim::builder().test_mode(true).start().await.unwrap()
}

#[tokio::test]
async fn the_routes_are_closed_unless_in_test_mode() {
    let tenant = Sim::start().await;

    let answer = order(&tenant, "faults", json!({"host": "graph", "fault": "hang"})).await;

    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn a_fault_is_asked_for_by_name() {
    let tenant = open().await;
    let fault = json!({"kind": "throttled", "seconds": 7});

    let ordered = order(&tenant, "faults", json!({"host": "graph", "fault": fault})).await;
    let answer = messages(&tenant).await;

    assert_eq!(ordered.status, 204);
    assert_eq!((answer.status, answer.header("retry-after")), (429, "7"));
}

#[tokio::test]
async fn a_standing_fault_is_cleared() {
    let tenant = open().await;
    let fault = json!({"kind": "status", "status": 500});
    order(&tenant, "faults", json!({"host": "graph", "on": "/v1.0", "fault": fault})).await;

    let during = messages(&tenant).await;
    let address = format!("{}/_sim/faults", tenant.login_endpoint());
    Answer::of(client::http().delete(address)).await;
    let after = messages(&tenant).await;

    assert_eq!((during.status, after.status), (500, 200));
}

#[tokio::test]
async fn an_unknown_fault_is_refused_with_its_name() {
    let tenant = open().await;

    let answer = order(&tenant, "faults", json!({"host": "graph", "fault": "gremlin"})).await;

    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("gremlin"));
}

#[tokio::test]
async fn the_log_and_the_clock_are_reached_as_well() {
    let tenant = open().await;
    let before = tenant.clock().now();
    messages(&tenant).await;

    order(&tenant, "clock", json!({"advanceSeconds": 3600})).await;
    let address = format!("{}/_sim/log", tenant.login_endpoint());
    let log = Answer::of(client::http().get(address)).await.json();

    assert_eq!(log["requests"][0]["route"], "/v1.0/me/messages");
    assert!(tenant.clock().now().duration_since(before).as_secs() >= 3600);
}

#[tokio::test]
async fn a_certificate_comes_as_base64() {
    let tenant = open().await;

    let order_of = |der: &str| json!({"do": "addCertificate", "der": der});
    let good = order(&tenant, "connector", order_of("MIIB")).await;
    let bad = order(&tenant, "connector", order_of("no base64!")).await;

    assert_eq!((good.status, bad.status), (204, 400), "{}", bad.text);
    assert!(bad.text.contains("base64"), "{}", bad.text);
}
