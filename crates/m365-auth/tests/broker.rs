//! Signing in through the operating system's broker, which a test scripts.

use std::{sync::Arc, time::Duration};

use m365_auth::{
    BrokerOutcome, BrokerToken, ErrorKind, ParentWindow, Prompt, SessionState, SignInMethod,
    SignInOptions, Timeouts,
};
use serde_json::json;

use crate::{
    broker::scripted::{
        OID, Scripted, Stage, access, account, demand, refused, retryable, shared_store, signed_in,
    },
    entra::{CLIENT, Entra, TENANT, USER},
};

mod fallback;
mod known;
mod renewal;
mod scripted;
mod session;

const OPTIONS: fn() -> SignInOptions = SignInOptions::new;

#[tokio::test]
async fn a_sign_in_opens_the_brokers_window_and_keeps_what_it_hands_out() {
    let broker = Scripted::new();
    let client = broker.builder().parent_window(ParentWindow::new(77)).build();

    let account = client.sign_in_with_broker(&OPTIONS()).await.unwrap().unwrap();

    assert_eq!((account.username(), account.oid(), account.tid()), (USER, OID, TENANT));
    assert_eq!(access(&client).await.unwrap().secret(), "canary-broker-at-1");
    assert_eq!(broker.stages(), [Stage::Window], "an account that nobody knows is asked silently");
    assert_eq!(broker.parent(), ParentWindow::new(77));
    let status = client.status().await;
    assert_eq!(status.state, SessionState::SignedIn);
    assert!(
        matches!(status.method, Some(SignInMethod::Broker(name)) if name.starts_with("Broker"))
    );
    assert_eq!(status.granted, ["Mail.Read", "User.Read", "offline_access"]);
    assert!(status.missing.is_empty() && status.refresh_token_obtained_at.is_none());
}

#[tokio::test]
async fn the_broker_is_asked_for_exactly_what_is_configured_at_the_clouds_own_host() {
    let broker = Scripted::new();

    broker.builder().build().sign_in_with_broker(&OPTIONS()).await.unwrap();

    let asked = broker.asked();
    let authority = format!("https://login.microsoftonline.com/{TENANT}");
    assert_eq!(asked.authority.as_str(), authority);
    assert_eq!((asked.tenant.as_str(), asked.client_id.as_str()), (TENANT, CLIENT));
    let scopes = ["https://graph.microsoft.com/Mail.Read", "https://graph.microsoft.com/User.Read"];
    assert_eq!(asked.scopes, scopes);
    let capability = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
    assert_eq!(asked.claims.as_deref(), Some(capability));
    assert_eq!((asked.prompt, asked.login_hint), (Some(Prompt::SelectAccount), None));
    assert_eq!(asked.correlation_id.len(), 36);
}

#[tokio::test]
async fn wishes_and_the_pinned_account_reach_the_broker() {
    let broker = Scripted::new();
    let client = broker.builder().account_pin(Some(USER.to_owned())).build();

    client.sign_in_with_broker(&OPTIONS()).await.unwrap();
    let pinned = broker.asked();
    let options = OPTIONS()
        .with_prompt(Prompt::Login)
        .with_login_hint("someone@fjordlight.example")
        .with_claims(r#"{"access_token":{"acrs":{"value":"c1"}}}"#);
    client.sign_in_with_broker(&options).await.unwrap();
    let wished = broker.asked();

    assert_eq!((pinned.login_hint.as_deref(), pinned.prompt), (Some(USER), None));
    assert_eq!(wished.login_hint.as_deref(), Some("someone@fjordlight.example"));
    assert_eq!((wished.prompt, wished.account), (Some(Prompt::Login), None));
    let claims = wished.claims.unwrap();
    assert!(claims.contains("acrs") && claims.contains("cp1"), "{claims}");
}

#[tokio::test]
async fn what_is_no_token_or_has_ended_is_not_kept() {
    let cases: [(&str, fn(&mut BrokerToken)); 3] = [
        ("empty", |token| token.secret = String::new().into()),
        ("too long", |token| token.secret = "e".repeat(70_000).into()),
        ("clock", |token| token.expires_on = Some(jiff::Timestamp::UNIX_EPOCH)),
    ];
    for (why, spoil) in cases {
        let broker = Scripted::new();
        let client = broker.builder().build();
        let mut token = broker.token();
        spoil(&mut token);
        broker.next(BrokerOutcome::Token(Box::new(token)));

        let error = client.sign_in_with_broker(&OPTIONS()).await.unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert!(error.message().unwrap().contains(why), "{error}");
        assert_eq!(client.status().await.state, SessionState::SignedOut);
    }
}

#[tokio::test]
async fn what_the_window_answers_decides_and_no_browser_follows() {
    for (outcome, kind, aadsts) in [
        (BrokerOutcome::Cancelled, ErrorKind::Cancelled, None),
        (retryable(), ErrorKind::Unavailable, None),
        (refused(Some(53_003)), ErrorKind::Denied, Some(53_003)),
        (refused(Some(50_105)), ErrorKind::Denied, Some(50_105)),
        (refused(Some(65_001)), ErrorKind::ConsentRequired, Some(65_001)),
        (refused(None), ErrorKind::Denied, None),
        (demand(None, Some(53_003)), ErrorKind::Denied, Some(53_003)),
    ] {
        let broker = Scripted::new();
        let client = broker.builder().build();
        broker.next(outcome.clone());

        let error = client.sign_in_with_broker(&OPTIONS()).await.unwrap_err();

        assert_eq!((error.kind(), error.aadsts()), (kind, aadsts), "{outcome:?}");
        assert!(error.message().unwrap().contains(TENANT), "{error}");
        assert_eq!(broker.stages(), [Stage::Window]);
        assert_eq!(client.status().await.state, SessionState::SignedOut);
        assert!(client.broker().await.is_some(), "{outcome:?} gave the broker up");
    }
}

#[tokio::test]
async fn a_broker_that_cannot_reach_entra_id_says_how_long_to_wait() {
    let broker = Scripted::new();
    broker.next(retryable());

    let error = broker.builder().build().sign_in_with_broker(&OPTIONS()).await.unwrap_err();

    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert!(error.message().unwrap().starts_with("The network is down"), "{error}");
}

#[tokio::test]
async fn a_window_that_nobody_finishes_in_time_is_not_opened_again() {
    let broker = Scripted::new();
    broker.hang();
    let timeouts = Timeouts::default().with_sign_in(Duration::ZERO);
    let client = broker.builder().timeouts(timeouts).build();

    let error = client.sign_in_with_broker(&OPTIONS()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(broker.stages(), [Stage::Window]);
}

#[tokio::test]
async fn another_account_than_the_pinned_one_is_refused_before_anything_is_kept() {
    let broker = Scripted::new();
    let pin = Some("adele@fjordlight.example".to_owned());
    let client = broker.builder().account_pin(pin).build();

    let error = client.sign_in_with_broker(&OPTIONS()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::WrongAccount);
    let message = error.message().unwrap();
    assert!(message.contains(USER) && message.contains("adele@"), "{message}");
    assert_eq!(client.status().await.account, None);
}

#[tokio::test]
async fn an_account_of_another_tenant_is_refused_and_one_of_the_same_is_a_switch() {
    let (broker, client) = signed_in().await;
    let mut foreign = broker.token();
    foreign.account = account(OID, "99999999-2222-4333-8444-555555555555", "x@other.example");
    broker.next(BrokerOutcome::Token(Box::new(foreign)));
    let choose = OPTIONS().with_prompt(Prompt::SelectAccount);

    let error = client.sign_in_with_broker(&choose).await.unwrap_err();
    let mut colleague = broker.token();
    colleague.account = account("another-oid", TENANT, "adele@fjordlight.example");
    broker.next(BrokerOutcome::Token(Box::new(colleague)));
    let switched = client.sign_in_with_broker(&choose).await.unwrap().unwrap();

    assert_eq!(error.kind(), ErrorKind::WrongAccount);
    assert!(error.message().unwrap().contains("x@other.example"), "{error}");
    assert_eq!(switched.username(), "adele@fjordlight.example");
    assert_eq!(client.status().await.account, Some(switched));
}

#[tokio::test]
async fn an_id_token_tells_the_name_and_must_be_of_the_same_account() {
    for (claims, expected) in [
        (json!({}), Ok(Some("Mira Solberg"))),
        (json!({"oid": "another"}), Err(ErrorKind::Protocol)),
        (json!({"aud": "bbbbbbbb-0000-4000-8000-000000000001"}), Err(ErrorKind::Protocol)),
        (json!({"iss": 7}), Ok(None)),
    ] {
        let broker = Scripted::new();
        let mut token = broker.token();
        token.id_token = Some(Entra::broker_id_token(claims.clone()).into());
        broker.next(BrokerOutcome::Token(Box::new(token)));
        let client = broker.builder().build();

        let signed_in = client.sign_in_with_broker(&OPTIONS()).await;

        let name = signed_in.map(|account| account.unwrap().name().map(str::to_owned));
        let name = name.map_err(|error| error.kind());
        assert_eq!(name, expected.map(|name| name.map(str::to_owned)), "{claims}");
    }
}

#[tokio::test]
async fn a_replaced_sign_in_host_leaves_the_broker_alone() {
    let entra = Entra::start().await;
    let broker = Scripted::new();
    let client = entra.builder().broker(broker.clone()).store(shared_store()).build();

    let name = client.broker().await;
    let signed_in = client.sign_in_with_broker(&OPTIONS()).await.unwrap();
    entra.sign_in(&client).await.unwrap();

    assert_eq!((name, signed_in), (None, None));
    assert!(broker.stages().is_empty());
    assert_eq!(client.status().await.method, Some(SignInMethod::Browser));
}

#[tokio::test]
async fn a_second_sign_in_ends_the_one_in_the_window_and_so_does_a_sign_out() {
    let broker = Scripted::new();
    let client = broker.builder().build();
    for ends_by_sign_out in [false, true] {
        broker.hang();
        let open = broker.stages().len();
        let waiting = tokio::spawn({
            let client = client.clone();
            async move { client.sign_in_with_broker(&OPTIONS().with_prompt(Prompt::Login)).await }
        });
        crate::entra::eventually(async || broker.stages().len() > open).await;

        match ends_by_sign_out {
            true => drop(client.sign_out().await.unwrap()),
            false => drop(client.sign_in_with_broker(&OPTIONS()).await.unwrap()),
        }

        let ended = waiting.await.unwrap().unwrap_err();
        assert_eq!(ended.kind(), ErrorKind::Cancelled);
    }
}

#[tokio::test]
async fn a_broker_that_is_absent_is_not_asked() {
    let broker = Scripted::new();
    broker.is_absent();
    let client = broker.builder().store(Arc::new(m365_auth::MemoryStore::new())).build();

    assert_eq!(client.broker().await, None);
    assert!(client.sign_in_with_broker(&OPTIONS()).await.unwrap().is_none());
    assert!(broker.stages().is_empty());
}
