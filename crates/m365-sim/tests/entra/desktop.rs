//! The desktop host as tests play it.

use std::time::Duration;

use m365_sim::{Interaction, Sim};

use super::browser::{MIRA, claims};

const ADELE: &str = "adele.vance@fjordlight.example";

#[tokio::test]
async fn a_user_signs_in_once_and_the_token_is_renewed_silently() {
    let tenant = Sim::start().await;
    let desktop = tenant.desktop(MIRA);

    let first = desktop.token().await.unwrap();
    let same = desktop.token().await.unwrap();
    tenant.clock().advance(Duration::from_secs(5400));
    let second = desktop.token().await.unwrap();

    let grants: Vec<_> =
        tenant.entra().log().iter().filter_map(|record| record.form_value("grant_type")).collect();
    assert_eq!(first, same);
    assert_ne!(first, second);
    assert_eq!(grants, ["authorization_code", "refresh_token"]);
    assert_eq!(claims(&first)["azp"], tenant.host_client_id());
    assert_eq!(claims(&first)["scp"], "access_as_user");
    assert_eq!(claims(&first)["xms_cc"][0], "cp1");
}

#[tokio::test]
async fn desktops_sign_in_at_once_and_each_for_its_own_user() {
    let tenant = Sim::builder().auto_sign_in(MIRA).start().await.unwrap();
    let (mira, adele) = (tenant.desktop(MIRA), tenant.desktop(ADELE).without_capabilities());

    let (mira, adele) = tokio::join!(mira.token(), adele.token());

    let adele = claims(&adele.unwrap());
    assert_eq!(claims(&mira.unwrap())["preferred_username"], MIRA);
    assert_eq!(adele["preferred_username"], ADELE);
    assert!(adele.get("xms_cc").is_none());
}

#[tokio::test]
async fn who_closes_the_page_is_not_signed_in() {
    let tenant = Sim::start().await;
    let desktop = tenant.desktop(MIRA).interaction(Interaction::Cancel);

    let error = desktop.token().await.unwrap_err();

    assert_eq!(error.error, "access_denied");
}

#[tokio::test]
async fn a_page_that_refuses_says_its_number() {
    let tenant = Sim::start().await;
    let stranger = "aaaaaaaa-0000-4000-8000-0000000000ff";

    let error = tenant.desktop(MIRA).client(stranger).token().await.unwrap_err();

    assert_eq!(error.code, Some(700_016));
}

#[tokio::test]
async fn it_speaks_https_where_the_tenant_does() {
    let tenant = Sim::builder().tls(true).start().await.unwrap();

    let token = tenant.desktop(MIRA).token().await;

    assert!(token.is_ok());
}

#[tokio::test]
async fn its_debug_output_has_no_token() {
    let tenant = Sim::start().await;
    let desktop = tenant.desktop(MIRA);
    let token = desktop.token().await.unwrap();

    assert!(!format!("{desktop:?}").contains(&token));
}
