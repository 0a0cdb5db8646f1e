//! What is asked, and of whom.

use m365_auth::{ClientSecret, Cloud, ConfidentialClient, TokenProvider, TokenRequest};
use serde_json::{Value, json};

use super::{Remote, SECRET, token};
use crate::{
    entra::{Form, without_trust_store},
    issuer::{CONNECTOR, OTHER_TENANT, TENANT, USER},
};

const CAPABLE: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;

#[tokio::test]
async fn the_request_has_each_parameter_once_and_none_too_many() {
    let remote = Remote::start().await;
    let caller = remote.caller(json!({})).await;

    token(&remote.builder().build(), &caller).await.unwrap();

    let expected = [
        ("client_id", CONNECTOR),
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("assertion", caller.secret()),
        ("requested_token_use", "on_behalf_of"),
        ("scope", "https://graph.microsoft.com/Mail.Read https://graph.microsoft.com/User.Read"),
        ("client_info", "1"),
        ("claims", CAPABLE),
        ("client_secret", SECRET),
    ];
    let expected: Form = expected.map(|(n, v)| (n.to_owned(), v.to_owned())).into();
    assert_eq!(remote.entra.forms().await, [expected]);
}

#[tokio::test]
async fn the_request_goes_to_the_tenant_of_the_callers_token() {
    let remote = Remote::start().await;
    let guest = remote
        .caller(json!({
            "tid": OTHER_TENANT,
            "iss": format!("https://login.microsoftonline.com/{OTHER_TENANT}/v2.0"),
        }))
        .await;

    token(&remote.builder().build(), &guest).await.unwrap();

    let requests = remote.entra.requests().await;
    let header = |name: &str| requests[0].headers[name].to_str().unwrap().to_owned();
    assert_eq!(requests[0].url.path(), format!("/{OTHER_TENANT}/oauth2/v2.0/token"));
    assert_eq!(header("x-anchormailbox"), format!("Oid:{USER}@{OTHER_TENANT}"));
    assert_eq!(header("client-request-id").len(), 36);
    assert!(requests[0].headers.get("origin").is_none());
}

#[tokio::test]
async fn each_cloud_has_its_own_graph_and_all_scopes_may_be_asked_for_at_once() {
    let remote = Remote::start().await;
    let caller = remote.caller(json!({})).await;
    let credential = || ClientSecret::new(SECRET);
    let client = |cloud| {
        ConfidentialClient::builder(cloud, CONNECTOR.parse().unwrap(), credential())
            .login_root(remote.entra.root())
            .http(without_trust_store)
    };

    for client in [
        client(Cloud::Global).all_consented_scopes(),
        client(Cloud::UsGovDod).scopes("User.Read".parse().unwrap()),
    ] {
        token(&client.build(), &caller).await.unwrap();
    }

    let scopes: Vec<String> =
        remote.entra.forms().await.into_iter().map(|form| form["scope"].clone()).collect();
    assert_eq!(
        scopes,
        ["https://graph.microsoft.com/.default", "https://dod-graph.microsoft.us/User.Read"]
    );
}

#[tokio::test]
async fn a_challenge_is_joined_with_what_we_can_do_and_wins() {
    let remote = Remote::start().await;
    let caller = remote.caller(json!({})).await;
    let challenge = r#"{"access_token":{"nbf":{"essential":true,"value":"1790000000"}}}"#;
    let request = TokenRequest::new().with_claims(challenge);

    remote.builder().build().on_behalf_of(&caller).access_token(&request).await.unwrap();

    let claims: Value = serde_json::from_str(&remote.entra.forms().await[0]["claims"]).unwrap();
    assert_eq!(
        claims,
        json!({"access_token": {
            "xms_cc": {"values": ["cp1"]},
            "nbf": {"essential": true, "value": "1790000000"},
        }})
    );
}

#[tokio::test]
async fn e10_the_token_says_what_was_granted_and_not_what_was_asked_for() {
    let remote = Remote::start().await;
    let caller = remote.caller(json!({})).await;
    remote.entra.next_change(json!({"scope": "User.Read https://graph.microsoft.com/Chat.Read"}));

    let token = token(&remote.builder().build(), &caller).await.unwrap();

    assert!(token.grants("Chat.Read") && token.grants("User.Read") && !token.grants("Mail.Read"));
}

#[tokio::test]
async fn nothing_that_can_be_printed_shows_a_secret() {
    let remote = Remote::start().await;
    let caller = remote.caller(json!({})).await;
    let builder = remote.builder_with(ClientSecret::new(SECRET).with_next("canary-next"));
    let client = builder.clone().build();
    let provider = client.on_behalf_of(&caller);
    let token = provider.access_token(&TokenRequest::new()).await.unwrap();
    remote.next_error("invalid_grant", 500_133);
    let request = TokenRequest::new().rejecting(token.clone());
    let error = provider.access_token(&request).await.unwrap_err();

    let said = format!("{builder:?} {client:?} {provider:?} {token:?} {error:?} {error}");

    assert!(said.contains(TENANT) && !said.contains("canary") && !said.contains(caller.secret()));
}
