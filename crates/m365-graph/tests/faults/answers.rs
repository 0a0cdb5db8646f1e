//! Answers that cannot be used, are too large, or refuse.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use m365_graph::{Call, ErrorKind, Limits, Mailbox};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::support::{
    Service, builder, clock, message, ok, page,
    raw::{Act, RawServer, http},
    read, refusal,
};

fn html(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw("<html>Gateway</html>", "text/html")
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
