//! Tokens that are signed by nobody, by somebody else, or in another way.

use m365_auth::RejectionReason;
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512,
        RSA_PSS_SHA256,
    },
};
use serde_json::{Value, json};

use crate::issuer::{Issuer, Key, claims, claims_with, encode, refusal};

fn unsigned(header: &Value) -> String {
    format!("{}.{}", encode(&header.to_string()), encode(&claims().to_string()))
}

fn signed_by_hmac(secret: &[u8]) -> String {
    let unsigned = unsigned(&json!({ "alg": "HS256", "kid": Key::A.id() }));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    format!("{unsigned}.{}", encode_bytes(hmac::sign(&key, unsigned.as_bytes()).as_ref()))
}

fn signed_by_curve() -> String {
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let pair =
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random).unwrap();
    let unsigned = unsigned(&json!({ "alg": "ES256", "kid": Key::A.id() }));
    let signature = pair.sign(&random, unsigned.as_bytes()).unwrap();
    format!("{unsigned}.{}", encode_bytes(signature.as_ref()))
}

fn encode_bytes(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(bytes)
}

#[tokio::test]
async fn r01_a_token_without_signature_is_refused() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let good = Key::A.token(&claims());
    let (signed, signature) = good.rsplit_once('.').unwrap();

    for alg in ["none", "None", "NONE", "nOnE", "", "RS256 ", "rs256"] {
        let unsigned = unsigned(&json!({ "alg": alg, "kid": Key::A.id() }));
        for (token, expected) in [
            (format!("{unsigned}.{signature}"), RejectionReason::Algorithm),
            (format!("{unsigned}."), RejectionReason::Malformed),
            (unsigned, RejectionReason::Malformed),
        ] {
            assert_eq!(refusal(&validator, &token).await, Some(expected), "{alg}");
        }
    }
    for cut in ["", &signature[..4], &signature[..340]] {
        assert!(refusal(&validator, &format!("{signed}.{cut}")).await.is_some(), "{cut}");
    }
}

#[tokio::test]
async fn r02_another_algorithm_is_refused_whatever_it_is_signed_with() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let by_rsa = |alg, padding| {
        let unsigned = unsigned(&json!({ "alg": alg, "kid": Key::A.id() }));
        format!("{unsigned}.{}", Key::A.sign_with(padding, &unsigned))
    };

    for (token, expected) in [
        (signed_by_hmac(&Key::A.modulus()), RejectionReason::Algorithm),
        (
            signed_by_hmac(Key::A.published()["n"].as_str().unwrap().as_bytes()),
            RejectionReason::Algorithm,
        ),
        (signed_by_hmac(Key::A.published().to_string().as_bytes()), RejectionReason::Algorithm),
        (signed_by_curve(), RejectionReason::Algorithm),
        (by_rsa("RS512", &RSA_PKCS1_SHA512), RejectionReason::Algorithm),
        (by_rsa("PS256", &RSA_PSS_SHA256), RejectionReason::Algorithm),
        (by_rsa("RS256", &RSA_PKCS1_SHA512), RejectionReason::Signature),
        (by_rsa("RS256", &RSA_PSS_SHA256), RejectionReason::Signature),
    ] {
        assert_eq!(refusal(&validator, &token).await, Some(expected), "{token:.60}");
    }
    assert_eq!(refusal(&validator, &by_rsa("RS256", &RSA_PKCS1_SHA256)).await, None);
}

#[tokio::test]
async fn r03_a_token_that_brings_a_key_of_its_own_is_refused() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let address = issuer.root().join("stranger/keys").unwrap();
    let own = [
        ("jwk", Key::B.published()),
        ("jku", json!(address)),
        ("x5u", json!(address)),
        ("x5c", json!(["MIIC"])),
    ];

    for (member, value) in own {
        let mut header = json!({ "alg": "RS256", "kid": Key::A.id() });
        header[member] = value;
        for key in [Key::A, Key::B] {
            let token = key.sign(&header.to_string(), &claims().to_string());
            let refused = refusal(&validator, &token).await;
            assert_eq!(refused, Some(RejectionReason::Algorithm), "{member}");
        }
    }
    assert!(issuer.paths().iter().all(|path| path.starts_with("/common/")));
}

#[tokio::test]
async fn r03_a_thumbprint_in_the_header_chooses_no_key() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let header = json!({ "alg": "RS256", "kid": Key::A.id(), "x5t": Key::B.id() }).to_string();
    let refused =
        async |key: Key| refusal(&validator, &key.sign(&header, &claims().to_string())).await;

    assert_eq!(refused(Key::B).await, Some(RejectionReason::Signature));
    assert_eq!(refused(Key::A).await, None);
}

#[tokio::test]
async fn r03_a_key_id_that_is_no_key_id_causes_no_fetch() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;

    for id in [
        "../../etc/passwd",
        "https://evil.example/key",
        "' or 1=1 --",
        "simKeyA1\0",
        "simKeyA1 ",
        "",
        "ключ",
        &"k".repeat(65),
    ] {
        let header = json!({ "alg": "RS256", "kid": id }).to_string();
        let refused = refusal(&validator, &Key::A.sign(&header, &claims().to_string())).await;
        assert_eq!(refused, Some(RejectionReason::UnknownKey), "{id}");
    }
    let header = json!({ "alg": "RS256", "x5t": Key::A.id() }).to_string();
    let refused = refusal(&validator, &Key::A.sign(&header, &claims().to_string())).await;
    assert_eq!(refused, Some(RejectionReason::UnknownKey));
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test]
async fn what_must_be_understood_and_graphs_own_tokens_are_refused() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;

    for member in ["crit", "nonce"] {
        for value in [json!(["exp"]), json!("n"), Value::Null] {
            let mut header = json!({ "alg": "RS256", "kid": Key::A.id() });
            header[member] = value;
            let token = Key::A.sign(&header.to_string(), &claims().to_string());
            let refused = refusal(&validator, &token).await;
            assert_eq!(refused, Some(RejectionReason::Algorithm), "{header}");
        }
    }
}

#[tokio::test]
async fn a_signature_is_of_one_token_alone() {
    let issuer = Issuer::start().await;
    let validator = issuer.validator().await;
    let good = Key::A.token(&claims());
    let other = Key::A.token(&claims_with(json!({ "uti": "another" })));
    let (signed, _) = other.rsplit_once('.').unwrap();
    let (_, signature) = good.rsplit_once('.').unwrap();

    let refused = refusal(&validator, &format!("{signed}.{signature}")).await;

    assert_eq!(refused, Some(RejectionReason::Signature));
}
