//! What the client makes of its own settings.

use std::{
    sync::{Arc, Mutex},
    thread,
};

use m365_graph::{Call, ErrorKind};

use crate::support::{SECRET, Service, builder_with, clock, ok, read, token};

#[tokio::test]
async fn an_http_client_that_cannot_be_made_is_reported_at_once() {
    let graph = Service::answering([ok()]).await;
    let client = graph.builder().user_agent("two\nlines").build().unwrap();

    let error = read(&client).await.unwrap_err();

    assert_eq!((error.kind(), error.code()), (ErrorKind::Unavailable, Some("setup")));
    assert!(graph.clock.sleeps().is_empty());
    assert_eq!(graph.attempts().await, 0);
}

#[tokio::test]
async fn an_http_client_is_made_once_and_off_the_callers_thread() {
    let graph = Service::answering([ok()]).await;
    let made_on = Arc::<Mutex<Vec<thread::ThreadId>>>::default();
    let record = Arc::clone(&made_on);
    let http = move || {
        record.lock().unwrap().push(thread::current().id());
        reqwest::Client::builder().no_proxy().tls_danger_accept_invalid_certs(true)
    };
    let client = graph.builder().http(http).build().unwrap();

    let (first, second) = tokio::join!(read(&client), read(&client));

    let made_on = made_on.lock().unwrap();
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(made_on.len(), 1);
    assert_ne!(made_on[0], thread::current().id());
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_the_callers_mistake() {
    let graph = Service::answering([ok()]).await;
    let call = Call::new().with_client_request_id("two\nlines");
    let named = graph.client().for_call(call);
    let signed_in = builder_with(token("two\nlines"), &graph.server.uri(), clock());

    for client in [named, signed_in.build().unwrap()] {
        let error = read(&client).await.unwrap_err();

        assert_eq!((error.kind(), error.code()), (ErrorKind::BadRequest, Some("invalidHeader")));
    }
    assert_eq!(graph.attempts().await, 0);
}

#[test]
fn a_builder_shows_its_settings_and_no_secret() {
    let root = "https://someone:hunter2@graph.test/x?key=hunter2";
    let builder = builder_with(token(SECRET), root, clock()).download_hosts(["files.example"]);

    let shown = format!("{:?}", builder);

    assert!(shown.contains("https://graph.test") && shown.contains("files.example"), "{shown}");
    assert!(!shown.contains(SECRET) && !shown.contains("hunter2"), "{shown}");
}
