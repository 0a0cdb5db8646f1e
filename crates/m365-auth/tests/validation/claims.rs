//! Each claim by itself.

use m365_auth::{AllowList, RejectionClass, RejectionReason};
use serde_json::{Value, json};

use crate::issuer::{
    CONNECTOR, DESKTOP, Issuer, Key, OTHER_TENANT, TEMPLATE, TENANT, USER, claims, claims_with,
    refusal,
};

const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

fn issuer_of(tenant: &str) -> String {
    TEMPLATE.replace("{tenantid}", tenant)
}

#[tokio::test]
async fn a_right_token_tells_who_calls() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let token = Key::A.token(&claims());

    let caller = validator.validate(&token).await.unwrap();

    assert_eq!(caller.tenant().as_str(), TENANT);
    assert_eq!(caller.user(), USER);
    assert_eq!(caller.client().as_str(), DESKTOP);
    assert_eq!(caller.token_id(), Some("tok-unique-1"));
    assert_eq!(caller.expires_on().as_second(), issuer.now() + 3600);
    assert!(caller.handles_claims());
    assert_eq!(caller.secret(), token);
    let digest = ring::digest::digest(&ring::digest::SHA256, token.as_bytes());
    assert_eq!(caller.digest(), digest.as_ref());
}

#[tokio::test]
async fn what_is_optional_may_be_missing() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let claims = claims_with(json!({ "uti": null, "xms_cc": null, "sub": null, "iat": null }));

    let caller = validator.validate(&Key::A.token(&claims)).await.unwrap();

    assert_eq!(caller.token_id(), None);
    assert!(!caller.handles_claims());
}

#[tokio::test]
async fn ids_in_capitals_are_the_same_ids() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let claims = claims_with(json!({ "oid": USER.to_uppercase(), "azp": DESKTOP.to_uppercase() }));

    let caller = validator.validate(&Key::A.token(&claims)).await.unwrap();

    assert_eq!((caller.user(), caller.client().as_str()), (USER, DESKTOP));
}

#[tokio::test]
async fn r04_a_token_for_somebody_else_is_refused() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;

    for audience in [
        GRAPH,
        "https://graph.microsoft.com",
        DESKTOP,
        &format!("api://{CONNECTOR}"),
        &format!("{CONNECTOR} "),
        &CONNECTOR.to_uppercase(),
        "",
    ] {
        let token = Key::A.token(&claims_with(json!({ "aud": audience })));
        let refused = refusal(&validator, &token).await;
        assert_eq!(refused, Some(RejectionReason::Audience), "{audience}");
    }
}

#[tokio::test]
async fn an_id_token_is_refused() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let id_token = claims_with(json!({ "aud": DESKTOP, "azp": null, "scp": null, "nonce": "n" }));

    let rejection = validator.validate(&Key::A.token(&id_token)).await.unwrap_err();

    assert_eq!(rejection.reason().class(), RejectionClass::InvalidToken);
}

#[tokio::test]
async fn r05_an_issuer_that_is_not_the_tenant_in_this_cloud_is_refused() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;

    for iss in [
        format!("https://login.microsoftonline.us/{TENANT}/v2.0"),
        format!("https://login.partner.microsoftonline.cn/{TENANT}/v2.0"),
        format!("https://sts.windows.net/{TENANT}/"),
        format!("https://contoso.b2clogin.com/{TENANT}/v2.0/"),
        format!("https://login.microsoftonline.com/{TENANT}/v2.0/"),
        format!("https://login.microsoftonline.com/{TENANT}"),
        format!("http://login.microsoftonline.com/{TENANT}/v2.0"),
        format!("{}{TENANT}/v2.0", issuer.root()),
        issuer_of(OTHER_TENANT),
        issuer_of(CONSUMERS),
        issuer_of("common"),
        TEMPLATE.to_owned(),
        String::new(),
    ] {
        let token = Key::A.token(&claims_with(json!({ "iss": iss })));
        let refused = refusal(&validator, &token).await;
        assert_eq!(refused, Some(RejectionReason::Issuer), "{iss}");
    }
}

#[tokio::test]
async fn r05_a_personal_account_is_refused_even_if_it_is_listed() {
    let issuer = Issuer::start().await;
    let list = AllowList::new().with(CONSUMERS.parse().unwrap(), [DESKTOP.parse().unwrap()]);
    let validator = issuer.builder().allow_list(list).build();
    validator.refresh_keys().await.unwrap();
    let personal = claims_with(json!({ "tid": CONSUMERS, "iss": issuer_of(CONSUMERS) }));

    let refused = refusal(&validator, &Key::A.token(&personal)).await;

    assert_eq!(refused, Some(RejectionReason::Issuer));
}

#[tokio::test]
async fn r06_a_claim_that_is_missing_or_of_another_type_is_refused() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;

    for name in ["iss", "aud", "exp", "nbf", "tid", "oid", "ver", "azp"] {
        let right = claims()[name].clone();
        let text = right.as_str().map(|text| json!([text]));
        let values = [json!(1.5), json!(-1e300), json!([]), json!({}), json!(true), json!([right])];
        let mut altered: Vec<Value> = values.into_iter().chain(text).collect();
        if right.is_string() {
            altered.extend([json!(7), json!([right]), json!({ "value": right })]);
        } else {
            altered.extend([json!(right.to_string()), json!(i64::MAX), json!(u64::MAX)]);
        }
        for value in altered {
            let refused =
                refusal(&validator, &Key::A.token(&claims_with(json!({ name: value })))).await;
            assert_eq!(refused, Some(RejectionReason::Claims), "{name} is {value}");
        }
        for token in [claims_with(json!({ name: null })), {
            let mut claims = claims();
            claims[name] = Value::Null;
            claims
        }] {
            let refused = refusal(&validator, &Key::A.token(&token)).await;
            assert_eq!(refused, Some(RejectionReason::Claims), "{name} is not there");
        }
    }
}

#[tokio::test]
async fn t08_an_optional_claim_of_another_type_is_refused() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;

    for (name, values) in [
        ("scp", [json!(["access_as_user"]), json!(1), json!({})]),
        ("idtyp", [json!(["app"]), json!(1), json!(false)]),
        ("uti", [json!([]), json!(1), json!({})]),
        ("xms_cc", [json!("cp1"), json!(1), json!([1])]),
        ("appid", [json!([]), json!(1), json!({})]),
    ] {
        for value in values {
            let refused =
                refusal(&validator, &Key::A.token(&claims_with(json!({ name: value })))).await;
            assert_eq!(refused, Some(RejectionReason::Claims), "{name} is {value}");
        }
    }
}

#[tokio::test]
async fn an_id_that_is_no_guid_is_refused() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;

    for name in ["tid", "oid", "azp"] {
        for value in
            ["", "common", "../../x", &format!("{TENANT}/"), &"1".repeat(36), &"-".repeat(9000)]
        {
            let refused =
                refusal(&validator, &Key::A.token(&claims_with(json!({ name: value })))).await;
            assert_eq!(refused, Some(RejectionReason::Claims), "{name} is {value:.40}");
        }
    }
}

#[tokio::test]
async fn r07_clocks_may_differ_by_five_minutes_and_no_more() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let now = issuer.now();
    let ended = |ago: i64| json!({ "nbf": now - 7200, "exp": now - ago });
    let begins = |ahead: i64| json!({ "nbf": now + ahead, "exp": now + 7200 });

    for (changes, expected) in [
        (ended(0), None),
        (ended(299), None),
        (ended(300), Some(RejectionReason::Expired)),
        (ended(360), Some(RejectionReason::Expired)),
        (json!({ "exp": -1 }), Some(RejectionReason::Expired)),
        (json!({ "exp": 0 }), Some(RejectionReason::Expired)),
        (begins(0), None),
        (begins(300), None),
        (begins(301), Some(RejectionReason::NotYetValid)),
        (begins(360), Some(RejectionReason::NotYetValid)),
    ] {
        let refused = refusal(&validator, &Key::A.token(&claims_with(changes.clone()))).await;
        assert_eq!(refused, expected, "{changes}");
    }
}

#[tokio::test]
async fn r08_a_token_of_an_app_without_a_user_is_refused() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;

    for changes in [
        json!({ "idtyp": "app", "scp": null, "roles": ["Tools.Call"] }),
        json!({ "idtyp": "app" }),
        json!({ "idtyp": "App" }),
        json!({ "scp": null }),
        json!({ "scp": null, "sub": USER, "oid": USER }),
        json!({ "scp": null, "azp": "dddddddd-0000-4000-8000-000000000003" }),
    ] {
        let rejection =
            validator.validate(&Key::A.token(&claims_with(changes.clone()))).await.unwrap_err();
        assert_eq!(rejection.reason(), RejectionReason::AppOnly, "{changes}");
        assert_eq!(rejection.reason().class(), RejectionClass::InsufficientScope);
    }
    let user = claims_with(json!({ "idtyp": "user" }));
    assert_eq!(refusal(&validator, &Key::A.token(&user)).await, None);
}

#[tokio::test]
async fn r09_the_scope_counts_as_a_whole_word() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;

    for scp in [
        "",
        "access_as_user2",
        "access_as_user.all",
        "no_access_as_user",
        "Access_As_User",
        "access_as_user,other",
        "access_as_user\tother",
        "api://connector/access_as_user",
    ] {
        let rejection = validator
            .validate(&Key::A.token(&claims_with(json!({ "scp": scp }))))
            .await
            .unwrap_err();
        assert_eq!(rejection.reason(), RejectionReason::MissingScope, "{scp}");
        assert_eq!(rejection.reason().class(), RejectionClass::InsufficientScope);
    }
    for scp in ["access_as_user", "other access_as_user", "access_as_user other"] {
        let token = Key::A.token(&claims_with(json!({ "scp": scp })));
        assert_eq!(refusal(&validator, &token).await, None, "{scp}");
    }
}
