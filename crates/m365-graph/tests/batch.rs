//! Batches of reads.

use std::time::Duration;

use m365_graph::{Address, BatchGet, ErrorKind, GraphClient, Mailbox, Message, MessageId, Result};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::{Service, ok, page, read, refusal};

fn id(place: usize) -> String {
    format!("AAMkAGE{place}=")
}

fn parts(client: &GraphClient, count: usize) -> Vec<BatchGet<Message>> {
    let mail = client.mail(&Mailbox::Me);
    let part =
        |place| mail.message(&MessageId::new(&id(place)).unwrap()).select(&["subject"]).batched();
    (0..count).map(part).collect()
}

fn good(place: usize) -> Value {
    json!({"id": place.to_string(), "status": 200, "headers": {"Content-Type": "application/json"},
           "body": {"id": id(place), "subject": place.to_string()}})
}

fn bad(place: usize, status: u16, code: &str) -> Value {
    let error = json!({"code": code, "innerError": {"request-id": "a26b7cb9"}});
    json!({"id": place.to_string(), "status": status, "body": {"error": error}})
}

fn busy(place: usize, seconds: u32) -> Value {
    json!({"id": place.to_string(), "status": 429, "headers": {"retry-after": seconds.to_string()},
           "body": {"error": {"code": "ApplicationThrottled"}}})
}

fn answer(responses: &[Value]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"responses": responses}))
}

async fn sent(graph: &Service, request: usize) -> Vec<Value> {
    let requests = graph.requests().await;
    let body: Value = serde_json::from_slice(&requests[request].body).unwrap();
    body["requests"].as_array().unwrap().clone()
}

fn subjects(answers: &[Result<Message>]) -> Vec<String> {
    answers.iter().map(|answer| answer.as_ref().unwrap().subject.clone().unwrap()).collect()
}

#[tokio::test]
async fn answers_come_in_the_callers_order() {
    let graph = Service::answering([answer(&[good(2), good(0), good(1)])]).await;
    let client = graph.client();

    let answers = client.batch(parts(&client, 3)).await.unwrap();

    let part = &sent(&graph, 0).await[1];
    assert_eq!(subjects(&answers), ["0", "1", "2"]);
    assert_eq!(
        (&part["method"], &part["url"]),
        (&json!("GET"), &json!("/me/messages/AAMkAGE1%3D?$select=id,subject"))
    );
    assert_eq!(graph.requests().await[0].url.path(), "/v1.0/$batch");
}

#[tokio::test]
async fn no_request_carries_more_than_twenty_parts() {
    let first = (0..20).map(good).collect::<Vec<_>>();
    let graph = Service::answering([answer(&first), answer(&[good(20), good(21)])]).await;
    let client = graph.client();

    let answers = client.batch(parts(&client, 22)).await.unwrap();

    assert_eq!(subjects(&answers).len(), 22);
    assert_eq!((sent(&graph, 0).await.len(), sent(&graph, 1).await.len()), (20, 2));
}

#[tokio::test]
async fn each_mailbox_has_a_request_of_its_own() {
    let graph = Service::answering([answer(&[good(0), good(2)]), answer(&[good(1)])]).await;
    let client = graph.client();
    let dock = Mailbox::Of(Address::new("dockdesk@brightquay.example").unwrap());
    let part = |mailbox: &Mailbox, place| {
        client.mail(mailbox).message(&MessageId::new(&id(place)).unwrap()).batched()
    };

    let parts = vec![part(&Mailbox::Me, 0), part(&dock, 1), part(&Mailbox::Me, 2)];
    let answers = client.batch(parts).await.unwrap();

    assert_eq!(subjects(&answers), ["0", "1", "2"]);
    assert_eq!((sent(&graph, 0).await.len(), sent(&graph, 1).await.len()), (2, 1));
}

#[tokio::test]
async fn an_empty_batch_sends_nothing() {
    let graph = Service::answering([answer(&[])]).await;
    let client = graph.client();

    assert!(client.batch(parts(&client, 0)).await.unwrap().is_empty());
    assert_eq!(graph.attempts().await, 0);
}

#[tokio::test]
async fn g06_only_throttled_parts_are_sent_again_after_the_longest_wait() {
    let first = answer(&[good(0), busy(1, 1), good(2), good(3), busy(4, 3), good(5)]);
    let graph = Service::answering([first, answer(&[good(4), good(1)])]).await;
    let client = graph.client();

    let answers = client.batch(parts(&client, 6)).await.unwrap();

    let again = sent(&graph, 1).await;
    assert_eq!(subjects(&answers), ["0", "1", "2", "3", "4", "5"]);
    assert_eq!(again.iter().map(|part| &part["id"]).collect::<Vec<_>>(), ["1", "4"]);
    assert_eq!(graph.clock.sleeps(), [Duration::from_secs(3)]);
}

#[tokio::test]
async fn g07_bad_parts_are_named_and_the_good_ones_returned() {
    let responses = [
        good(0),
        bad(1, 404, "ErrorItemNotFound"),
        bad(2, 403, "ErrorAccessDenied"),
        bad(3, 424, "FailedDependency"),
    ];
    let graph = Service::answering([answer(&responses)]).await;
    let client = graph.client();

    let answers = client.batch(parts(&client, 4)).await.unwrap();

    let kinds = answers.iter().map(|answer| answer.as_ref().err().map(m365_graph::Error::kind));
    assert_eq!(
        kinds.collect::<Vec<_>>(),
        [None, Some(ErrorKind::NotFound), Some(ErrorKind::Forbidden), Some(ErrorKind::Unavailable)]
    );
    assert_eq!(answers[1].as_ref().unwrap_err().request_id(), Some("a26b7cb9"));
    assert_eq!(graph.attempts().await, 1);
}

#[tokio::test]
async fn a_part_that_stays_throttled_fails_alone() {
    let graph = Service::answering([answer(&[good(0), busy(1, 1)]), answer(&[busy(1, 1)])]).await;
    let client = graph.client();

    let answers = client.batch(parts(&client, 2)).await.unwrap();

    assert!(answers[0].is_ok());
    assert_eq!(answers[1].as_ref().unwrap_err().kind(), ErrorKind::Throttled);
    assert_eq!(graph.attempts().await, 4);
}

#[tokio::test]
async fn a_part_without_an_answer_or_a_resource_is_a_protocol_error() {
    let strange = json!({"id": "1", "status": 200, "body": page(&[])});
    let graph = Service::answering([answer(&[good(0), strange])]).await;
    let client = graph.client();

    let answers = client.batch(parts(&client, 3)).await.unwrap();

    assert!(answers[0].is_ok());
    for answer in &answers[1..] {
        assert_eq!(answer.as_ref().unwrap_err().kind(), ErrorKind::Protocol);
    }
}

#[tokio::test]
async fn a_batch_that_is_refused_as_a_whole_is_one_error() {
    let graph = Service::answering([refusal(400, "BadRequest")]).await;
    let client = graph.client();

    let error = client.batch(parts(&client, 2)).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::BadRequest);
}

/// A batch of two parts, each in a mailbox of its own.
fn two_mailboxes(client: &GraphClient) -> Vec<BatchGet<Message>> {
    let dock = Mailbox::Of(Address::new("dockdesk@brightquay.example").unwrap());
    let part = |mailbox: &Mailbox, place| {
        client.mail(mailbox).message(&MessageId::new(&id(place)).unwrap()).batched()
    };
    vec![part(&Mailbox::Me, 0), part(&dock, 1)]
}

#[tokio::test]
async fn a_round_that_breaks_off_keeps_what_it_already_brought() {
    let first = [answer(&[busy(0, 1)]), answer(&[busy(1, 1)])];
    let second = [answer(&[good(0)]), refusal(400, "BadRequest")];
    let graph = Service::answering(first.into_iter().chain(second)).await;
    let client = graph.client();

    let answers = client.batch(two_mailboxes(&client)).await.unwrap();

    assert!(answers[0].is_ok());
    assert_eq!(answers[1].as_ref().unwrap_err().kind(), ErrorKind::Throttled);
    assert_eq!(graph.attempts().await, 4);
}

#[tokio::test]
async fn a_later_request_that_is_refused_costs_only_its_own_parts() {
    let graph = Service::answering([answer(&[good(0)]), refusal(400, "BadRequest")]).await;
    let client = graph.client();

    let answers = client.batch(two_mailboxes(&client)).await.unwrap();

    assert!(answers[0].is_ok());
    let error = answers[1].as_ref().unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::BadRequest, Some("BadRequest")));
}

#[tokio::test]
async fn g02_a_throttled_part_keeps_later_calls_away_from_its_workload() {
    let graph = Service::answering([answer(&[good(0), busy(1, 120)]), ok()]).await;
    let client = graph.client();

    let answers = client.batch(parts(&client, 2)).await.unwrap();
    let later = read(&client).await.unwrap_err();

    assert!(answers[0].is_ok());
    for error in [answers[1].as_ref().unwrap_err(), &later] {
        assert_eq!(
            (error.kind(), error.retry_after()),
            (ErrorKind::Throttled, Some(Duration::from_secs(120)))
        );
    }
    assert_eq!(graph.attempts().await, 1);
}
