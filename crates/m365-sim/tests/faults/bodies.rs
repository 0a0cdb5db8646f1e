//! Bodies that are not what they should be.

use m365_sim::{Fault, Sim};
use serde_json::Value;

use super::{MESSAGES, MIRA, messages, request};
use crate::client;

fn is_json(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok()
}

#[tokio::test]
async fn s60_what_is_asked_for_comes_once_and_then_the_right_answer() {
    let tenant = Sim::start().await;
    for (fault, status, media_type) in [
        (Fault::gateway_timeout_html(), 504, "text/html"),
        (Fault::empty(401), 401, ""),
        (Fault::truncated_json(), 200, "application/json"),
    ] {
        tenant.graph().next_response(fault);
        let (faulty, right) = (messages(&tenant).await, messages(&tenant).await);
        assert_eq!(faulty.status, status);
        assert!(faulty.header("content-type").starts_with(media_type) && !is_json(&faulty.text));
        assert!(right.status == 200 && is_json(&right.text), "after {status}");
    }
    tenant.graph().next_response(Fault::reset_before_headers());
    let reset = request(&tenant, MESSAGES).send().await;
    let raw = client::builder().no_gzip().build().unwrap();
    let packed = raw.get(format!("{}{MESSAGES}", tenant.graph_endpoint()));
    let token = tenant.issue_token(MIRA, &["Mail.Read"]);
    let packed = packed.bearer_auth(token).header("accept-encoding", "gzip").send().await.unwrap();

    assert!(reset.is_err());
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    assert!(packed.bytes().await.unwrap().starts_with(&[0x1f, 0x8b]));
}

#[tokio::test]
async fn g13_json_is_cut_with_the_right_and_the_wrong_length() {
    let tenant = Sim::start().await;
    tenant.graph().next_response(Fault::truncated_json());
    tenant.graph().next_response(Fault::truncated_json_wrong_length());

    let right = messages(&tenant).await;
    let wrong = request(&tenant, MESSAGES).send().await.unwrap();

    assert_eq!(right.status, 200);
    assert!(right.text.starts_with('{') && !is_json(&right.text));
    assert!(wrong.bytes().await.is_err());
}

#[tokio::test]
async fn g14_a_success_brings_a_page_or_nothing() {
    let tenant = Sim::start().await;
    for fault in [Fault::html_200(), Fault::empty_200(), Fault::no_content_204()] {
        tenant.graph().next_response(fault);
    }
    tenant.graph().next_response(Fault::empty(401));

    let page = messages(&tenant).await;
    let empty = messages(&tenant).await;
    let none = messages(&tenant).await;
    let refused = messages(&tenant).await;

    assert_eq!((page.status, page.header("content-type")), (200, "text/html"));
    assert_eq!((empty.status, empty.text.as_str()), (200, ""));
    assert_eq!((none.status, none.text.as_str()), (204, ""));
    assert_eq!((refused.status, refused.text.as_str()), (401, ""));
}

#[tokio::test]
async fn g15_a_success_ends_in_an_error() {
    let tenant = Sim::start().await;
    tenant.graph().next_response(Fault::error_tail());

    let answer = messages(&tenant).await;

    assert_eq!(answer.status, 200);
    assert!(answer.text.ends_with("The operation failed.\"}}"));
    assert!(!is_json(&answer.text));
}

#[tokio::test]
async fn g22_a_page_is_as_large_as_it_is_told() {
    let tenant = Sim::start().await;
    tenant.graph().next_response(Fault::huge_page(1 << 20));

    let answer = messages(&tenant).await;

    assert!(answer.text.len() > 1 << 20);
    assert!(is_json(&answer.text));
}

#[tokio::test]
async fn g24_a_small_body_unpacks_to_a_large_one() {
    let tenant = Sim::start().await;
    tenant.graph().next_responses(2, Fault::gzip_bomb(32 << 20));

    let answer = messages(&tenant).await;
    let packed = request(&tenant, MESSAGES).send().await.unwrap().content_length();

    assert!(answer.text.len() > 32 << 20);
    assert!(is_json(&answer.text));
    assert!(packed.is_none_or(|length| length < 100_000));
}

#[tokio::test]
async fn g28_the_date_is_ahead_or_behind() {
    let tenant = Sim::start().await;
    tenant.graph().next_response(Fault::clock_skew(-600));

    let skewed = messages(&tenant).await;
    let right = messages(&tenant).await;

    let time = |answer: &super::Answer| {
        let parser = jiff::fmt::rfc2822::DateTimeParser::new();
        parser.parse_timestamp(answer.header("date")).unwrap()
    };
    assert!(time(&right).duration_since(time(&skewed)).as_secs() >= 600);
}
