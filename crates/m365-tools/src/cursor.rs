use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{ErrorCode, ToolError, untrusted::no_randomness};

/// The first byte of each sealed text. Another layout gets another number.
const VERSION: u8 = 1;
const NONCE: usize = 24;

/// The key that seals what a caller is to bring back unchanged; the same on every replica.
///
/// It may come after the catalog is built, from a key store that is not to be waited for at the
/// start. Clones share it.
#[derive(Clone, Default)]
pub struct SealingKey(Arc<OnceLock<[u8; 32]>>);

impl SealingKey {
    /// Promises a key; what is sealed before it is there, is sealed with a random one that stays.
    #[must_use]
    pub fn later() -> Self {
        Self::default()
    }

    /// Sets the key, unless there is one.
    pub fn set(&self, key: [u8; 32]) {
        let _ = self.0.set(key);
    }

    fn cipher(&self) -> Result<XChaCha20Poly1305, ToolError> {
        let key = match self.0.get() {
            Some(key) => key,
            None => {
                let mut random = [0; 32];
                getrandom::fill(&mut random).map_err(|_| no_randomness())?;
                self.0.get_or_init(|| random)
            }
        };
        Ok(XChaCha20Poly1305::new(&Key::from(*key)))
    }
}

impl From<[u8; 32]> for SealingKey {
    fn from(key: [u8; 32]) -> Self {
        Self(Arc::new(OnceLock::from(key)))
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey")
    }
}

/// Seals and opens with a [`SealingKey`].
#[derive(Clone, Debug)]
pub(crate) struct CursorKey(SealingKey);

/// What a sealed text belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binding(Vec<u8>);

impl Binding {
    /// Binds to `caller`, `purpose` (e.g. `cursor`), `tool` and `arguments`, whose order does not matter.
    pub(crate) fn new(
        caller: &str,
        purpose: &str,
        tool: &str,
        arguments: &Map<String, Value>,
    ) -> Self {
        let mut digest = Sha256::new();
        for part in [caller, purpose, tool, &canonical(arguments)] {
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part.as_bytes());
        }
        Self(digest.finalize().to_vec())
    }
}

fn canonical(arguments: &Map<String, Value>) -> String {
    let mut fields: Vec<_> = arguments.iter().collect();
    fields.sort_by_key(|(name, _)| *name);
    serde_json::to_string(&fields).unwrap_or_default()
}

impl CursorKey {
    pub(crate) fn new(key: impl Into<SealingKey>) -> Self {
        Self(key.into())
    }

    /// Seals `content` for `binding`.
    pub(crate) fn seal<T: Serialize>(
        &self,
        binding: &Binding,
        content: &T,
    ) -> Result<String, ToolError> {
        let plain = serde_json::to_vec(content).map_err(|_| unsealable())?;
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| no_randomness())?;
        let payload = Payload { msg: &plain, aad: &binding.0 };
        let cipher = self.0.cipher()?;
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| unsealable())?;
        Ok(URL_SAFE_NO_PAD.encode([&[VERSION], &nonce[..], &sealed].concat()))
    }

    /// Opens what was sealed for the same `binding`.
    pub(crate) fn open<T: DeserializeOwned>(
        &self,
        binding: &Binding,
        sealed: &str,
    ) -> Result<T, ToolError> {
        self.decrypt(binding, sealed)
            .and_then(|plain| serde_json::from_slice(&plain).ok())
            .ok_or_else(refused)
    }

    fn decrypt(&self, binding: &Binding, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (version, rest) = bytes.split_first()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>()?;
        if *version != VERSION {
            return None;
        }
        let payload = Payload { msg: sealed, aad: &binding.0 };
        self.0.cipher().ok()?.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}

fn unsealable() -> ToolError {
    ToolError::new(ErrorCode::ServiceError, "The place to continue from could not be kept.")
}

fn refused() -> ToolError {
    ToolError::validation(
        "cursor: this one is not accepted; the nextCursor of an earlier answer is, unchanged, by the same \
         user, with the same tool and the same other arguments. Start again without it.",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn binding(caller: &str, tool: &str, arguments: Value) -> Binding {
        Binding::new(caller, "cursor", tool, arguments.as_object().unwrap())
    }

    fn key() -> CursorKey {
        CursorKey::new([7; 32])
    }

    #[test]
    fn a_key_that_comes_later_counts_from_the_first_cursor_on() {
        let (later, never) = (SealingKey::later(), SealingKey::later());
        let bound = binding("t|o", "search", json!({}));
        let catalog = CursorKey::new(later.clone());

        later.set([7; 32]);
        let sealed = catalog.seal(&bound, &42).unwrap();
        let random = CursorKey::new(never.clone());
        let early = random.seal(&bound, &43).unwrap();
        never.set([7; 32]);

        assert_eq!(key().open::<u32>(&bound, &sealed).unwrap(), 42);
        assert!(key().open::<u32>(&bound, &early).is_err());
        assert_eq!(random.open::<u32>(&bound, &early).unwrap(), 43);
    }

    #[test]
    fn a_cursor_opens_for_whom_it_was_sealed() {
        let bound = binding("t|o", "search", json!({"query": "budget", "limit": 5}));
        let sealed = key().seal(&bound, &42).unwrap();

        let again = binding("t|o", "search", json!({"limit": 5, "query": "budget"}));

        assert_eq!(key().open::<u32>(&again, &sealed).unwrap(), 42);
    }

    #[test]
    fn a_cursor_of_another_caller_tool_or_argument_is_refused() {
        let sealed = key().seal(&binding("t|o", "search", json!({"query": "a"})), &42).unwrap();

        for other in [
            binding("t|p", "search", json!({"query": "a"})),
            binding("t|o", "read", json!({"query": "a"})),
            binding("t|o", "search", json!({"query": "b"})),
        ] {
            let error = key().open::<u32>(&other, &sealed).unwrap_err();
            assert_eq!(error.code(), ErrorCode::ValidationError);
        }
    }

    #[test]
    fn a_cursor_with_any_character_changed_is_refused() {
        let bound = binding("t|o", "search", json!({}));
        let sealed = key().seal(&bound, &"place").unwrap();

        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(key().open::<String>(&bound, &changed).is_err(), "at {at}");
        }
    }

    #[test]
    fn a_cursor_shows_nothing_of_what_it_holds() {
        let bound = binding("t|o", "search", json!({}));

        let sealed = key().seal(&bound, &"graph.microsoft.com").unwrap();

        let bytes = URL_SAFE_NO_PAD.decode(sealed).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("graph"));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["", "A", "not base64 !", "AQ", &"A".repeat(500)] {
            assert!(key().open::<u32>(&binding("t|o", "search", json!({})), text).is_err());
        }
    }
}
