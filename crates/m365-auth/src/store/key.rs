use std::{fmt, io, path::PathBuf};

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use super::{
    EntryId, StoreError,
    disk::{is_absent, read_private_file, remove_if_there, replace_file},
};

/// Keeps the key with which an entry's tokens are encrypted: an operating system's key store, or a file.
///
/// Methods may block, also for a person to unlock a key store.
pub trait KeyProvider: fmt::Debug + Send + Sync {
    /// Returns the key of `entry`, or `None` when there never was one or it is gone for good.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] when the key may be there but cannot be had now.
    fn key(&self, entry: &EntryId) -> Result<Option<StoreKey>, StoreError>;

    /// Returns the key of `entry`, made anew if there is none.
    ///
    /// # Errors
    ///
    /// As [`key`](Self::key), and [`StoreError::Failed`] when it cannot be kept.
    fn key_or_new(&self, entry: &EntryId) -> Result<StoreKey, StoreError>;

    /// Forgets the key of `entry`.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it may still be there.
    fn delete(&self, entry: &EntryId) -> Result<(), StoreError>;

    /// Tells where the keys are; a token file names it, so that a place which cannot be had now is
    /// not taken for one that never had the key.
    fn place(&self) -> KeyPlace {
        KeyPlace::Other
    }
}

/// A kind of place for keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyPlace {
    /// A file beside the tokens.
    File,
    /// The operating system's key store.
    KeyStore,
    /// Anywhere else.
    Other,
}

impl KeyPlace {
    /// Returns what stands for it in a token file.
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Other => 0,
            Self::File => 1,
            Self::KeyStore => 2,
        }
    }
}

/// 32 secret bytes, wiped from memory when dropped.
#[derive(Clone)]
pub struct StoreKey(Zeroizing<[u8; 32]>);

impl StoreKey {
    /// Makes a key from the operating system's random numbers.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] when there are none.
    pub fn random() -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut()).map_err(io::Error::other)?;
        Ok(Self(bytes))
    }

    /// Wraps bytes that a key store kept.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Returns the bytes for a key store to keep.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKey")
    }
}

/// Keeps keys in files that only their owner can read, for machines without a key store.
///
/// It protects against other users of the machine, not against whoever can read the owner's files.
/// On Unix a key file that others can read, or whose folder others can write to, is refused. On
/// Windows nothing is checked: files have the access list of their folder, which within a user's
/// profile admits that user, administrators and the system.
#[derive(Clone, Debug)]
pub struct KeyFile {
    folder: PathBuf,
}

impl KeyFile {
    /// Keeps keys in `folder`, which is created when the first key is.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    fn path(&self, entry: &EntryId) -> PathBuf {
        self.folder.join(format!("{}.key", entry.as_str()))
    }
}

impl KeyProvider for KeyFile {
    fn key(&self, entry: &EntryId) -> Result<Option<StoreKey>, StoreError> {
        let path = self.path(entry);
        match read_private_file(&path) {
            Ok(text) => Ok(decode(&text)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
            Err(error) => Err(StoreError::Locked(format!("{}: {error}", path.display()))),
        }
    }

    fn key_or_new(&self, entry: &EntryId) -> Result<StoreKey, StoreError> {
        if let Some(key) = self.key(entry)? {
            return Ok(key);
        }
        let key = StoreKey::random()?;
        let text = Zeroizing::new(STANDARD.encode(key.bytes()));
        replace_file(&self.path(entry), text.as_bytes())?;
        Ok(key)
    }

    fn delete(&self, entry: &EntryId) -> Result<(), StoreError> {
        remove_if_there(&self.path(entry)).map_err(StoreError::from)
    }

    fn place(&self) -> KeyPlace {
        KeyPlace::File
    }
}

/// Reads a key in its text form.
pub(super) fn decode(text: &str) -> Option<StoreKey> {
    let bytes = Zeroizing::new(STANDARD.decode(text.trim()).ok()?);
    bytes.as_slice().try_into().ok().map(StoreKey::from_bytes)
}
