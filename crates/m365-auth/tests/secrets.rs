use std::time::Duration;

use m365_auth::{ErrorKind, MemoryStore, PublicClient, SignInOptions, TokenProvider, TokenRequest};
use serde_json::json;
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};
use wiremock::ResponseTemplate;

use crate::{
    entra::{CLIENT, Entra, browse, redirect_url},
    log::Log,
};

const CANARY: &str = "canary";

#[tokio::test]
async fn no_secret_is_in_a_log_an_error_a_page_or_a_debug_text() {
    let log = Log::default();
    let ours = Targets::new().with_target("m365_auth", LevelFilter::TRACE);
    let layer = tracing_subscriber::fmt::layer().with_writer(log.clone()).with_filter(ours);
    // For all threads, so that the other tests, which run meanwhile, are under the same eye.
    tracing_subscriber::registry().with(layer).init();
    let entra = Entra::start().await;
    let client = entra.builder().build();

    let mut texts = vec![signed_in(&entra, &client).await];
    entra.clock.advance(Duration::from_secs(3700));
    let token = client.access_token(&TokenRequest::new()).await.unwrap();
    let claims = json!({"access_token": {"acrs": CANARY}}).to_string();
    entra.next_error(json!({"error": "interaction_required", "claims": claims.clone()}));
    let demand = client.access_token(&TokenRequest::new().with_claims(claims)).await;
    entra.next(ResponseTemplate::new(200).set_body_string("canary-in-html"));
    entra.clock.advance(Duration::from_secs(200));
    let unreadable = client.access_token(&TokenRequest::new()).await;
    texts.push(format!("{token:?} {client:?} {:?}", client.status().await));
    texts.push(format!("{demand:?} {unreadable:?} {}", unreadable.as_ref().unwrap_err()));

    assert!(log.text().contains("m365_auth"), "nothing was logged");
    texts.push(log.text());
    for text in texts {
        let at = text.find(CANARY).map(|at| &text[at.saturating_sub(80)..at]);
        assert_eq!(at, None, "after this text stands a secret");
    }
}

/// Signs in with a secret code, and returns what a person or a developer could see of it.
async fn signed_in(entra: &Entra, client: &PublicClient) -> String {
    let sign_in = client.begin_sign_in(&SignInOptions::new()).await.unwrap();
    let asked = entra.asked(sign_in.url());
    let debug = format!("{sign_in:?}");
    assert!(!debug.contains(&asked["state"]) && !debug.contains(&asked["nonce"]));
    let redirect = redirect_url(&asked, &[("code", "canary-code"), ("state", &asked["state"])]);
    let (account, page) = tokio::join!(sign_in.finish(), browse(&redirect));
    format!("{debug} {:?} {}", account.unwrap(), page.1)
}

#[tokio::test]
async fn a_request_that_fails_does_not_show_its_address() {
    let entra = Entra::start().await;
    let store = Arc::new(MemoryStore::new());
    entra.sign_in(&entra.builder().store(store.clone()).build()).await.unwrap();
    entra.clock.advance(Duration::from_secs(3700));
    let nowhere = entra.authority().with_login_root("http://127.0.0.1:1".parse().unwrap());
    let builder = PublicClient::builder(nowhere, CLIENT.parse().unwrap()).store(store);
    let client = builder.clock(Arc::new(entra.clock.clone())).build();

    let error = client.access_token(&TokenRequest::new()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let text = format!("{error} {error:?}");
    assert!(!text.contains("oauth2/v2.0"), "{text}");
}
