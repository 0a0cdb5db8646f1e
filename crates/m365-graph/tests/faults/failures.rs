//! Services that fail, hang up or keep silent.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use m365_auth::{Clock, ManualClock, SystemClock};
use m365_graph::ErrorKind;

use crate::support::{
    Service, builder, clock, message, ok,
    raw::{Act, RawServer, http},
    read, refusal, short_limits,
};

#[tokio::test]
async fn g08_an_overloaded_service_is_asked_again_on_a_new_connection() {
    let busy = http("503 Service Unavailable\r\nRetry-After: 1", "{}");
    let gateway = http("504 Gateway Timeout", "<html></html>");
    let acts = [busy, gateway, http("200 OK", &message("x").to_string())].map(Act::Answer);
    let graph = RawServer::start(acts).await;

    read(&builder(&graph.root, clock()).build().unwrap()).await.unwrap();

    assert_eq!(graph.connections(), 3);
}

#[tokio::test]
async fn g09_a_failing_service_is_asked_three_times() {
    for status in [500, 502] {
        let graph = Service::answering([refusal(status, "InternalServerError")]).await;

        let error = read(&graph.client()).await.unwrap_err();

        assert_eq!((error.kind(), error.status()), (ErrorKind::Unavailable, Some(status)));
        assert_eq!(error.request_id(), Some("0ec53fd7-8030-4c2e"));
        assert_eq!(graph.attempts().await, 3);
    }
}

#[tokio::test]
async fn g10_a_refused_connection_is_tried_again_and_then_reported() {
    let stopped = clock();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = builder(&format!("http://127.0.0.1:{port}"), stopped.clone()).build().unwrap();

    let error = read(&client).await.unwrap_err();

    assert_eq!((error.kind(), error.status()), (ErrorKind::Unavailable, None));
    assert_eq!(stopped.sleeps().len(), 3);
}

#[tokio::test]
async fn g10_a_reset_before_or_within_the_answer_is_survived() {
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"id\":";
    let whole = http("200 OK", &message("x").to_string());
    let acts = [Act::Reset(String::new()), Act::Reset(half.to_owned()), Act::Answer(whole)];
    let graph = RawServer::start(acts).await;

    read(&builder(&graph.root, clock()).build().unwrap()).await.unwrap();

    assert_eq!(graph.requests().len(), 3);
}

#[tokio::test]
async fn g11_a_body_that_trickles_is_cut_and_not_asked_for_again() {
    let graph = RawServer::start([Act::Drip]).await;

    let error =
        read(&builder(&graph.root, SystemClock::default()).limits(short_limits()).build().unwrap())
            .await
            .unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(graph.connections(), 1);
}

#[tokio::test]
async fn g12_a_silent_service_is_asked_once_more() {
    let graph = RawServer::start([Act::Hang]).await;

    let error = read(&builder(&graph.root, clock()).limits(short_limits()).build().unwrap())
        .await
        .unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(graph.requests().len(), 2);
}

#[tokio::test]
async fn g12_the_deadline_ends_a_wait_for_an_answer() {
    let graph = RawServer::start([Act::Hang]).await;
    let limits = short_limits()
        .with_first_byte(Duration::from_secs(20))
        .with_call(Duration::from_millis(200));
    let client = builder(&graph.root, SystemClock::default()).limits(limits).build().unwrap();

    let error = read(&client).await.unwrap_err();

    assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, Some("deadline")));
}

#[tokio::test]
async fn g31_a_brown_out_is_mostly_hidden_within_the_budget() {
    for (period, least, most_attempts) in [(4, 98, 1.45), (2, 50, 1.55)] {
        let (succeeded, attempts) = brown_out(period).await;

        assert!(succeeded * 100 >= 300 * least, "{succeeded} of 300");
        assert!(attempts as f64 / 300.0 <= most_attempts, "{attempts} attempts");
    }
}

/// Time goes on at the callers' pace, since the waits of one call are not those of another.
#[derive(Debug)]
struct OwnPace(ManualClock);

#[async_trait]
impl Clock for OwnPace {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn sleep(&self, _: Duration) {}
}

/// Sends 300 calls at 20 a second to a service that fails one answer in `period`, at random.
async fn brown_out(period: u64) -> (usize, usize) {
    let mut state = 1_u64;
    let answers = (0..1300).map(|_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if (state >> 33).is_multiple_of(period) { refusal(503, "ServiceUnavailable") } else { ok() }
    });
    let graph = Service::answering(answers.collect::<Vec<_>>()).await;
    let client = graph.builder().clock(Arc::new(OwnPace(graph.clock.clone()))).build().unwrap();
    let mut succeeded = 0;
    for _ in 0..300 {
        graph.clock.advance(Duration::from_millis(50));
        succeeded += usize::from(read(&client).await.is_ok());
    }
    (succeeded, graph.attempts().await)
}
