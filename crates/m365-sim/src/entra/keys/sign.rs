//! Signatures, right ones and those that nobody should accept.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
        RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding,
    },
};

use super::Key;

/// What comes before an RSA key of 2048 bits in the usual encoding of public keys.
const PUBLIC_KEY: [u8; 24] = [
    0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
    0x01, 0x05, 0x00, 0x03, 0x82, 0x01, 0x0f, 0x00,
];

impl Key {
    /// Signs text with RS256 and returns the signature in base64url.
    ///
    /// # Panics
    ///
    /// When the operating system has no randomness to give.
    pub(crate) fn sign(&self, text: &str) -> String {
        self.rsa(&RSA_PKCS1_SHA256, text)
    }

    /// Signs as an attacker would: with `none` not at all, with `HS256` by the text of the public
    /// key as secret, with `HS256/der` by its bytes, with `ES256` by a key of its own. What is no
    /// algorithm is signed with RS256.
    pub(crate) fn sign_as(&self, algorithm: &str, text: &str) -> String {
        match algorithm {
            "HS256" => hs256(self.pem().as_bytes(), text),
            "HS256/der" => hs256(&self.der(), text),
            "ES256" => es256(text),
            "RS384" => self.rsa(&RSA_PKCS1_SHA384, text),
            "RS512" => self.rsa(&RSA_PKCS1_SHA512, text),
            "PS256" => self.rsa(&RSA_PSS_SHA256, text),
            "PS384" => self.rsa(&RSA_PSS_SHA384, text),
            "PS512" => self.rsa(&RSA_PSS_SHA512, text),
            none if none.eq_ignore_ascii_case("none") => String::new(),
            _ => self.sign(text),
        }
    }

    fn rsa(&self, encoding: &'static dyn RsaEncoding, text: &str) -> String {
        let pair = &self.material.pair;
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(encoding, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .expect("the operating system supplies randomness");
        URL_SAFE_NO_PAD.encode(signature)
    }

    fn der(&self) -> Vec<u8> {
        [&PUBLIC_KEY[..], self.material.pair.public().as_ref()].concat()
    }

    fn pem(&self) -> String {
        let text = STANDARD.encode(self.der());
        let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }
}

fn hs256(secret: &[u8], text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes()))
}

fn es256(text: &str) -> String {
    let random = SystemRandom::new();
    let curve = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let made = EcdsaKeyPair::generate_pkcs8(curve, &random);
    let made = made.expect("the operating system supplies randomness");
    let pair = EcdsaKeyPair::from_pkcs8(curve, made.as_ref(), &random).ok();
    let signature = pair.and_then(|pair| pair.sign(&random, text.as_bytes()).ok());
    signature.map(|signature| URL_SAFE_NO_PAD.encode(signature)).unwrap_or_default()
}
