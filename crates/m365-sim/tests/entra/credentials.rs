//! How the connector proves who it is.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use m365_sim::{Sim, SimBuilder};
use ring::{
    digest,
    rand::SystemRandom,
    signature::{KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair},
};
use serde_json::{Value, json};

use super::{
    browser::{Answer, Params, claims},
    on_behalf_of::{assertion, exchange},
};

const KEY: &str = include_str!("../../src/entra/keys/demo-key.pkcs8.b64");
const CERTIFICATE: &str = include_str!("../../src/entra/keys/demo-cert.der.b64");
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ISSUER: &str = "https://issuer.example";
const SUBJECT: &str = "system:serviceaccount:tools:connector";

fn bytes(text: &str) -> Vec<u8> {
    STANDARD.decode(text.split_whitespace().collect::<String>()).unwrap()
}

fn key() -> RsaKeyPair {
    RsaKeyPair::from_pkcs8(&bytes(KEY)).unwrap()
}

fn thumbprint(algorithm: &'static digest::Algorithm) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(algorithm, &bytes(CERTIFICATE)))
}

fn signed(encoding: &'static dyn RsaEncoding, header: &Value, payload: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(header), part(payload));
    let key = key();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(encoding, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// What a right assertion consists of.
fn right(tenant: &Sim) -> (Value, Value) {
    let now = tenant.clock().now().as_second();
    let id = tenant.connector_client_id();
    let audience = format!("{}/{}/oauth2/v2.0/token", tenant.login_endpoint(), tenant.tenant_id());
    let header = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint(&digest::SHA256)});
    let payload = json!({
        "aud": audience, "iss": id, "sub": id, "jti": "7d2c6a0e-8a7e-4b57-9b0c-3b9a3b0c9d10",
        "nbf": now, "iat": now, "exp": now + 600,
    });
    (header, payload)
}

/// What a right token of another issuer consists of.
fn federated(tenant: &Sim) -> (Value, Value) {
    let now = tenant.clock().now().as_second();
    let header = json!({"alg": "RS256", "kid": "1"});
    let payload = json!({
        "aud": "api://AzureADTokenExchange", "iss": ISSUER, "sub": SUBJECT, "exp": now + 600,
    });
    (header, payload)
}

async fn with_certificate() -> Sim {
    Sim::builder().connector_certificate(bytes(CERTIFICATE)).start().await.unwrap()
}

fn federating() -> SimBuilder {
    Sim::builder().connector_federation(ISSUER, SUBJECT, key().public_key().as_ref())
}

fn asserting(params: Params, proof: &str) -> Params {
    params
        .without("client_secret")
        .with("client_assertion_type", TYPE)
        .with("client_assertion", proof)
}

async fn exchanged(tenant: &Sim, proof: &str) -> Answer {
    let caller = assertion(tenant).await;
    asserting(exchange(tenant, &caller), proof).at_token(tenant).await
}

#[tokio::test]
async fn a_registered_certificate_signs_as_well_as_a_secret_opens() {
    let tenant = with_certificate().await;
    let (header, payload) = right(&tenant);

    let answer = exchanged(&tenant, &signed(&RSA_PSS_SHA256, &header, &payload)).await;

    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(claims(answer.json()["access_token"].as_str().unwrap())["appidacr"], "2");
}

#[tokio::test]
async fn the_older_header_with_rs256_counts_too_and_so_does_the_issuer_as_audience() {
    let tenant = with_certificate().await;
    let (_, mut payload) = right(&tenant);
    let thumbprint = thumbprint(&digest::SHA1_FOR_LEGACY_USE_ONLY);
    let header = json!({"alg": "RS256", "typ": "JWT", "x5t": thumbprint});
    let id = tenant.tenant_id();
    payload["aud"] = json!(format!("https://login.microsoftonline.com/{id}/v2.0"));
    payload["exp"] = json!(payload["exp"].to_string());

    let answer = exchanged(&tenant, &signed(&RSA_PKCS1_SHA256, &header, &payload)).await;

    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn assertions_are_taken_as_microsofts_libraries_write_them() {
    let tenant = with_certificate().await;
    let (mut header, mut payload) = right(&tenant);
    header["x5t#S256"] = json!(format!("{}=", thumbprint(&digest::SHA256)));
    payload["exp"] = json!(payload["exp"].as_f64().unwrap() + 0.25);

    let answer = exchanged(&tenant, &signed(&RSA_PSS_SHA256, &header, &payload)).await;

    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn each_wrong_assertion_has_its_number() {
    let tenant = with_certificate().await;
    let now = tenant.clock().now().as_second();
    let other = tenant.local_client_id();
    let cases = [
        ("alg", json!("ES256"), 5_002_730),
        ("alg", json!("none"), 5_002_730),
        ("alg", json!("RS256"), 700_027),
        ("x5t#S256", json!("QXx3Y8TjIKa3R7PLDG0i-TdBspoytIWUuOtMFE_m1yk"), 700_027),
        ("x5t#S256", json!(null), 700_027),
        ("sub", json!(other), 700_021),
        ("iss", json!(other), 700_211),
        ("aud", json!("https://login.microsoftonline.com/common/oauth2/v2.0/token"), 700_023),
        ("exp", json!(now - 1), 700_024),
        ("nbf", json!(now + 3600), 700_024),
    ];
    for (name, value, number) in cases {
        let (mut header, mut payload) = right(&tenant);
        let place = if header.get(name).is_some() { &mut header } else { &mut payload };
        place[name] = value.clone();
        let answer = exchanged(&tenant, &signed(&RSA_PSS_SHA256, &header, &payload)).await;
        assert_eq!(answer.error_code(), number, "{name}={value}");
        assert_eq!((answer.status, &answer.json()["error"]), (401, &json!("invalid_client")));
    }
}

#[tokio::test]
async fn an_assertion_needs_its_type_and_no_secret_beside_it() {
    let tenant = with_certificate().await;
    let (header, payload) = right(&tenant);
    let caller = assertion(&tenant).await;
    let params = || {
        let proof = signed(&RSA_PSS_SHA256, &header, &payload);
        asserting(exchange(&tenant, &caller), &proof)
    };
    let code = async |params: Params| params.at_token(&tenant).await.error_code();

    assert_eq!(code(params().without("client_assertion_type")).await, 900_144);
    assert_eq!(code(params().with("client_assertion_type", "jwt")).await, 90_023);
    assert_eq!(code(params().with("client_secret", tenant.connector_secret())).await, 7_000_216);
    assert_eq!(code(params().with("client_assertion", "no-token")).await, 50_027);
    assert_eq!(code(params().without("client_assertion")).await, 7_000_218);
}

#[tokio::test]
async fn a_replaced_certificate_signs_no_more() {
    let tenant = with_certificate().await;
    let (header, payload) = right(&tenant);
    let proof = signed(&RSA_PSS_SHA256, &header, &payload);

    tenant.replace_certificate(b"another".as_slice());
    let gone = exchanged(&tenant, &proof).await.error_code();
    tenant.add_certificate(bytes(CERTIFICATE));
    let back = exchanged(&tenant, &proof).await.status;

    assert_eq!((gone, back), (700_027, 200));
}

#[tokio::test]
async fn a_federated_token_stands_for_the_connector_if_it_agrees_to_the_letter() {
    let tenant = federating().start().await.unwrap();
    let now = tenant.clock().now().as_second();
    let cases = [
        ("none", json!(0), None),
        ("iss", json!("https://issuer.example/"), Some(700_211)),
        ("sub", json!(SUBJECT.to_uppercase()), Some(700_213)),
        ("aud", json!("api://azureadtokenexchange"), Some(700_212)),
        ("exp", json!(now - 1), Some(700_024)),
    ];
    for (name, value, number) in cases {
        let (header, mut payload) = federated(&tenant);
        payload[name] = value.clone();
        let answer = exchanged(&tenant, &signed(&RSA_PKCS1_SHA256, &header, &payload)).await;
        let code = (answer.status != 200).then(|| answer.error_code());
        assert_eq!(code, number, "{name}={value}: {}", answer.text);
    }
}

#[tokio::test]
async fn two_secrets_are_good_at_once_until_one_expires_or_goes() {
    let tenant = Sim::builder().connector_secret("next", None).start().await.unwrap();
    let caller = assertion(&tenant).await;
    let code = async |secret: &str| {
        let params = exchange(&tenant, &caller).with("client_secret", secret);
        let answer = params.at_token(&tenant).await;
        if answer.status == 200 { 0 } else { answer.error_code() }
    };

    assert_eq!((code(tenant.connector_secret()).await, code("next").await), (0, 0));
    tenant.expire_secret();
    assert_eq!(code("next").await, 7_000_222);
    tenant.replace_secret("newest");
    assert_eq!((code("next").await, code("newest").await), (7_000_215, 0));
    assert!(tenant.canaries().contains(&"newest".to_owned()));
}

#[tokio::test]
async fn a_secret_in_the_header_counts_as_one_in_the_body() {
    let tenant = Sim::builder().connector_secret("a:b+c %~", None).start().await.unwrap();
    let caller = assertion(&tenant).await;
    let id = tenant.connector_client_id();
    let bare = || exchange(&tenant, &caller).without("client_id").without("client_secret");
    let basic = async |params: Params, sent: &str| {
        let value = format!("Basic {}", STANDARD.encode(sent));
        Answer::of(params.token_request(&tenant).header("authorization", value)).await
    };
    let encoded = format!("{id}:a%3Ab%2Bc+%25~");

    let named = bare().with("client_id", id);
    assert_eq!(basic(bare(), &encoded).await.status, 200);
    assert_eq!(basic(named, &encoded).await.status, 200);
    for (params, sent, code) in [
        (bare(), format!("{id}:wrong"), 7_000_215),
        (bare(), format!("{id}:a:b+c %~"), 7_000_215),
        (bare(), "no-colon".to_owned(), 7_000_218),
        (bare().with("client_id", tenant.local_client_id()), encoded.clone(), 90_013),
        (bare().with("client_secret", "a:b+c %~"), encoded.clone(), 7_000_216),
        (bare().with("client_assertion", "a.b.c"), encoded.clone(), 7_000_216),
    ] {
        let answer = basic(params, &sent).await;
        assert_eq!(answer.error_code(), code, "{sent}: {}", answer.text);
    }
}
