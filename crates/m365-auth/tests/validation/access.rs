//! Who may call, and what is told of those who may not.

use m365_auth::{AllowList, RejectionClass, RejectionReason};
use serde_json::json;

use crate::issuer::{
    DESKTOP, Issuer, Key, OTHER_TENANT, TEMPLATE, TENANT, USER, claims, claims_with, refusal,
};

const OTHER_CLIENT: &str = "bbbbbbbb-0000-4000-8000-000000000009";

fn of_tenant(tenant: &str) -> serde_json::Value {
    claims_with(json!({ "tid": tenant, "iss": TEMPLATE.replace("{tenantid}", tenant) }))
}

fn list(tenant: &str, client: &str) -> AllowList {
    AllowList::new().with(tenant.parse().unwrap(), [client.parse().unwrap()])
}

#[tokio::test]
async fn r10_only_a_listed_client_of_a_listed_tenant_is_let_in() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    validator.set_allow_list(
        list(TENANT, DESKTOP).with(OTHER_TENANT.parse().unwrap(), [OTHER_CLIENT.parse().unwrap()]),
    );
    let other_client = claims_with(json!({ "azp": OTHER_CLIENT }));

    for (claims, expected) in [
        (claims(), None),
        (other_client, Some(RejectionReason::ClientNotAllowed)),
        (of_tenant(OTHER_TENANT), Some(RejectionReason::ClientNotAllowed)),
        (
            of_tenant("33333333-2222-4333-8444-555555555555"),
            Some(RejectionReason::TenantNotAllowed),
        ),
    ] {
        assert_eq!(refusal(&validator, &Key::A.token(&claims)).await, expected, "{claims}");
    }
    for reason in [RejectionReason::ClientNotAllowed, RejectionReason::TenantNotAllowed] {
        assert_eq!(reason.class(), RejectionClass::NotAllowed);
    }
}

#[tokio::test]
async fn r10_an_empty_list_lets_nobody_in() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;

    for empty in [AllowList::new(), AllowList::new().with(TENANT.parse().unwrap(), [])] {
        assert!(empty.is_empty());
        validator.set_allow_list(empty);

        let rejection = validator.validate(&Key::A.token(&claims())).await.unwrap_err();
        assert_eq!(rejection.reason().class(), RejectionClass::NotAllowed);
    }
}

#[tokio::test]
async fn a_new_list_holds_for_tokens_that_were_accepted_before() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let token = Key::A.token(&claims());
    assert_eq!(refusal(&validator, &token).await, None);

    validator.clone().set_allow_list(list(OTHER_TENANT, DESKTOP));

    assert_eq!(refusal(&validator, &token).await, Some(RejectionReason::TenantNotAllowed));
}

#[tokio::test]
async fn a_list_grows_by_tenant_and_client() {
    let grown = list(TENANT, DESKTOP)
        .with(TENANT.parse().unwrap(), [OTHER_CLIENT.parse().unwrap()])
        .with(OTHER_TENANT.parse().unwrap(), [DESKTOP.parse().unwrap()]);

    let allows = |tenant: &str, client: &str| {
        grown.allows(&tenant.parse().unwrap(), &client.parse().unwrap())
    };
    assert!(allows(TENANT, DESKTOP) && allows(TENANT, OTHER_CLIENT));
    assert!(allows(&OTHER_TENANT.to_uppercase(), DESKTOP) && !allows(OTHER_TENANT, OTHER_CLIENT));
    assert_eq!(grown.tenants().count(), 2);
}

#[tokio::test]
async fn a_stranger_learns_nothing_without_a_good_signature() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let stranger = claims_with(json!({ "azp": OTHER_CLIENT }));

    let good = validator.validate(&Key::A.token(&stranger)).await.unwrap_err();
    let forged = validator.validate(&forged(&stranger)).await.unwrap_err();

    assert_eq!(good.reason(), RejectionReason::ClientNotAllowed);
    assert_eq!(good.tenant().map(|tenant| tenant.as_str()), Some(TENANT));
    assert_eq!(good.client().map(|client| client.as_str()), Some(OTHER_CLIENT));
    assert_eq!(good.token_id(), Some("tok-unique-1"));
    assert_eq!(forged.reason(), RejectionReason::Signature);
    assert!(forged.tenant().is_none() && forged.client().is_none());
    assert_eq!(forged.token_id(), None);
    assert_eq!(forged.reason().class(), RejectionClass::InvalidToken);
}

#[tokio::test]
async fn an_expired_token_with_a_good_signature_still_tells_whose_it_is() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let expired = claims_with(json!({ "exp": 1, "nbf": 0 }));

    let rejection = validator.validate(&Key::A.token(&expired)).await.unwrap_err();

    assert_eq!(rejection.reason(), RejectionReason::Expired);
    assert_eq!(rejection.client().map(|client| client.as_str()), Some(DESKTOP));
}

#[tokio::test]
async fn only_a_token_that_would_be_let_in_causes_a_fetch() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;

    for changes in [
        json!({ "tid": OTHER_TENANT, "iss": TEMPLATE.replace("{tenantid}", OTHER_TENANT) }),
        json!({ "azp": OTHER_CLIENT }),
        json!({ "scp": "other" }),
        json!({ "exp": 1 }),
        json!({ "aud": DESKTOP }),
    ] {
        let refused = refusal(&validator, &Key::B.token(&claims_with(changes))).await;
        assert_eq!(refused, Some(RejectionReason::UnknownKey));
    }
    assert_eq!(issuer.fetches(), 1);

    assert!(refusal(&validator, &Key::B.token(&claims())).await.is_some());
    assert_eq!(issuer.fetches(), 2);
}

#[tokio::test]
async fn r12_two_tokens_of_one_user_and_one_user_id_in_two_tenants_differ() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    validator.set_allow_list(
        list(TENANT, DESKTOP).with(OTHER_TENANT.parse().unwrap(), [DESKTOP.parse().unwrap()]),
    );
    let validated = async |claims| validator.validate(&Key::A.token(&claims)).await.unwrap();

    let one = validated(claims()).await;
    let again = validated(claims_with(json!({ "uti": "tok-unique-2" }))).await;
    let elsewhere = validated(of_tenant(OTHER_TENANT)).await;

    assert!(one.user() == again.user() && one.user() == elsewhere.user());
    assert_ne!(one.digest(), again.digest());
    assert_ne!(one.digest(), elsewhere.digest());
    assert_ne!(one.tenant(), elsewhere.tenant());
}

#[tokio::test]
async fn a_guest_is_a_user_of_the_tenant_that_issued_the_token() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let idp = format!("https://sts.windows.net/{OTHER_TENANT}/");
    let guest = claims_with(json!({ "idp": idp, "email": "guest@elsewhere.example", "acct": 1 }));

    let caller = validator.validate(&Key::A.token(&guest)).await.unwrap();

    assert_eq!((caller.tenant().as_str(), caller.user()), (TENANT, USER));
}

#[tokio::test]
async fn a_caller_does_not_show_the_token() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let token = Key::A.token(&claims());

    let shown = format!("{:?} {validator:?}", validator.validate(&token).await.unwrap());

    assert!(shown.contains(USER), "{shown}");
    assert!(token.split('.').all(|part| !shown.contains(part)), "{shown}");
}

/// A token that names key A and is signed with key B.
fn forged(claims: &serde_json::Value) -> String {
    let header = json!({ "alg": "RS256", "kid": Key::A.id() });
    Key::B.sign(&header.to_string(), &claims.to_string())
}
