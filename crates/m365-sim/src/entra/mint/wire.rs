//! How a token is written.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{entra::keys::Key, random};

/// Returns the header of a token of version 1, which names the key twice, or 2.
pub(crate) fn header(key: &Key, version: u8) -> Value {
    let mut header = json!({"typ": "JWT", "alg": "RS256", "kid": key.id});
    if version == 1 {
        header["x5t"] = json!(key.id);
    }
    header
}

/// Writes a token and signs it.
pub(crate) fn signed(key: &Key, header: &Value, claims: Map<String, Value>) -> String {
    let text = unsigned(header, &Value::Object(claims).to_string());
    let signature = key.sign(&text);
    format!("{text}.{signature}")
}

/// Graph signs over the hash of the nonce, so nobody else can verify its tokens.
pub(crate) fn signed_for_graph(key: &Key, mut header: Value, payload: &str) -> String {
    let nonce = random::opaque::<32>("");
    let mut text = |nonce: &str| {
        header["nonce"] = json!(nonce);
        unsigned(&header, payload)
    };
    let signature = key.sign(&text(&URL_SAFE_NO_PAD.encode(Sha256::digest(&nonce))));
    format!("{}.{signature}", text(&nonce))
}

/// Writes header and payload.
pub(crate) fn unsigned(header: &Value, payload: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}", encode(&header.to_string()), encode(payload))
}
