//! Where tokens and their keys are kept.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use m365_auth::{
    EntryId, FileStore, KeyFile, KeyProvider, Loaded, MemoryStore, StoreError, StoreKey, TokenStore,
};
use sha2::{Digest, Sha256};

use crate::{
    cli::StoreKind,
    config::{Config, Target},
    session::entry_id,
};

/// Under which name keys are in the operating system's key store.
#[cfg(feature = "keyring")]
const PRODUCT: &str = "m365-connector";

/// The token store of this run.
#[derive(Clone)]
pub(crate) struct Store {
    pub(crate) tokens: Arc<dyn TokenStore>,
    /// The files, unless tokens are kept in memory.
    pub(crate) files: Option<FileStore>,
    /// Where keys are, and where they may have been before.
    keys: Vec<Arc<dyn KeyProvider>>,
}

impl Store {
    /// Chooses the store that is configured; without a home folder it is memory.
    pub(crate) fn of(config: &Config) -> Self {
        let Some(folder) = folder(config) else {
            let tokens = Arc::new(MemoryStore::new());
            return Self { tokens, files: None, keys: Vec::new() };
        };
        let mut keys = vec![Arc::new(KeyFile::new(&folder)) as Arc<dyn KeyProvider>];
        keys.extend(os_keys(config.store));
        if config.store == StoreKind::Os {
            keys.reverse();
        }
        let files = match keys.as_slice() {
            [keys, former] => FileStore::new(folder, keys.clone()).with_former_keys(former.clone()),
            _ => FileStore::new(&folder, Arc::new(KeyFile::new(&folder))),
        };
        Self { tokens: Arc::new(files.clone()), files: Some(files), keys }
    }

    /// Tells whether the place for keys can be asked.
    pub(crate) fn check_keys(&self, entry: &EntryId) -> Result<(), StoreError> {
        self.keys.first().map_or(Ok(()), |keys| keys.key(entry).map(drop))
    }

    /// Derives the key that seals cursors from the key of the entry's tokens, so that it lives as
    /// long as the sign-in. May wait for a key store.
    pub(crate) fn sealing_key(&self, entry: &EntryId) -> Result<Option<[u8; 32]>, StoreError> {
        let mut problem = None;
        for keys in &self.keys {
            match keys.key(entry) {
                Ok(Some(key)) => return Ok(Some(derived(&key))),
                Ok(None) => {}
                Err(error) => problem = problem.or(Some(error)),
            }
        }
        problem.map_or(Ok(None), Err)
    }
}

/// Returns the folder for tokens, unless they are kept in memory: as configured, or because there is
/// no home folder.
pub(crate) fn folder(config: &Config) -> Option<PathBuf> {
    if config.store == StoreKind::Memory {
        return None;
    }
    config.data_dir.clone().or_else(|| Some(dirs::data_local_dir()?.join("m365-local")))
}

/// Tells whether a sign-in is stored; may wait for a key store.
pub(crate) fn holds_sign_in(config: &Config) -> bool {
    let Target::Tenant(tenant) = &config.target else { return false };
    let files = Store::of(config).files;
    files.is_some_and(|files| matches!(files.load(&entry_id(tenant)), Loaded::Record(_)))
}

/// Tells where tokens are kept, for a person; the kind comes first.
pub(crate) fn described(config: &Config) -> String {
    match folder(config) {
        Some(folder) => format!("{}, in {}", config.store.name(), folder.display()),
        None => StoreKind::Memory.name().to_owned(),
    }
}

/// Tells after a sign-in how the tokens are protected.
pub(crate) fn protection(config: &Config) -> Option<String> {
    let folder = folder(config)?;
    let place = match config.store {
        StoreKind::Os => "in the operating system's key store".to_owned(),
        StoreKind::File => key_file(&folder),
        StoreKind::Memory => return None,
    };
    Some(format!("Tokens are kept encrypted; the key is {place}."))
}

/// Tells whom a key file in `folder` admits.
fn key_file(folder: &Path) -> String {
    if cfg!(unix) {
        return "in an owner-only file beside them: whoever can read your files can read them"
            .into();
    }
    let in_profile = dirs::home_dir().is_some_and(|home| folder.starts_with(home));
    let whom = match in_profile {
        true => "in your profile that is you, administrators and the system",
        false => "it is outside of your profile, so see who that is",
    };
    format!("in a file beside them, which admits whom its folder admits: {whom}")
}

#[cfg(feature = "keyring")]
fn os_keys(kind: StoreKind) -> Option<Arc<dyn KeyProvider>> {
    let advice = match kind {
        StoreKind::File => "or sign out, which deletes the saved sign-in, and in again",
        _ => "or give --token-store file to keep the key in an owner-only file",
    };
    Some(Arc::new(m365_auth::OsKeys::new(PRODUCT).with_advice(advice)))
}

#[cfg(not(feature = "keyring"))]
fn os_keys(_: StoreKind) -> Option<Arc<dyn KeyProvider>> {
    None
}

fn derived(key: &StoreKey) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"m365-local cursors 1");
    hash.update(key.bytes());
    hash.finalize().into()
}
