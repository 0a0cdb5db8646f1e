//! The connector in other tenants than the one that it is registered in.

use m365_sim::{Interaction, Sim};
use serde_json::json;

use super::{
    browser::{Answer, MIRA, Params, claims},
    on_behalf_of::exchange,
};
use crate::client::http;

const SAM: &str = "sam.rivers@northwind.example";
const MEI: &str = "mei.tan@tidewater.example";
const OMAR: &str = "omar.said@tidewater.example";

fn id(tenant: &Sim, domain: &str) -> String {
    tenant.tenants().find(|own| own.domain() == domain).unwrap().id().to_owned()
}

async fn exchanged(tenant: &Sim, at: &str, caller: &str) -> Answer {
    let address = format!("{}/{at}/oauth2/v2.0/token", tenant.login_endpoint());
    Answer::of(exchange(tenant, caller).post_to(&address)).await
}

#[tokio::test]
async fn a_customer_that_consented_is_acted_for_in_its_own_tenant() {
    let tenant = Sim::start().await;
    let northwind = id(&tenant, "northwind.example");
    let caller = tenant.desktop(SAM).token().await.unwrap();

    let answer = exchanged(&tenant, &northwind, &caller).await;

    let body = answer.json();
    let token = body["access_token"].as_str().unwrap();
    let me = format!("{}/v1.0/me", tenant.graph_endpoint());
    let me = Answer::of(http().get(me).bearer_auth(token)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(claims(token)["tid"], northwind);
    assert_eq!(me.json()["userPrincipalName"], SAM);
}

#[tokio::test]
async fn a_token_of_one_tenant_is_worth_nothing_in_another() {
    let tenant = Sim::start().await;
    let caller = tenant.desktop(MIRA).token().await.unwrap();

    let elsewhere = exchanged(&tenant, &id(&tenant, "northwind.example"), &caller).await;

    assert_eq!(elsewhere.error_code(), 50_013);
}

#[tokio::test]
async fn who_did_not_consent_does_not_have_the_connector() {
    let tenant = Sim::start().await;

    let error = tenant.desktop(MEI).token().await.unwrap_err();

    assert_eq!(error.code, Some(650_052));
}

#[tokio::test]
async fn a_customers_administrator_consents_and_then_its_users_are_acted_for() {
    let tenant = Sim::start().await;
    let tidewater = id(&tenant, "tidewater.example");
    let query = Params::of(&[("client_id", tenant.connector_client_id())]).encoded();
    let address = format!("{}/{tidewater}/adminconsent?{query}", tenant.login_endpoint());

    tenant.script(Interaction::Approve(OMAR.into()));
    let consented = Answer::of(http().get(address)).await;
    let caller = tenant.desktop(MEI).token().await.unwrap();
    let acted = exchanged(&tenant, &tidewater, &caller).await;
    tenant.withdraw_connector_consent(&tidewater);
    let withdrawn = exchanged(&tenant, &tidewater, &caller).await;
    tenant.give_connector_consent(&tidewater);
    let given = exchanged(&tenant, &tidewater, &caller).await;

    assert_eq!(consented.redirected()["tenant"], tidewater);
    assert_eq!((acted.status, withdrawn.error_code(), given.status), (200, 65_001, 200));
}

#[tokio::test]
async fn the_consent_of_one_tenant_is_its_own() {
    let tenant = Sim::start().await;
    let northwind = id(&tenant, "northwind.example");
    let caller = tenant.desktop(SAM).token().await.unwrap();
    tenant.withdraw_connector_consent(tenant.tenant_id());

    let answer = exchanged(&tenant, &northwind, &caller).await;

    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn a_host_is_not_consented_to_before_the_connector_that_it_calls() {
    let tenant = Sim::start().await;
    let tidewater = id(&tenant, "tidewater.example");
    let redirect = "http://localhost";
    let pairs = [("client_id", tenant.host_client_id()), ("redirect_uri", redirect)];
    let query = Params::of(&pairs).encoded();
    let address = format!("{}/{tidewater}/adminconsent?{query}", tenant.login_endpoint());
    tenant.script(Interaction::Approve(OMAR.into()));

    let refused = Answer::of(http().get(address)).await;

    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("AADSTS650052"), "{}", refused.text);
}

#[tokio::test]
async fn a_guest_is_acted_for_where_the_token_was_issued() {
    let tenant = Sim::start().await;
    let northwind = id(&tenant, "northwind.example");
    let caller = tenant.desktop(MIRA).tenant(&northwind).token().await.unwrap();

    let there = exchanged(&tenant, &northwind, &caller).await;
    let home = exchanged(&tenant, tenant.tenant_id(), &caller).await;

    let token = there.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(claims(&token)["tid"], json!(northwind));
    assert_eq!(home.error_code(), 50_013);
}
