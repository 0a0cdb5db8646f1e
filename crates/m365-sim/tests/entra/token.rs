//! The token endpoint.

use serde_json::json;

use super::browser::{MIRA, Params, claims, code, part, refresh_token, tenant, tokens};

#[tokio::test]
async fn a_code_is_redeemed_for_tokens_of_the_signed_in_user() {
    let tenant = tenant().await;

    let tokens = tokens(&tenant).await;

    let id_token = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(id_token["preferred_username"], MIRA);
    assert_eq!(id_token["nonce"], "nonce-1");
    assert_eq!(id_token["aud"], tenant.local_client_id());
    assert_eq!(tokens["token_type"], "Bearer");
    assert!((3600..5400).contains(&tokens["expires_in"].as_u64().unwrap()));
    assert!(tokens["refresh_token"].as_str().unwrap().starts_with("1.A"));
}

#[tokio::test]
async fn a_refresh_token_is_redeemed_again_and_the_old_one_stays_valid() {
    let tenant = tenant().await;
    let first = tokens(&tenant).await["refresh_token"].as_str().unwrap().to_owned();

    let second = Params::refresh(&tenant, &first).at_token(&tenant).await.json();
    let again = Params::refresh(&tenant, &first).at_token(&tenant).await;

    assert_ne!(second["refresh_token"], first);
    assert_eq!(again.status, 200);
}

#[tokio::test]
async fn a_graph_token_carries_all_that_was_consented_to_in_version_1() {
    let tenant = tenant().await;

    let tokens = tokens(&tenant).await;

    let token = tokens["access_token"].as_str().unwrap();
    assert!(part(token, 0)["nonce"].is_string());
    assert_eq!(claims(token)["ver"], "1.0");
    assert!(claims(token)["scp"].as_str().unwrap().contains("Sites.Read.All"));
    assert!(tokens["scope"].as_str().unwrap().contains("https://graph.microsoft.com/Chat.Read"));
}

#[tokio::test]
async fn a_code_works_once() {
    let tenant = tenant().await;
    let code = code(&tenant).await;
    Params::code(&tenant, &code).at_token(&tenant).await;

    let again = Params::code(&tenant, &code).at_token(&tenant).await;

    assert_eq!(again.error_code(), 54_005);
    assert_eq!(again.json()["error"], json!("invalid_grant"));
}

#[tokio::test]
async fn a_code_is_worth_no_more_than_was_asked_for_at_the_sign_in() {
    let tenant = tenant().await;
    let connector = format!("api://{}/access_as_user", tenant.connector_client_id());

    for scope in ["User.Read Mail.Read Chat.Read", connector.as_str()] {
        let code = code(&tenant).await;
        let wider = Params::code(&tenant, &code).with("scope", scope).at_token(&tenant).await;
        assert_eq!(wider.error_code(), 65_001, "{scope}");
        assert_eq!(wider.json()["suberror"], "consent_required");
    }
}

#[tokio::test]
async fn a_code_for_default_is_worth_each_consented_scope() {
    let tenant = tenant().await;
    let scope = "https://graph.microsoft.com/.default";
    let ask = Params::authorize(&tenant).with("scope", scope);
    let code = ask.at_authorize(&tenant).await.redirected()["code"].clone();

    let answer = Params::code(&tenant, &code).with("scope", "Chat.Read").at_token(&tenant).await;

    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn a_refresh_token_buys_a_token_for_the_connector_too() {
    let tenant = tenant().await;
    let token = refresh_token(&tenant).await;
    let scope = format!("api://{}/access_as_user", tenant.connector_client_id());

    let answer = Params::refresh(&tenant, &token).with("scope", &scope).at_token(&tenant).await;

    let body = answer.json();
    let access = claims(body["access_token"].as_str().unwrap());
    assert_eq!(access["aud"], tenant.connector_client_id());
    assert_eq!(access["ver"], "2.0");
    assert_eq!(access["scp"], "access_as_user");
    assert_eq!(access["azp"], tenant.local_client_id());
    assert!(body.get("refresh_token").is_none());
}

#[tokio::test]
async fn no_refresh_token_without_offline_access_and_no_id_token_without_openid() {
    let tenant = tenant().await;
    let code = code(&tenant).await;

    let answer = Params::code(&tenant, &code).with("scope", "Mail.Read").at_token(&tenant).await;

    assert!(answer.json().get("refresh_token").is_none());
    assert!(answer.json().get("id_token").is_none());
    assert!(answer.json()["access_token"].is_string());
}

#[tokio::test]
async fn default_stands_for_all_that_was_consented_to() {
    let tenant = tenant().await;
    let token = refresh_token(&tenant).await;
    let scope = "https://graph.microsoft.com/.default offline_access";

    let answer = Params::refresh(&tenant, &token).with("scope", scope).at_token(&tenant).await;

    assert!(answer.json()["scope"].as_str().unwrap().contains("Calendars.Read.Shared"));
}
