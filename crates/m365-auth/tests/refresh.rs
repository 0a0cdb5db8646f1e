use std::{sync::Arc, time::Duration};

use m365_auth::{
    AccessToken, Error, ErrorKind, FixedToken, MemoryStore, PublicClient, Result, TokenProvider,
    TokenRequest,
};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::entra::{Entra, USER, eventually};

mod challenges;
mod faults;

/// Just inside the last five minutes of a token, and just after its end.
const NEARLY_OVER: Duration = Duration::from_secs(3400);
const OVER: Duration = Duration::from_secs(3700);

#[tokio::test]
async fn a_token_is_renewed_in_its_last_five_minutes() {
    let (entra, client) = signed_in().await;

    entra.clock.advance(Duration::from_secs(3290));
    let before = token(&client).await.unwrap();
    entra.clock.advance(Duration::from_secs(20));
    let after = token(&client).await.unwrap();

    assert_eq!(before.secret(), "canary-at-1");
    assert_eq!(after.secret(), "canary-at-2");
}

#[tokio::test]
async fn a_refresh_sends_the_newest_token_the_scopes_and_the_capability() {
    let (entra, client) = signed_in().await;

    renew(&entra, &client).await.unwrap();
    renew(&entra, &client).await.unwrap();

    let sent = entra.forms().await.pop().unwrap();
    assert_eq!(sent["grant_type"], "refresh_token");
    assert_eq!(sent["refresh_token"], "canary-rt-2");
    assert!(sent["scope"].starts_with("openid profile offline_access https://graph."));
    assert!(sent["claims"].contains("cp1"));
    let headers = entra.requests().await.pop().unwrap().headers;
    let anchor = headers["x-anchormailbox"].to_str().unwrap();
    assert!(anchor.starts_with("Oid:6f1f0c1e-0000-4000-8000-000000000a01@1111"), "{anchor}");
    assert!(headers.contains_key("client-request-id") && !headers.contains_key("origin"));
}

#[tokio::test]
async fn an_answer_without_a_refresh_token_keeps_the_one_before() {
    let (entra, client) = signed_in().await;
    entra.next_change(json!({"refresh_token": null}));

    renew(&entra, &client).await.unwrap();
    renew(&entra, &client).await.unwrap();

    assert_eq!(entra.forms().await[2]["refresh_token"], "canary-rt-1");
}

#[tokio::test]
async fn a_caller_that_gives_up_leaves_the_exchange_to_the_others() {
    let (entra, client) = signed_in().await;
    entra.clock.advance(OVER);
    let slow = json!({"token_type": "Bearer", "expires_in": 3600, "access_token": "slow"});
    let answer = ResponseTemplate::new(200).set_body_json(slow);
    entra.next(answer.set_delay(Duration::from_secs(1)));

    for _ in 0..50 {
        let dropped = tokio::time::timeout(Duration::ZERO, token(&client)).await;
        assert!(dropped.is_err());
    }
    let renewed = token(&client).await.unwrap();

    assert_eq!(renewed.secret(), "slow");
    assert_eq!(entra.forms().await.len(), 2);
}

#[tokio::test]
async fn e10_fewer_scopes_than_asked_are_visible() {
    let (entra, client) = signed_in().await;
    entra.next_change(json!({"scope": "https://graph.microsoft.com/User.Read"}));

    let renewed = renew(&entra, &client).await.unwrap();
    let missing: Vec<_> = client.status().await.missing.iter().map(|s| s.name()).collect();
    renew(&entra, &client).await.unwrap();

    assert!(!renewed.grants("Mail.Read") && renewed.grants("User.Read"));
    assert_eq!(missing, ["Mail.Read"]);
    let sent = entra.forms().await.pop().unwrap();
    assert!(!sent["scope"].contains("Mail.Read"), "a scope without consent spoils the request");
}

#[tokio::test]
async fn a_scope_that_was_consented_to_earlier_is_shown_as_extra() {
    let (entra, client) = signed_in().await;
    entra.next_change(json!({"scope": "openid User.Read Mail.Read Chat.Read"}));

    renew(&entra, &client).await.unwrap();

    assert_eq!(client.status().await.extra, ["Chat.Read"]);
}

#[tokio::test]
async fn an_early_refresh_happens_behind_the_callers_back() {
    let entra = Entra::start().await;
    entra.next_change(json!({"expires_in": 86_400, "refresh_in": 43_200}));
    let client = entra.signed_in().await;

    entra.clock.advance(Duration::from_secs(43_100));
    let before = token(&client).await.unwrap();
    entra.clock.advance(Duration::from_secs(4_500));
    let meanwhile = token(&client).await.unwrap();
    eventually(async || token(&client).await.unwrap().secret() == "canary-at-2").await;

    assert_eq!(before.secret(), "canary-at-1");
    assert_eq!(meanwhile.secret(), "canary-at-1");
    assert_eq!(entra.forms().await.len(), 2);
}

#[tokio::test]
async fn nobody_signed_in_costs_no_request() {
    let entra = Entra::start().await;
    let client = entra.builder().account_pin(Some(USER.to_owned())).build();

    let error = token(&client).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::SignInRequired);
    assert!(error.message().unwrap().contains(USER), "{error}");
    assert!(entra.requests().await.is_empty());
}

#[tokio::test]
async fn other_configured_scopes_drop_the_token_and_keep_the_session() {
    let entra = Entra::start().await;
    let store = Arc::new(MemoryStore::new());
    let first = entra.builder().store(store.clone()).build();
    entra.sign_in(&first).await.unwrap();

    let scopes = "Mail.Read Chat.Read".parse().unwrap();
    let second = entra.builder().store(store).scopes(scopes).build();
    let renewed = token(&second).await.unwrap();

    assert!(renewed.grants("Chat.Read"));
    assert_eq!(entra.forms().await[1]["grant_type"], "refresh_token");
}

#[tokio::test]
async fn another_pinned_account_does_not_use_the_session() {
    let entra = Entra::start().await;
    let store = Arc::new(MemoryStore::new());
    let first = entra.builder().store(store.clone()).build();
    entra.sign_in(&first).await.unwrap();

    let pin = Some("adele@fjordlight.example".to_owned());
    let second = entra.builder().store(store).account_pin(pin).build();
    let error = token(&second).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::SignInRequired);
    let message = error.message().unwrap();
    assert!(message.contains(USER) && message.contains("adele@"), "{message}");
    assert!(token(&first).await.is_ok(), "the other configuration's session is gone");
}

#[tokio::test]
async fn a_fixed_token_is_handed_out_until_it_is_refused() {
    let end = "2026-11-21T11:00:00Z".parse().unwrap();
    let fixed = AccessToken::new("t".to_owned(), end, ["Mail.Read"]);
    let provider = FixedToken::new(fixed.clone());

    let first = provider.access_token(&TokenRequest::new()).await.unwrap();
    let refused = provider.access_token(&TokenRequest::new().rejecting(first.clone())).await;

    assert_eq!(first, fixed);
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::SignInRequired);
}

async fn signed_in() -> (Entra, PublicClient) {
    let entra = Entra::start().await;
    let client = entra.signed_in().await;
    (entra, client)
}

async fn token(client: &PublicClient) -> Result<AccessToken> {
    client.access_token(&TokenRequest::new()).await
}

async fn renew(entra: &Entra, client: &PublicClient) -> Result<AccessToken, Error> {
    entra.clock.advance(OVER);
    token(client).await
}

fn invalid_grant(suberror: &str, code: u32) -> Value {
    json!({"error": "invalid_grant", "suberror": suberror, "error_codes": [code],
        "error_description": format!("AADSTS{code}: Some words. Trace ID: 1"),
        "trace_id": "trace", "correlation_id": "correlation"})
}
