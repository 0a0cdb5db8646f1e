//! What Entra ID refuses, and what a caller hears of it.

use std::time::Duration;

use m365_auth::{ErrorKind, OboOutcome, Timeouts, TokenProvider, TokenRequest};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{Remote, refusal, token};
use crate::issuer::{CONNECTOR, TENANT};

const CLAIMS: &str = r#"{"access_token":{"capolids":{"essential":true,"values":["ca0c1a00"]}}}"#;

#[tokio::test]
async fn e02_a_demand_is_passed_on_unchanged_and_answered_from_memory_for_half_a_minute() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
    remote.entra.next_error(demand("interaction_required", 50_076));

    for _ in 0..10 {
        let error = refusal(&client, &caller).await;
        assert_eq!((error.kind(), error.claims()), (ErrorKind::SignInRequired, Some(CLAIMS)));
    }

    assert_eq!(remote.exchanges().await, 1);
    assert_eq!(remote.lookups.count(OboOutcome::Failed), 1);
    assert_eq!(remote.lookups.count(OboOutcome::Negative), 9);
    assert!(token(&client, &remote.user(7).await).await.is_ok(), "another user");
    remote.advance(30);
    assert!(token(&client, &caller).await.is_ok());
}

#[tokio::test]
async fn e02_what_is_no_challenge_is_not_passed_on() {
    let remote = Remote::start().await;
    let (client, long) = (remote.builder().build(), json!({"x": "x".repeat(9000)}).to_string());

    for (number, claims) in ["nonsense", "[]", &long].into_iter().enumerate() {
        let error = json!({"error": "interaction_required", "claims": claims});
        remote.entra.next_error(error);

        let error = refusal(&client, &remote.user(number).await).await;

        assert_eq!((error.kind(), error.claims()), (ErrorKind::SignInRequired, None));
    }
}

#[tokio::test]
async fn e02_the_answer_to_one_challenge_is_none_to_another() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
    let provider = client.on_behalf_of(&caller);
    let challenged = |claims: &str| TokenRequest::new().with_claims(claims);
    remote.next_error("interaction_required", 50_076);

    let error = provider.access_token(&challenged(r#"{"a":1}"#)).await.unwrap_err();
    provider.access_token(&challenged(r#"{"a":1}"#)).await.unwrap_err();
    provider.access_token(&challenged(r#"{"a":2}"#)).await.unwrap();

    assert_eq!(error.claims(), Some(r#"{"a":1}"#), "the challenge that was not fulfilled is lost");
    assert_eq!(remote.exchanges().await, 2);
}

#[tokio::test]
async fn e03_missing_consent_names_the_app_the_tenant_and_the_administrators_page() {
    for (error, aadsts) in [
        ("invalid_grant", 65_001),
        ("unauthorized_client", 700_016),
        ("invalid_resource", 500_011),
        ("invalid_client", 650_052),
        ("invalid_request", 90_002),
    ] {
        let remote = Remote::start().await;
        let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
        remote.next_error(error, aadsts);

        let error = refusal(&client, &caller).await;
        refusal(&client, &caller).await;

        assert_eq!((error.kind(), error.aadsts()), (ErrorKind::ConsentRequired, Some(aadsts)));
        let message = error.message().unwrap();
        let page = format!("{}{TENANT}/adminconsent?client_id={CONNECTOR}", remote.entra.root());
        assert!(message.contains(&page) && message.contains("administrator"), "{message}");
        assert_eq!(remote.exchanges().await, 1);
    }
}

#[tokio::test]
async fn each_refusal_is_an_error_of_its_kind() {
    let remote = Remote::start().await;
    let client = remote.builder().build();

    for (number, (error, aadsts, kind)) in [
        ("interaction_required", 50_079, ErrorKind::SignInRequired),
        ("interaction_required", 50_158, ErrorKind::SignInRequired),
        ("invalid_grant", 50_173, ErrorKind::SignInRequired),
        ("invalid_grant", 70_043, ErrorKind::SignInRequired),
        ("invalid_grant", 500_133, ErrorKind::SignInRequired),
        ("invalid_grant", 500_131, ErrorKind::SignInRequired),
        ("invalid_grant", 50_013, ErrorKind::SignInRequired),
        ("invalid_request", 7_000_114, ErrorKind::SignInRequired),
        ("invalid_grant", 50_105, ErrorKind::Denied),
        ("invalid_grant", 53_003, ErrorKind::Denied),
        ("invalid_client", 7_000_215, ErrorKind::Configuration),
        ("invalid_client", 700_027, ErrorKind::Configuration),
        ("invalid_scope", 70_011, ErrorKind::Configuration),
        ("invalid_request", 9_000_411, ErrorKind::Protocol),
    ]
    .into_iter()
    .enumerate()
    {
        remote.next_error(error, aadsts);

        let error = refusal(&client, &remote.user(number).await).await;

        assert_eq!((error.kind(), error.claims()), (kind, None), "{aadsts}: {error}");
    }
}

#[tokio::test]
async fn e04_a_credential_that_is_refused_is_the_operators_business_and_tells_callers_nothing() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
    let text = "AADSTS7000222: The client secret keys for app 'cccccccc' are expired.";
    remote.entra.next_error(json!({
        "error": "invalid_client", "error_codes": [7_000_222], "error_description": text,
        "correlation_id": "c-1",
    }));

    let error = refusal(&client, &caller).await;

    assert_eq!((error.kind(), error.aadsts()), (ErrorKind::Configuration, None));
    assert_eq!(error.correlation_id(), Some("c-1"));
    assert!(!error.to_string().contains("secret") && !error.to_string().contains("7000222"));
    assert!(token(&client, &caller).await.is_ok(), "a new secret works at once");
}

#[tokio::test]
async fn a_policy_for_devices_is_asked_for_once_and_then_named_as_what_it_is() {
    let remote = Remote::start().await;
    let client = remote.builder().build();
    let (before, after) =
        (remote.caller(json!({})).await, remote.caller(json!({"uti": "2"})).await);
    remote.entra.next_error(demand("interaction_required", 53_000));
    remote.entra.next_error(demand("interaction_required", 53_000));

    let first = refusal(&client, &before).await;
    let second = refusal(&client, &after).await;

    assert_eq!((first.kind(), first.claims()), (ErrorKind::SignInRequired, Some(CLAIMS)));
    assert_eq!((second.kind(), second.claims()), (ErrorKind::Denied, None));
    assert!(second.message().unwrap().contains("use the local connector (m365-local)"));
}

#[tokio::test]
async fn a_policy_that_names_no_claims_is_named_at_once() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
    remote.next_error("interaction_required", 53_000);

    let error = refusal(&client, &caller).await;

    assert_eq!(error.kind(), ErrorKind::Denied);
    assert!(error.message().unwrap().contains("cannot meet device-based policies"), "{error}");
}

#[tokio::test]
async fn e05_what_fails_for_a_moment_is_repeated_once_after_a_second() {
    for answer in [
        ResponseTemplate::new(500),
        ResponseTemplate::new(502).set_body_string("<html>"),
        ResponseTemplate::new(400).set_body_json(json!({"error": "temporarily_unavailable"})),
        ResponseTemplate::new(400).set_body_json(json!({"error": "x", "error_codes": [90_033]})),
    ] {
        let remote = Remote::start().await;
        let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
        remote.entra.next(answer.clone());

        assert!(token(&client, &caller).await.is_ok());
        client.clear();
        (0..2).for_each(|_| remote.entra.next(answer.clone()));
        let error = refusal(&client, &caller).await;

        assert_eq!((error.kind(), remote.exchanges().await), (ErrorKind::Unavailable, 4));
        let waits = remote.entra.clock.sleeps();
        assert_eq!(waits.len(), 2);
        let usual = Duration::from_secs(1)..Duration::from_millis(1500);
        assert!(waits.iter().all(|wait| usual.contains(wait)), "{waits:?}");
    }
}

#[tokio::test]
async fn e05_a_token_that_still_is_valid_goes_on_being_used() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.lasting_caller().await);
    let first = token(&client, &caller).await.unwrap();
    remote.advance(3400);
    (0..2).for_each(|_| remote.entra.next(ResponseTemplate::new(503)));

    assert_eq!(token(&client, &caller).await.unwrap(), first);

    assert_eq!(remote.exchanges().await, 3);
    remote.advance(200);
    assert_ne!(token(&client, &caller).await.unwrap(), first);
}

#[tokio::test]
async fn e06_entra_id_is_left_alone_as_long_as_it_asks() {
    for (header, seconds) in [(Some("17"), 17), (None, 60)] {
        let remote = Remote::start().await;
        let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
        let busy = ResponseTemplate::new(429);
        remote
            .entra
            .next(header.map_or(busy.clone(), |wait| busy.append_header("retry-after", wait)));

        let first = refusal(&client, &caller).await;
        remote.advance(seconds - 5);
        let later = refusal(&client, &caller).await;

        assert_eq!((first.kind(), later.kind()), (ErrorKind::Throttled, ErrorKind::Throttled));
        assert_eq!(first.retry_after(), Some(Duration::from_secs(seconds)));
        assert_eq!(later.retry_after(), Some(Duration::from_secs(5)));
        assert_eq!(remote.exchanges().await, 1);
        assert!(token(&client, &remote.user(7).await).await.is_ok(), "another user");
        remote.advance(5);
        assert!(token(&client, &caller).await.is_ok());
    }
}

#[tokio::test]
async fn e07_a_loop_blocks_its_key_for_five_minutes() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
    remote.next_error("invalid_grant", 50_196);

    let error = refusal(&client, &caller).await;
    remote.advance(299);
    let challenge = TokenRequest::new().with_claims("{}");
    let still = client.on_behalf_of(&caller).access_token(&challenge).await.unwrap_err();

    assert_eq!((error.kind(), still.kind()), (ErrorKind::Throttled, ErrorKind::Throttled));
    assert_eq!(remote.exchanges().await, 1);
    remote.advance(1);
    assert!(token(&client, &caller).await.is_ok());
}

#[tokio::test]
async fn e08_an_endpoint_that_does_not_answer_costs_one_attempt() {
    let remote = Remote::start().await;
    let timeouts = Timeouts::default().with_attempt(Duration::from_millis(300));
    let client = remote.builder().timeouts(timeouts).build();
    let caller = remote.caller(json!({})).await;
    remote.entra.next(ResponseTemplate::new(200).set_delay(Duration::from_secs(30)));

    let error = refusal(&client, &caller).await;

    assert_eq!((error.kind(), remote.exchanges().await), (ErrorKind::Unavailable, 1));
}

#[tokio::test]
async fn e09_a_success_that_is_none_is_not_kept() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
    remote.entra.next(ResponseTemplate::new(200).set_body_string("<html>"));
    assert_eq!(refusal(&client, &caller).await.kind(), ErrorKind::Protocol);
    for change in [
        json!({"access_token": ""}),
        json!({"expires_in": 0}),
        json!({"expires_in": -1}),
        json!({"token_type": "pop"}),
    ] {
        remote.entra.next_change(change);
        assert_eq!(refusal(&client, &caller).await.kind(), ErrorKind::Protocol);
    }

    remote.entra.next_change(json!({"expires_in": "3599"}));
    assert!(token(&client, &caller).await.is_ok());
    assert_eq!(client.cache_entries(), 1);
}

#[tokio::test]
async fn h08_an_answer_without_end_is_cut() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
    remote.entra.next(ResponseTemplate::new(200).set_body_string(" ".repeat(2 << 20)));

    let error = refusal(&client, &caller).await;

    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(error.message().unwrap().contains("larger than 1048576 bytes"), "{error}");
    assert_eq!(remote.exchanges().await, 1);
}

fn demand(error: &str, aadsts: u32) -> Value {
    json!({"error": error, "error_codes": [aadsts], "claims": CLAIMS})
}
