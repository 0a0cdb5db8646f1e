use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use super::{
    error_code,
    post::{Answer, Post, service},
};
use crate::{
    host::{ERAS, Era},
    support::catalog,
};

async fn sent(body: impl Into<Bytes>) -> Answer {
    Post::new("", json!({})).sending(body, &service(catalog())).await
}

#[tokio::test]
async fn h05_what_is_no_message_is_told_so() {
    for (body, code) in [
        ("", -32_700),
        ("hello", -32_700),
        (r#"{"jsonrpc":"2.0","id":1"#, -32_700),
        ("[]", -32_600),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32_600),
        ("7", -32_600),
        (r#"{"id":1,"method":"ping"}"#, -32_600),
        (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":1}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":1,"method":5}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":18446744073709551615,"method":"ping"}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":[]}"#, -32_602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":"x"}"#, -32_602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/list"}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, -32_600),
    ] {
        let answer = sent(body).await;

        assert_eq!(
            (answer.status, error_code(&answer.json)),
            (StatusCode::BAD_REQUEST, code),
            "{body}"
        );
    }
}

#[tokio::test]
async fn h05_an_error_names_the_request_that_it_is_about() {
    let answer = sent(r#"{"jsonrpc":"2.0","id":"mine","method":"tools/list","params":[]}"#).await;

    assert_eq!(answer.json["id"], "mine");
}

#[tokio::test]
async fn h05_methods_and_tools_that_do_not_exist_are_refused_by_the_protocol() {
    for era in ERAS {
        let service = service(catalog());
        let unknown = Post::of(era, "tools/dance", json!({})).to(&service).await;
        let nameless =
            Post::of(era, "tools/call", json!({})).with("mcp-name", "").to(&service).await;
        let tool = Post::of(era, "tools/call", json!({"name": "send_mail"})).to(&service).await;

        assert_eq!(error_code(&unknown.json), -32_601, "{era:?}");
        assert!([-32_602, -32_020].contains(&error_code(&nameless.json)), "{era:?}");
        assert_eq!(error_code(&tool.json), -32_602, "{era:?}");
    }
}

#[tokio::test]
async fn h05_a_method_of_the_other_era_does_not_exist() {
    let service = service(catalog());
    for method in ["initialize", "ping", "logging/setLevel", "resources/subscribe"] {
        let answer = Post::of(Era::Modern, method, json!({})).to(&service).await;

        assert_eq!(
            (answer.status, error_code(&answer.json)),
            (StatusCode::NOT_FOUND, -32_601),
            "{method}"
        );
    }
    let malformed = Post::new("initialize", json!({})).to(&service).await;
    assert_eq!(error_code(&malformed.json), -32_602);
}

#[tokio::test]
async fn h05_a_name_that_is_given_twice_is_refused() {
    let twice = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_me","name":"probe"}}"#;

    assert_eq!(error_code(&sent(twice).await.json), -32_602);
}

#[tokio::test]
async fn h06_json_that_would_exhaust_a_parser_is_refused() {
    let nested = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let surrogate = r#""\ud800""#.to_owned();
    let number = format!("1{}", "0".repeat(400));
    let many = format!("[{}0]", "0,".repeat(30_000));
    for (value, code) in
        [(nested, -32_600), (surrogate, -32_700), (number, -32_700), (many, -32_600)]
    {
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"probe","arguments":{{"query":{value}}}}}}}"#
        );

        let answer = sent(body).await;

        assert_eq!((answer.status, error_code(&answer.json)), (StatusCode::BAD_REQUEST, code));
    }
}

#[tokio::test]
async fn h08_a_body_over_the_limit_is_refused_by_its_announced_and_its_real_length() {
    let service = service(catalog());
    let long = Post::call(Era::Modern, json!({"query": "x".repeat(70_000)}));

    let announced = long.to(&service).await;
    let chunks = vec![Bytes::from_static(&[b' '; 1_000]); 66];
    let counted = long.streaming(chunks, &service).await;

    for answer in [announced, counted] {
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(error_code(&answer.json), -32_600);
    }
}

#[tokio::test]
async fn h08_no_more_is_read_than_the_limit() {
    let read = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&read);
    let endless = futures_util::stream::repeat_with(move || {
        counter.fetch_add(1_024, std::sync::atomic::Ordering::Relaxed);
        Ok::<_, std::convert::Infallible>(http_body::Frame::data(Bytes::from_static(
            &[b' '; 1_024],
        )))
    });
    let request = http::Request::post("/mcp")
        .header("content-type", "application/json")
        .body(http_body_util::StreamBody::new(endless))
        .unwrap();

    let answer = Answer::of(service(catalog()).handle(request).await).await;

    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(read.load(std::sync::atomic::Ordering::Relaxed) <= (64 << 10) + 1_024);
}

#[tokio::test]
async fn a_message_may_come_in_pieces() {
    let service = service(catalog());
    let call = Post::call(Era::Handshake, json!({}));
    let message = json!({"jsonrpc": "2.0", "id": 7, "method": "tools/list"}).to_string();
    let pieces = message.as_bytes().chunks(5).map(Bytes::copy_from_slice).collect();

    let answer = call.streaming(pieces, &service).await;

    assert!(answer.json["result"]["tools"].is_array());
}

#[tokio::test]
async fn what_is_not_plain_json_is_no_message() {
    for (header, value) in
        [("content-type", "text/plain"), ("content-type", ""), ("content-encoding", "gzip")]
    {
        let call = Post::call(Era::Modern, json!({})).without(header).with(header, value);

        let answer = call.to(&service(catalog())).await;

        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{header}: {value}");
        assert_eq!(error_code(&answer.json), -32_600);
    }
}

#[tokio::test]
async fn who_accepts_anything_is_served_and_who_accepts_nothing_of_ours_is_told_so() {
    for (accepted, status) in [
        (None, StatusCode::OK),
        (Some("*/*"), StatusCode::OK),
        (Some("text/html"), StatusCode::NOT_ACCEPTABLE),
    ] {
        let mut call = Post::call(Era::Handshake, json!({})).without("accept");
        if let Some(accepted) = accepted {
            call = call.with("accept", accepted);
        }

        let answer = call.to(&service(catalog())).await;

        assert_eq!(answer.status, status, "{accepted:?}");
        assert!(answer.json.is_object(), "every answer is JSON-RPC");
    }
}

#[tokio::test]
async fn a_version_that_nobody_knows_is_refused_with_those_that_are_known() {
    let modern = Post::call(Era::Modern, json!({}))
        .without("mcp-protocol-version")
        .with("mcp-protocol-version", "2099-01-01")
        .with_meta("io.modelcontextprotocol/protocolVersion", json!("2099-01-01"));
    let handshake = Post::new("tools/list", json!({})).with("mcp-protocol-version", "2099-01-01");

    let modern = modern.to(&service(catalog())).await;
    let handshake = handshake.to(&service(catalog())).await;

    assert_eq!((modern.status, error_code(&modern.json)), (StatusCode::BAD_REQUEST, -32_022));
    let supported: Vec<Value> =
        modern.json["error"]["data"]["supported"].as_array().unwrap().clone();
    assert!(supported.contains(&json!("2026-07-28")));
    assert_eq!((handshake.status, error_code(&handshake.json)), (StatusCode::BAD_REQUEST, -32_600));
}
