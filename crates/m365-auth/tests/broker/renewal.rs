//! Renewing the tokens of an account that signed in through a broker.

use std::time::Duration;

use m365_auth::{
    BrokerOutcome, ErrorKind, PublicClient, SessionState, SignInOptions, Timeouts, TokenProvider,
    TokenRequest,
};

use super::scripted::{
    OID, Scripted, Stage, access, account, demand, fallback, refused, retryable, shared_store,
    signed_in,
};
use crate::entra::{TENANT, USER};

const CHALLENGE: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1790000000"}}}"#;
const OVER: u64 = 3700;
const NEARLY_OVER: u64 = 3400;

#[tokio::test]
async fn a_token_is_renewed_by_asking_the_broker_silently() {
    let (broker, client) = signed_in().await;

    broker.advance(3290);
    let before = access(&client).await.unwrap();
    broker.advance(20);
    let after = access(&client).await.unwrap();

    assert_eq!(before.secret(), "canary-broker-at-1");
    assert_eq!(after.secret(), "canary-broker-at-2");
    assert_eq!(broker.stages(), [Stage::Window, Stage::Silent]);
    let asked = broker.asked();
    assert_eq!(asked.account, Some(account(OID, TENANT, USER)));
    assert_eq!(asked.scopes[0], "https://graph.microsoft.com/Mail.Read");
}

#[tokio::test]
async fn callers_at_the_same_moment_share_one_question() {
    let (broker, client) = signed_in().await;
    broker.advance(OVER);

    let callers: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { access(&client).await.unwrap() })
        })
        .collect();

    for caller in callers {
        assert_eq!(caller.await.unwrap().secret(), "canary-broker-at-2");
    }
    assert_eq!(broker.stages(), [Stage::Window, Stage::Silent]);
}

#[tokio::test]
async fn a_token_whose_end_is_not_told_is_used_for_five_minutes() {
    let broker = Scripted::new();
    let client = broker.builder().build();
    let mut endless = broker.token();
    endless.expires_on = None;
    broker.next(BrokerOutcome::Token(Box::new(endless)));
    client.sign_in_with_broker(&SignInOptions::new()).await.unwrap();

    broker.advance(290);
    let before = access(&client).await.unwrap();
    broker.advance(20);
    let after = access(&client).await.unwrap();

    assert_ne!(before, after);
}

#[tokio::test]
async fn fewer_scopes_than_asked_are_visible_and_no_more_asked_for() {
    let (broker, client) = signed_in().await;
    broker.advance(OVER);
    let mut narrow = broker.token();
    narrow.expires_on = None;
    narrow.scopes = vec!["https://graph.microsoft.com/User.Read".to_owned()];
    broker.next(BrokerOutcome::Token(Box::new(narrow)));

    let token = access(&client).await.unwrap();
    broker.advance(OVER);
    access(&client).await.unwrap();

    assert!(token.grants("User.Read") && !token.grants("Mail.Read"));
    assert_eq!(broker.asked().scopes, ["https://graph.microsoft.com/User.Read"]);
}

#[tokio::test]
async fn a_claims_challenge_reaches_the_broker_with_the_capability() {
    let (broker, client) = signed_in().await;
    let before = access(&client).await.unwrap();

    let request = TokenRequest::new().with_claims(CHALLENGE).rejecting(before.clone());
    let after = client.access_token(&request).await.unwrap();

    assert_ne!(before, after);
    let claims = broker.asked().claims.unwrap();
    assert!(claims.contains("1790000000") && claims.contains("cp1"), "{claims}");
}

#[tokio::test]
async fn a_rejected_token_is_not_handed_out_again_even_if_the_broker_does() {
    let (broker, client) = signed_in().await;
    let first = access(&client).await.unwrap();

    let second = client.access_token(&TokenRequest::new().rejecting(first)).await.unwrap();
    let mut same = broker.token();
    same.secret = second.secret().to_owned().into();
    broker.next(BrokerOutcome::Token(Box::new(same)));
    let error = client.access_token(&TokenRequest::new().rejecting(second)).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::SignInRequired);
    assert!(error.message().unwrap().contains("refused the token"), "{error}");
    assert_eq!(client.status().await.state, SessionState::NeedsInteraction);
}

#[tokio::test]
async fn a_demand_is_remembered_and_met_in_the_window() {
    let (broker, client) = signed_in().await;
    broker.advance(OVER);
    broker.next(demand(Some(CHALLENGE), Some(50_076)));

    let error = access(&client).await.unwrap_err();
    let again = access(&client).await.unwrap_err();
    client.sign_in_with_broker(&SignInOptions::new()).await.unwrap().unwrap();

    for error in [error, again] {
        assert_eq!((error.kind(), error.aadsts()), (ErrorKind::SignInRequired, Some(50_076)));
        assert_eq!(error.claims(), Some(CHALLENGE));
        assert!(error.message().unwrap().contains(USER), "{error}");
    }
    assert_eq!(broker.stages(), [Stage::Window, Stage::Silent, Stage::Window]);
    assert!(broker.asked().claims.unwrap().contains("1790000000"));
    assert!(access(&client).await.is_ok());
}

#[tokio::test]
async fn what_the_operating_system_has_mended_is_found_out_later() {
    let (broker, client) = signed_in().await;
    broker.advance(OVER);
    broker.next(demand(None, Some(50_173)));

    let error = access(&client).await.unwrap_err();
    broker.advance(130);
    let later = access(&client).await;

    assert_eq!(error.kind(), ErrorKind::SignInRequired);
    assert!(later.is_ok(), "{later:?}");
}

#[tokio::test]
async fn a_final_answer_has_the_kind_that_the_browser_gives_it() {
    for (code, kind) in [
        (53_003, ErrorKind::SignInRequired),
        (50_105, ErrorKind::SignInRequired),
        (65_001, ErrorKind::ConsentRequired),
    ] {
        let (broker, client) = signed_in().await;
        broker.advance(OVER);
        broker.next(refused(Some(code)));

        let error = access(&client).await.unwrap_err();

        assert_eq!((error.kind(), error.aadsts()), (kind, Some(code)));
        assert!(client.broker().await.is_some());
    }
}

#[tokio::test]
async fn a_token_that_is_still_good_bridges_an_outage_and_the_broker_is_left_alone() {
    let (broker, client) = signed_in().await;
    broker.advance(NEARLY_OVER);
    broker.next(retryable());

    let bridged = access(&client).await.unwrap();
    access(&client).await.unwrap();
    broker.advance(31);
    let renewed = access(&client).await.unwrap();

    assert_eq!(bridged.secret(), "canary-broker-at-1");
    assert_eq!(renewed.secret(), "canary-broker-at-2");
    assert_eq!(broker.stages(), [Stage::Window, Stage::Silent, Stage::Silent]);
}

#[tokio::test]
async fn a_broker_that_does_not_answer_is_an_outage() {
    let broker = Scripted::new();
    let timeouts = Timeouts::default().with_attempt(Duration::from_millis(50));
    let client = broker.builder().timeouts(timeouts).build();
    client.sign_in_with_broker(&SignInOptions::new()).await.unwrap();
    broker.advance(OVER);
    broker.hang();

    let error = access(&client).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(Timeouts::default().attempt, Duration::from_secs(10));
}

#[tokio::test]
async fn an_answer_for_another_account_or_tenant_is_not_used() {
    for (oid, tid, kind) in [
        ("another-oid", TENANT, ErrorKind::SignInRequired),
        (OID, "99999999-2222-4333-8444-555555555555", ErrorKind::WrongAccount),
        ("", TENANT, ErrorKind::Protocol),
    ] {
        let (broker, client) = signed_in().await;
        broker.advance(OVER);
        let mut foreign = broker.token();
        foreign.account = account(oid, tid, "someone@else.example");
        broker.next(BrokerOutcome::Token(Box::new(foreign)));

        let error = access(&client).await.unwrap_err();

        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(client.status().await.account.unwrap().username(), USER);
    }
}

#[tokio::test]
async fn a_broker_that_fails_for_good_or_is_gone_ends_in_a_sign_in() {
    for (outcome, stays) in [(fallback(), false), (BrokerOutcome::Unavailable, true)] {
        let (broker, client) = signed_in().await;
        broker.advance(NEARLY_OVER);
        broker.next(outcome);

        let bridged = access(&client).await;
        broker.advance(600);
        if stays {
            broker.next(BrokerOutcome::Unavailable);
        }
        let error = access(&client).await.unwrap_err();

        assert!(bridged.is_ok(), "{bridged:?}");
        assert_eq!(error.kind(), ErrorKind::SignInRequired);
        let message = error.message().unwrap();
        assert!(message.contains(USER) && message.contains("Sign in again"), "{message}");
        assert_eq!(client.broker().await.is_some(), stays);
    }
}

#[tokio::test]
async fn a_program_without_the_broker_asks_for_a_sign_in_and_names_it() {
    let broker = Scripted::new();
    let store = shared_store();
    let client = broker.builder().store(store.clone()).build();
    client.sign_in_with_broker(&SignInOptions::new()).await.unwrap();
    let other = Scripted::new();

    let later = other.builder().store(store).build();
    let meanwhile = access(&later).await;
    other.advance(OVER);
    let error = access(&later).await.unwrap_err();

    assert!(meanwhile.is_ok(), "a token that is good needs no broker");
    assert_eq!(error.kind(), ErrorKind::SignInRequired);
    assert!(error.message().unwrap().contains("Broker "), "{error}");
    assert!(other.stages().is_empty(), "another broker was asked for the account");
    assert_eq!(state(&later).await, SessionState::SignedOut);
}

async fn state(client: &PublicClient) -> SessionState {
    client.status().await.state
}
