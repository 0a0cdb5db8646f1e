use std::{sync::Arc, time::Duration};

use m365_auth::{
    EntryId, ErrorKind, Loaded, MemoryStore, SessionState, SignInOptions, TokenProvider,
    TokenRequest, TokenStore,
};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::entra::{CLIENT, Entra, USER, eventually};

#[tokio::test]
async fn signing_out_deletes_the_tokens_and_names_the_account() {
    let entra = Entra::start().await;
    let store = MemoryStore::new();
    let client = entra.builder().store(Arc::new(store.clone())).build();
    entra.sign_in(&client).await.unwrap();

    let report = client.sign_out().await.unwrap();
    let again = client.sign_out().await.unwrap();

    assert_eq!(report.account.unwrap().username(), USER);
    assert!(again.account.is_none());
    let entry = EntryId::new(&entra.authority(), &CLIENT.parse().unwrap(), "");
    assert!(matches!(store.load(&entry), Loaded::Empty));
    let error = client.access_token(&TokenRequest::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignInRequired);
    assert_eq!(client.status().await.state, SessionState::SignedOut);
}

#[tokio::test]
async fn signing_out_ends_a_refresh_that_is_on_its_way() {
    let entra = Entra::start().await;
    let store = MemoryStore::new();
    let client = entra.builder().store(Arc::new(store.clone())).build();
    entra.sign_in(&client).await.unwrap();
    entra.clock.advance(Duration::from_secs(3700));
    let late = json!({"token_type": "Bearer", "expires_in": 3600, "access_token": "late"});
    let answer = ResponseTemplate::new(200).set_body_json(late);
    entra.next(answer.set_delay(Duration::from_secs(600)));

    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.access_token(&TokenRequest::new()).await }
    });
    eventually(async || entra.forms().await.len() == 2).await;
    client.sign_out().await.unwrap();

    assert_eq!(waiting.await.unwrap().unwrap_err().kind(), ErrorKind::SignInRequired);
    let entry = EntryId::new(&entra.authority(), &CLIENT.parse().unwrap(), "");
    assert!(matches!(store.load(&entry), Loaded::Empty), "the session came back");
}

#[tokio::test]
async fn another_process_that_signs_out_during_a_refresh_wins() {
    let entra = Entra::start().await;
    let store = MemoryStore::new();
    let one = entra.builder().store(Arc::new(store.clone())).build();
    let other = entra.builder().store(Arc::new(store.clone())).build();
    entra.sign_in(&one).await.unwrap();
    entra.clock.advance(Duration::from_secs(3700));
    let late = json!({"token_type": "Bearer", "expires_in": 3600, "access_token": "late"});
    let answer = ResponseTemplate::new(200).set_body_json(late);
    entra.next(answer.set_delay(Duration::from_millis(300)));

    let request = TokenRequest::new();
    let (refreshed, signed_out) = tokio::join!(one.access_token(&request), async {
        eventually(async || entra.forms().await.len() == 2).await;
        other.sign_out().await
    });

    assert!(signed_out.is_ok());
    assert_eq!(refreshed.unwrap_err().kind(), ErrorKind::SignInRequired);
    let entry = EntryId::new(&entra.authority(), &CLIENT.parse().unwrap(), "");
    assert!(matches!(store.load(&entry), Loaded::Empty), "the session came back");
}

#[tokio::test]
async fn signing_out_ends_a_sign_in_that_waits() {
    let entra = Entra::start().await;
    let client = entra.builder().build();
    let sign_in = client.begin_sign_in(&SignInOptions::new()).await.unwrap();

    client.sign_out().await.unwrap();

    assert_eq!(sign_in.finish().await.unwrap_err().kind(), ErrorKind::Cancelled);
}

#[tokio::test]
async fn another_process_notices_a_sign_out_and_a_sign_in() {
    let entra = Entra::start().await;
    let store = Arc::new(MemoryStore::new());
    let one = entra.builder().store(store.clone()).build();
    let other = entra.builder().store(store).build();
    let token = async || other.access_token(&TokenRequest::new()).await.map(|_| ());

    let before = token().await;
    entra.sign_in(&one).await.unwrap();
    let signed_in = token().await;
    one.sign_out().await.unwrap();
    let signed_out = token().await;

    assert_eq!(before.unwrap_err().kind(), ErrorKind::SignInRequired);
    assert!(signed_in.is_ok());
    assert_eq!(signed_out.unwrap_err().kind(), ErrorKind::SignInRequired);
}

#[tokio::test]
async fn the_status_tells_who_and_what_without_the_network() {
    let entra = Entra::start().await;
    let client = entra.signed_in().await;
    let sent = entra.requests().await.len();

    let status = client.status().await;

    assert!(status.is_signed_in());
    assert_eq!(status.account.unwrap().username(), USER);
    let granted = ["Mail.Read", "User.Read", "offline_access", "openid", "profile"];
    assert_eq!(status.granted, granted);
    assert!(status.missing.is_empty() && status.extra.is_empty() && status.pending.is_none());
    let end = status.access_token_expires_on.unwrap();
    assert_eq!(end.to_string(), "2026-11-21T11:00:00Z");
    assert!(status.refresh_token_obtained_at.is_some());
    assert_eq!(entra.requests().await.len(), sent);
}
