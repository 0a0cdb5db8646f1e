//! Keys, and tokens that are signed by the right ones, the wrong ones or none.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use m365_sim::Sim;
use ring::{
    hmac,
    signature::{
        RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
        RsaParameters, RsaPublicKeyComponents,
    },
};
use serde_json::{Value, json};

use super::browser::{Answer, MIRA, claims, part};
use crate::client::http;

const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

async fn keys_of(sim: &Sim, tenant: &str) -> Vec<Value> {
    let address = format!("{}/{tenant}/discovery/v2.0/keys", sim.login_endpoint());
    Answer::of(http().get(address)).await.json()["keys"].as_array().unwrap().clone()
}

async fn keys(sim: &Sim) -> Vec<Value> {
    keys_of(sim, sim.tenant_id()).await
}

fn ids(keys: &[Value]) -> Vec<&str> {
    keys.iter().map(|key| key["kid"].as_str().unwrap()).collect()
}

/// Returns whether a key of the set verifies a token that names it.
fn verifies(keys: &[Value], token: &str, algorithm: &'static RsaParameters) -> bool {
    let header = part(token, 0);
    let Some(key) = keys.iter().find(|key| key["kid"] == header["kid"]) else { return false };
    let number = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let (text, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let key = RsaPublicKeyComponents { n: number("n"), e: number("e") };
    key.verify(algorithm, text.as_bytes(), &signature).is_ok()
}

fn is_good(keys: &[Value], token: &str) -> bool {
    verifies(keys, token, &RSA_PKCS1_2048_8192_SHA256)
}

async fn order(sim: &Sim, route: &str, body: Value) -> Answer {
    let address = format!("{}/_sim/{route}", sim.login_endpoint());
    Answer::of(http().post(address).body(body.to_string())).await
}

#[tokio::test]
async fn several_keys_are_live_and_none_says_its_algorithm() {
    let sim = Sim::start().await;

    let keys = keys_of(&sim, "common").await;

    let template = "https://login.microsoftonline.com/{tenantid}/v2.0";
    let bound = keys.iter().filter(|key| key["issuer"] == template).count();
    assert!(bound > 1, "{keys:?}");
    assert_ne!(ids(&keys)[0], sim.signing_key_id());
    assert!(keys.iter().all(|key| key.get("alg").is_none() && key["x5t"] == key["kid"]));
    assert!(keys.iter().all(|key| key["cloud_instance_name"] == "microsoftonline.com"));
}

#[tokio::test]
async fn the_key_of_personal_accounts_is_bound_to_their_tenant() {
    let sim = Sim::start().await;
    let keys = keys(&sim).await;

    let token = sim.caller_token(MIRA).signed_by("consumer").issue();

    let key = keys.iter().find(|key| key["kid"] == part(&token, 0)["kid"]).unwrap();
    assert_eq!(key["issuer"], format!("https://login.microsoftonline.com/{CONSUMERS}/v2.0"));
    assert!(is_good(&keys, &token));
    assert_eq!(claims(&token)["tid"], sim.tenant_id());
}

#[tokio::test]
async fn a_rotation_lets_a_key_sign_that_was_published_before() {
    let sim = Sim::start().await;
    let (before, old) = (keys(&sim).await, sim.caller_token(MIRA).issue());

    let signer = sim.rotate_keys();

    let (after, new) = (keys(&sim).await, sim.caller_token(MIRA).issue());
    assert_eq!(part(&new, 0)["kid"], signer.as_str());
    assert_ne!(part(&old, 0)["kid"], signer.as_str());
    assert!(is_good(&before, &new) && is_good(&after, &new));
    assert!(is_good(&after, &old));
}

#[tokio::test]
async fn keys_rotate_as_often_as_asked_and_never_under_the_same_name() {
    let sim = Sim::start().await;
    let mut seen = vec![sim.signing_key_id()];
    for _ in 0..7 {
        let signer = sim.rotate_keys();

        assert!(is_good(&keys(&sim).await, &sim.caller_token(MIRA).issue()));
        assert!(!seen.contains(&signer));
        seen.push(signer);
    }
}

#[tokio::test]
async fn withdrawn_keys_are_not_published_any_more() {
    let sim = Sim::start().await;
    let old = sim.caller_token(MIRA).issue();
    let first = sim.signing_key_id();
    sim.rotate_keys();

    sim.withdraw_old_keys();

    let keys = keys(&sim).await;
    assert!(!ids(&keys).contains(&first.as_str()));
    assert!(!is_good(&keys, &old));
    assert!(is_good(&keys, &sim.caller_token(MIRA).issue()));
}

#[tokio::test]
async fn when_the_signer_is_withdrawn_another_one_signs() {
    let sim = Sim::start().await;
    let first = sim.signing_key_id();

    sim.withdraw_key(&first);

    let keys = keys(&sim).await;
    assert!(!ids(&keys).contains(&first.as_str()));
    assert_ne!(sim.signing_key_id(), first);
    assert!(is_good(&keys, &sim.caller_token(MIRA).issue()));
}

#[tokio::test]
async fn a_callers_token_is_as_entra_issues_it() {
    let sim = Sim::start().await;
    let issued = sim.desktop(MIRA).token().await.unwrap();

    let made = sim.caller_token(MIRA).cae(true).issue();

    let (issued, made) = (claims(&issued), claims(&made));
    let names = |claims: &Value| claims.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&made), names(&issued));
    for name in ["aud", "azp", "azpacr", "iss", "oid", "scp", "sub", "tid", "ver", "xms_cc"] {
        assert_eq!(made[name], issued[name], "{name}");
    }
    for name in ["aio", "exp", "iat", "nbf", "preferred_username", "rh", "sid", "uti"] {
        assert!(made.get(name).is_some(), "{name}");
    }
}

#[tokio::test]
async fn the_registration_decides_on_version_1() {
    let sim = Sim::builder().connector_token_version(1).start().await.unwrap();

    let token = sim.desktop(MIRA).token().await.unwrap();

    let (header, claims) = (part(&token, 0), claims(&token));
    assert_eq!(header["x5t"], header["kid"]);
    assert_eq!(claims["ver"], "1.0");
    assert_eq!(claims["aud"], format!("api://{}", sim.connector_client_id()));
    assert_eq!(claims["iss"], format!("https://sts.windows.net/{}/", sim.tenant_id()));
    assert_eq!(
        (&claims["appid"], &claims["appidacr"]),
        (&json!(sim.host_client_id()), &json!("0"))
    );
    assert_eq!((&claims["upn"], &claims["unique_name"]), (&json!(MIRA), &json!(MIRA)));
    assert!(claims.get("azp").is_none() && claims.get("preferred_username").is_none());
}

#[tokio::test]
async fn algorithms_that_nobody_should_accept_are_signed_for_real() {
    let sim = Sim::start().await;
    let keys = keys(&sim).await;
    let token = |algorithm: &str| sim.caller_token(MIRA).alg(algorithm).issue();

    let none = token("nOnE");
    let (rs512, ps256, es256) = (token("RS512"), token("PS256"), token("ES256"));

    assert!(none.ends_with('.') && part(&none, 0)["alg"] == "nOnE");
    assert!(verifies(&keys, &rs512, &RSA_PKCS1_2048_8192_SHA512));
    assert!(verifies(&keys, &ps256, &RSA_PSS_2048_8192_SHA256));
    assert_eq!(es256.rsplit_once('.').unwrap().1.len(), 86);
    for token in [rs512, ps256, es256] {
        assert!(!is_good(&keys, &token));
    }
}

#[tokio::test]
async fn the_public_key_is_the_secret_of_hs256() {
    let sim = Sim::start().await;
    let keys = keys(&sim).await;
    let key = keys.iter().find(|key| key["kid"] == sim.signing_key_id()).unwrap();
    let certificate = STANDARD.decode(key["x5c"][0].as_str().unwrap()).unwrap();

    let token = sim.caller_token(MIRA).alg("HS256/der").issue();

    let (text, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    // The public key is a part of the certificate, as it is.
    let start = certificate.windows(4).position(|at| at == [0x30, 0x82, 0x01, 0x22]).unwrap();
    let public = &certificate[start..start + 294];
    let secret = hmac::Key::new(hmac::HMAC_SHA256, public);
    assert_eq!(part(&token, 0)["alg"], "HS256");
    assert!(hmac::verify(&secret, text.as_bytes(), &signature).is_ok());
}

#[tokio::test]
async fn a_foreign_key_bears_the_right_name_and_verifies_nothing() {
    let sim = Sim::start().await;

    let token = sim.caller_token(MIRA).signed_by("foreign").issue();

    assert_eq!(part(&token, 0)["kid"], sim.signing_key_id());
    assert!(!is_good(&keys(&sim).await, &token));
}

#[tokio::test]
async fn claims_and_header_are_changed_in_order() {
    let sim = Sim::start().await;

    let token = sim
        .caller_token(MIRA)
        .claim("aud", json!(["a", {"b": {}}]))
        .without("nbf")
        .repeated("tid", "second")
        .header("jku", "https://evil.example/keys")
        .expires_in(-360)
        .issue();

    let payload = token.split('.').nth(1).unwrap();
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    let claims: Value = serde_json::from_str(&text).unwrap();
    let now = sim.clock().now().as_second();
    assert_eq!(claims["aud"], json!(["a", {"b": {}}]));
    assert!(claims.get("nbf").is_none());
    assert_eq!(text.matches("\"tid\":").count(), 2);
    assert!((-361..=-359).contains(&(claims["exp"].as_i64().unwrap() - now)));
    assert_eq!(part(&token, 0)["jku"], "https://evil.example/keys");
    assert!(is_good(&keys(&sim).await, &token));
    assert!(sim.canaries().contains(&token));
}

#[tokio::test]
async fn an_app_without_a_user_has_a_role_and_no_scope() {
    let sim = Sim::start().await;

    let claims = claims(&sim.caller_token(MIRA).app_only().issue());

    assert_eq!(claims["idtyp"], "app");
    assert_eq!(claims["sub"], claims["oid"]);
    assert!(claims["roles"].is_array());
    assert!(claims.get("scp").is_none() && claims.get("preferred_username").is_none());
}

#[tokio::test]
async fn tokens_for_others_are_at_hand_too() {
    let sim = Sim::start().await;
    let keys = keys(&sim).await;

    let id = sim.caller_token(MIRA).id_token().issue();
    let graph = sim.caller_token(MIRA).for_graph("User.Read").issue();

    let me = format!("{}/v1.0/me", sim.graph_endpoint());
    let me = Answer::of(http().get(me).bearer_auth(&graph)).await;
    assert_eq!(claims(&id)["aud"], sim.host_client_id());
    assert!(is_good(&keys, &id) && !is_good(&keys, &graph));
    assert!(part(&graph, 0).get("nonce").is_some());
    assert_eq!(me.json()["userPrincipalName"], MIRA);
}

#[tokio::test]
async fn another_process_orders_tokens_and_keys() {
    let sim = Sim::builder().test_mode(true).start().await.unwrap();
    let asked = json!({
        "upn": "mei.tan@tidewater.example", "scope": "other", "expiresIn": 60, "cae": true,
        "claims": {"aud": "else"}, "without": ["nbf"], "alg": "PS256",
    });

    let made = order(&sim, "token", asked).await.json();
    let wrong = order(&sim, "token", json!({"upn": MIRA, "signedBy": "nobody"})).await;
    let rotated = order(&sim, "keys", json!({"do": "rotate"})).await.json();

    let token = made["token"].as_str().unwrap();
    assert_eq!((&claims(token)["aud"], &claims(token)["scp"]), (&json!("else"), &json!("other")));
    assert_eq!(part(token, 0)["alg"], "PS256");
    assert_eq!((wrong.status, wrong.json()["error"].as_str().unwrap()), (400, "no key 'nobody'"));
    assert_eq!(rotated["kid"], sim.signing_key_id());
}

#[tokio::test]
async fn another_process_decides_what_happens_to_users_and_consents() {
    let sim = Sim::builder().test_mode(true).start().await.unwrap();
    let exchange = super::on_behalf_of::exchange(&sim, &sim.caller_token(MIRA).issue());

    let consent = order(&sim, "consent", json!({"do": "withdraw", "scope": "Mail.Read"})).await;
    let without = exchange.at_token(&sim).await;
    let revoked = order(&sim, "users", json!({"upn": MIRA, "do": "revoke"})).await;
    let ended = exchange.at_token(&sim).await;
    let nobody = order(&sim, "users", json!({"upn": "nobody", "do": "disable"})).await;

    assert_eq!((consent.status, revoked.status, nobody.status), (204, 204, 400));
    assert_eq!(without.error_code(), 65_001);
    assert_eq!(ended.error_code(), 50_173);
}
