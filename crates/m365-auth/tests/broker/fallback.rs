//! When the browser takes over, and when it must not.

use std::{sync::Arc, time::Duration};

use m365_auth::{Broker, BrokerOutcome, PublicClient, SignInMethod, SignInOptions};

use super::scripted::{
    Scripted, Stage, access, as_microsoft, demand, fallback, shared_store, tenant,
};
use crate::{entra::USER, log::Log};

async fn connect(client: &PublicClient) -> m365_auth::Result<Option<m365_auth::Account>> {
    client.sign_in_with_broker(&SignInOptions::new()).await
}

#[tokio::test]
async fn a_failure_for_good_leads_to_the_browser_for_every_client_of_the_process() {
    for outcome in [fallback(), demand(None, None)] {
        let broker = Scripted::new();
        let (one, other) = (broker.builder().build(), broker.builder().build());
        broker.next(outcome);

        let first = connect(&one).await.unwrap();
        let second = connect(&other).await.unwrap();

        assert_eq!((first, second), (None, None));
        assert_eq!(broker.stages(), [Stage::Window], "it was asked again");
        assert_eq!(one.broker().await, None);
        assert!(connect(&Scripted::new().builder().build()).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_broker_that_is_not_there_after_all_may_be_there_later() {
    let broker = Scripted::new();
    let client = broker.builder().build();
    broker.next(BrokerOutcome::Unavailable);
    let log = Log::default();

    let first = log.during(connect(&client)).await.unwrap();
    let second = connect(&client).await.unwrap();

    assert!(first.is_none() && second.is_some());
    assert!(!log.text().contains("fallback"), "{}", log.text());
}

#[tokio::test]
async fn the_user_who_closes_the_window_is_asked_in_the_window_again() {
    let broker = Scripted::new();
    let client = broker.builder().build();
    broker.next(BrokerOutcome::Cancelled);

    let cancelled = connect(&client).await;
    let later = connect(&client).await.unwrap();

    assert!(cancelled.is_err() && later.is_some());
    assert_eq!(broker.stages(), [Stage::Window, Stage::Window]);
}

#[tokio::test]
async fn the_event_is_logged_once_with_the_reason_and_without_names() {
    let broker = Scripted::new();
    let (one, other) = (broker.builder().build(), broker.builder().build());
    broker.next(fallback());
    let log = Log::default();

    log.during(async {
        connect(&one).await.unwrap();
        connect(&other).await.unwrap();
    })
    .await;

    let text = log.text();
    let events: Vec<_> =
        text.lines().filter(|line| line.contains("local_auth_broker_fallback")).collect();
    let [event] = events[..] else { panic!("{text}") };
    let id = format!("correlation_id=\"{}\"", broker.asked().correlation_id);
    for part in [
        "WARN",
        std::env::consts::OS,
        broker.name(),
        "stage=\"interactive\"",
        "code=\"0x80070490\"",
        "no account of …",
        &id,
    ] {
        assert!(event.contains(part), "{part} is missing in {event}");
    }
    assert!(!text.contains(USER) && !text.contains("canary"), "{text}");
}

#[tokio::test]
async fn after_a_failure_for_good_the_browser_signs_in_and_renews() {
    let sim = tenant().await;
    let broker = Scripted::new();
    let client = broker.builder_for(&sim).build();
    broker.next(fallback());

    let with_broker = connect(&client).await.unwrap();
    let account = in_browser(&client, &as_microsoft(&sim)().build().unwrap()).await;

    assert!(with_broker.is_none());
    assert_eq!(account.username(), USER);
    assert_eq!(client.status().await.method, Some(SignInMethod::Browser));
    assert!(access(&client).await.is_ok());
    assert_eq!(broker.stages(), [Stage::Window]);
    assert_eq!(sim.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn an_account_of_a_broker_that_failed_for_good_signs_in_again_in_the_browser() {
    let sim = tenant().await;
    let broker = Scripted::new();
    let store = shared_store();
    let client = broker.builder_for(&sim).store(store.clone()).build();
    let mut token = broker.token();
    token.account.tid = sim.tenant_id().to_owned();
    token.expires_on = None;
    broker.next(BrokerOutcome::Token(Box::new(token)));
    connect(&client).await.unwrap().unwrap();
    broker.next(fallback());

    let kept = connect(&client).await.unwrap();
    let error = {
        let late = broker.builder_for(&sim).store(store).clock(broker_clock(&sim, 3700)).build();
        access(&late).await.unwrap_err()
    };
    in_browser(&client, &as_microsoft(&sim)().build().unwrap()).await;

    assert!(kept.is_none());
    assert_eq!(error.kind(), m365_auth::ErrorKind::SignInRequired);
    let message = error.message().unwrap();
    assert!(message.contains(broker.name()) && message.contains("browser"), "{message}");
    assert!(access(&client).await.is_ok());
    assert_eq!(client.status().await.method, Some(SignInMethod::Browser));
}

fn broker_clock(sim: &m365_sim::Sim, ahead: u64) -> Arc<m365_auth::ManualClock> {
    let clock = m365_auth::ManualClock::new(sim.clock().now());
    clock.advance(Duration::from_secs(ahead));
    Arc::new(clock)
}

async fn in_browser(client: &PublicClient, browser: &reqwest::Client) -> m365_auth::Account {
    let sign_in = client.begin_sign_in(&SignInOptions::new()).await.unwrap();
    let page = browser.get(sign_in.url().clone()).send();
    let (account, page) = tokio::join!(sign_in.finish(), page);
    page.unwrap();
    account.unwrap()
}
