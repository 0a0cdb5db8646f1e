//! Keys that cannot be fetched, and answers that are none.

use std::time::Duration;

use m365_auth::{ErrorKind, RejectionClass, RejectionReason, Timeouts, TokenValidator};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::issuer::{Issuer, Key, OTHER_TENANT, TEMPLATE, claims, claims_with, refusal};

const HOUR: Duration = Duration::from_secs(3600);

/// A token that is valid for a week.
fn lasting(issuer: &Issuer) -> String {
    Key::A.token(&claims_with(json!({ "exp": issuer.now() + 7 * 86_400 })))
}

/// Lets the keys be kept fresh until `done`.
async fn keep_fresh_until(validator: &TokenValidator, done: impl Fn() -> bool) {
    let watch = async {
        while !done() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = validator.keep_keys_fresh() => unreachable!("it runs for ever"),
        () = watch => {}
    }
}

#[tokio::test]
async fn e12_without_keys_callers_are_asked_to_come_back() {
    let issuer = Issuer::start().await;
    issuer.fail();
    let validator = issuer.builder().build();
    assert!(!validator.keys().is_loaded);

    let rejection = validator.validate(&lasting(&issuer)).await.unwrap_err();

    assert_eq!(rejection.reason(), RejectionReason::KeysUnavailable);
    assert_eq!(rejection.reason().class(), RejectionClass::Unavailable);
    assert_eq!(rejection.retry_after(), Some(Duration::from_secs(5)));
    let state = validator.keys();
    assert_eq!((state.is_loaded, state.age, state.refreshed, state.failed), (false, None, 0, 1));
    assert!(state.failure.unwrap().contains("status 500"));
}

#[tokio::test]
async fn e12_a_token_that_no_key_makes_good_is_refused_without_keys_too() {
    let issuer = Issuer::start().await;
    issuer.fail();
    let validator = issuer.builder().build();
    let of_other_tenant =
        json!({ "tid": OTHER_TENANT, "iss": TEMPLATE.replace("{tenantid}", OTHER_TENANT) });

    for (changes, expected) in [
        (json!({ "exp": 1 }), RejectionReason::Expired),
        (json!({ "aud": "x" }), RejectionReason::Audience),
        (of_other_tenant, RejectionReason::KeysUnavailable),
    ] {
        let refused = refusal(&validator, &Key::A.token(&claims_with(changes))).await;
        assert_eq!(refused, Some(expected));
    }
    assert_eq!(issuer.fetches(), 0);
}

#[tokio::test]
async fn e12_callers_without_keys_cause_one_fetch_in_five_seconds() {
    let issuer = Issuer::start().await;
    issuer.fail();
    let (validator, token) = (issuer.builder().build(), lasting(&issuer));
    for _ in 0..20 {
        assert!(refusal(&validator, &token).await.is_some());
    }
    assert_eq!(issuer.fetches(), 1);

    issuer.answer_metadata(ResponseTemplate::new(200).set_body_json(issuer.metadata()));
    issuer.clock.advance(Duration::from_secs(5));

    assert_eq!(refusal(&validator, &token).await, None);
    assert_eq!(issuer.fetches(), 2);
}

#[tokio::test]
async fn e12_keys_are_tried_again_until_they_are_there() {
    let issuer = Issuer::start().await;
    issuer.fail();
    let validator = issuer.builder().build();

    keep_fresh_until(&validator, || issuer.fetches() >= 6).await;
    let limit = Duration::from_millis(5500);
    assert!(
        issuer.clock.sleeps().iter().all(|pause| *pause <= limit),
        "{:?}",
        issuer.clock.sleeps()
    );
    issuer.answer_metadata(ResponseTemplate::new(200).set_body_json(issuer.metadata()));
    keep_fresh_until(&validator, || validator.keys().is_loaded).await;

    assert_eq!(refusal(&validator, &lasting(&issuer)).await, None);
    assert_eq!(validator.keys().failure, None);
}

#[tokio::test]
async fn e13_known_keys_outlast_an_outage_of_forty_hours_and_not_of_fifty() {
    let issuer = Issuer::start().await;
    let (validator, token) = (issuer.validator().await, lasting(&issuer));
    issuer.fail();

    issuer.clock.advance(40 * HOUR);
    assert!(validator.refresh_keys().await.is_err());
    assert_eq!(refusal(&validator, &token).await, None);
    let state = validator.keys();
    assert_eq!((state.is_loaded, state.age, state.failed), (true, Some(40 * HOUR), 1));

    issuer.clock.advance(10 * HOUR);
    assert_eq!(refusal(&validator, &token).await, Some(RejectionReason::KeysUnavailable));
    let state = validator.keys();
    assert_eq!((state.is_loaded, state.age), (false, Some(50 * HOUR)));
}

#[tokio::test]
async fn e13_an_outage_is_not_hammered() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    issuer.fail();
    let start = issuer.now();

    keep_fresh_until(&validator, || validator.keys().failed >= 12).await;

    let pauses = issuer.clock.sleeps();
    assert!(pauses.iter().all(|pause| *pause >= Duration::from_secs(54)), "{pauses:?}");
    assert!(pauses.iter().all(|pause| *pause <= HOUR * 11 / 10), "{pauses:?}");
    assert!(issuer.now() - start > 5 * 3600);
}

#[tokio::test]
async fn e16_metadata_of_another_host_is_refused_and_the_keys_stay() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let stranger = Issuer::start().await;
    stranger.publish(&[Key::B.published()]);
    let elsewhere = stranger.metadata()["jwks_uri"].clone();
    let port = issuer.root().port().unwrap();

    for (member, value) in [
        ("jwks_uri", elsewhere),
        (
            "jwks_uri",
            json!(format!("http://127.0.0.1:{port}@{}/keys", stranger.root().authority())),
        ),
        ("jwks_uri", json!(format!("https://127.0.0.1:{port}/common/discovery/v2.0/keys"))),
        ("jwks_uri", json!("/common/discovery/v2.0/keys")),
        ("jwks_uri", json!(7)),
        ("issuer", json!("https://login.microsoftonline.us/{tenantid}/v2.0")),
        ("issuer", json!(TEMPLATE.replace("{tenantid}", OTHER_TENANT))),
        ("issuer", json!("https://evil.example/{tenantid}/v2.0")),
        ("issuer", Value::Null),
    ] {
        let mut metadata = issuer.metadata();
        metadata[member] = value.clone();
        issuer.answer_metadata(ResponseTemplate::new(200).set_body_json(metadata));

        let error = validator.refresh_keys().await.unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Protocol, "{member} {value}");
        assert_eq!(refusal(&validator, &Key::A.token(&claims())).await, None);
    }
    assert_eq!(stranger.paths(), [""; 0]);
}

#[tokio::test]
async fn an_answer_that_is_no_key_set_leaves_the_keys_as_they_are() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let ok = || ResponseTemplate::new(200);

    for (answer, kind) in [
        (ok().set_body_string("<html>Sign in</html>"), ErrorKind::Protocol),
        (ok().set_body_string(""), ErrorKind::Protocol),
        (ok().set_body_string("{\"keys\":["), ErrorKind::Protocol),
        (ok().set_body_json(json!({ "keys": [] })), ErrorKind::Protocol),
        (ok().set_body_json(json!({ "keys": {} })), ErrorKind::Protocol),
        (ok().set_body_json(json!([])), ErrorKind::Protocol),
        (ok().set_body_string(" ".repeat(2 << 20)), ErrorKind::Protocol),
        (ResponseTemplate::new(404), ErrorKind::Unavailable),
        (ResponseTemplate::new(503).insert_header("retry-after", "7"), ErrorKind::Unavailable),
        (
            ResponseTemplate::new(302).insert_header("location", "/elsewhere"),
            ErrorKind::Unavailable,
        ),
    ] {
        issuer.answer_keys(answer);
        assert_eq!(validator.refresh_keys().await.unwrap_err().kind(), kind);
        assert_eq!(refusal(&validator, &Key::A.token(&claims())).await, None);
    }
    assert!(!issuer.paths().contains(&"/elsewhere".to_owned()));
    assert_eq!((validator.keys().refreshed, validator.keys().failed), (1, 10));
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_given_up() {
    let issuer = Issuer::start().await;
    let timeouts = Timeouts::default().with_attempt(Duration::from_millis(100));
    let validator = issuer.builder().timeouts(timeouts).build();
    issuer.answer_metadata(ResponseTemplate::new(200).set_delay(Duration::from_secs(60)));

    let error = validator.refresh_keys().await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(
        refusal(&validator, &lasting(&issuer)).await,
        Some(RejectionReason::KeysUnavailable)
    );
}
