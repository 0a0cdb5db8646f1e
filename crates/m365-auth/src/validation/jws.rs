use std::{collections::HashSet, fmt};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};

use super::{
    RejectionReason,
    object::{next_name, skip},
};

/// The longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 16 * 1024;

/// The longest header, in base64url; Entra ID's has some hundred bytes.
const MAX_HEADER: usize = 4 * 1024;

/// The longest signature, in base64url: that of a key of 8,192 bits.
const MAX_SIGNATURE: usize = 1366;

/// The longest key id that is looked for.
const MAX_KEY_ID: usize = 64;

/// A token in the [compact form](https://www.rfc-editor.org/rfc/rfc7515#section-3.1) that says to
/// be signed with RS256; nothing of it is verified.
pub(super) struct Jws<'t> {
    /// What is signed.
    pub(super) signed: &'t str,
    /// The claims, JSON.
    pub(super) payload: Vec<u8>,
    pub(super) signature: Vec<u8>,
    key_id: Option<String>,
}

impl<'t> Jws<'t> {
    /// Takes a token apart; the cheapest checks come first.
    pub(super) fn parse(token: &'t str) -> Result<Self, RejectionReason> {
        let (signed, header, payload, signature) =
            split(token).ok_or(RejectionReason::Malformed)?;
        let header = Header::parse(header)?;
        let decode = |text| URL_SAFE_NO_PAD.decode(text).map_err(|_| RejectionReason::Malformed);
        let (signature, payload) = (decode(signature)?, decode(payload)?);
        Ok(Self { signed, payload, signature, key_id: header.kid })
    }

    /// Returns the id of the key that the token says it is signed with.
    pub(super) fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Tells whether the key's id looks like one, so that it is worth asking for newer keys.
    pub(super) fn has_plausible_key_id(&self) -> bool {
        self.key_id().is_some_and(is_plausible_key_id)
    }
}

/// Tells whether `id` has the shape of the key ids that Entra ID publishes.
pub(super) fn is_plausible_key_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=MAX_KEY_ID).contains(&id.len()) && id.bytes().all(plain)
}

/// Splits a token into what is signed, header, payload and signature.
fn split(token: &str) -> Option<(&str, &str, &str, &str)> {
    if token.len() > MAX_TOKEN {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let lengths = (1..=MAX_HEADER).contains(&header.len())
        && (1..=MAX_SIGNATURE).contains(&signature.len())
        && !payload.is_empty();
    lengths.then_some((signed, header, payload, signature))
}

/// The members of a header that decide.
#[derive(Default)]
struct Header {
    alg: Option<String>,
    kid: Option<String>,
    /// A key of the token's own, or where to find one; an extension that must be understood; or the mark
    /// of a token that is Graph's own.
    is_special: bool,
}

impl Header {
    const KNOWN: [&str; 8] = ["alg", "kid", "crit", "nonce", "jwk", "jku", "x5c", "x5u"];

    fn parse(text: &str) -> Result<Self, RejectionReason> {
        let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| RejectionReason::Malformed)?;
        let header: Self = serde_json::from_slice(&json).map_err(|_| RejectionReason::Malformed)?;
        match header.alg.as_deref() {
            Some("RS256") if !header.is_special => Ok(header),
            _ => Err(RejectionReason::Algorithm),
        }
    }
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_map(HeaderVisitor)
    }
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = Header;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the header of a token")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
        let (mut header, mut seen) = (Header::default(), HashSet::new());
        while let Some(name) = next_name(&mut map, &mut seen, &Header::KNOWN)? {
            match name.as_str() {
                "alg" => header.alg = Some(map.next_value()?),
                "kid" => header.kid = Some(map.next_value()?),
                "crit" | "nonce" | "jwk" | "jku" | "x5c" | "x5u" => {
                    header.is_special = true;
                    skip(&mut map)?;
                }
                _ => skip(&mut map)?,
            }
        }
        match header.alg {
            Some(_) => Ok(header),
            None => Err(A::Error::missing_field("alg")),
        }
    }
}
