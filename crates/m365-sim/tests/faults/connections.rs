//! Connections that behave badly.

use std::time::{Duration, Instant};

use m365_sim::{Fault, Sim};

use super::{MESSAGES, messages, request};

#[tokio::test]
async fn g10_a_reset_before_headers_leaves_no_answer() {
    let tenant = Sim::start().await;
    tenant.graph().next_response(Fault::reset_before_headers());

    let failed = request(&tenant, MESSAGES).send().await;
    let next = messages(&tenant).await;

    assert!(failed.is_err());
    assert_eq!(tenant.graph().log()[0].status, None);
    assert_eq!(next.status, 200);
}

#[tokio::test]
async fn g10_a_reset_mid_body_comes_after_the_headers() {
    let tenant = Sim::start().await;
    tenant.graph().next_response(Fault::reset_mid_body());

    let response = request(&tenant, MESSAGES).send().await.unwrap();

    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err());
}

#[tokio::test]
async fn g10_a_closed_port_refuses_until_it_is_opened_again() {
    let tenant = Sim::start().await;
    tenant.graph().refuse().await;

    let refused = request(&tenant, MESSAGES).send().await;
    tenant.graph().listen().await;
    let accepted = messages(&tenant).await;

    assert!(refused.unwrap_err().is_connect());
    assert_eq!(accepted.status, 200);
}

#[tokio::test]
async fn g11_a_drip_sends_headers_at_once_and_the_body_slowly() {
    let tenant = Sim::start().await;
    tenant.graph().next_response(Fault::drip(10));
    let unpacked = request(&tenant, MESSAGES).header("accept-encoding", "identity");

    let mut response = unpacked.send().await.unwrap();
    let first = response.chunk().await.unwrap().unwrap();
    let rest = tokio::time::timeout(Duration::from_millis(50), response.bytes()).await;

    assert!(first.len() < 10);
    assert!(rest.is_err());
}

#[tokio::test]
async fn g12_a_hanging_request_is_never_answered() {
    let tenant = Sim::start().await;
    tenant.graph().next_response(Fault::hang());

    let hanging = request(&tenant, MESSAGES).timeout(Duration::from_millis(100)).send().await;

    assert!(hanging.unwrap_err().is_timeout());
    assert_eq!(tenant.graph().requests(), 1);
}

#[tokio::test]
async fn e08_a_delayed_answer_is_right_after_all() {
    let tenant = Sim::start().await;
    let wait = Duration::from_millis(60);
    tenant.graph().next_response(Fault::delay(wait));
    let start = Instant::now();

    let answer = messages(&tenant).await;

    assert_eq!(answer.status, 200);
    assert!(start.elapsed() >= wait);
}
