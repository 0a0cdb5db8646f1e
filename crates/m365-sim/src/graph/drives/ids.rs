//! How SharePoint spells its identifiers.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::data::random::mix;

/// The letters of base32 ([RFC 4648 §6](https://www.rfc-editor.org/rfc/rfc4648#section-6)).
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A GUID, which prints in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Guid([u8; 16]);

impl Guid {
    /// Makes the GUID that belongs to a name.
    pub(crate) fn of(seed: u64, name: &str) -> Self {
        let sum = name.bytes().fold(mix(seed), |sum, byte| mix(sum ^ u64::from(byte)));
        let (high, low) = (mix(sum ^ 1), mix(sum ^ 2));
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&high.to_be_bytes());
        bytes[8..].copy_from_slice(&low.to_be_bytes());
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Self(bytes)
    }

    /// Reads a GUID in any case, with or without braces.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
        if !crate::random::is_guid(text) {
            return None;
        }
        let number = u128::from_str_radix(&text.replace('-', ""), 16).ok()?;
        Some(Self(number.to_be_bytes()))
    }

    /// Returns it in capitals, as entity tags have it.
    pub(crate) fn upper(self) -> String {
        self.to_string().to_ascii_uppercase()
    }

    /// Returns a number that goes with it.
    pub(crate) fn number(self) -> u64 {
        self.0[8..].iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// Returns its bytes in the order of Windows: the first three groups reversed.
    fn wire(self) -> [u8; 16] {
        let mut bytes = self.0;
        bytes[..4].reverse();
        bytes[4..6].reverse();
        bytes[6..8].reverse();
        bytes
    }

    /// Returns its bytes as the part of a sharing link that nobody can guess.
    pub(crate) fn opaque(self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.wire())
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            if matches!(place, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// Returns the id of the drive of a list: `b!` and the three GUIDs in base64url.
pub(crate) fn drive_id(collection: Guid, web: Guid, list: Guid) -> String {
    let bytes = [collection.wire(), web.wire(), list.wire()].concat();
    format!("b!{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// Returns the id of an item: 34 characters, those of one drive alike in front.
pub(crate) fn item_id(list: Guid, item: Guid) -> String {
    format!("01{}{}", &base32(&list.wire())[..6], base32(&item.wire()))
}

/// Returns whether a text looks like the id of an item, of whatever drive.
pub(crate) fn is_item_id(text: &str) -> bool {
    let rest = text.strip_prefix("01").unwrap_or_default();
    rest.len() == 32 && rest.bytes().all(|byte| BASE32.contains(&byte))
}

/// Encodes without padding.
fn base32(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let letter = |place: usize| (0..5).fold(0, |sum, at| sum << 1 | bit(place * 5 + at));
    let count = (bytes.len() * 8).div_ceil(5);
    (0..count).map(|place| char::from(BASE32[usize::from(letter(place))])).collect()
}
