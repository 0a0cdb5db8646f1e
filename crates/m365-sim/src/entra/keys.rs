//! The key that signs the demo tenant's tokens.

use std::sync::LazyLock;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::{
    rand::SystemRandom,
    rsa::PublicKeyComponents,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use serde_json::{Value, json};

use crate::cloud::SimCloud;

// A key that everybody can read signs nothing that anybody should believe: it is for the demo
// tenant only, and embedded so that the tenant starts at once.
const KEY: &str = include_str!("keys/demo-key.pkcs8.b64");
const CERTIFICATE: &str = include_str!("keys/demo-cert.der.b64");

/// The key's id: its certificate's SHA-1 thumbprint.
pub(crate) const KEY_ID: &str = "Me96M3ZEQlk-lBbRJr8dKwekG3M";

static PAIR: LazyLock<RsaKeyPair> = LazyLock::new(|| {
    let key = STANDARD.decode(KEY.split_whitespace().collect::<String>());
    RsaKeyPair::from_pkcs8(&key.expect("the embedded key is base64"))
        .expect("the embedded key is an RSA key in PKCS #8")
});

/// Signs text with RS256 and returns the signature in base64url.
///
/// # Panics
///
/// When the operating system has no randomness to give.
pub(crate) fn sign(text: &str) -> String {
    let mut signature = vec![0; PAIR.public().modulus_len()];
    PAIR.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
        .expect("the operating system supplies randomness");
    URL_SAFE_NO_PAD.encode(signature)
}

/// Returns the key set; the key's issuer is a template unless a tenant is named.
pub(crate) fn key_set(cloud: SimCloud, tenant: Option<&str>) -> Value {
    let public = PublicKeyComponents::<Vec<u8>>::from(PAIR.public());
    let host = cloud.login_host();
    json!({ "keys": [{
        "kty": "RSA", "use": "sig", "kid": KEY_ID, "x5t": KEY_ID,
        "n": URL_SAFE_NO_PAD.encode(public.n), "e": URL_SAFE_NO_PAD.encode(public.e),
        "x5c": [CERTIFICATE.split_whitespace().collect::<String>()],
        "cloud_instance_name": cloud.instance_name(),
        "issuer": format!("https://{host}/{}/v2.0", tenant.unwrap_or("{tenantid}")),
    }]})
}
