//! How many requests a mailbox takes at a time.

use std::time::Duration;

use m365_sim::Fault;
use reqwest::Response;
use tokio::task::JoinSet;

use super::asking::{Asking, MIRA};

const PATH: &str = "/me/messages?$top=1&$select=id";

/// A demo tenant that takes its time, so that requests meet.
async fn slow() -> Asking {
    let graph = Asking::mail().await;
    for path in ["/v1.0/me/messages", "/v1.0/$batch"] {
        graph.tenant.graph().on(path, Fault::delay(Duration::from_millis(100)));
    }
    graph
}

async fn at_once(graph: &Asking, count: usize) -> Vec<Response> {
    at_once_with(graph, count).join_all().await
}

fn at_once_with(graph: &Asking, count: usize) -> JoinSet<Response> {
    let mut set = JoinSet::new();
    for _ in 0..count {
        let request = graph.get(PATH).send();
        set.spawn(async { request.await.unwrap() });
    }
    set
}

#[tokio::test]
async fn four_requests_at_a_time_are_fine() {
    let graph = slow().await;

    let responses = at_once(&graph, 4).await;

    assert!(responses.iter().all(|response| response.status() == 200));
    assert_eq!(graph.tenant.max_parallel(MIRA), 4);
}

#[tokio::test]
async fn s53_more_than_four_at_a_time_are_throttled() {
    let graph = slow().await;

    let responses = at_once(&graph, 6).await;

    let refused: Vec<_> = responses.iter().filter(|response| response.status() == 429).collect();
    assert_eq!(refused.len(), 2);
    assert_eq!(refused[0].headers()["retry-after"], "2");
}

#[tokio::test]
async fn s53_a_batch_takes_all_the_room_there_is() {
    let graph = slow().await;
    let parts: Vec<_> = (0..4)
        .map(|id| serde_json::json!({"id": id.to_string(), "method": "GET", "url": PATH}))
        .collect();

    let singles = at_once_with(&graph, 2);
    let body = serde_json::json!({"requests": parts});
    let answer = graph.posted("/$batch", &body).await;
    let singles = singles.join_all().await;

    let parts = answer["responses"].as_array().unwrap().iter();
    let refused = parts.filter(|part| part["status"] == 429).count()
        + singles.iter().filter(|single| single.status() == 429).count();
    assert_eq!(refused, 2, "{answer}");
}

#[tokio::test]
async fn s57_coming_back_too_early_makes_the_wait_longer() {
    let graph = slow().await;
    at_once(&graph, 5).await;

    let early = graph.get(PATH).send().await.unwrap();
    let wait: u64 = early.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    graph.tenant.clock().advance(Duration::from_secs(wait));
    let late = graph.get(PATH).send().await.unwrap();

    assert_eq!(early.status(), 429);
    assert!(wait > 2);
    assert_eq!(late.status(), 200);
}
