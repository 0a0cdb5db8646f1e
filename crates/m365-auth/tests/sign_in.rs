use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use m365_auth::{
    ErrorKind, MemoryStore, Prompt, PublicClient, SessionState, SignInOptions, Timeouts,
    TokenProvider, TokenRequest,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;
use wiremock::ResponseTemplate;

use crate::entra::{CLIENT, Entra, Form, TENANT, USER, browse, redirect_url};

mod late;

#[tokio::test]
async fn a_sign_in_keeps_the_account_and_its_tokens() {
    let entra = Entra::start().await;
    let client = entra.builder().build();

    let (account, page) = entra.sign_in_with_page(&client).await;

    let account = account.unwrap();
    assert_eq!((account.username(), account.tid()), (USER, TENANT));
    assert!(page.contains(USER), "{page}");
    let token = client.access_token(&TokenRequest::new()).await.unwrap();
    assert_eq!(token.secret(), "canary-at-1");
    assert!(token.grants("mail.read"));
    assert_eq!(entra.forms().await.len(), 1);
}

#[tokio::test]
async fn the_address_asks_for_exactly_what_is_configured() {
    let entra = Entra::start().await;
    let client = entra.builder().build();

    let sign_in = client.begin_sign_in(&SignInOptions::new()).await.unwrap();

    let asked = entra.asked(sign_in.url());
    assert_eq!(asked["client_id"], CLIENT);
    assert_eq!(asked["response_type"], "code");
    assert_eq!(asked["prompt"], "select_account");
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(
        asked["scope"],
        "openid profile offline_access https://graph.microsoft.com/Mail.Read \
         https://graph.microsoft.com/User.Read"
    );
    assert_eq!(asked["claims"], r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#);
    assert!(asked["redirect_uri"].starts_with("http://localhost:"));
    assert!(asked["state"].len() >= 43 && asked["nonce"].len() >= 43);
    assert!(sign_in.url().path().ends_with("/oauth2/v2.0/authorize"));
}

#[tokio::test]
async fn the_code_is_redeemed_with_the_verifier_and_the_same_redirect() {
    let entra = Entra::start().await;
    let client = entra.builder().build();
    let sign_in = client.begin_sign_in(&SignInOptions::new()).await.unwrap();
    let asked = entra.asked(sign_in.url());

    let redirect = redirect_url(&asked, &[("code", "the-code"), ("state", &asked["state"])]);
    let (account, _) = tokio::join!(sign_in.finish(), browse(&redirect));

    account.unwrap();
    let sent = &entra.forms().await[0];
    assert_eq!(sent["grant_type"], "authorization_code");
    assert_eq!(sent["code"], "the-code");
    assert_eq!(sent["redirect_uri"], asked["redirect_uri"]);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&sent["code_verifier"]));
    assert_eq!(challenge, asked["code_challenge"]);
    assert!(!sent.contains_key("client_secret"));
}

#[tokio::test]
async fn wishes_and_hints_reach_the_page() {
    let entra = Entra::start().await;
    let client = entra.builder().account_pin(Some(USER.to_owned())).build();

    let pinned = asked(&entra, &client, &SignInOptions::new()).await;
    let options = SignInOptions::new()
        .with_prompt(Prompt::Login)
        .with_login_hint("someone@fjordlight.example")
        .with_claims(r#"{"access_token":{"acrs":{"value":"c1"}}}"#);
    let wished = asked(&entra, &client, &options).await;

    assert_eq!(pinned["login_hint"], USER);
    assert!(!pinned.contains_key("prompt"), "select_account would ignore the hint");
    assert_eq!(wished["prompt"], "login");
    assert_eq!(wished["login_hint"], "someone@fjordlight.example");
    assert!(wished["claims"].contains("acrs") && wished["claims"].contains("cp1"));
}

#[tokio::test]
async fn a_prompt_in_the_metadata_is_not_doubled() {
    let entra = Entra::start().await;
    let root = entra.root();
    let entra = entra
        .with_metadata(
            200,
            json!({
                "issuer": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
                "authorization_endpoint": format!("{root}elsewhere/authorize?prompt=login&x=1"),
                "token_endpoint": format!("{root}elsewhere/oauth2/v2.0/token"),
            }),
        )
        .await;
    let client = entra.builder().build();

    let sign_in = client.begin_sign_in(&SignInOptions::new()).await.unwrap();

    assert_eq!(sign_in.url().path(), "/elsewhere/authorize");
    assert_eq!(entra.asked(sign_in.url())["prompt"], "select_account");
}

#[tokio::test]
async fn e16_metadata_of_another_host_or_issuer_is_not_used() {
    let issuer = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
    for (issuer, host) in [
        (issuer.as_str(), "https://evil.example/"),
        ("https://evil.example/v2.0", ""),
        ("https://login.microsoftonline.com/{tenantid}/v2.0", ""),
    ] {
        let entra = Entra::start().await;
        let root = if host.is_empty() { entra.root().to_string() } else { host.to_owned() };
        let document = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{root}wrong/authorize"),
            "token_endpoint": format!("{root}wrong/token"),
        });
        let entra = entra.with_metadata(200, document).await;
        let client = entra.builder().build();

        let sign_in = client.begin_sign_in(&SignInOptions::new()).await.unwrap();

        let expected = format!("{}{TENANT}/oauth2/v2.0/authorize?", entra.root());
        assert!(sign_in.url().as_str().starts_with(&expected), "{}", sign_in.url());
    }
}

#[tokio::test]
async fn a_tenant_of_another_cloud_is_reported_before_a_browser_opens() {
    let document = json!({
        "issuer": format!("https://login.microsoftonline.us/{TENANT}/v2.0"),
        "authorization_endpoint": "https://login.microsoftonline.us/x/authorize",
        "token_endpoint": "https://login.microsoftonline.us/x/token",
    });
    let entra = Entra::start().await.with_metadata(200, document).await;
    let client = entra.builder().build();

    let error = client.begin_sign_in(&SignInOptions::new()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Configuration);
    let message = error.message().unwrap();
    assert!(message.contains("set azureCloud to us-gov-high or us-gov-dod"), "{message}");
}

#[tokio::test]
async fn a_tenant_that_does_not_exist_is_reported_before_a_browser_opens() {
    let error = json!({"error": "invalid_tenant", "error_codes": [90002]});
    let entra = Entra::start().await.with_metadata(400, error).await;
    let client = entra.builder().build();

    let error = client.begin_sign_in(&SignInOptions::new()).await.unwrap_err();

    assert_eq!((error.kind(), error.aadsts()), (ErrorKind::Configuration, Some(90_002)));
    let message = error.message().unwrap();
    assert!(message.contains("azureCloud") && message.contains(TENANT), "{message}");
}

#[tokio::test]
async fn a_service_that_cannot_be_reached_is_reported_before_a_browser_opens() {
    let entra = Entra::start().await;
    let nowhere = Url::parse("http://127.0.0.1:1").unwrap();
    let authority = entra.authority().with_login_root(nowhere);
    let client = PublicClient::builder(authority, CLIENT.parse().unwrap()).build();

    let error = client.begin_sign_in(&SignInOptions::new()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn e18_a_wrong_clock_is_named_and_the_sign_in_still_ends() {
    for (server_ahead, text) in [(7200, "2 h behind"), (-7200, "2 h ahead of")] {
        let entra = Entra::start().await;
        entra.server_ahead(server_ahead);
        let client = entra.builder().build();

        let (account, page) = entra.sign_in_with_page(&client).await;

        account.unwrap();
        assert!(page.contains(text), "{page}");
        assert!(client.status().await.notices.iter().any(|notice| notice.contains(text)));
        assert!(client.access_token(&TokenRequest::new()).await.is_ok());
    }
}

#[tokio::test]
async fn e18_an_expired_id_token_is_blamed_on_the_clock() {
    let entra = Entra::start().await;
    entra.server_ahead(7200);
    entra.id_token(json!({"exp": 1_000_000_000}));
    let client = entra.builder().build();

    let error = entra.sign_in(&client).await.unwrap_err();

    assert!(error.message().unwrap().contains("clock"), "{error}");
}

#[tokio::test]
async fn another_account_than_the_pinned_one_is_refused_before_anything_is_kept() {
    let entra = Entra::start().await;
    let store = MemoryStore::new();
    let builder = entra.builder().store(Arc::new(store.clone()));
    let client = builder.account_pin(Some("adele@fjordlight.example".to_owned())).build();

    let (result, page) = entra.sign_in_with_page(&client).await;

    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongAccount);
    for text in [error.message().unwrap(), &page] {
        assert!(text.contains(USER) && text.contains("adele@fjordlight.example"), "{text}");
    }
    let status = client.status().await;
    assert_eq!((status.state, status.account), (SessionState::SignedOut, None));
}

#[tokio::test]
async fn a_pin_is_compared_without_case() {
    let entra = Entra::start().await;
    let client = entra.builder().account_pin(Some(USER.to_uppercase())).build();

    assert!(entra.sign_in(&client).await.is_ok());
}

#[tokio::test]
async fn an_id_token_that_is_not_ours_keeps_the_session_before() {
    let entra = Entra::start().await;
    let client = entra.signed_in().await;

    for claims in [
        json!({"nonce": "of another sign-in"}),
        json!({"aud": "bbbbbbbb-0000-4000-8000-000000000001"}),
        json!({"tid": "9188040d-6c67-4c5b-b112-36a304b66dad"}),
        json!({"iss": "https://login.microsoftonline.us/x/v2.0"}),
    ] {
        entra.id_token(claims);

        let error = entra.sign_in(&client).await.unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        let token = client.access_token(&TokenRequest::new()).await.unwrap();
        assert_eq!(token.secret(), "canary-at-1");
    }
}

#[tokio::test]
async fn a_missing_id_token_is_a_protocol_error() {
    let entra = Entra::start().await;
    entra.next_change(json!({"id_token": Value::Null}));
    let client = entra.builder().build();

    assert_eq!(entra.sign_in(&client).await.unwrap_err().kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn what_the_page_answers_decides_the_kind_of_error() {
    for (error, description, kind) in [
        ("access_denied", "AADSTS65004: User declined.", ErrorKind::Cancelled),
        ("access_denied", "AADSTS53003: Blocked.", ErrorKind::Denied),
        ("access_denied", "AADSTS50105: Not assigned.", ErrorKind::Denied),
        ("consent_required", "AADSTS90094: Admin.", ErrorKind::ConsentRequired),
        ("unauthorized_client", "AADSTS700016: App.", ErrorKind::Configuration),
        ("temporarily_unavailable", "AADSTS90033: Later.", ErrorKind::Unavailable),
    ] {
        let entra = Entra::start().await;
        let client = entra.builder().build();

        let (error, _) = refused(&entra, &client, error, description).await;

        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.correlation_id().is_some());
    }
}

#[tokio::test]
async fn the_page_shows_what_went_wrong_and_escapes_it() {
    let entra = Entra::start().await;
    let client = entra.builder().build();

    let (error, page) =
        refused(&entra, &client, "server_error", "AADSTS1: <img src=x> & more. Trace ID: 1").await;

    assert!(page.contains("&lt;img src=x&gt; &amp; more"), "{page}");
    assert!(page.contains(error.correlation_id().unwrap()), "{page}");
}

#[tokio::test]
async fn a_redirect_of_another_issuer_is_refused() {
    let entra = Entra::start().await;
    let client = entra.builder().build();
    let sign_in = client.begin_sign_in(&SignInOptions::new()).await.unwrap();
    let asked = entra.asked(sign_in.url());

    let mixed = [("code", "c"), ("state", &asked["state"]), ("iss", "https://evil.example")];
    let redirect = redirect_url(&asked, &mixed);
    let (result, _) = tokio::join!(sign_in.finish(), browse(&redirect));

    assert_eq!(result.unwrap_err().kind(), ErrorKind::Protocol);
    assert!(entra.forms().await.is_empty(), "the code was sent");
}

#[tokio::test]
async fn a_second_sign_in_ends_the_first() {
    let entra = Entra::start().await;
    let client = entra.builder().build();
    let first = client.begin_sign_in(&SignInOptions::new()).await.unwrap();

    let second = client.begin_sign_in(&SignInOptions::new()).await.unwrap();

    assert_eq!(first.finish().await.unwrap_err().kind(), ErrorKind::Cancelled);
    drop(second);
}

#[tokio::test]
async fn a_code_that_fails_for_a_moment_is_redeemed_again() {
    let entra = Entra::start().await;
    entra.next(ResponseTemplate::new(503));
    let client = entra.builder().build();

    assert!(entra.sign_in(&client).await.is_ok());
    assert_eq!(entra.forms().await.len(), 2);
}

#[tokio::test]
async fn a_guest_is_known_by_the_home_account() {
    let entra = Entra::start().await;
    let info = URL_SAFE_NO_PAD.encode(r#"{"uid":"home-oid","utid":"home-tid"}"#);
    entra.next_change(json!({"client_info": info}));
    let client = entra.builder().build();

    let account = entra.sign_in(&client).await.unwrap();

    assert_eq!(account.home(), "home-oid.home-tid");
    assert_eq!(account.tid(), TENANT);
}

async fn asked(entra: &Entra, client: &PublicClient, options: &SignInOptions) -> Form {
    entra.asked(client.begin_sign_in(options).await.unwrap().url())
}

async fn refused(
    entra: &Entra,
    client: &PublicClient,
    error: &str,
    description: &str,
) -> (m365_auth::Error, String) {
    let sign_in = client.begin_sign_in(&SignInOptions::new()).await.unwrap();
    let asked = entra.asked(sign_in.url());
    let parameters =
        [("error", error), ("error_description", description), ("state", &asked["state"])];
    let redirect = redirect_url(&asked, &parameters);
    let (result, (_, page)) = tokio::join!(sign_in.finish(), browse(&redirect));
    (result.unwrap_err(), page)
}
