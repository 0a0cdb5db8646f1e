//! Graph refuses a token, or asks for more than it proves.

use m365_auth::{ErrorKind, SignInOptions, TokenProvider, TokenRequest};
use serde_json::json;
use wiremock::ResponseTemplate;

use super::{signed_in, token};

#[tokio::test]
async fn g25_a_refused_token_is_renewed_and_not_handed_out_again() {
    let (entra, client) = signed_in().await;
    let refused = token(&client).await.unwrap();

    let request = TokenRequest::new().rejecting(refused.clone());
    let renewed = client.access_token(&request).await.unwrap();
    let late = client.access_token(&request).await.unwrap();

    assert_eq!(renewed.secret(), "canary-at-2");
    assert_eq!(late, renewed, "who comes late with the same token gets the new one");
    assert_eq!(entra.forms().await.len(), 2);
}

#[tokio::test]
async fn g26_a_refused_token_is_not_used_when_the_renewal_fails() {
    let (entra, client) = signed_in().await;
    let refused = token(&client).await.unwrap();
    entra.next(ResponseTemplate::new(503));
    entra.next(ResponseTemplate::new(503));

    let error = client.access_token(&TokenRequest::new().rejecting(refused)).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn g27_a_claims_challenge_is_tried_silently_and_then_kept_for_the_sign_in() {
    let (entra, client) = signed_in().await;
    let challenge = r#"{"access_token":{"nbf":{"essential":true,"value":"1790000000"}}}"#;
    let request = TokenRequest::new().with_claims(challenge);
    entra.next_error(json!({"error": "interaction_required"}));

    let error = client.access_token(&request).await.unwrap_err();
    let asked = client.begin_sign_in(&SignInOptions::new()).await.unwrap();

    let sent = entra.forms().await.pop().unwrap();
    assert!(sent["claims"].contains("nbf") && sent["claims"].contains("cp1"));
    assert_eq!((error.kind(), error.claims()), (ErrorKind::SignInRequired, Some(challenge)));
    assert!(entra.asked(asked.url())["claims"].contains("nbf"));
}

#[tokio::test]
async fn g27_a_claims_challenge_bypasses_the_cached_token() {
    let (_entra, client) = signed_in().await;

    let request = TokenRequest::new().with_claims(r#"{"access_token":{}}"#);
    let stepped_up = client.access_token(&request).await.unwrap();

    assert_eq!(stepped_up.secret(), "canary-at-2");
    assert_eq!(token(&client).await.unwrap(), stepped_up);
}

#[tokio::test]
async fn a_challenge_that_is_no_json_is_never_sent() {
    let (entra, client) = signed_in().await;

    let request = TokenRequest::new().with_claims("&grant_type=password");
    let error = client.access_token(&request).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(entra.forms().await.len(), 1);
}
