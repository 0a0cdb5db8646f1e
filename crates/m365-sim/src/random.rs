//! Identifiers and secrets that nobody can guess.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Returns random bytes from the operating system.
///
/// # Panics
///
/// When the operating system has no randomness to give, without which there are no secrets.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system supplies randomness");
    bytes
}

/// Returns a random GUID in lower case.
pub(crate) fn guid() -> String {
    let mut bytes = bytes::<16>();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = |part: &[u8]| part.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    [&bytes[..4], &bytes[4..6], &bytes[6..8], &bytes[8..10], &bytes[10..]].map(hex).join("-")
}

/// Returns `prefix` and `N` random bytes in base64url.
pub(crate) fn opaque<const N: usize>(prefix: &str) -> String {
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes::<N>()))
}

/// Returns whether the text is shaped like a GUID.
pub(crate) fn is_guid(text: &str) -> bool {
    let dash = |index| matches!(index, 8 | 13 | 18 | 23);
    let right = |(index, byte): (usize, u8)| {
        if dash(index) { byte == b'-' } else { byte.is_ascii_hexdigit() }
    };
    text.len() == 36 && text.bytes().enumerate().all(right)
}
