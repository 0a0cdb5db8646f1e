//! Which keys count, and when they are fetched again.

use std::time::Duration;

use m365_auth::{RejectionReason, TokenValidator};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use wiremock::ResponseTemplate;

use crate::issuer::{
    Issuer, Key, OTHER_TENANT, TEMPLATE, TENANT, claims, claims_with, encode, refusal,
};

const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
const MINUTE: Duration = Duration::from_secs(60);

/// Key A as published, with one member changed.
fn altered(member: &str, value: Value) -> Value {
    let mut key = Key::A.published();
    key[member] = value;
    key
}

/// Validates many tokens at once and counts those accepted.
async fn accepted(validator: &TokenValidator, tokens: impl IntoIterator<Item = String>) -> usize {
    let mut all = JoinSet::new();
    for token in tokens {
        let validator = validator.clone();
        all.spawn(async move { validator.validate(&token).await.is_ok() });
    }
    all.join_all().await.into_iter().filter(|accepted| *accepted).count()
}

/// Tokens with key ids that nobody publishes.
fn of_unknown_keys(count: usize) -> Vec<String> {
    let good = Key::A.token(&claims());
    let (_, rest) = good.split_once('.').unwrap();
    let header = |number| json!({ "alg": "RS256", "kid": format!("unknown-{number}") }).to_string();
    (0..count).map(|number| format!("{}.{rest}", encode(&header(number)))).collect()
}

#[tokio::test]
async fn e11_a_new_key_costs_one_fetch_for_a_thousand_tokens() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    issuer.publish(&[Key::A.published(), Key::B.published()]);
    let (new, old) = (Key::B.token(&claims()), Key::A.token(&claims()));

    assert_eq!(accepted(&validator, vec![new.clone(); 1000]).await, 1000);
    assert_eq!(issuer.fetches(), 2);
    assert_eq!(accepted(&validator, [new, old]).await, 2);
    assert_eq!(issuer.fetches(), 2);
}

#[tokio::test]
async fn e14_ten_thousand_unknown_keys_cost_one_fetch() {
    let issuer = Issuer::start().await;
    let (validator, one) = (issuer.validator().await, of_unknown_keys(1).remove(0));

    assert_eq!(accepted(&validator, of_unknown_keys(10_000)).await, 0);

    assert_eq!(issuer.fetches(), 2);
    assert_eq!(refusal(&validator, &Key::A.token(&claims())).await, None);
    issuer.clock.advance(MINUTE * 5 - Duration::from_secs(1));
    let refused = refusal(&validator, &one).await;
    assert_eq!((refused, issuer.fetches()), (Some(RejectionReason::UnknownKey), 2));
    issuer.clock.advance(Duration::from_secs(1));
    assert!(refusal(&validator, &one).await.is_some());
    assert_eq!(issuer.fetches(), 3);
}

#[tokio::test]
async fn a_caller_who_leaves_does_not_end_the_fetch_that_others_wait_for() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    issuer.publish(&[Key::B.published()]);
    let token = Key::B.token(&claims());

    let mut leaving = Box::pin(validator.validate(&token));
    let begun = std::future::poll_fn(|context| {
        std::task::Poll::Ready(leaving.as_mut().poll(context).is_pending())
    });
    assert!(begun.await);
    drop(leaving);

    assert_eq!(refusal(&validator, &token).await, None);
    assert_eq!(issuer.fetches(), 2);
}

#[tokio::test]
async fn e15_a_withdrawn_key_is_refused_after_the_next_refresh() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let token = Key::A.token(&claims_with(json!({ "exp": issuer.now() + 90_000 })));
    issuer.publish(&[Key::B.published()]);
    assert_eq!(refusal(&validator, &token).await, None);

    let refreshed = async {
        while validator.keys().refreshed < 3 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = validator.keep_keys_fresh() => unreachable!("it runs for ever"),
        () = refreshed => {}
    }

    assert_eq!(refusal(&validator, &token).await, Some(RejectionReason::UnknownKey));
    let pause = issuer.clock.sleeps()[0];
    assert!((MINUTE * 60 * 12 * 9 / 10..=MINUTE * 60 * 12 * 11 / 10).contains(&pause), "{pause:?}");
}

#[tokio::test]
async fn a_key_that_is_replaced_under_its_id_is_fetched_again() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let mut replaced = Key::B.published();
    replaced["kid"] = json!(Key::A.id());
    issuer.publish(&[replaced]);
    let header = json!({ "alg": "RS256", "kid": Key::A.id() }).to_string();
    let new = Key::B.sign(&header, &claims().to_string());
    let old = Key::A.token(&claims());

    assert_eq!(refusal(&validator, &old).await, None, "nobody can know yet");
    assert_eq!(refusal(&validator, &new).await, None);
    assert_eq!(refusal(&validator, &old).await, Some(RejectionReason::Signature));
    assert_eq!(issuer.fetches(), 2);
}

#[tokio::test]
async fn a_key_signs_for_its_own_issuer_alone() {
    let issuer = Issuer::start().await;
    let of = |tenant: &str| TEMPLATE.replace("{tenantid}", tenant);

    for (key_issuer, expected) in [
        (json!(TEMPLATE), None),
        (json!(of(TENANT)), None),
        (Value::Null, None),
        (json!(of(CONSUMERS)), Some(RejectionReason::UnknownKey)),
        (json!(of(OTHER_TENANT)), Some(RejectionReason::UnknownKey)),
        (json!("https://sts.windows.net/{tenantid}/"), Some(RejectionReason::UnknownKey)),
        (
            json!("https://login.microsoftonline.us/{tenantid}/v2.0"),
            Some(RejectionReason::UnknownKey),
        ),
        (json!(""), Some(RejectionReason::UnknownKey)),
    ] {
        issuer.publish(&[altered("issuer", key_issuer.clone())]);
        let validator = issuer.validator().await;
        assert_eq!(refusal(&validator, &Key::A.token(&claims())).await, expected, "{key_issuer}");
    }
}

#[tokio::test]
async fn a_v1_token_is_signed_by_the_tenants_key_of_either_form() {
    let issuer = Issuer::start().await;
    let v1 = claims_with(json!({
        "ver": "1.0", "iss": format!("https://sts.windows.net/{TENANT}/"), "appid": crate::issuer::DESKTOP,
    }));

    for (key_issuer, expected) in [
        (TEMPLATE.to_owned(), None),
        ("https://sts.windows.net/{tenantid}/".to_owned(), None),
        (TEMPLATE.replace("{tenantid}", CONSUMERS), Some(RejectionReason::UnknownKey)),
        (format!("https://sts.windows.net/{OTHER_TENANT}/"), Some(RejectionReason::UnknownKey)),
    ] {
        issuer.publish(&[altered("issuer", json!(key_issuer))]);
        let validator = issuer.builder().accept_v1(true).build();
        assert_eq!(refusal(&validator, &Key::A.token(&v1)).await, expected, "{key_issuer}");
    }
}

#[tokio::test]
async fn one_key_id_may_be_of_two_issuers() {
    let issuer = Issuer::start().await;
    let mut personal = Key::B.published();
    personal["kid"] = json!(Key::A.id());
    personal["issuer"] = json!(TEMPLATE.replace("{tenantid}", CONSUMERS));
    issuer.publish(&[personal, Key::A.published()]);
    let validator = issuer.validator().await;

    assert_eq!(refusal(&validator, &Key::A.token(&claims())).await, None);
}

#[tokio::test]
async fn only_strong_rsa_keys_for_signatures_are_used() {
    let issuer = Issuer::start().await;
    let modulus = Key::A.published()["n"].as_str().unwrap().to_owned();

    for (member, value) in [
        ("kty", json!("EC")),
        ("kty", json!("oct")),
        ("use", json!("enc")),
        ("alg", json!("RS512")),
        ("e", json!("AQ")),
        ("e", json!("Aw")),
        ("e", json!("AAEAAQAB")),
        ("n", json!(&modulus[..171])),
        ("n", json!(modulus.repeat(5))),
        ("n", json!("")),
        ("n", json!(format!("{modulus}="))),
        ("n", json!(7)),
        ("kid", json!(7)),
        ("kid", json!("../key")),
        ("cloud_instance_name", json!("microsoftonline.us")),
    ] {
        issuer.publish(&[altered(member, value.clone())]);
        let error = issuer.builder().build().refresh_keys().await.unwrap_err();
        assert!(error.to_string().contains("no key that can be used"), "{member} {value}: {error}");

        issuer.publish(&[altered(member, value), Key::B.published(), json!("?")]);
        assert_eq!(issuer.validator().await.keys().keys, 1, "others are used nevertheless");
    }
}

#[tokio::test]
async fn members_that_entra_leaves_out_may_be_missing() {
    let issuer = Issuer::start().await;
    let mut key = Key::A.published();
    for member in ["use", "x5t", "x5c", "cloud_instance_name", "issuer"] {
        key.as_object_mut().unwrap().remove(member);
    }
    issuer.publish(&[key]);

    let validator = issuer.validator().await;

    assert_eq!(refusal(&validator, &Key::A.token(&claims())).await, None);
}

#[tokio::test]
async fn a_set_of_more_than_a_hundred_keys_is_refused() {
    let issuer = Issuer::start().await;
    let key = |number: usize| altered("kid", json!(format!("key-{number}")));

    issuer.publish(&(0..100).map(key).collect::<Vec<_>>());
    assert_eq!(issuer.validator().await.keys().keys, 100);
    issuer.publish(&(0..101).map(key).collect::<Vec<_>>());
    assert!(issuer.builder().build().refresh_keys().await.is_err());
}

#[tokio::test]
async fn keys_are_sought_under_a_login_root_with_a_path() {
    let issuer = Issuer::start().await;
    issuer.answer_metadata(ResponseTemplate::new(404));
    let root = issuer.root().join("entra/").unwrap();

    let error = issuer.builder().login_root(root).build().refresh_keys().await.unwrap_err();

    assert_eq!(issuer.paths(), ["/entra/common/v2.0/.well-known/openid-configuration"]);
    assert!(error.to_string().contains("status 404"), "{error}");
}
