//! How much Entra ID is asked at the most.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use jiff::Timestamp;
use m365_auth::{Clock, ErrorKind, OboOutcome, Timeouts};
use serde_json::json;
use wiremock::ResponseTemplate;

use super::{Remote, refusal, token};
use crate::issuer::OTHER_TENANT;

#[tokio::test]
async fn r28_a_tenant_whose_exchanges_fail_is_stopped_before_entra_id_is_asked() {
    let remote = Remote::start().await;
    let client = remote.builder().failures_per_minute(20).build();
    let issuer = format!("https://login.microsoftonline.com/{OTHER_TENANT}/v2.0");
    let elsewhere = remote.caller(json!({"tid": OTHER_TENANT, "iss": issuer})).await;
    (0..20).for_each(|_| remote.next_error("invalid_grant", 50_057));

    for number in 0..20 {
        let error = refusal(&client, &remote.user(number).await).await;
        assert_eq!(error.kind(), ErrorKind::SignInRequired);
    }
    for number in 20..60 {
        let error = refusal(&client, &remote.user(number).await).await;
        assert_eq!(error.kind(), ErrorKind::Throttled);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
    }

    assert_eq!(remote.exchanges().await, 20);
    assert_eq!(remote.lookups.count(OboOutcome::Negative), 40);
    assert!(token(&client, &elsewhere).await.is_ok(), "another tenant");
    remote.advance(3);
    assert!(token(&client, &remote.user(99).await).await.is_ok());
}

#[tokio::test]
async fn e04_a_credential_that_was_put_right_is_tried_within_a_second() {
    let remote = Remote::start().await;
    let client = remote.builder().failures_per_minute(5).build();
    (0..60).for_each(|_| remote.next_error("invalid_client", 7_000_222));

    for number in 0..200 {
        let error = refusal(&client, &remote.user(number).await).await;
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }
    assert_eq!(remote.exchanges().await, 60);

    remote.advance(1);
    for number in 200..210 {
        assert!(token(&client, &remote.user(number).await).await.is_ok(), "{number}");
    }
}

#[tokio::test]
async fn e17_no_more_exchanges_run_at_once_than_allowed() {
    let remote = Remote::start().await;
    let client = remote.builder().parallel(5).build();
    let delay = Duration::from_millis(100);
    (0..20).for_each(|_| remote.entra.next(slow(delay)));
    let mut callers = Vec::new();
    for number in 0..20 {
        callers.push(remote.user(number).await);
    }

    let started = Instant::now();
    let calls = callers.into_iter().map(|caller| {
        let client = client.clone();
        tokio::spawn(async move { token(&client, &caller).await.unwrap() })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }

    // Twenty in fives are four rounds.
    assert!(started.elapsed() >= 4 * delay, "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_place_is_not_waited_for_longer_than_an_answer() {
    let remote = Remote::start().await;
    let timeouts = Timeouts::default().with_attempt(Duration::from_millis(400));
    let client = remote.builder().parallel(1).timeouts(timeouts).build();
    let [one, two, three] = [remote.user(1).await, remote.user(2).await, remote.user(3).await];
    (0..3).for_each(|_| remote.entra.next(slow(Duration::from_secs(30))));

    let (one, two, three) =
        tokio::join!(refusal(&client, &one), refusal(&client, &two), refusal(&client, &three));

    assert_eq!([one.kind(), two.kind(), three.kind()], [ErrorKind::Unavailable; 3]);
    let waited_in_vain = [one, two, three].iter().filter(|e| e.retry_after().is_some()).count();
    assert!(waited_in_vain >= 1, "nobody was turned away");
}

#[tokio::test]
async fn i7_an_outage_is_not_made_worse_by_repetitions() {
    let remote = Remote::start().await;
    let clock = Still(remote.entra.clock.now());
    let client = remote.builder().clock(Arc::new(clock)).build();
    (0..200).for_each(|_| remote.entra.next(ResponseTemplate::new(503)));

    for number in 0..120 {
        let error = refusal(&client, &remote.user(number).await).await;
        assert_eq!(error.kind(), ErrorKind::Unavailable);
    }

    assert_eq!(remote.exchanges().await, 120 + 50);
}

/// A clock that does not move.
#[derive(Debug)]
struct Still(Timestamp);

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.0
    }

    async fn sleep(&self, _: Duration) {}
}

fn slow(delay: Duration) -> ResponseTemplate {
    let body = json!({"token_type": "Bearer", "expires_in": 3600, "access_token": "slow"});
    ResponseTemplate::new(200).set_body_json(body).set_delay(delay)
}
