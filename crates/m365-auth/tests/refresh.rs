use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use m365_auth::{
    AccessToken, Clock, Error, ErrorKind, FixedToken, MemoryStore, PublicClient, Result,
    SessionState, SignInOptions, Timeouts, TokenProvider, TokenRequest,
};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::entra::{Entra, USER, eventually, http_date};

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
async fn e01_a_revoked_session_is_cleared_and_not_asked_about_again() {
    for (suberror, code) in [("bad_token", 50_173), ("token_expired", 70_043), ("", 700_082)] {
        let (entra, client) = signed_in().await;
        entra.next_error(invalid_grant(suberror, code));

        let error = renew(&entra, &client).await.unwrap_err();
        entra.clock.advance(Duration::from_secs(600));
        let again = token(&client).await.unwrap_err();

        assert_eq!((error.kind(), error.aadsts()), (ErrorKind::SignInRequired, Some(code)));
        assert!(error.message().unwrap().contains(USER), "{error}");
        assert_eq!(again.kind(), ErrorKind::SignInRequired);
        assert_eq!(entra.forms().await.len(), 2);
        let status = client.status().await;
        assert_eq!(status.state, SessionState::SignedOut);
        assert_eq!(status.refresh_token_obtained_at, None);
    }
}

#[tokio::test]
async fn e20_after_invalid_grant_no_cached_token_is_used() {
    let (entra, client) = signed_in().await;
    entra.next_error(invalid_grant("consent_required", 65_001));
    entra.clock.advance(NEARLY_OVER);

    let error = token(&client).await.unwrap_err();
    let again = token(&client).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::ConsentRequired);
    assert!(error.message().unwrap().contains("/adminconsent?client_id="), "{error}");
    assert_eq!(again.kind(), ErrorKind::ConsentRequired);
}

#[tokio::test]
async fn a_policy_keeps_the_refresh_token_and_is_asked_again_after_two_minutes() {
    let (entra, client) = signed_in().await;
    let claims = r#"{"access_token":{"capolids":{"essential":true,"values":["p"]}}}"#;
    let mut refusal = invalid_grant("basic_action", 50_076);
    refusal["claims"] = claims.into();
    entra.next_error(refusal);

    let first = renew(&entra, &client).await.unwrap_err();
    entra.clock.advance(Duration::from_secs(119));
    let from_memory = token(&client).await.unwrap_err();
    let asked = client.begin_sign_in(&SignInOptions::new()).await.unwrap();
    let asked = entra.asked(asked.url());
    entra.clock.advance(Duration::from_secs(2));
    let renewed = token(&client).await.unwrap();

    for error in [first, from_memory] {
        assert_eq!((error.kind(), error.claims()), (ErrorKind::SignInRequired, Some(claims)));
    }
    assert!(asked["claims"].contains("capolids") && asked["claims"].contains("cp1"));
    assert_eq!(renewed.secret(), "canary-at-2");
    assert_eq!(entra.forms().await[2]["refresh_token"], "canary-rt-1");
}

#[tokio::test]
async fn a_policy_that_the_user_has_seen_at_the_page_is_final() {
    let (entra, client) = signed_in().await;
    for _ in 0..3 {
        entra.next_error(invalid_grant("message_only", 53_003));
    }

    let silent = renew(&entra, &client).await.unwrap_err();
    let page = entra.sign_in(&client).await.unwrap_err();
    entra.clock.advance(Duration::from_secs(200));
    let after = token(&client).await.unwrap_err();

    assert_eq!(silent.kind(), ErrorKind::SignInRequired);
    assert_eq!(page.kind(), ErrorKind::Denied);
    assert_eq!(after.kind(), ErrorKind::Denied);
}

#[tokio::test]
async fn e05_a_failure_is_repeated_once_after_a_second() {
    for failure in [
        ResponseTemplate::new(503),
        ResponseTemplate::new(502).set_body_raw("<html>", "text/html"),
        ResponseTemplate::new(400).set_body_json(invalid_grant("", 90_033)),
        ResponseTemplate::new(400).set_body_json(json!({"error": "temporarily_unavailable"})),
    ] {
        let (entra, client) = signed_in().await;
        entra.next(failure);

        let renewed = renew(&entra, &client).await.unwrap();

        assert_eq!(renewed.secret(), "canary-at-2");
        let waited = entra.clock.sleeps().pop().unwrap();
        assert!((1000..=1500).contains(&waited.as_millis()), "{waited:?}");
    }
}

#[tokio::test]
async fn e05_a_lasting_failure_leaves_the_valid_token_in_use() {
    let (entra, client) = signed_in().await;
    entra.next(ResponseTemplate::new(503));
    entra.next(ResponseTemplate::new(503));
    entra.clock.advance(NEARLY_OVER);

    let valid = token(&client).await.unwrap();
    entra.next(ResponseTemplate::new(503));
    entra.next(ResponseTemplate::new(503));
    entra.clock.advance(Duration::from_secs(300));
    let over = token(&client).await.unwrap_err();
    let held = token(&client).await.unwrap_err();

    assert_eq!(valid.secret(), "canary-at-1");
    assert_eq!(over.kind(), ErrorKind::Unavailable);
    assert_eq!(held.kind(), ErrorKind::Unavailable);
    assert!(held.retry_after().unwrap() <= Duration::from_secs(60));
    assert_eq!(entra.forms().await.len(), 5, "a failing service is asked too often");
}

#[tokio::test]
async fn e06_a_throttled_endpoint_is_left_alone_for_as_long_as_it_says() {
    let now = http_date("2026-11-21T11:01:40Z".parse().unwrap());
    let until = http_date("2026-11-21T11:02:40Z".parse().unwrap());
    for retry_after in ["60", until.as_str()] {
        let (entra, client) = signed_in().await;
        entra.clock.advance(OVER);
        assert_eq!(http_date(entra.clock.now()), now);
        entra.next(ResponseTemplate::new(429).insert_header("retry-after", retry_after));

        let first = token(&client).await.unwrap_err();
        entra.clock.advance(Duration::from_secs(50));
        let held = token(&client).await.unwrap_err();
        let forced = client.access_token(&TokenRequest::new().with_claims("{}")).await.unwrap_err();
        let sent = entra.forms().await.len();
        entra.clock.advance(Duration::from_secs(10));
        let renewed = token(&client).await.unwrap();

        assert_eq!(first.kind(), ErrorKind::Throttled);
        assert_eq!(first.retry_after(), Some(Duration::from_secs(60)));
        assert_eq!(held.retry_after(), Some(Duration::from_secs(10)));
        assert_eq!(forced.kind(), ErrorKind::Throttled);
        assert_eq!(sent, 2);
        assert_eq!(renewed.secret(), "canary-at-2");
    }
}

#[tokio::test]
async fn e07_a_loop_is_broken_for_five_minutes() {
    let (entra, client) = signed_in().await;
    entra.next_error(invalid_grant("", 50_196));

    let error = renew(&entra, &client).await.unwrap_err();
    entra.clock.advance(Duration::from_secs(299));
    let held = token(&client).await.unwrap_err();
    entra.clock.advance(Duration::from_secs(1));
    let renewed = token(&client).await;

    assert_eq!((error.kind(), error.aadsts()), (ErrorKind::Throttled, Some(50_196)));
    assert_eq!(held.kind(), ErrorKind::Throttled);
    assert!(renewed.is_ok());
}

#[tokio::test]
async fn e08_two_hundred_callers_cost_one_exchange() {
    let (entra, client) = signed_in().await;
    entra.clock.advance(OVER);
    let slow = json!({"token_type": "Bearer", "expires_in": 3600, "access_token": "slow"});
    let answer = ResponseTemplate::new(200).set_body_json(slow);
    entra.next(answer.set_delay(Duration::from_millis(200)));

    let callers = (0..200).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { token(&client).await.unwrap().secret().to_owned() })
    });
    let callers: Vec<_> = callers.collect();

    for caller in callers {
        assert_eq!(caller.await.unwrap(), "slow");
    }
    assert_eq!(entra.forms().await.len(), 2);
}

#[tokio::test]
async fn e08_an_endpoint_that_never_answers_is_given_up() {
    let entra = Entra::start().await;
    let timeouts = Timeouts::default().with_attempt(Duration::from_millis(100));
    let client = entra.builder().timeouts(timeouts).build().unwrap();
    entra.sign_in(&client).await.unwrap();
    for _ in 0..2 {
        entra.next(ResponseTemplate::new(200).set_delay(Duration::from_secs(600)));
    }

    let started = Instant::now();
    let error = renew(&entra, &client).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert_eq!(Timeouts::default().attempt, Duration::from_secs(10));
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
async fn e09_an_answer_that_is_none_is_refused_and_not_kept() {
    let html = ResponseTemplate::new(200).set_body_raw("<html>", "text/html");
    let body = |members: Value| ResponseTemplate::new(200).set_body_json(members);
    let none = json!({"token_type": "Bearer", "expires_in": 3600});
    let nothing = json!({"token_type": "Bearer", "expires_in": 0, "access_token": "x"});
    for answer in [html, body(none), body(nothing)] {
        let (entra, client) = signed_in().await;
        entra.next(answer);

        let error = renew(&entra, &client).await.unwrap_err();
        let renewed = token(&client).await.unwrap();

        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert_eq!(renewed.secret(), "canary-at-2");
    }
}

#[tokio::test]
async fn an_answer_that_never_ends_is_cut() {
    let (entra, client) = signed_in().await;
    entra.next(ResponseTemplate::new(200).set_body_bytes(vec![b' '; 2 * 1024 * 1024]));

    let error = renew(&entra, &client).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn a_redirect_of_the_token_endpoint_is_not_followed() {
    let (entra, client) = signed_in().await;
    let elsewhere = Entra::start().await;
    let address = format!("{}oauth2/v2.0/token", elsewhere.root());
    entra.next(ResponseTemplate::new(307).insert_header("location", address));

    let error = renew(&entra, &client).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(elsewhere.requests().await.is_empty(), "the refresh token left for another address");
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
async fn g25_a_refused_token_is_renewed_and_not_handed_out_again() {
    let (entra, client) = signed_in().await;
    let refused = token(&client).await.unwrap();

    let request = TokenRequest::new().rejecting(refused.clone());
    let renewed = client.access_token(&request).await.unwrap();
    let late = client.access_token(&request).await.unwrap();

    assert_eq!(renewed.secret(), "canary-at-2");
    assert_eq!(late, renewed, "who comes late with the same token gets the new one");
    assert_eq!(entra.forms().await.len(), 2);
}

#[tokio::test]
async fn g26_a_refused_token_is_not_used_when_the_renewal_fails() {
    let (entra, client) = signed_in().await;
    let refused = token(&client).await.unwrap();
    entra.next(ResponseTemplate::new(503));
    entra.next(ResponseTemplate::new(503));

    let error = client.access_token(&TokenRequest::new().rejecting(refused)).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn g27_a_claims_challenge_is_tried_silently_and_then_kept_for_the_sign_in() {
    let (entra, client) = signed_in().await;
    let challenge = r#"{"access_token":{"nbf":{"essential":true,"value":"1790000000"}}}"#;
    let request = TokenRequest::new().with_claims(challenge);
    entra.next_error(json!({"error": "interaction_required"}));

    let error = client.access_token(&request).await.unwrap_err();
    let asked = client.begin_sign_in(&SignInOptions::new()).await.unwrap();

    let sent = entra.forms().await.pop().unwrap();
    assert!(sent["claims"].contains("nbf") && sent["claims"].contains("cp1"));
    assert_eq!((error.kind(), error.claims()), (ErrorKind::SignInRequired, Some(challenge)));
    assert!(entra.asked(asked.url())["claims"].contains("nbf"));
}

#[tokio::test]
async fn g27_a_claims_challenge_bypasses_the_cached_token() {
    let (_entra, client) = signed_in().await;

    let request = TokenRequest::new().with_claims(r#"{"access_token":{}}"#);
    let stepped_up = client.access_token(&request).await.unwrap();

    assert_eq!(stepped_up.secret(), "canary-at-2");
    assert_eq!(token(&client).await.unwrap(), stepped_up);
}

#[tokio::test]
async fn a_challenge_that_is_no_json_is_never_sent() {
    let (entra, client) = signed_in().await;

    let request = TokenRequest::new().with_claims("&grant_type=password");
    let error = client.access_token(&request).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(entra.forms().await.len(), 1);
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
    let client = entra.builder().account_pin(Some(USER.to_owned())).build().unwrap();

    let error = token(&client).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::SignInRequired);
    assert!(error.message().unwrap().contains(USER), "{error}");
    assert!(entra.requests().await.is_empty());
}

#[tokio::test]
async fn a_wrong_configuration_is_explained_and_not_asked_about_at_each_call() {
    let (entra, client) = signed_in().await;
    entra.next_error(json!({"error": "invalid_client", "error_codes": [7_000_218]}));

    let error = renew(&entra, &client).await.unwrap_err();
    let again = token(&client).await.unwrap_err();

    for error in [error, again] {
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.message().unwrap().contains("Mobile and desktop"), "{error}");
    }
    assert_eq!(entra.forms().await.len(), 2);
}

#[tokio::test]
async fn other_configured_scopes_drop_the_token_and_keep_the_session() {
    let entra = Entra::start().await;
    let store = Arc::new(MemoryStore::new());
    let first = entra.builder().store(store.clone()).build().unwrap();
    entra.sign_in(&first).await.unwrap();

    let scopes = "Mail.Read Chat.Read".parse().unwrap();
    let second = entra.builder().store(store).scopes(scopes).build().unwrap();
    let renewed = token(&second).await.unwrap();

    assert!(renewed.grants("Chat.Read"));
    assert_eq!(entra.forms().await[1]["grant_type"], "refresh_token");
}

#[tokio::test]
async fn another_pinned_account_does_not_use_the_session() {
    let entra = Entra::start().await;
    let store = Arc::new(MemoryStore::new());
    let first = entra.builder().store(store.clone()).build().unwrap();
    entra.sign_in(&first).await.unwrap();

    let pin = Some("adele@fjordlight.example".to_owned());
    let second = entra.builder().store(store).account_pin(pin).build().unwrap();
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
