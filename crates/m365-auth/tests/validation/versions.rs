//! The two forms of an access token, and those of other clouds.

use std::sync::Arc;

use m365_auth::{AllowList, Cloud, RejectionReason, TokenValidator};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::{
    entra::without_trust_store,
    issuer::{
        CONNECTOR, DESKTOP, Issuer, Key, OTHER_TENANT, TEMPLATE, TENANT, claims, claims_with,
        refusal,
    },
};

const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// The claims of a v1 token, with some changed.
fn v1_claims(changes: Value) -> Value {
    let mut claims = claims_with(json!({
        "ver": "1.0", "iss": format!("https://sts.windows.net/{TENANT}/"), "azp": null,
        "azpacr": null, "appid": DESKTOP, "appidacr": "0", "aud": format!("api://{CONNECTOR}"),
    }));
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

#[tokio::test]
async fn a_v1_token_is_refused_unless_it_is_wanted() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;

    let refused = refusal(&validator, &Key::A.token(&v1_claims(json!({})))).await;

    assert_eq!(refused, Some(RejectionReason::Version));
}

#[tokio::test]
async fn a_v1_token_has_its_own_issuer_audience_and_client() {
    let issuer = Issuer::start().await;
    let validator = issuer.builder().accept_v1(true).build();
    let v2_issuer = TEMPLATE.replace("{tenantid}", TENANT);

    for (changes, expected) in [
        (json!({}), None),
        (json!({ "aud": CONNECTOR }), None),
        (json!({ "aud": format!("api://{CONNECTOR}/") }), None),
        (json!({ "aud": format!("api://{CONNECTOR}//") }), Some(RejectionReason::Audience)),
        (json!({ "aud": "https://graph.microsoft.com" }), Some(RejectionReason::Audience)),
        (json!({ "iss": v2_issuer }), Some(RejectionReason::Issuer)),
        (
            json!({ "iss": format!("https://sts.windows.net/{TENANT}") }),
            Some(RejectionReason::Issuer),
        ),
        (
            json!({ "iss": format!("https://sts.windows.net/{OTHER_TENANT}/") }),
            Some(RejectionReason::Issuer),
        ),
        (json!({ "appid": GRAPH }), Some(RejectionReason::ClientNotAllowed)),
        (json!({ "appid": "x", "azp": DESKTOP }), Some(RejectionReason::Claims)),
        (json!({ "ver": "2.0" }), Some(RejectionReason::Claims)),
        (json!({ "ver": "3.0" }), Some(RejectionReason::Claims)),
    ] {
        let refused = refusal(&validator, &Key::A.token(&v1_claims(changes.clone()))).await;
        assert_eq!(refused, expected, "{changes}");
    }
    assert_eq!(refusal(&validator, &Key::A.token(&claims())).await, None, "v2 is still accepted");
}

#[tokio::test]
async fn the_audiences_of_v1_tokens_are_those_configured() {
    let issuer = Issuer::start().await;
    let validator = issuer
        .builder()
        .application_id_uri("https://m365.example.com/mcp")
        .application_id_uri("api://m365/")
        .accept_v1(true)
        .build();
    let usual = format!("api://{CONNECTOR}");

    for (audience, expected) in [
        ("https://m365.example.com/mcp", None),
        ("https://m365.example.com/mcp/", None),
        ("api://m365", None),
        ("api://m365/", None),
        (CONNECTOR, None),
        (&usual, Some(RejectionReason::Audience)),
        ("https://m365.example.com", Some(RejectionReason::Audience)),
    ] {
        let token = Key::A.token(&v1_claims(json!({ "aud": audience })));
        assert_eq!(refusal(&validator, &token).await, expected, "{audience}");
    }
}

#[tokio::test]
async fn a_government_cloud_has_its_own_issuer() {
    let issuer = Issuer::start().await;
    let template = TEMPLATE.replace(".com", ".us");
    let mut metadata = issuer.metadata();
    metadata["issuer"] = json!(template);
    issuer.answer_metadata(ResponseTemplate::new(200).set_body_json(metadata));
    let mut key = Key::A.published();
    key["issuer"] = json!(template);
    issuer.publish(&[key]);
    let list = AllowList::new().with(TENANT.parse().unwrap(), [DESKTOP.parse().unwrap()]);
    let validator = TokenValidator::builder(Cloud::UsGovHigh, CONNECTOR.parse().unwrap());
    let validator = validator
        .allow_list(list)
        .login_root(issuer.root())
        .clock(Arc::new(issuer.clock.clone()))
        .http(without_trust_store)
        .build();
    let here = claims_with(json!({ "iss": template.replace("{tenantid}", TENANT) }));

    assert_eq!(refusal(&validator, &Key::A.token(&here)).await, None);
    let refused = refusal(&validator, &Key::A.token(&claims())).await;
    assert_eq!(refused, Some(RejectionReason::Issuer));
}
