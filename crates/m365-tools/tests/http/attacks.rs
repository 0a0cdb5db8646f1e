use base64::{Engine, engine::general_purpose::STANDARD};
use http::StatusCode;
use m365_tools::mcp::{HttpOptions, HttpService, Server};
use serde_json::json;

use super::{
    error_code,
    post::{Post, service},
};
use crate::{
    host::{Callers, ERAS, Era},
    support::catalog,
};

fn public() -> HttpService {
    let options = HttpOptions::new()
        .allowed_hosts(["m365.example.com"])
        .allowed_origins(["https://app.example.com:443"]);
    HttpService::new(Server::builder(catalog(), Callers::signed_in()).build(), options)
}

fn addressed(host: &str) -> Post {
    Post::call(Era::Handshake, json!({})).without("host").with("host", host)
}

#[tokio::test]
async fn r14_a_stranger_as_host_or_origin_is_refused() {
    let ours = "m365.example.com";
    for (post, status) in [
        (addressed(ours), StatusCode::OK),
        (addressed("evil.example.com"), StatusCode::FORBIDDEN),
        (addressed("m365.example.com.evil.com"), StatusCode::FORBIDDEN),
        (addressed(ours).with("origin", "https://app.example.com"), StatusCode::OK),
        (addressed(ours).with("origin", "https://app.example.com:444"), StatusCode::FORBIDDEN),
        (addressed(ours).with("origin", "http://app.example.com"), StatusCode::FORBIDDEN),
        (addressed(ours).with("origin", "https://evil.example.com"), StatusCode::FORBIDDEN),
        (addressed(ours).with("origin", "null"), StatusCode::FORBIDDEN),
    ] {
        let answer = post.to(&public()).await;

        assert_eq!(answer.status, status, "{post:?}");
    }
}

#[tokio::test]
async fn r15_a_page_that_rebinds_a_name_to_loopback_is_refused() {
    let page = addressed("evil.example.com").with("origin", "http://evil.example.com");

    assert_eq!(page.to(&service(catalog())).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn without_a_list_of_hosts_none_is_admitted() {
    let server = Server::builder(catalog(), Callers::signed_in()).build();
    let closed = HttpService::new(server, HttpOptions::new().allowed_hosts(Vec::<String>::new()));

    assert_eq!(addressed("localhost").to(&closed).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn r19_a_session_is_nothing_to_us() {
    for era in ERAS {
        let call = Post::call(era, json!({}))
            .with("mcp-session-id", "somebody-elses")
            .with("last-event-id", "7");

        let answer = call.to(&service(catalog())).await;

        assert_eq!(answer.status, StatusCode::OK, "{era:?}");
        assert_eq!(answer.header("mcp-session-id"), "");
    }
}

fn base64(value: &str) -> String {
    format!("=?base64?{}?=", STANDARD.encode(value))
}

#[tokio::test]
async fn r20_headers_have_to_say_what_the_body_says() {
    let call = || Post::call(Era::Modern, json!({}));
    for (post, expected) in [
        (call(), StatusCode::OK),
        (call().without("mcp-name").with("mcp-name", &base64("probe")), StatusCode::OK),
        (call().without("mcp-name"), StatusCode::BAD_REQUEST),
        (call().without("mcp-method"), StatusCode::BAD_REQUEST),
        (call().without("mcp-protocol-version"), StatusCode::BAD_REQUEST),
        (call().without("mcp-name").with("mcp-name", "get_me"), StatusCode::BAD_REQUEST),
        (call().without("mcp-name").with("mcp-name", &base64("get_me")), StatusCode::BAD_REQUEST),
        (call().without("mcp-name").with("mcp-name", "=?base64?***?="), StatusCode::BAD_REQUEST),
        (call().without("mcp-method").with("mcp-method", "tools/list"), StatusCode::BAD_REQUEST),
        (call().with("mcp-name", "get_me"), StatusCode::BAD_REQUEST),
        (call().with("mcp-method", "tools/list"), StatusCode::BAD_REQUEST),
        (call().with("mcp-protocol-version", "2025-11-25"), StatusCode::BAD_REQUEST),
    ] {
        let answer = post.to(&service(catalog())).await;

        assert_eq!(answer.status, expected, "{post:?}");
        if expected == StatusCode::BAD_REQUEST {
            assert_eq!(error_code(&answer.json), -32_020, "{post:?}");
            assert_eq!(answer.json["id"], 7);
        }
    }
}
