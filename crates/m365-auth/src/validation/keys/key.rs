use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{rsa::PublicKeyComponents, signature::RSA_PKCS1_2048_8192_SHA256};
use serde::Deserialize;

use crate::validation::jws::{Jws, is_plausible_key_id};

/// The sizes of modulus that are accepted, in bits.
const BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The one exponent that is accepted: 65537.
const EXPONENT: [u8; 3] = [1, 0, 1];

/// A key as published, see [JSON Web Key](https://www.rfc-editor.org/rfc/rfc7517#section-4).
#[derive(Deserialize)]
pub(super) struct PublishedKey {
    kty: String,
    kid: String,
    n: String,
    e: String,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    issuer: Option<String>,
    pub(super) cloud_instance_name: Option<String>,
}

/// A key to verify with.
pub(super) struct Key {
    pub(super) id: String,
    /// Who may sign with it, perhaps with `{tenantid}` for the tenant; `None`: whoever.
    pub(super) issuer: Option<String>,
    rsa: PublicKeyComponents<Vec<u8>>,
}

impl PublishedKey {
    /// Prepares the key, if it is one for signatures by RS256.
    pub(super) fn prepare(self) -> Option<Key> {
        let fits = |member: &Option<String>, only| member.as_deref().is_none_or(|is| is == only);
        let (n, e) = (integer(&self.n)?, integer(&self.e)?);
        let fits = self.kty == "RSA"
            && fits(&self.purpose, "sig")
            && fits(&self.alg, "RS256")
            && is_plausible_key_id(&self.kid)
            && BITS.contains(&bits(&n))
            && e == EXPONENT;
        let rsa = PublicKeyComponents { n, e };
        fits.then_some(Key { id: self.kid, issuer: self.issuer, rsa })
    }
}

impl Key {
    pub(super) fn verifies(&self, jws: &Jws<'_>) -> bool {
        let (signed, signature) = (jws.signed.as_bytes(), &jws.signature);
        self.rsa.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature).is_ok()
    }
}

/// Reads a number, which ring takes without leading zeros.
fn integer(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

fn bits(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |first| first.leading_zeros() as usize);
    number.len() * 8 - unused
}
