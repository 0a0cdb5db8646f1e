//! What the server answers before MCP: tokens, hosts, origins, metadata.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Bench, Era, answer};

#[tokio::test]
async fn without_a_token_the_caller_is_told_where_to_get_one() {
    let bench = Bench::start().await;
    let host = bench.stranger(None);

    let refused = host.post(Era::Modern, "tools/list", json!({})).await;

    assert_eq!(refused.status, 401);
    let challenge = refused.header("www-authenticate");
    assert!(challenge.starts_with("Bearer resource_metadata=\"http://127.0.0.1:"), "{challenge}");
    assert!(challenge.contains("/access_as_user\""), "{challenge}");
    assert!(!challenge.contains("error="), "{challenge}");
    let at = challenge.split('"').nth(1).unwrap();
    let path = &at[at.find("/.well-known").unwrap()..];
    let document = host.get(path).await;
    assert_eq!(document.header("access-control-allow-origin"), "*");
    let document = document.json();
    assert!(document["resource"].as_str().unwrap().ends_with("/mcp"), "{document}");
    let issuer = format!("https://login.microsoftonline.com/{}/v2.0", bench.sim.tenant_id());
    assert_eq!(document["authorization_servers"], json!([issuer]));
    assert_eq!(host.get("/.well-known/oauth-protected-resource").await.json(), document);
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_answered_alike_and_audited_once() {
    let bench = Bench::start().await;
    let good = bench.host().await.token().to_owned();
    let cut = &good[..good.len() - 4];

    for token in ["nonsense", cut] {
        let refused = bench.stranger(Some(token)).post(Era::Modern, "tools/list", json!({})).await;
        assert_eq!(refused.status, 401);
        let challenge = refused.header("www-authenticate");
        assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    }

    let events = bench.audited("auth.rejected", 2).await;
    assert_eq!(events.len(), 2, "{events:?}");
    assert!(events.iter().all(|event| event["source_ip"] == "127.0.0.1"), "{events:?}");
}

#[tokio::test]
async fn every_caller_without_a_token_is_recorded_however_many_they_are() {
    let mut bench =
        Bench::start_with(|it| it.in_table("limits", "rejections_per_minute", "5")).await;
    let host = bench.stranger(None);

    for _ in 0..40 {
        assert_eq!(host.post(Era::Modern, "tools/list", json!({})).await.status, 401);
    }

    let events = bench.audited("auth.rejected", 40).await;
    assert!(events.iter().all(|event| event["reason"] == "missing"), "{events:?}");
    bench.finish().await;
}

#[tokio::test]
async fn r14_a_strangers_host_or_origin_is_refused_before_the_token_is_looked_at() {
    let bench = Bench::start().await;
    let host = bench.host().await;

    for (name, value) in
        [("host", "evil.example"), ("origin", "https://evil.example"), ("origin", "null")]
    {
        let request = host.message(Era::Modern, "tools/list", json!({})).header(name, value);
        assert_eq!(answer(request).await.status, 403, "{name}: {value}");
    }
}

#[tokio::test]
async fn only_posts_are_answered_and_operations_are_elsewhere() {
    let bench = Bench::start().await;
    let host = bench.host().await;

    assert_eq!(host.get("/mcp").await.status, 405);
    assert_eq!(answer(host.request(Method::DELETE, "/mcp")).await.status, 405);
    for path in ["/metrics", "/readyz", "/livez", "/admin/config", "/mcp/", "/readyz?x=/mcp"] {
        assert_eq!(host.get(path).await.status, 404, "r26: {path}");
    }
}

#[tokio::test]
async fn r30_a_token_in_the_address_or_twice_is_refused() {
    let bench = Bench::start().await;
    let host = bench.host().await;
    let token = host.token().to_owned();

    let address = host.request(Method::POST, &format!("/mcp?access_token={token}")).body("{}");
    assert_eq!(answer(address).await.status, 400);
    let twice = host
        .message(Era::Modern, "tools/list", json!({}))
        .header("authorization", format!("Bearer {token}"));
    assert_eq!(answer(twice).await.status, 400);
}

#[tokio::test]
async fn the_public_client_of_another_host_is_not_let_in() {
    let bench = Bench::start().await;
    let desktop = bench.sim.desktop(crate::harness::USER);
    let token = desktop.client(bench.sim.other_host_client_id()).token().await.unwrap();

    let refused = bench.stranger(Some(&token)).post(Era::Modern, "tools/list", json!({})).await;

    assert_eq!(refused.status, 403);
    assert_eq!(refused.header("www-authenticate"), "");
    let text = "Client application is not authorized for this resource";
    let body = json!({ "error": "unauthorized_client", "error_description": text });
    assert_eq!(refused.json(), body);
}
