//! Entra ID's faults.

use std::time::Duration;

use m365_sim::{Fault, Sim};
use serde_json::{Value, json};

use super::Answer;
use crate::{
    client,
    entra::browser::{Params, refresh_token, tenant},
};

async fn refreshed(tenant: &Sim, fault: Fault) -> Answer {
    let token = refresh_token(tenant).await;
    tenant.entra().next_response(fault);
    Params::refresh(tenant, &token).at_token(tenant).await
}

#[tokio::test]
async fn e01_e05_an_error_comes_by_its_number() {
    let tenant = tenant().await;

    let revoked = refreshed(&tenant, Fault::entra_error(50_173)).await;
    let out = refreshed(&tenant, Fault::entra_error(90_033)).await;
    let factor = refreshed(&tenant, Fault::entra_error(50_076)).await;

    assert_eq!((revoked.status, &revoked.json()["suberror"]), (400, &json!("bad_token")));
    assert_eq!((out.status, &out.json()["error"]), (503, &json!("temporarily_unavailable")));
    assert!(factor.json()["claims"].as_str().unwrap().contains("capolids"));
}

#[tokio::test]
async fn e06_the_token_endpoint_throttles() {
    let tenant = tenant().await;

    let answer = refreshed(&tenant, Fault::throttled(Duration::from_secs(60))).await;

    assert_eq!((answer.status, answer.header("retry-after")), (429, "60"));
    assert!(answer.json()["error"].is_string());
}

#[tokio::test]
async fn e09_a_token_answer_is_not_quite_right() {
    let tenant = tenant().await;

    let text = refreshed(&tenant, Fault::expires_in("3599")).await;
    let negative = refreshed(&tenant, Fault::expires_in(-1)).await;
    let missing = refreshed(&tenant, Fault::missing_access_token()).await;
    let page = refreshed(&tenant, Fault::html_200()).await;

    assert_eq!(text.json()["expires_in"], "3599");
    assert_eq!(negative.json()["expires_in"], -1);
    assert!(missing.json().get("access_token").is_none());
    assert_eq!((page.status, page.header("content-type")), (200, "text/html"));
}

#[tokio::test]
async fn e10_fewer_scopes_are_granted_and_graph_knows() {
    let tenant = tenant().await;

    let answer = refreshed(&tenant, Fault::fewer_scopes(&["User.Read"])).await;

    let body = answer.json();
    let token = body["access_token"].as_str().unwrap();
    let address = format!("{}/v1.0/me/messages", tenant.graph_endpoint());
    let mail = Answer::of(client::http().get(address).bearer_auth(token)).await;
    assert_eq!(body["scope"], "User.Read");
    assert_eq!(mail.status, 403);
}

#[tokio::test]
async fn e16_metadata_names_a_foreign_host() {
    let tenant = tenant().await;
    tenant.entra().next_response(Fault::foreign_metadata());
    let path = format!("{}/v2.0/.well-known/openid-configuration", tenant.tenant_id());

    let answer =
        Answer::of(client::http().get(format!("{}/{path}", tenant.login_endpoint()))).await;

    let document: Value = answer.json();
    let endpoint = document["token_endpoint"].as_str().unwrap();
    assert!(endpoint.starts_with(tenant.foreign_endpoint()));
}
