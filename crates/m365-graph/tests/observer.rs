//! What an observer is told, and what it can forbid.

use std::{sync::Arc, time::Duration};

use m365_auth::AccessToken;
use m365_graph::{
    Call, ChatId, ErrorKind, GraphClient, GraphEvent, GraphObserver, Mailbox, MessageId,
    RetryReason, Workload,
};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::support::{
    ID, SECRET, Service, builder_with, ok,
    raw::{Act, RawServer},
    read, refusal, throttled,
    watch::Watch,
};

const OUTLOOK: Workload = Workload::Outlook;
const CLAIMS: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1773739800"}}}"#;
const ENCODED: &str =
    "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNzczNzM5ODAwIn19fQ==";

fn watched(client: &GraphClient, watch: &Arc<Watch>) -> GraphClient {
    client.observed_by(Arc::<Watch>::clone(watch) as Arc<dyn GraphObserver>)
}

#[tokio::test]
async fn a_request_is_reported_with_all_that_audit_needs_and_no_id() {
    let answer = ok().insert_header("request-id", "0ec53fd7-8030-4c2e");
    let graph = Service::answering([throttled(2), answer]).await;
    let watch = Watch::new();

    read(&watched(&graph.client(), &watch)).await.unwrap();

    let record = watch.only();
    assert_eq!(
        (record.template.as_str(), record.workload),
        ("GET /me/messages/{message}", OUTLOOK)
    );
    assert_eq!((record.status, record.error, record.is_cancelled), (Some(200), None, false));
    assert_eq!((record.attempts, record.throttled, record.parts), (2, 1, 1));
    assert_eq!(record.request_id.as_deref(), Some("0ec53fd7-8030-4c2e"));
    assert_eq!(record.bytes, crate::support::message("Keel inspection").to_string().len() as u64);
    assert_eq!(record.elapsed, Duration::from_secs(2));
    assert!(!format!("{record:?}").contains("AAMk"));
}

#[tokio::test]
async fn throttling_and_retries_are_counted_as_they_happen() {
    let graph = Service::answering([throttled(2), refusal(500, "x"), ok()]).await;
    let watch = Watch::new();

    read(&watched(&graph.client(), &watch)).await.unwrap();

    let expected = [
        GraphEvent::Throttled,
        GraphEvent::Retried(RetryReason::Throttled),
        GraphEvent::Retried(RetryReason::Failed),
    ];
    assert_eq!(watch.events(), expected.map(|event| (OUTLOOK, event)));
}

#[tokio::test]
async fn a_failure_is_reported_with_its_status_and_kind() {
    let graph = Service::answering([refusal(404, "ErrorItemNotFound")]).await;
    let watch = Watch::new();

    read(&watched(&graph.client(), &watch)).await.unwrap_err();

    let record = watch.only();
    assert_eq!((record.status, record.error), (Some(404), Some(ErrorKind::NotFound)));
}

#[tokio::test]
async fn a_cancelled_request_is_reported_once_and_without_a_status() {
    let graph = RawServer::start([Act::Hang]).await;
    let client = crate::support::builder(&graph.root, crate::support::clock()).build().unwrap();
    let watch = Watch::new();

    let client = watched(&client, &watch);
    let cut = tokio::time::timeout(Duration::from_millis(100), read(&client)).await;

    assert!(cut.is_err());
    let record = watch.only();
    assert_eq!((record.status, record.error, record.is_cancelled), (None, None, true));
    assert_eq!(record.attempts, 1);
}

#[tokio::test]
async fn r33_what_is_switched_off_is_not_sent_and_the_rest_is() {
    let graph = Service::answering([ok()]).await;
    let watch = Watch::without(Workload::Teams);
    let client = watched(&graph.client(), &watch);

    let chat = client.teams().chat(&ChatId::new("19:1@thread.v2").unwrap()).get().await;
    let message = read(&client).await;

    assert_eq!(chat.unwrap_err().kind(), ErrorKind::Disabled);
    assert!(message.is_ok());
    assert_eq!(graph.attempts().await, 1);
    let record = &watch.finished()[0];
    assert_eq!((record.error, record.attempts), (Some(ErrorKind::Disabled), 0));
}

#[tokio::test]
async fn r33_a_batch_leaves_out_the_parts_that_are_switched_off() {
    let graph = Service::answering([ok()]).await;
    let client = watched(&graph.client(), &Watch::without(OUTLOOK));
    let part = client.mail(&Mailbox::Me).message(&MessageId::new(ID).unwrap()).batched();

    let answers = client.batch(vec![part]).await.unwrap();

    assert_eq!(answers[0].as_ref().unwrap_err().kind(), ErrorKind::Disabled);
    assert_eq!(graph.attempts().await, 0);
}

#[tokio::test]
async fn a_batch_is_one_record_with_its_parts() {
    let part = |at: usize| json!({"id": at.to_string(), "status": 200, "body": {"id": ID}});
    let body = json!({"responses": [part(0), part(1), part(2)]});
    let graph = Service::answering([ResponseTemplate::new(200).set_body_json(body)]).await;
    let watch = Watch::new();
    let client = watched(&graph.client(), &watch);
    let message = || client.mail(&Mailbox::Me).message(&MessageId::new(ID).unwrap()).batched();

    client.batch(vec![message(), message(), message()]).await.unwrap();

    let record = watch.only();
    assert_eq!((record.template.as_str(), record.parts), ("POST /$batch", 3));
}

#[tokio::test]
async fn g26_a_token_that_is_refused_for_ever_is_tried_twice() {
    let graph = Service::answering([refusal(401, "InvalidAuthenticationToken")]).await;
    let watch = Watch::new();
    let client = builder_with(Arc::new(Fresh), &graph.server.uri(), graph.clock.clone());

    let error = read(&watched(&client.build().unwrap(), &watch)).await.unwrap_err();

    let record = watch.only();
    assert_eq!((error.kind(), error.claims()), (ErrorKind::Auth, None));
    assert_eq!((record.attempts, record.status, record.challenge), (2, Some(401), None));
}

#[tokio::test]
async fn g27_a_challenge_that_is_not_met_is_reported_with_its_claims() {
    let header = format!("Bearer error=\"insufficient_claims\", claims=\"{ENCODED}\"");
    let challenge =
        refusal(401, "InvalidAuthenticationToken").insert_header("WWW-Authenticate", header);
    let graph = Service::answering([challenge]).await;
    let watch = Watch::new();
    let client = builder_with(Arc::new(Fresh), &graph.server.uri(), graph.clock.clone());

    let error = read(&watched(&client.build().unwrap(), &watch)).await.unwrap_err();

    let record = watch.only();
    assert_eq!(error.claims(), Some(CLAIMS));
    assert_eq!((record.attempts, record.challenge.as_deref()), (2, Some(CLAIMS)));
}

/// Gives another token each time.
#[derive(Debug)]
struct Fresh;

#[async_trait::async_trait]
impl m365_auth::TokenProvider for Fresh {
    async fn access_token(&self, _: &m365_auth::TokenRequest) -> m365_auth::Result<AccessToken> {
        Ok(AccessToken::new(SECRET.to_owned(), jiff::Timestamp::MAX, ["Mail.Read"]))
    }
}

#[tokio::test]
async fn a_trace_is_sent_on_and_what_is_none_is_not() {
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let graph = Service::answering([ok()]).await;
    for traceparent in [trace, "00-odd"] {
        let call = Call::new().with_traceparent(traceparent);
        read(&graph.client().for_call(call)).await.unwrap();
    }

    let requests = graph.requests().await;
    let sent = requests.iter().map(|request| request.headers.get("traceparent"));
    let sent = sent.map(|value| value.map(|value| value.to_str().unwrap().to_owned()));
    assert!(sent.eq([Some(trace.to_owned()), None]));
}
