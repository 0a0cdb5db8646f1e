//! Signing in once more with an account that the broker knows.

use std::time::Duration;

use m365_auth::{BrokerOutcome, ErrorKind, SignInOptions, Timeouts};

use super::scripted::{
    OID, Scripted, Stage, access, account, demand, refused, retryable, signed_in,
};
use crate::entra::{TENANT, USER};

const OPTIONS: fn() -> SignInOptions = SignInOptions::new;

#[tokio::test]
async fn a_known_account_needs_no_window() {
    let (broker, client) = signed_in().await;

    let again = client.sign_in_with_broker(&OPTIONS()).await.unwrap();

    assert!(again.is_some());
    assert_eq!(broker.stages(), [Stage::Window, Stage::Silent]);
    assert_eq!(broker.asked().account, Some(account(OID, TENANT, USER)));
}

#[tokio::test]
async fn a_known_account_of_which_something_is_demanded_meets_it_in_the_window() {
    let (broker, client) = signed_in().await;
    broker.next(demand(None, Some(50_076)));

    let again = client.sign_in_with_broker(&OPTIONS()).await.unwrap();

    assert!(again.is_some());
    assert_eq!(broker.stages()[1..], [Stage::Silent, Stage::Window]);
    assert_eq!(broker.asked().login_hint.as_deref(), Some(USER));
    assert_eq!(broker.asked().account, Some(account(OID, TENANT, USER)));
}

#[tokio::test]
async fn what_was_not_consented_to_is_asked_for_again_and_consented_to_in_the_window() {
    let broker = Scripted::new();
    let client = broker.builder().build();
    let mut narrow = broker.token();
    narrow.scopes = vec!["User.Read".to_owned()];
    broker.next(BrokerOutcome::Token(Box::new(narrow)));
    client.sign_in_with_broker(&OPTIONS()).await.unwrap();
    broker.next(refused(Some(65_001)));

    let again = client.sign_in_with_broker(&OPTIONS()).await.unwrap();

    assert!(again.is_some());
    assert_eq!(broker.stages()[1..], [Stage::Silent, Stage::Window]);
    assert!(broker.questions().iter().all(|asked| asked.scopes.len() == 2));
    assert!(client.status().await.missing.is_empty());
}

#[tokio::test]
async fn a_wish_for_another_account_is_not_answered_with_the_known_one() {
    let (broker, client) = signed_in().await;

    let other = OPTIONS().with_login_hint("adele@fjordlight.example");
    client.sign_in_with_broker(&other).await.unwrap();

    assert_eq!(broker.stages(), [Stage::Window, Stage::Window]);
    assert_eq!(broker.asked().account, None);
}

#[tokio::test]
async fn what_a_silent_answer_says_for_good_opens_no_window() {
    for (outcome, kind) in [
        (BrokerOutcome::Cancelled, ErrorKind::Cancelled),
        (retryable(), ErrorKind::Unavailable),
        (refused(Some(53_003)), ErrorKind::Denied),
    ] {
        let (broker, client) = signed_in().await;
        broker.next(outcome.clone());

        let error = client.sign_in_with_broker(&OPTIONS()).await.unwrap_err();

        assert_eq!(error.kind(), kind, "{outcome:?}");
        assert_eq!(broker.stages(), [Stage::Window, Stage::Silent]);
        assert!(access(&client).await.is_ok(), "the session before is gone");
    }
}

#[tokio::test]
async fn a_silent_question_that_hangs_does_not_keep_the_user_from_the_window() {
    let broker = Scripted::new();
    let timeouts = Timeouts::default().with_attempt(Duration::from_millis(50));
    let client = broker.builder().timeouts(timeouts).build();
    client.sign_in_with_broker(&OPTIONS()).await.unwrap();
    broker.hang();

    let again = client.sign_in_with_broker(&OPTIONS()).await.unwrap();

    assert!(again.is_some());
    assert_eq!(broker.stages()[1..], [Stage::Silent, Stage::Window]);
}
