//! The connector exchanges its caller's token for one of Graph.

use m365_sim::Sim;
use serde_json::json;

use super::browser::{Answer, MIRA, Params, claims, part};
use crate::client::http;

pub(crate) const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Exchanges a caller's token as the connector with its secret.
pub(crate) fn exchange(tenant: &Sim, assertion: &str) -> Params {
    Params::of(&[
        ("client_id", tenant.connector_client_id()),
        ("client_secret", tenant.connector_secret()),
        ("grant_type", GRANT),
        ("assertion", assertion),
        ("requested_token_use", "on_behalf_of"),
        ("scope", "https://graph.microsoft.com/User.Read Mail.Read"),
        ("client_info", "1"),
    ])
}

/// Signs a user in at the desktop host.
pub(crate) async fn assertion(tenant: &Sim) -> String {
    tenant.desktop(MIRA).token().await.unwrap()
}

#[tokio::test]
async fn the_callers_token_becomes_one_of_graph_for_the_same_user() {
    let tenant = Sim::start().await;
    let caller = assertion(&tenant).await;

    let answer = exchange(&tenant, &caller).at_token(&tenant).await;

    let body = answer.json();
    let token = body["access_token"].as_str().unwrap();
    let me = format!("{}/v1.0/me", tenant.graph_endpoint());
    let me = Answer::of(http().get(me).bearer_auth(token)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(claims(token)["oid"], claims(&caller)["oid"]);
    assert_eq!(claims(token)["appid"], tenant.connector_client_id());
    assert_eq!(claims(token)["appidacr"], "1");
    assert!(claims(token)["scp"].as_str().unwrap().contains("Sites.Read.All"));
    assert!(body["client_info"].is_string());
    assert!(body.get("refresh_token").is_none() && body.get("id_token").is_none());
    assert_eq!(me.json()["userPrincipalName"], MIRA);
}

#[tokio::test]
async fn with_cp1_the_token_lives_for_a_day() {
    let tenant = Sim::start().await;
    let claims = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;

    let exchange = exchange(&tenant, &assertion(&tenant).await).with("claims", claims);
    let body = exchange.at_token(&tenant).await.json();

    let life = body["expires_in"].as_u64().unwrap();
    assert!((86_400..100_800).contains(&life), "{life}");
    assert!(body["refresh_in"].as_u64().unwrap() < life);
}

#[tokio::test]
async fn default_and_offline_access_are_understood() {
    let tenant = Sim::start().await;
    let scope = "https://graph.microsoft.com/.default offline_access";

    let exchange = exchange(&tenant, &assertion(&tenant).await).with("scope", scope);
    let body = exchange.at_token(&tenant).await.json();

    assert!(body["scope"].as_str().unwrap().contains("Mail.Read"));
    assert!(body["refresh_token"].is_string());
}

#[tokio::test]
async fn a_token_that_somebody_changed_is_refused() {
    let tenant = Sim::start().await;
    let caller = assertion(&tenant).await;
    let (signed, _) = caller.rsplit_once('.').unwrap();
    let other = tenant.desktop(MIRA).token().await.unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();

    let answer = exchange(&tenant, &format!("{signed}.{signature}")).at_token(&tenant).await;

    assert_eq!(part(&caller, 0)["alg"], "RS256");
    assert_eq!((answer.error_code(), answer.status), (50_013, 400));
    assert_eq!(answer.json()["error"], json!("invalid_grant"));
}
