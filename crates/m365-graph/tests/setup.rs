//! What the client makes of its own settings.

use m365_graph::ErrorKind;

use crate::support::{Service, ok, read};

#[tokio::test]
async fn an_http_client_that_cannot_be_made_is_reported_at_once() {
    let graph = Service::answering([ok()]).await;
    let client = graph.builder().user_agent("two\nlines").build().unwrap();

    let error = read(&client).await.unwrap_err();

    assert_eq!((error.kind(), error.code()), (ErrorKind::Unavailable, Some("setup")));
    assert!(graph.clock.sleeps().is_empty());
    assert_eq!(graph.attempts().await, 0);
}
