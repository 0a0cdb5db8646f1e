//! The Graph faults of the catalogue, one row each: throttling, failures, broken answers.

use std::{collections::HashSet, io::Write as _, sync::Arc, time::Duration};

use async_trait::async_trait;
use flate2::{Compression, write::GzEncoder};
use futures_util::future::join_all;
use jiff::Timestamp;
use m365_auth::{Clock, ManualClock, SystemClock};
use m365_graph::{Call, ErrorKind, Limits, Mailbox};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::support::{
    ID, Service, builder, clock, message, ok, page,
    raw::{Act, Counting, RawServer, http},
    read, refusal, short_limits, throttled,
};

fn html(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw("<html>Gateway</html>", "text/html")
}

#[tokio::test]
async fn g01_a_short_retry_after_is_waited_out_exactly() {
    let graph = Service::answering([throttled(2), ok()]).await;

    let message = read(&graph.client()).await.unwrap();

    assert_eq!(message.subject.as_deref(), Some("Keel inspection"));
    assert_eq!(graph.clock.sleeps(), [Duration::from_secs(2)]);
    assert_eq!(graph.attempts().await, 2);
}

#[tokio::test]
async fn g02_a_long_retry_after_is_reported_and_later_calls_fail_fast() {
    let graph = Service::answering([throttled(120), ok()]).await;
    let client = graph.client();

    let first = read(&client).await.unwrap_err();
    graph.clock.advance(Duration::from_secs(20));
    let second = read(&client).await.unwrap_err();

    assert_eq!(
        (first.kind(), first.retry_after()),
        (ErrorKind::Throttled, Some(Duration::from_secs(120)))
    );
    assert_eq!(
        (second.kind(), second.retry_after()),
        (ErrorKind::Throttled, Some(Duration::from_secs(100)))
    );
    assert_eq!(graph.attempts().await, 1);
}

#[tokio::test]
async fn g02_calls_go_through_again_once_the_time_has_passed() {
    let graph = Service::answering([throttled(120), ok()]).await;
    let client = graph.client();
    read(&client).await.unwrap_err();

    graph.clock.advance(Duration::from_secs(120));

    read(&client).await.unwrap();
}

#[tokio::test]
async fn g03_throttling_without_a_time_is_met_with_growing_waits() {
    let bare = || refusal(429, "TooManyRequests");
    let graph = Service::answering([bare(), bare(), bare(), ok()]).await;

    read(&graph.client()).await.unwrap();

    let sleeps = graph.clock.sleeps();
    assert_eq!(graph.attempts().await, 4);
    assert!(sleeps.is_sorted_by(|a, b| a < b), "{sleeps:?}");
}

#[tokio::test]
async fn g03_the_waits_differ_between_runs() {
    let mut waits = HashSet::new();

    for seed in 0..5 {
        let graph = Service::answering([refusal(429, "TooManyRequests"), ok()]).await;
        read(&graph.builder().jitter_seed(seed).build().unwrap()).await.unwrap();
        waits.extend(graph.clock.sleeps());
    }

    assert_eq!(waits.len(), 5);
}

#[tokio::test]
async fn g04_endless_throttling_ends_after_four_attempts() {
    let graph = Service::answering([throttled(1)]).await;

    let error = read(&graph.client()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Throttled);
    assert_eq!((error.status(), error.code()), (Some(429), Some("ApplicationThrottled")));
    assert_eq!(graph.attempts().await, 4);
}

#[tokio::test]
async fn g04_no_wait_goes_beyond_the_deadline() {
    let graph = Service::answering([throttled(5)]).await;
    let deadline = "2026-03-17T09:30:16Z".parse().unwrap();
    let client = graph.client().for_call(Call::new().with_deadline(deadline));

    let error = read(&client).await.unwrap_err();

    assert_eq!(error.retry_after(), Some(Duration::from_secs(5)));
    assert_eq!(graph.clock.sleeps(), []);
}

#[tokio::test]
async fn g05_a_retry_after_date_counts_from_the_servers_own_date() {
    let later = refusal(429, "TooManyRequests")
        .insert_header("Date", "Sun, 01 Mar 2020 10:00:00 GMT")
        .insert_header("Retry-After", "Sun, 01 Mar 2020 10:00:03 GMT");
    let graph = Service::answering([later, ok()]).await;

    read(&graph.client()).await.unwrap();

    assert_eq!(graph.clock.sleeps(), [Duration::from_secs(3)]);
}

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
    let client = builder("http://127.0.0.1:9", stopped.clone()).build().unwrap();

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
        read(&builder(&graph.root, SystemClock::default()).build().unwrap()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(graph.connections(), 1);
}

#[tokio::test]
async fn g12_a_silent_service_is_asked_once_more() {
    let graph = RawServer::start([Act::Hang]).await;

    let error = read(&builder(&graph.root, clock()).build().unwrap()).await.unwrap_err();

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
async fn g13_cut_json_is_asked_for_once_more_and_never_shown() {
    let cut = &page(&[message("one"), message("two")]).to_string()[..60];
    let right = http("200 OK", cut);
    let wrong = right.replace("Content-Length: 60", "Content-Length: 90");
    for act in [Act::Answer(right), Act::Close(wrong)] {
        let graph = RawServer::start([act]).await;
        let client = builder(&graph.root, clock()).build().unwrap();

        let error = client.mail(&Mailbox::Me).messages().page().await.unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert_eq!(graph.requests().len(), 2);
    }
}

#[tokio::test]
async fn g14_a_success_without_json_is_a_protocol_error() {
    let empty = || ResponseTemplate::new(200);
    for answer in [html(200), empty(), ResponseTemplate::new(204)] {
        let graph = Service::answering([answer]).await;

        let error = read(&graph.client()).await.unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Protocol);
    }
}

#[tokio::test]
async fn g15_a_list_that_ends_in_an_error_is_asked_for_once_more() {
    let broken =
        json!({"value": [message("one"), {"error": {"code": "ErrorInternalServerError"}}]});
    let tail = format!("{}{}", page(&[message("one")]), "{\"error\":{}}");
    for body in [broken.to_string(), tail] {
        let answer = ResponseTemplate::new(200).set_body_raw(body, "application/json");
        let whole = ResponseTemplate::new(200).set_body_json(page(&[message("one")]));
        let graph = Service::answering([answer, whole]).await;

        let page = graph.client().mail(&Mailbox::Me).messages().page().await.unwrap();

        assert_eq!(page.items.len(), 1);
        assert_eq!(graph.attempts().await, 2);
    }
}

#[tokio::test]
async fn g16_a_redirect_of_a_json_route_is_not_followed() {
    let elsewhere = Service::answering([ok()]).await;
    for status in [301, 302, 307, 308] {
        let answer =
            ResponseTemplate::new(status).insert_header("Location", elsewhere.server.uri());
        let graph = Service::answering([answer]).await;

        let error = read(&graph.client()).await.unwrap_err();

        assert_eq!((error.kind(), error.code()), (ErrorKind::Protocol, Some("redirect")));
    }
    assert_eq!(elsewhere.attempts().await, 0);
}

#[tokio::test]
async fn g22_json_beyond_the_limit_is_cut() {
    let huge = page(&[message(&"x".repeat(300_000))]);
    let graph = Service::answering([ResponseTemplate::new(200).set_body_json(huge)]).await;
    let limits = Limits::default().with_json_bytes(100_000);
    let client = graph.builder().limits(limits).build().unwrap();

    let error = client.mail(&Mailbox::Me).messages().page().await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(graph.attempts().await, 1);
}

#[tokio::test]
async fn g22_the_requests_of_one_call_share_what_they_may_read() {
    let half = page(&[message(&"x".repeat(60_000))]);
    let graph = Service::answering([ResponseTemplate::new(200).set_body_json(half)]).await;
    let limits = Limits::default().with_json_bytes(100_000);
    let client = graph.builder().limits(limits).build().unwrap().for_call(Call::new());
    let messages = || client.mail(&Mailbox::Me).messages().page();

    messages().await.unwrap();

    assert_eq!(messages().await.unwrap_err().kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn g24_a_compressed_body_is_counted_as_it_unpacks() {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&vec![b' '; 32 * 1024 * 1024]).unwrap();
    let answer = ResponseTemplate::new(200)
        .insert_header("Content-Encoding", "gzip")
        .set_body_raw(bomb.finish().unwrap(), "application/json");
    let graph = Service::answering([answer]).await;

    let error = read(&graph.client()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn g29_both_kinds_of_denial_are_forbidden() {
    for code in ["ErrorAccessDenied", "Forbidden"] {
        let graph = Service::answering([refusal(403, code)]).await;
        let client = graph.client();

        let error = read(&client).await.unwrap_err();

        assert_eq!((error.kind(), error.code()), (ErrorKind::Forbidden, Some(code)));
        assert_eq!(graph.attempts().await, 1);
    }
}

#[tokio::test]
async fn g29_the_granted_scopes_tell_which_permission_is_missing() {
    let graph = Service::answering([ok()]).await;
    let client = graph.client();

    assert!(client.grants("mail.read").await.unwrap());
    assert!(!client.grants("Mail.Read.Shared").await.unwrap());
}

#[tokio::test]
async fn g30_answers_that_no_retry_mends_are_mapped_at_once() {
    let cases = [
        (400, ErrorKind::BadRequest),
        (404, ErrorKind::NotFound),
        (405, ErrorKind::NotSupported),
        (406, ErrorKind::NotSupported),
        (410, ErrorKind::Gone),
        (415, ErrorKind::NotSupported),
        (423, ErrorKind::Locked),
        (501, ErrorKind::NotSupported),
    ];
    for (status, kind) in cases {
        let graph = Service::answering([refusal(status, "code")]).await;

        let error = read(&graph.client()).await.unwrap_err();

        assert_eq!(error.kind(), kind, "{status}");
        assert_eq!(graph.attempts().await, 1);
    }
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
        if (state >> 33) % period == 0 { refusal(503, "ServiceUnavailable") } else { ok() }
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

#[tokio::test]
async fn g33_no_more_than_three_requests_reach_one_mailbox_at_once() {
    let graph = Counting::start(Duration::from_millis(30)).await;
    let client = builder(&graph.root, SystemClock::default()).build().unwrap();

    let reads = join_all((0..9).map(|_| {
        let call = client.for_call(Call::new());
        async move { read(&call).await }
    }));

    assert!(reads.await.iter().all(Result::is_ok));
    assert_eq!(graph.most_at_once(), 3);
}

#[tokio::test]
async fn g33_a_call_that_finds_no_place_in_time_is_told_so() {
    let graph = RawServer::start([Act::Hang]).await;
    let limits = short_limits().with_per_mailbox(1).with_slot_wait(Duration::from_millis(50));
    let client = builder(&graph.root, SystemClock::default()).limits(limits).build().unwrap();

    let (first, second) = tokio::join!(read(&client), read(&client));

    let kinds = [first, second].map(|answer| answer.unwrap_err().kind());
    assert_eq!(kinds, [ErrorKind::Timeout, ErrorKind::Throttled]);
}

#[tokio::test]
async fn the_requests_of_one_call_queue_as_long_as_the_call_lives() {
    let graph = Counting::start(Duration::from_millis(30)).await;
    let limits = short_limits().with_slot_wait(Duration::from_millis(50));
    let client = builder(&graph.root, SystemClock::default()).limits(limits).build().unwrap();
    let call = client.for_call(Call::new());

    let reads = join_all((0..12).map(|_| read(&call))).await;

    assert!(reads.iter().all(Result::is_ok));
    assert_eq!(graph.most_at_once(), 3);
}

#[tokio::test]
async fn a_dropped_request_frees_its_place() {
    let hanging = Act::Hang;
    let whole = Act::Answer(http("200 OK", &message("x").to_string()));
    let graph = RawServer::start([hanging, whole]).await;
    let limits = short_limits().with_per_mailbox(1).with_first_byte(Duration::from_secs(20));
    let client = builder(&graph.root, SystemClock::default()).limits(limits).build().unwrap();

    let cancelled = tokio::time::timeout(Duration::from_millis(100), read(&client)).await;
    let next = read(&client).await;

    assert!(cancelled.is_err());
    assert_eq!(next.unwrap().id.unwrap().as_str(), ID);
}
