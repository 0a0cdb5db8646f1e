//! How many requests a mailbox takes at a time.

use std::time::Duration;

use m365_sim::Fault;
use reqwest::Response;
use tokio::task::JoinSet;

use super::asking::{Asking, MIRA};

const PATH: &str = "/me/messages?$top=1&$select=id";

async fn at_once(graph: &Asking, count: usize) -> Vec<Response> {
    let mut set = JoinSet::new();
    for _ in 0..count {
        set.spawn(graph.get(PATH).send());
    }
    set.join_all().await.into_iter().map(Result::unwrap).collect()
}

#[tokio::test]
async fn four_requests_at_a_time_are_fine() {
    let graph = Asking::mail().await;

    let responses = at_once(&graph, 4).await;

    assert!(responses.iter().all(|response| response.status() == 200));
}

#[tokio::test]
async fn s53_more_than_four_at_a_time_are_throttled() {
    let graph = Asking::mail().await;

    let responses = at_once(&graph, 40).await;

    let refused = responses.iter().find(|response| response.status() == 429).unwrap();
    assert_eq!(refused.headers()["retry-after"], "2");
}

#[tokio::test]
async fn s57_coming_back_too_early_makes_the_wait_longer() {
    let graph = Asking::mail().await;
    at_once(&graph, 40).await;

    let early = graph.get(PATH).send().await.unwrap();
    let wait: u64 = early.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    graph.tenant.clock().advance(Duration::from_secs(wait));
    let late = graph.get(PATH).send().await.unwrap();

    assert_eq!(early.status(), 429);
    assert!(wait > 2);
    assert_eq!(late.status(), 200);
}

#[tokio::test]
async fn slow_requests_are_counted_while_they_last() {
    let graph = Asking::mail().await;
    graph.tenant.graph().on("/v1.0/me/messages", Fault::delay(Duration::from_millis(100)));

    let responses = at_once(&graph, 3).await;

    assert!(responses.iter().all(|response| response.status() == 200));
    assert_eq!(graph.tenant.max_parallel(MIRA), 3);
}
