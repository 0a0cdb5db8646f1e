//! Identifiers that look like Teams' own and are the same every time.

use crate::data::random::mix;

/// Returns a number that belongs to a text.
pub(crate) fn number(text: &str) -> u64 {
    text.bytes().fold(0x7ea5, |sum, byte| mix(sum ^ u64::from(byte)))
}

/// Returns 32 hexadecimal digits that belong to a text.
pub(crate) fn hex(text: &str) -> String {
    let first = number(text);
    format!("{first:016x}{:016x}", mix(first))
}

/// Returns a GUID that belongs to a text.
pub(crate) fn guid(text: &str) -> String {
    let hex = hex(text);
    format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}
