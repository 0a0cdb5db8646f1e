use std::{any::Any, fmt, io};

use sha2::{Digest, Sha256};

use crate::{Authority, ClientId};

#[cfg(feature = "file-store")]
mod disk;
#[cfg(feature = "file-store")]
mod envelope;
#[cfg(feature = "file-store")]
mod file;
#[cfg(feature = "file-store")]
mod key;
mod memory;
#[cfg(feature = "keyring")]
mod os;
mod record;

#[cfg(feature = "file-store")]
pub use file::FileStore;
#[cfg(feature = "file-store")]
pub use key::{KeyFile, KeyPlace, KeyProvider, StoreKey};
pub use memory::MemoryStore;
#[cfg(feature = "keyring")]
pub use os::OsKeys;
pub use record::Record;

pub(crate) use record::{
    LAYOUT, Method, Pending, PendingKind, StoredAccessToken, StoredRefreshToken,
};

/// Keeps one [`Record`] per [`EntryId`] between runs; several processes may share it.
///
/// Methods block for as long as a file or a key store takes; none waits for another process.
pub trait TokenStore: fmt::Debug + Send + Sync {
    /// Reads what is kept for `entry`; changes nothing.
    fn load(&self, entry: &EntryId) -> Loaded;

    /// Takes the lock of `entry`, or returns `None` while another holds it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] when the place cannot be written.
    fn try_lock(&self, entry: &EntryId) -> Result<Option<StoreLock>, StoreError>;

    /// Replaces what is kept for `entry` by `record`, as a whole or not at all.
    ///
    /// `expected` is the [`Record::generation`] that was read before, 0 for nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when another generation is there now.
    fn commit(
        &self,
        lock: &StoreLock,
        entry: &EntryId,
        record: &Record,
        expected: u64,
    ) -> Result<(), StoreError>;

    /// Forgets `entry`, and whatever is needed to read its remnants.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when something may be left.
    fn erase(&self, entry: &EntryId) -> Result<(), StoreError>;

    /// Puts unreadable content of `entry` out of the way, where a person can look at it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] when it cannot be moved.
    fn set_aside(&self, lock: &StoreLock, entry: &EntryId) -> Result<(), StoreError>;

    /// Brings what was loaded for `entry` to the form that a write gives it, if the lock is free.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it stays as it was.
    fn tidy(&self, _entry: &EntryId) -> Result<(), StoreError> {
        Ok(())
    }

    /// Returns a number that changes when what is kept for `entry` does, 0 for
    /// nothing; cheap, without a key.
    fn stamp(&self, entry: &EntryId) -> u64;
}

/// What a [`TokenStore`] holds for an entry.
#[derive(Debug)]
#[non_exhaustive]
pub enum Loaded {
    /// A record.
    Record(Box<Record>),
    /// Nothing.
    Empty,
    /// Something that cannot be read at the moment; it is intact.
    Locked(StoreError),
    /// Something that will never be readable: altered, cut, or its key is gone.
    Corrupt,
    /// Something that a later version of this program wrote.
    Newer,
}

impl Loaded {
    /// Reads the JSON form of a record, see [`Record::to_json`].
    #[must_use]
    pub fn from_json(json: &[u8]) -> Self {
        match serde_json::from_slice::<record::Layout>(json) {
            Ok(layout) if layout.v > record::LAYOUT => Self::Newer,
            Ok(_) => serde_json::from_slice(json).map_or(Self::Corrupt, Self::Record),
            Err(_) => Self::Corrupt,
        }
    }
}

/// Why a [`TokenStore`] did not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process has written or erased it in the meantime.
    #[error("another process has changed the token store")]
    Conflict,
    /// There is no key store; a phrase that says how it was looked for.
    #[error("there is no key store: {0}")]
    Absent(String),
    /// The key may be there but cannot be had now; a phrase that says why.
    #[error("the key cannot be had at the moment: {0}")]
    Locked(String),
    /// Reading failed.
    #[error("the token store cannot be read")]
    Unreadable(#[source] io::Error),
    /// Writing, moving or deleting failed.
    #[error("the token store cannot be written")]
    Failed(#[from] io::Error),
    /// The store did not finish in time; it may still do so.
    #[error("the token store does not answer")]
    Silent,
    /// The store broke off in the middle of its work.
    #[error("the token store failed unexpectedly")]
    Broken,
}

impl StoreError {
    /// Returns what happened with its cause, for a person.
    pub(crate) fn explained(&self) -> String {
        match std::error::Error::source(self) {
            Some(cause) => format!("{self}: {cause}"),
            None => self.to_string(),
        }
    }
}

/// Holds the lock of an entry until it is dropped.
pub struct StoreLock(
    #[expect(dead_code, reason = "it works by being dropped")] Box<dyn Any + Send + Sync>,
);

impl StoreLock {
    /// Wraps whatever releases the lock when it is dropped.
    pub fn new(guard: impl Any + Send + Sync) -> Self {
        Self(Box::new(guard))
    }
}

impl fmt::Debug for StoreLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreLock")
    }
}

/// Names a configured entry: the same cloud, tenant, client and name give the same id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(String);

impl EntryId {
    /// Derives the id: SHA-256 of `cloud|tenant|client|name`.
    #[must_use]
    pub fn new(authority: &Authority, client: &ClientId, name: &str) -> Self {
        let text = format!("{}|{}|{client}|{name}", authority.cloud(), authority.tenant());
        Self(hex(&Sha256::digest(text)))
    }

    /// Returns the id as 64 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads an id back, e.g. from a file's name.
    #[cfg(feature = "file-store")]
    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let digits = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        digits.then(|| Self(text.to_owned()))
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
