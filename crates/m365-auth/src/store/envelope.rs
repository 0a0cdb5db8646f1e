use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use sha2::{Digest, Sha256};

use super::{EntryId, KeyPlace, StoreKey};

/// What a token file starts with, before the byte of its version.
const MAGIC: &[u8; 7] = b"M365TOK";
const VERSION: u8 = 1;
/// Where the byte that names the key's place is.
const PLACE: usize = MAGIC.len() + 1;
const KEY_ID: usize = 7;
const NONCE: usize = 24;
const HEADER: usize = PLACE + 1 + KEY_ID + NONCE;

/// Why a token file was not opened.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unsealed {
    Plain(zeroize::Zeroizing<Vec<u8>>),
    Corrupt,
    Newer,
}

/// Encrypts `plain` for `entry`: magic, version, key's place, key id, nonce, XChaCha20-Poly1305
/// ciphertext.
///
/// Magic, version, place and entry are authenticated, so a file works neither under another entry's
/// name nor as another version.
pub(super) fn seal(
    plain: &[u8],
    key: &StoreKey,
    place: KeyPlace,
    entry: &EntryId,
) -> std::io::Result<Vec<u8>> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(std::io::Error::other)?;
    let payload = Payload { msg: plain, aad: &associated(place.code(), entry) };
    let sealed = cipher(key)
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| std::io::Error::other("the tokens cannot be encrypted"))?;
    Ok([MAGIC.as_slice(), &[VERSION, place.code()], &key_id(key), &nonce, &sealed].concat())
}

/// Tells whether `file` is of a later version of this program.
pub(super) fn is_newer(file: &[u8]) -> bool {
    file.strip_prefix(MAGIC).and_then(|rest| rest.first()).is_some_and(|version| *version > VERSION)
}

/// Tells whether `file` names `key` as the one that it was sealed with.
pub(super) fn names(file: &[u8], key: &StoreKey) -> bool {
    let id = file.get(PLACE + 1..).and_then(|rest| rest.first_chunk::<KEY_ID>());
    id == Some(&key_id(key))
}

/// Tells whether `file` names `place` as where the key is with which it was sealed.
pub(super) fn is_of(file: &[u8], place: KeyPlace) -> bool {
    file.starts_with(MAGIC) && file.len() > HEADER && file.get(PLACE) == Some(&place.code())
}

/// Decrypts what [`seal`] made.
pub(super) fn open(file: &[u8], key: &StoreKey, entry: &EntryId) -> Unsealed {
    if is_newer(file) {
        return Unsealed::Newer;
    }
    match open_current(file, key, entry) {
        Some(plain) => Unsealed::Plain(zeroize::Zeroizing::new(plain)),
        None => Unsealed::Corrupt,
    }
}

fn open_current(file: &[u8], key: &StoreKey, entry: &EntryId) -> Option<Vec<u8>> {
    let (header, sealed) = file.split_at_checked(HEADER)?;
    let rest = header.strip_prefix(MAGIC)?.strip_prefix(&[VERSION])?;
    let (place, rest) = rest.split_first()?;
    let nonce: [u8; NONCE] = rest.strip_prefix(&key_id(key))?.try_into().ok()?;
    let payload = Payload { msg: sealed, aad: &associated(*place, entry) };
    cipher(key).decrypt(&XNonce::from(nonce), payload).ok()
}

fn cipher(key: &StoreKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(*key.bytes()))
}

fn associated(place: u8, entry: &EntryId) -> Vec<u8> {
    [MAGIC.as_slice(), &[VERSION, place], entry.as_str().as_bytes()].concat()
}

fn key_id(key: &StoreKey) -> [u8; KEY_ID] {
    let digest = Sha256::new_with_prefix(b"m365-connector key id").chain_update(key.bytes());
    let mut id = [0; KEY_ID];
    id.copy_from_slice(&digest.finalize()[..KEY_ID]);
    id
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(digit: char) -> EntryId {
        EntryId::from_hex(&digit.to_string().repeat(64)).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_for_its_entry_and_key_only() {
        let key = StoreKey::from_bytes([7; 32]);

        let sealed = seal(b"secret", &key, KeyPlace::File, &entry('a')).unwrap();

        assert_eq!(open(&sealed, &key, &entry('a')), Unsealed::Plain(b"secret".to_vec().into()));
        assert_eq!(open(&sealed, &key, &entry('b')), Unsealed::Corrupt);
        let other = StoreKey::from_bytes([8; 32]);
        assert_eq!(open(&sealed, &other, &entry('a')), Unsealed::Corrupt);
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
    }

    #[test]
    fn a_later_version_is_told_from_damage() {
        let key = StoreKey::from_bytes([7; 32]);
        let mut sealed = seal(b"secret", &key, KeyPlace::File, &entry('a')).unwrap();

        sealed[MAGIC.len()] = VERSION + 1;

        assert_eq!(open(&sealed, &key, &entry('a')), Unsealed::Newer);
    }

    proptest! {
        #[test]
        fn no_changed_byte_and_no_cut_file_opens(at in 0_usize..70, flip in 1_u8..=255) {
            let key = StoreKey::from_bytes([7; 32]);
            let sealed = seal(b"fourteen bytes", &key, KeyPlace::File, &entry('a')).unwrap();
            let at = at % sealed.len();

            let mut changed = sealed.clone();
            changed[at] ^= flip;

            prop_assert!(!matches!(open(&changed, &key, &entry('a')), Unsealed::Plain(_)));
            prop_assert_eq!(open(&sealed[..at], &key, &entry('a')), Unsealed::Corrupt);
        }
    }
}
