//! What administrators and Conditional Access change while tokens are about.

use std::time::Duration;

use jiff::Timestamp;
use m365_sim::{Interaction, Sim};
use serde_json::{Value, json};

use super::browser::{Answer, MIRA, Params, claims, refresh_token, tenant, tokens};
use crate::client::http;

const CP1: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;

async fn refused(tenant: &Sim, params: Params) -> (u64, Value, Value) {
    let answer = params.at_token(tenant).await;
    let body = answer.json();
    (answer.error_code(), body["error"].clone(), body["suberror"].clone())
}

async fn me(tenant: &Sim, token: &str) -> Answer {
    let address = format!("{}/v1.0/me", tenant.graph_endpoint());
    Answer::of(http().get(address).bearer_auth(token)).await
}

async fn cae_tokens(tenant: &Sim) -> Value {
    let token = refresh_token(tenant).await;
    Params::refresh(tenant, &token).with("claims", CP1).at_token(tenant).await.json()
}

#[tokio::test]
async fn revoked_sessions_end_refresh_tokens_for_good() {
    let tenant = tenant().await;
    let token = refresh_token(&tenant).await;
    tenant.revoke(MIRA);

    let refused = refused(&tenant, Params::refresh(&tenant, &token)).await;

    assert_eq!(refused, (50_173, json!("invalid_grant"), json!("bad_token")));
}

#[tokio::test]
async fn a_new_password_ends_refresh_tokens_and_a_new_sign_in_works() {
    let tenant = tenant().await;
    let old = refresh_token(&tenant).await;
    tenant.set_password(MIRA);

    let refused = refused(&tenant, Params::refresh(&tenant, &old)).await;
    let new = refresh_token(&tenant).await;

    assert_eq!(refused.0, 50_173);
    assert_eq!(Params::refresh(&tenant, &new).at_token(&tenant).await.status, 200);
}

#[tokio::test]
async fn a_disabled_account_gets_nothing() {
    let tenant = tenant().await;
    let token = refresh_token(&tenant).await;
    tenant.disable(MIRA);

    let refused = refused(&tenant, Params::refresh(&tenant, &token)).await;
    let sign_in = Params::authorize(&tenant).at_authorize(&tenant).await.redirected();

    assert_eq!(refused.0, 50_057);
    assert!(sign_in["error_description"].starts_with("AADSTS50057"));
}

#[tokio::test]
async fn an_unassigned_user_is_refused_at_sign_in() {
    let tenant = tenant().await;
    tenant.unassign(MIRA);

    let sign_in = Params::authorize(&tenant).at_authorize(&tenant).await.redirected();

    assert_eq!(sign_in["error"], "access_denied");
    assert!(sign_in["error_description"].starts_with("AADSTS50105"));
}

#[tokio::test]
async fn a_second_factor_is_demanded_with_claims_that_the_next_sign_in_carries() {
    let tenant = tenant().await;
    let token = refresh_token(&tenant).await;
    tenant.require_mfa(MIRA);

    let body = Params::refresh(&tenant, &token).at_token(&tenant).await.json();
    let demanded = body["claims"].as_str().unwrap();
    tenant.script(Interaction::Mfa(MIRA.into()));
    let params = Params::authorize(&tenant).with("claims", demanded);
    let code = params.at_authorize(&tenant).await.redirected()["code"].clone();
    let redeemed = Params::code(&tenant, &code).with("claims", demanded).at_token(&tenant).await;

    assert_eq!(body["error_codes"], json!([50_076]));
    assert_eq!(body["suberror"], "basic_action");
    assert_eq!(redeemed.status, 200, "{}", redeemed.text);
}

#[tokio::test]
async fn withdrawn_consent_refuses_those_who_name_the_scope() {
    let tenant = tenant().await;
    let token = refresh_token(&tenant).await;
    tenant.withdraw_consent("Mail.Read");

    let named = refused(&tenant, Params::refresh(&tenant, &token)).await;
    let other = Params::refresh(&tenant, &token).with("scope", "openid User.Read");
    let other = other.at_token(&tenant).await.json();
    tenant.give_consent("Mail.Read");
    let again = Params::refresh(&tenant, &token).at_token(&tenant).await;

    assert_eq!(named, (65_001, json!("invalid_grant"), json!("consent_required")));
    assert!(!other["scope"].as_str().unwrap().contains("Mail.Read "));
    assert!(other["access_token"].is_string());
    assert_eq!(again.status, 200);
}

#[tokio::test]
async fn only_administrators_consent_to_what_needs_them() {
    let tenant = Sim::start().await;
    let scope = "openid ChannelMessage.Read.All";
    let ask = || Params::authorize(&tenant).with("scope", scope);

    tenant.script(Interaction::Approve(MIRA.into()));
    let user = ask().at_authorize(&tenant).await.redirected();
    tenant.script(Interaction::Approve("tom.okafor@fjordlight.example".into()));
    let admin = ask().at_authorize(&tenant).await.redirected();

    assert!(user["error_description"].starts_with("AADSTS90094"));
    assert!(admin.contains_key("code"));
}

#[tokio::test]
async fn a_client_that_declares_cp1_gets_tokens_for_a_day_and_a_time_to_refresh() {
    let tenant = tenant().await;

    let tokens = cae_tokens(&tenant).await;

    let life = tokens["expires_in"].as_u64().unwrap();
    assert!((86_400..100_800).contains(&life), "{life}");
    assert_eq!(tokens["refresh_in"], life / 2);
    assert_eq!(claims(tokens["access_token"].as_str().unwrap())["xms_cc"], json!(["cp1"]));
}

#[tokio::test]
async fn only_graph_evaluates_continuously() {
    let tenant = tenant().await;
    let token = refresh_token(&tenant).await;
    let scope = format!("api://{}/access_as_user", tenant.connector_client_id());
    let ask = Params::refresh(&tenant, &token).with("scope", &scope).with("claims", CP1);

    let tokens = ask.at_token(&tenant).await.json();

    assert!(tokens["expires_in"].as_u64().unwrap() < 5400 && tokens.get("refresh_in").is_none());
    assert_eq!(claims(tokens["access_token"].as_str().unwrap())["xms_cc"], json!(["cp1"]));
}

#[tokio::test]
async fn a_token_begins_a_while_ago_but_not_before_what_a_challenge_asks_for() {
    let now: Timestamp = "2026-03-17T09:30:00Z".parse().unwrap();
    let builder = Sim::builder().auto_sign_in(MIRA).now(now).backdate(Duration::from_secs(60));
    let tenant = builder.start().await.unwrap();
    let token = refresh_token(&tenant).await;
    let start = async |claim: String| {
        let ask = Params::refresh(&tenant, &token).with("claims", &claim);
        let tokens = ask.at_token(&tenant).await.json();
        now.as_second() - claims(tokens["access_token"].as_str().unwrap())["nbf"].as_i64().unwrap()
    };
    let challenge = |ago: i64| {
        let value = (now.as_second() - ago).to_string();
        json!({"access_token": {"nbf": {"essential": true, "value": value}}}).to_string()
    };

    assert_eq!(start(String::new()).await, 60);
    assert_eq!(start(challenge(600)).await, 60);
    assert_eq!(start(challenge(10)).await, 10);
}

#[tokio::test]
async fn revocation_challenges_tokens_with_cp1_and_spares_others() {
    let tenant = tenant().await;
    let plain = tokens(&tenant).await["access_token"].as_str().unwrap().to_owned();
    let cae = cae_tokens(&tenant).await["access_token"].as_str().unwrap().to_owned();
    tenant.revoke(MIRA);

    let spared = me(&tenant, &plain).await;
    let challenged = me(&tenant, &cae).await;

    assert_eq!(spared.status, 200);
    assert_eq!(challenged.status, 401);
    assert!(challenged.header("www-authenticate").contains("error=\"insufficient_claims\""));
    assert!(challenged.header("www-authenticate").contains("claims=\"eyJ"));
}
