//! Policies that a user meets, or does not, before anybody acts on the user's behalf.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use m365_sim::{Desktop, Policy, PolicyApp, Sim};
use serde_json::{Value, json};

use super::{
    browser::{Answer, MIRA},
    on_behalf_of::exchange,
};
use crate::client::http;

const CP1: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;

async fn acted(tenant: &Sim, caller: &str) -> Answer {
    exchange(tenant, caller).with("claims", CP1).at_token(tenant).await
}

async fn me(tenant: &Sim, token: &str) -> Answer {
    let address = format!("{}/v1.0/me", tenant.graph_endpoint());
    Answer::of(http().get(address).bearer_auth(token)).await
}

/// Exchanges the desktop's token, answers the challenge that this meets, and exchanges again.
async fn stepped_up(tenant: &Sim, desktop: &Desktop) -> (Answer, Result<u16, Option<u32>>) {
    let refused = acted(tenant, &desktop.token().await.unwrap()).await;
    let claims = refused.json()["claims"].as_str().unwrap_or("{}").to_owned();
    match desktop.answer(&claims).await {
        Ok(token) => (refused, Ok(acted(tenant, &token).await.status)),
        Err(error) => (refused, Err(error.code)),
    }
}

fn error(answer: &Answer) -> (u64, String, Value) {
    let body = answer.json();
    let name = body["error"].as_str().unwrap().to_owned();
    (answer.error_code(), name, body["suberror"].clone())
}

#[tokio::test]
async fn a_second_factor_for_graph_is_given_at_the_desktop() {
    let tenant = Sim::start().await;
    let desktop = tenant.desktop(MIRA);
    let policy = Policy::mfa().for_app(PolicyApp::Graph);
    let id = policy.id().to_owned();
    desktop.token().await.unwrap();
    tenant.policy(policy);

    let (refused, after) = stepped_up(&tenant, &desktop).await;

    let claims: Value = serde_json::from_str(refused.json()["claims"].as_str().unwrap()).unwrap();
    let interaction = "interaction_required".to_owned();
    assert_eq!(error(&refused), (50_076, interaction, json!("basic_action")));
    assert_eq!(claims["access_token"]["capolids"]["values"], json!([id]));
    assert_eq!(after, Ok(200));
}

#[tokio::test]
async fn a_policy_of_the_connector_is_met_before_it_is_called() {
    let tenant = Sim::start().await;
    tenant.policy(Policy::mfa().for_app(PolicyApp::Connector));

    let token = tenant.desktop(MIRA).token().await.unwrap();

    assert_eq!(acted(&tenant, &token).await.status, 200);
}

#[tokio::test]
async fn a_device_is_demanded_in_vain_until_there_is_one() {
    let tenant = Sim::start().await;
    let desktop = tenant.desktop(MIRA);
    tenant.policy(Policy::compliant_device().for_app(PolicyApp::Graph));

    let (refused, without) = stepped_up(&tenant, &desktop).await;
    tenant.register_device(MIRA);
    let (_, with) = stepped_up(&tenant, &desktop).await;

    let interaction = "interaction_required".to_owned();
    assert_eq!(error(&refused), (53_000, interaction, json!("message_only")));
    assert_eq!((without, with), (Err(Some(53_000)), Ok(200)));
}

#[tokio::test]
async fn whom_a_policy_blocks_is_told_no_claims() {
    let tenant = Sim::start().await;
    let adele = tenant.desktop("adele.vance@fjordlight.example");
    tenant.policy(Policy::block().for_app(PolicyApp::Graph).for_user(MIRA));

    let (refused, _) = stepped_up(&tenant, &tenant.desktop(MIRA)).await;
    let other = acted(&tenant, &adele.token().await.unwrap()).await;

    let invalid = "invalid_grant".to_owned();
    assert_eq!(error(&refused), (53_003, invalid, json!("message_only")));
    assert!(refused.json().get("claims").is_none());
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn a_sign_in_that_is_too_old_is_repeated() {
    let tenant = Sim::start().await;
    let desktop = tenant.desktop(MIRA);
    desktop.token().await.unwrap();
    tenant.policy(Policy::sign_in_frequency(Duration::from_secs(600)).for_app(PolicyApp::Graph));
    tenant.clock().advance(Duration::from_secs(900));

    let (refused, after) = stepped_up(&tenant, &desktop).await;

    assert_eq!(error(&refused).0, 70_043);
    assert_eq!(after, Ok(200));
}

#[tokio::test]
async fn registration_of_a_second_factor_has_its_own_number() {
    let tenant = Sim::start().await;
    tenant.policy(Policy::mfa_registration().for_app(PolicyApp::Graph));

    let (refused, after) = stepped_up(&tenant, &tenant.desktop(MIRA)).await;

    assert_eq!((error(&refused).0, after), (50_079, Ok(200)));
}

#[tokio::test]
async fn dropped_policies_demand_nothing() {
    let tenant = Sim::start().await;
    tenant.policy(Policy::block());
    tenant.clear_policies();

    let token = tenant.desktop(MIRA).token().await.unwrap();

    assert_eq!(acted(&tenant, &token).await.status, 200);
}

/// Returns the claims of Graph's challenge.
fn challenged(answer: &Answer) -> String {
    let header = answer.header("www-authenticate");
    let (_, rest) = header.split_once("claims=\"").unwrap();
    let decoded = STANDARD.decode(rest.trim_end_matches('"')).unwrap();
    String::from_utf8(decoded).unwrap()
}

#[tokio::test]
async fn graph_challenges_a_revoked_users_token_until_there_is_a_new_sign_in() {
    let tenant = Sim::start().await;
    let desktop = tenant.desktop(MIRA);
    let caller = desktop.token().await.unwrap();
    let token = acted(&tenant, &caller).await.json()["access_token"].clone();
    tenant.revoke(MIRA);

    let refused = me(&tenant, token.as_str().unwrap()).await;
    let claims = challenged(&refused);
    let stale = exchange(&tenant, &caller).with("claims", &claims).at_token(&tenant).await;
    let newer = desktop.answer(stale.json()["claims"].as_str().unwrap()).await.unwrap();
    let fresh = exchange(&tenant, &newer).with("claims", &claims).at_token(&tenant).await.json();

    let start = "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/\
                 oauth2/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\", \
                 error=\"insufficient_claims\", error_description=\"Continuous access evaluation \
                 resulted in challenge with result: InteractionRequired and code: \
                 TokenIssuedBeforeRevocationTimestamp\", claims=\"";
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").starts_with(start));
    assert_eq!(error(&stale), (50_133, "interaction_required".to_owned(), json!("bad_token")));
    assert_eq!(me(&tenant, fresh["access_token"].as_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn a_forbidden_address_is_named_in_the_challenge_of_graph() {
    let tenant = Sim::start().await;
    let caller = tenant.desktop(MIRA).token().await.unwrap();
    let token = acted(&tenant, &caller).await.json()["access_token"].clone();
    tenant.leave_network(MIRA, "203.0.113.7");

    let refused = me(&tenant, token.as_str().unwrap()).await;

    let claims: Value = serde_json::from_str(&challenged(&refused)).unwrap();
    assert_eq!(claims["access_token"]["xms_rp_ipaddr"]["value"], "203.0.113.7");
    assert_eq!(claims["access_token"]["nbf"]["essential"], true);
}

#[tokio::test]
async fn another_process_demands_and_changes_the_same() {
    let tenant = Sim::builder().test_mode(true).start().await.unwrap();
    let address = |route: &str| format!("{}/_sim/{route}", tenant.login_endpoint());
    let post = async |route: &str, body: Value| {
        Answer::of(http().post(address(route)).body(body.to_string())).await
    };
    let caller = tenant.caller_token(MIRA).issue();
    let code = async || match acted(&tenant, &caller).await {
        answer if answer.status == 200 => 0,
        answer => answer.error_code(),
    };

    let made = post("policies", json!({"control": "mfa", "app": "graph", "user": MIRA})).await;
    assert!(made.json()["id"].is_string());
    assert_eq!(code().await, 50_076);
    Answer::of(http().delete(address("policies"))).await;
    assert_eq!(code().await, 0);
    let own = tenant.tenant_id();
    post("connector", json!({"do": "withdrawConsent", "tenant": own})).await;
    assert_eq!(code().await, 65_001);
    post("connector", json!({"do": "expireSecrets"})).await;
    assert_eq!(code().await, 7_000_222);
    post("connector", json!({"do": "replaceSecrets", "value": "another"})).await;
    assert_eq!(code().await, 7_000_215);
    let wrong = post("policies", json!({"control": "frequency"})).await;
    assert_eq!((wrong.status, wrong.text.contains("seconds")), (400, true));
}
