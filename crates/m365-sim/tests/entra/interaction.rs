//! What the automatic user does.

use std::time::Duration;

use m365_sim::{Interaction, Sim};

use super::browser::{MIRA, Params, tokens_of_code};

const TOM: &str = "tom.okafor@fjordlight.example";

async fn scripted(
    tenant: &Sim,
    interaction: Interaction,
) -> std::collections::BTreeMap<String, String> {
    tenant.script(interaction);
    Params::authorize(tenant).at_authorize(tenant).await.redirected()
}

#[tokio::test]
async fn whoever_is_scripted_signs_in() {
    let tenant = Sim::start().await;

    let answer = scripted(&tenant, Interaction::Approve(TOM.into())).await;

    let tokens = tokens_of_code(&tenant, &answer["code"]).await;
    let claims = super::browser::claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(claims["preferred_username"], TOM);
}

#[tokio::test]
async fn cancel_and_decline_end_in_access_denied() {
    let tenant = Sim::start().await;

    let cancelled = scripted(&tenant, Interaction::Cancel).await;
    let declined = scripted(&tenant, Interaction::Decline).await;

    assert_eq!(cancelled["error"], "access_denied");
    assert_eq!(cancelled["error_subcode"], "cancel");
    assert_eq!(declined["error"], "access_denied");
    assert!(declined["error_description"].starts_with("AADSTS65004"));
}

#[tokio::test]
async fn a_refusal_has_the_number_that_was_asked_for() {
    let tenant = Sim::start().await;

    let refused = scripted(&tenant, Interaction::Refused(53_003)).await;

    assert_eq!(refused["error"], "access_denied");
    assert!(refused["error_description"].starts_with("AADSTS53003"));
}

#[tokio::test]
async fn another_state_comes_back_on_request() {
    let tenant = Sim::start().await;

    let answer = scripted(&tenant, Interaction::WrongState(MIRA.into())).await;

    assert!(answer.contains_key("code"));
    assert_ne!(answer["state"], "state-1");
}

#[tokio::test]
async fn somebody_slow_arrives_in_the_end() {
    let tenant = Sim::start().await;

    let answer = scripted(&tenant, Interaction::Slow(Duration::from_millis(20), MIRA.into())).await;

    assert!(answer.contains_key("code"));
}

#[tokio::test]
async fn silence_leaves_the_page_open() {
    let tenant = Sim::start().await;
    tenant.script(Interaction::Silence);

    let answer = Params::authorize(&tenant).at_authorize(&tenant).await;

    assert_eq!(answer.status, 200);
    assert!(answer.text.contains("Pick an account"));
}

#[tokio::test]
async fn a_guest_has_another_home_than_this_tenant() {
    let tenant = Sim::start().await;

    let answer =
        scripted(&tenant, Interaction::Approve("sam.rivers@northwind.example".into())).await;

    let tokens = tokens_of_code(&tenant, &answer["code"]).await;
    let claims = super::browser::claims(tokens["id_token"].as_str().unwrap());
    let home = format!(".{}", tokens["client_info"].as_str().unwrap());
    assert_eq!(claims["tid"], tenant.tenant_id());
    assert_ne!(super::browser::part(&home, 1)["utid"], tenant.tenant_id());
}

#[tokio::test]
async fn a_shared_mailbox_signs_in_nowhere() {
    let tenant = Sim::start().await;
    let upn = "projects@fjordlight.example";

    let answer = scripted(&tenant, Interaction::Approve(upn.into())).await;
    let started = Sim::builder().auto_sign_in(upn).start().await;

    assert!(answer["error_description"].starts_with("AADSTS50034"));
    assert!(started.is_err());
}
