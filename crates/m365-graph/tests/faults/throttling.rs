//! Throttling: `Retry-After` and its absence.

use std::{collections::HashSet, time::Duration};

use m365_graph::{Call, ErrorKind};

use crate::support::{Service, ok, read, refusal, short_limits, throttled};

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
    assert!(graph.clock.sleeps().is_empty());
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
async fn a_request_that_waits_for_its_place_learns_of_a_block() {
    let slow = throttled(120).set_delay(Duration::from_millis(50));
    let graph = Service::answering([slow, ok()]).await;
    let client = graph.builder().limits(short_limits().with_per_mailbox(1)).build().unwrap();

    let (first, second) = tokio::join!(read(&client), read(&client));

    assert_eq!(first.unwrap_err().kind(), ErrorKind::Throttled);
    assert_eq!(second.unwrap_err().retry_after(), Some(Duration::from_secs(120)));
    assert_eq!(graph.attempts().await, 1);
}

#[tokio::test]
async fn a_call_whose_time_is_up_sends_nothing() {
    let graph = Service::answering([ok()]).await;
    let past = "2026-03-17T09:30:11Z".parse().unwrap();

    let error = read(&graph.client().for_call(Call::new().with_deadline(past))).await.unwrap_err();

    assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, Some("deadline")));
    assert_eq!(graph.attempts().await, 0);
}

#[tokio::test]
async fn g02_no_more_than_an_hour_is_believed() {
    let graph = Service::answering([throttled(4_000_000), ok()]).await;
    let client = graph.client();

    let error = read(&client).await.unwrap_err();
    graph.clock.advance(Duration::from_secs(3600));

    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert!(read(&client).await.is_ok());
}
