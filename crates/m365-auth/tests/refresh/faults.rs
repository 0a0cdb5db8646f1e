//! Entra ID fails, refuses, or answers nonsense.

use std::time::{Duration, Instant};

use m365_auth::{
    Clock, ErrorKind, SessionState, SignInOptions, Timeouts, TokenProvider, TokenRequest,
};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{NEARLY_OVER, OVER, invalid_grant, renew, signed_in, token};
use crate::entra::{Entra, USER, http_date};

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
    assert_eq!(client.status().await.state, SessionState::SignedIn);
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
    let client = entra.builder().timeouts(timeouts).build();
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
