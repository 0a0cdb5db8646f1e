//! What the tests of this crate share.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use m365_auth::{AccessToken, Clock, FixedToken, ManualClock, TokenProvider};
use m365_graph::{GraphClient, GraphClientBuilder, Limits, Mailbox, Message, MessageId, Result};
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

pub(crate) mod raw;
pub(crate) mod server;
pub(crate) mod watch;

pub(crate) const SECRET: &str = "eyJ0-canary-token";
pub(crate) const ID: &str = "AAMkAGE37p_CXJpZSwY-jRzXHA=";

/// A Graph that answers from a list; its last answer stays.
pub(crate) struct Service {
    pub(crate) server: MockServer,
    pub(crate) clock: ManualClock,
}

impl Service {
    pub(crate) async fn answering(answers: impl IntoIterator<Item = ResponseTemplate>) -> Self {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(Script::new(answers)).mount(&server).await;
        Self { server, clock: clock() }
    }

    pub(crate) fn client(&self) -> GraphClient {
        self.builder().build().unwrap()
    }

    pub(crate) fn builder(&self) -> GraphClientBuilder {
        builder(&self.server.uri(), self.clock.clone())
    }

    /// Returns all requests so far. Gives way first: the end of the server waits in a manner that a task
    /// which has used up its turn would wait in for ever.
    pub(crate) async fn requests(&self) -> Vec<Request> {
        tokio::task::yield_now().await;
        self.server.received_requests().await.unwrap()
    }

    pub(crate) async fn attempts(&self) -> usize {
        self.requests().await.len()
    }
}

/// Answers by turns.
pub(crate) struct Script(Mutex<VecDeque<ResponseTemplate>>);

impl Script {
    pub(crate) fn new(answers: impl IntoIterator<Item = ResponseTemplate>) -> Self {
        Self(Mutex::new(answers.into_iter().collect()))
    }
}

impl Respond for Script {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let mut answers = self.0.lock().unwrap();
        if answers.len() > 1 { answers.pop_front().unwrap() } else { answers[0].clone() }
    }
}

/// A clock that stands still at a moment of 2026.
pub(crate) fn clock() -> ManualClock {
    ManualClock::new("2026-03-17T09:30:12Z".parse().unwrap())
}

/// A client whose connections skip the system's roots: loading them outlasts a test.
pub(crate) fn builder(root: &str, clock: impl Clock + 'static) -> GraphClientBuilder {
    builder_with(token(SECRET), root, clock)
}

/// The same with other tokens.
pub(crate) fn builder_with(
    tokens: Arc<dyn TokenProvider>,
    root: &str,
    clock: impl Clock + 'static,
) -> GraphClientBuilder {
    GraphClient::builder(tokens)
        .base_url(root.parse().unwrap())
        .clock(Arc::new(clock))
        .http(|| reqwest::Client::builder().no_proxy().tls_danger_accept_invalid_certs(true))
        .jitter_seed(7)
}

/// Network timeouts that a test can wait for.
pub(crate) fn short_limits() -> Limits {
    Limits::default()
        .with_first_byte(Duration::from_millis(300))
        .with_silence(Duration::from_millis(300))
}

pub(crate) fn token(secret: &str) -> Arc<dyn TokenProvider> {
    let token = AccessToken::new(secret.to_owned(), Timestamp::MAX, ["Mail.Read"]);
    Arc::new(FixedToken::new(token))
}

/// Reads one message: the simplest request that there is.
pub(crate) async fn read(client: &GraphClient) -> Result<Message> {
    client.mail(&Mailbox::Me).message(&MessageId::new(ID).unwrap()).get().await
}

pub(crate) fn ok() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(message("Keel inspection"))
}

pub(crate) fn message(subject: &str) -> Value {
    json!({"id": ID, "subject": subject})
}

pub(crate) fn page(messages: &[Value]) -> Value {
    json!({"value": messages})
}

pub(crate) fn page_with_next(messages: &[Value], next: &str) -> Value {
    json!({"value": messages, "@odata.nextLink": next})
}

/// An answer that refuses, as Graph words it.
pub(crate) fn refusal(status: u16, code: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).insert_header("request-id", "0ec53fd7-8030-4c2e").set_body_json(
        json!({
            "error": {"code": code, "message": "Someone's private words.",
                      "innerError": {"request-id": "0ec53fd7-8030-4c2e"}}
        }),
    )
}

pub(crate) fn throttled(seconds: u32) -> ResponseTemplate {
    refusal(429, "ApplicationThrottled").insert_header("Retry-After", seconds.to_string())
}
