//! Which answers come from memory, and which must not.

use std::time::Duration;

use m365_auth::{ErrorKind, OboOutcome, TokenProvider, TokenRequest};
use serde_json::json;
use wiremock::ResponseTemplate;

use super::{Remote, refusal, token};
use crate::{
    entra::eventually,
    issuer::{OTHER_TENANT, TENANT, USER},
};

#[tokio::test]
async fn the_second_call_with_a_token_is_answered_from_memory() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
    let provider = client.on_behalf_of(&caller);
    assert_eq!(provider.outcome(), None);

    let first = token(&client, &caller).await.unwrap();
    let second = provider.access_token(&TokenRequest::new()).await.unwrap();

    assert_eq!(first, second);
    assert_eq!((remote.exchanges().await, client.cache_entries()), (1, 1));
    assert_eq!(remote.lookups.outcomes(), [OboOutcome::Miss, OboOutcome::Hit]);
    assert_eq!(provider.outcome().map(OboOutcome::as_str), Some("hit"));
}

#[tokio::test]
async fn r12_what_differs_in_tenant_user_client_or_token_shares_no_entry() {
    let remote = Remote::start().await;
    let client = remote.builder().build();
    let issuer = format!("https://login.microsoftonline.com/{OTHER_TENANT}/v2.0");

    for changes in [
        json!({}),
        json!({"tid": OTHER_TENANT, "iss": issuer}),
        json!({"oid": "6f1f0c1e-0000-4000-8000-000000000a02"}),
        json!({"azp": "bbbbbbbb-0000-4000-8000-000000000003"}),
        json!({"uti": "the-same-user-with-another-token"}),
    ] {
        token(&client, &remote.caller(changes).await).await.unwrap();
    }

    assert_eq!(remote.lookups.count(OboOutcome::Miss), 5);
    assert_eq!((remote.exchanges().await, client.cache_entries()), (5, 5));
}

#[tokio::test]
async fn r13_a_token_is_not_used_beyond_the_callers_own() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
    remote.entra.next_change(json!({"expires_in": 90_000, "refresh_in": 45_000}));
    token(&client, &caller).await.unwrap();

    remote.advance(3599);
    token(&client, &caller).await.unwrap();
    remote.advance(1);
    remote.next_error("invalid_grant", 500_133);
    let error = refusal(&client, &caller).await;

    assert_eq!((error.kind(), error.claims()), (ErrorKind::SignInRequired, None));
    assert_eq!(remote.exchanges().await, 2);
}

#[tokio::test]
async fn r13_a_callers_token_that_entra_id_refuses_ends_its_entry() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.lasting_caller().await);
    token(&client, &caller).await.unwrap();
    remote.next_error("invalid_grant", 50_013);
    let challenge = TokenRequest::new().with_claims("{}");

    client.on_behalf_of(&caller).access_token(&challenge).await.unwrap_err();

    assert_eq!(client.cache_entries(), 0);
    token(&client, &caller).await.unwrap();
    assert_eq!(remote.exchanges().await, 3);
}

#[tokio::test]
async fn e08_two_hundred_callers_of_one_user_cost_one_exchange() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
    remote.entra.next(slow(Duration::from_millis(300)));

    let calls = (0..200).map(|_| {
        let (client, caller) = (client.clone(), caller.clone());
        tokio::spawn(async move { token(&client, &caller).await.unwrap() })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap().secret(), "slow");
    }

    assert_eq!(remote.exchanges().await, 1);
    assert_eq!(remote.lookups.count(OboOutcome::Miss), 1);
    assert_eq!(
        remote.lookups.count(OboOutcome::Joined) + remote.lookups.count(OboOutcome::Hit),
        199
    );
}

#[tokio::test]
async fn t15_whoever_leaves_harms_nobody_who_waits() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
    remote.entra.next(slow(Duration::from_millis(500)));

    for _ in 0..300 {
        let provider = client.on_behalf_of(&caller);
        let request = TokenRequest::new();
        let mut call = Box::pin(provider.access_token(&request));
        tokio::select! {
            biased;
            _ = &mut call => unreachable!("the answer takes longer"),
            () = tokio::task::yield_now() => drop(call),
        }
    }

    assert_eq!(token(&client, &caller).await.unwrap().secret(), "slow");
    assert_eq!(remote.exchanges().await, 1);
}

#[tokio::test]
async fn e17_shortly_before_its_end_a_token_is_renewed_while_it_is_used() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.lasting_caller().await);
    let first = token(&client, &caller).await.unwrap();

    remote.advance(2999);
    assert_eq!(token(&client, &caller).await.unwrap(), first);
    assert_eq!(remote.exchanges().await, 1, "renewed before the last tenth");
    remote.advance(300);
    assert_eq!(token(&client, &caller).await.unwrap(), first, "somebody waited");

    eventually(async || token(&client, &caller).await.unwrap() != first).await;
    assert_eq!(remote.exchanges().await, 2);
    assert_eq!(remote.lookups.count(OboOutcome::Miss), 1);
}

#[tokio::test]
async fn e17_an_early_renewal_that_entra_id_asks_for_is_made() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.lasting_caller().await);
    remote.entra.next_change(json!({"expires_in": 70_000, "refresh_in": 1000}));
    let first = token(&client, &caller).await.unwrap();

    // The random delay is a tenth of what is left at the most.
    remote.advance(1000 + 6901);
    assert_eq!(token(&client, &caller).await.unwrap(), first);

    eventually(async || token(&client, &caller).await.unwrap() != first).await;
}

#[tokio::test]
async fn a_challenge_is_exchanged_with_its_claims_and_the_result_is_used_from_then_on() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
    let first = token(&client, &caller).await.unwrap();
    let request = TokenRequest::new().with_claims("{}").rejecting(first.clone());

    let second = client.on_behalf_of(&caller).access_token(&request).await.unwrap();

    assert_ne!(first, second);
    assert_eq!(token(&client, &caller).await.unwrap(), second);
    assert_eq!(remote.exchanges().await, 2);
}

#[tokio::test]
async fn g25_a_token_that_graph_refused_is_exchanged_anew_once_for_all_who_hold_it() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
    let first = token(&client, &caller).await.unwrap();
    let request = TokenRequest::new().rejecting(first.clone());

    for _ in 0..10 {
        let next = client.on_behalf_of(&caller).access_token(&request).await.unwrap();
        assert_ne!(next, first);
    }

    assert_eq!(remote.exchanges().await, 2);
}

#[tokio::test]
async fn e20_after_an_invalid_grant_no_token_of_that_user_is_used() {
    let remote = Remote::start().await;
    let client = remote.builder().build();
    let (one, other) = (remote.caller(json!({})).await, remote.caller(json!({"uti": "2"})).await);
    let neighbour = remote.user(7).await;
    for caller in [&one, &neighbour] {
        token(&client, caller).await.unwrap();
    }
    remote.next_error("invalid_grant", 50_057);

    let error = refusal(&client, &other).await;
    remote.next_error("invalid_grant", 50_057);
    let now = refusal(&client, &one).await;

    assert_eq!((error.kind(), now.kind()), (ErrorKind::SignInRequired, ErrorKind::SignInRequired));
    assert!(token(&client, &neighbour).await.is_ok());
    assert_eq!(remote.exchanges().await, 4);
}

#[tokio::test]
async fn a_user_can_be_forgotten_and_everything_cleared() {
    let remote = Remote::start().await;
    let (client, caller) = (remote.builder().build(), remote.caller(json!({})).await);
    let neighbour = remote.user(7).await;
    for caller in [&caller, &neighbour] {
        token(&client, caller).await.unwrap();
    }

    client.forget_user(&TENANT.parse().unwrap(), USER);
    for caller in [&caller, &neighbour] {
        token(&client, caller).await.unwrap();
    }
    assert_eq!(remote.exchanges().await, 3);

    client.clear();
    assert_eq!(client.cache_entries(), 0);
    token(&client, &neighbour).await.unwrap();
    assert_eq!(remote.exchanges().await, 4);
}

#[tokio::test]
async fn the_number_of_tokens_is_bounded() {
    let remote = Remote::start().await;
    let client = remote.builder().cache_entries(5).build();

    for number in 0..20 {
        token(&client, &remote.user(number).await).await.unwrap();
    }

    assert_eq!(client.cache_entries(), 5);
}

fn slow(delay: Duration) -> ResponseTemplate {
    let body = json!({"token_type": "Bearer", "expires_in": 3600, "access_token": "slow"});
    ResponseTemplate::new(200).set_body_json(body).set_delay(delay)
}
