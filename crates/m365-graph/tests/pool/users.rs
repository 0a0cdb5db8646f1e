//! What is known of each user, and of nobody else.

use std::time::Duration;

use m365_graph::ErrorKind;
use wiremock::{Mock, matchers::header};

use super::{client, pool};
use crate::support::{Script, Service, ok, read, throttled};

/// A Graph that asks one user to wait and answers all others.
async fn service() -> Service {
    let graph = Service::answering([ok()]).await;
    let waiting = Mock::given(header("authorization", "Bearer waiting"));
    let script = Script::new([throttled(120), ok()]);
    waiting.respond_with(script).with_priority(1).mount(&graph.server).await;
    graph
}

#[tokio::test]
async fn a_user_whom_graph_asks_to_wait_is_remembered_between_calls() {
    let graph = service().await;
    let pool = pool(&graph.server.uri(), graph.clock.clone()).build().unwrap();
    read(&client(&pool, "tenant", "waiting")).await.unwrap_err();
    for number in 0..1000 {
        drop(client(&pool, "tenant", &format!("user{number}")));
    }

    graph.clock.advance(Duration::from_secs(20));
    let error = read(&client(&pool, "tenant", "waiting")).await.unwrap_err();
    graph.clock.advance(Duration::from_secs(100));
    let after = read(&client(&pool, "tenant", "waiting")).await;

    assert_eq!(error.kind(), ErrorKind::Throttled);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(100)));
    assert!(after.is_ok());
    assert_eq!(graph.attempts().await, 2);
}

#[tokio::test]
async fn nobody_else_waits_with_a_user_whom_graph_asks_to() {
    let graph = service().await;
    let pool = pool(&graph.server.uri(), graph.clock.clone()).build().unwrap();
    read(&client(&pool, "tenant", "waiting")).await.unwrap_err();

    let colleague = read(&client(&pool, "tenant", "colleague")).await;
    let namesake = read(&pool.client("other", "waiting", crate::support::token("namesake"))).await;

    assert!(colleague.is_ok() && namesake.is_ok());
    assert!(graph.clock.sleeps().is_empty());
}

#[tokio::test]
async fn each_request_bears_its_own_users_token() {
    let graph = Service::answering([ok()]).await;
    let pool = pool(&graph.server.uri(), graph.clock.clone()).build().unwrap();
    let (first, second) = (client(&pool, "tenant", "first"), client(&pool, "tenant", "second"));

    for client in [&first, &second, &first] {
        read(client).await.unwrap();
    }

    let requests = graph.requests().await;
    let bearers = requests.iter().map(|request| request.headers["authorization"].to_str().unwrap());
    assert!(bearers.eq(["Bearer first", "Bearer second", "Bearer first"]));
}

#[test]
fn a_pool_shows_its_origin_and_neither_users_nor_secrets() {
    let root = "http://127.0.0.1:1/someone";
    let pool = pool(root, crate::support::clock()).build().unwrap();
    let client = client(&pool, "tenant", "secret-user");

    let shown = format!("{pool:?} {client:?}");

    assert!(shown.contains("127.0.0.1:1") && !shown.contains("secret-user"), "{shown}");
}
