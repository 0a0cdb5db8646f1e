//! The administrator's consent for everyone.

use m365_sim::{Interaction, Sim};

use super::browser::{Answer, MIRA, Params};
use crate::client::http;

async fn ask(tenant: &Sim, path: &str, query: &str) -> Answer {
    let login = tenant.login_endpoint();
    Answer::of(http().get(format!("{login}/{path}?{query}"))).await
}

#[tokio::test]
async fn an_accepted_consent_goes_back_with_the_tenant_and_counts_for_everyone() {
    let tenant = Sim::builder().consent(&["User.Read"]).start().await.unwrap();
    let id = tenant.tenant_id();
    let query = format!(
        "client_id={}&redirect_uri=http%3A%2F%2Flocalhost%3A9&state=s&scope=Mail.Read",
        tenant.local_client_id()
    );
    tenant.script(Interaction::Approve("tom.okafor@fjordlight.example".into()));

    let consented = ask(&tenant, &format!("{id}/v2.0/adminconsent"), &query).await;
    tenant.script(Interaction::Approve(MIRA.into()));
    let sign_in = Params::authorize(&tenant).at_authorize(&tenant).await;

    assert_eq!(consented.redirected()["tenant"], id);
    assert_eq!(consented.redirected()["admin_consent"], "True");
    assert_eq!(consented.redirected()["scope"], "Mail.Read");
    assert_eq!(consented.redirected()["state"], "s");
    assert!(sign_in.redirected().contains_key("code"));
}

#[tokio::test]
async fn a_refused_consent_goes_back_as_access_denied() {
    let tenant = Sim::start().await;
    tenant.script(Interaction::Decline);
    let query = format!("client_id={}", tenant.connector_client_id());

    let refused = ask(&tenant, &format!("{}/adminconsent", tenant.tenant_id()), &query).await;

    assert!(refused.header("location").starts_with("https://connector.fjordlight.example/"));
    assert_eq!(refused.redirected()["error"], "access_denied");
}

#[tokio::test]
async fn only_administrators_consent_for_everyone() {
    let tenant = Sim::start().await;
    tenant.script(Interaction::Approve(MIRA.into()));
    let query = format!("client_id={}", tenant.local_client_id());

    let refused = ask(&tenant, &format!("{}/adminconsent", tenant.tenant_id()), &query).await;

    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("AADSTS90094"));
}

#[tokio::test]
async fn a_person_accepts_on_a_page_that_names_the_permissions() {
    let tenant = Sim::start().await;
    let query = format!("client_id={}&state=s", tenant.connector_client_id());
    let path = format!("{}/adminconsent", tenant.tenant_id());

    let page = ask(&tenant, &path, &query).await;
    let address = format!("{}/{path}?{query}", tenant.login_endpoint());
    let form = [("account", "tom.okafor@fjordlight.example"), ("action", "accept")];
    let accepted = Answer::of(Params::of(&form).post_to(&address)).await;

    assert!(page.text.contains("value=\"tom.okafor@fjordlight.example\""));
    assert!(page.text.contains("for your organization") && page.text.contains("Mail.Read"));
    assert_eq!(accepted.redirected()["admin_consent"], "True");
}

#[tokio::test]
async fn nobody_but_an_administrator_accepts_by_the_page() {
    let tenant = Sim::builder().consent(&["User.Read"]).start().await.unwrap();
    let query = format!("client_id={}", tenant.local_client_id());
    let path = format!("{}/adminconsent", tenant.tenant_id());
    let address = format!("{}/{path}?{query}", tenant.login_endpoint());

    for account in ["", MIRA, "nobody@fjordlight.example"] {
        let form = Params::of(&[("action", "accept"), ("account", account)]);
        let refused = Answer::of(form.post_to(&address)).await;
        assert_eq!(refused.status, 400, "{account}");
        assert!(refused.text.contains("AADSTS90094"), "{account}");
    }
}

#[tokio::test]
async fn consent_is_not_given_without_a_tenant_nor_for_unknown_apps_or_addresses() {
    let tenant = Sim::start().await;
    let id = tenant.tenant_id();
    let client = format!("client_id={}", tenant.local_client_id());
    let connector = format!("client_id={}", tenant.connector_client_id());
    let cases = [
        ("common/adminconsent".to_owned(), client.clone(), "AADSTS50194"),
        ("common/adminconsent".to_owned(), connector.clone(), "AADSTS50059"),
        ("organizations/adminconsent".to_owned(), connector.clone(), "AADSTS50059"),
        (
            "organizations/v2.0/adminconsent".to_owned(),
            format!("{connector}&scope=Mail.Read"),
            "AADSTS50059",
        ),
        (format!("{id}/adminconsent"), format!("client_id={id}"), "AADSTS700016"),
        (
            format!("{id}/adminconsent"),
            format!("{client}&redirect_uri=http%3A%2F%2Felsewhere.example"),
            "AADSTS50011",
        ),
        (format!("{id}/v2.0/adminconsent"), client, "AADSTS900144"),
    ];

    for (path, query, number) in cases {
        let answer = ask(&tenant, &path, &query).await;
        assert_eq!(answer.status, 400);
        assert!(answer.text.contains(number), "{path}");
    }
}
