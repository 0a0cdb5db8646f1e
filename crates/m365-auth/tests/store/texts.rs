//! What a store that does not do its work is said to be.

use std::{error::Error, fs, io, sync::Arc, time::Duration};

use m365_auth::{
    EntryId, FileStore, KeyProvider, Loaded, StoreError, StoreKey, Timeouts, TokenProvider,
    TokenRequest, TokenStore,
};
use tempfile::TempDir;
use tokio::sync::Mutex;

use super::{client, entry, store, tokens_file};
use crate::entra::Entra;

#[tokio::test]
async fn a_file_that_cannot_be_read_is_not_said_to_be_unwritable_or_locked() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    entra.sign_in(&client(&entra, folder.path())).await.unwrap();
    let file = tokens_file(folder.path());
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();

    let client = client(&entra, folder.path());
    let error = client.access_token(&TokenRequest::new()).await.unwrap_err();

    let text = error.message().unwrap();
    assert!(text.contains("the token store cannot be read"), "{text}");
    assert!(!text.contains("written") && !text.contains("locked"), "{text}");
}

#[tokio::test]
async fn a_key_that_cannot_be_had_is_explained_once_also_when_writing() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    entra.sign_in(&client(&entra, folder.path())).await.unwrap();
    let locked = FileStore::new(
        folder.path(),
        Arc::new(Keys(|| Err(StoreError::Locked("the wallet is locked".to_owned())))),
    );
    let Loaded::Record(record) = store(folder.path()).load(&entry(&entra)) else {
        panic!("no record")
    };
    let lock = locked.try_lock(&entry(&entra)).unwrap().unwrap();

    let generation = record.generation();
    let error = locked.commit(&lock, &entry(&entra), &record, generation).unwrap_err();

    assert_eq!(error.to_string(), "the key cannot be had at the moment: the wallet is locked");
}

#[tokio::test]
async fn a_store_that_breaks_off_or_is_slow_is_not_said_to_be_locked() {
    static GATE: Mutex<()> = Mutex::const_new(());
    let wait: fn() -> Result<Option<StoreKey>, StoreError> = || {
        drop(GATE.blocking_lock());
        Ok(None)
    };
    for (key, patience, expected) in [
        (Keys(|| panic!("a key store that fails unexpectedly")), 60_000, "failed unexpectedly"),
        (Keys(wait), 50, "does not answer"),
    ] {
        let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
        entra.sign_in(&client(&entra, folder.path())).await.unwrap();
        let closed = GATE.lock().await;
        let store = Arc::new(FileStore::new(folder.path(), Arc::new(key)));
        let timeouts = Timeouts::default().with_store(Duration::from_millis(patience));
        let client = entra.builder().store(store).timeouts(timeouts).build();

        let notices = client.status().await.notices;

        drop(closed);
        assert!(notices[0].contains(expected), "{notices:?}");
        assert!(!notices[0].contains("lock"), "{notices:?}");
    }
}

#[test]
fn an_error_of_a_store_does_not_repeat_its_source() {
    for error in [
        StoreError::Unreadable(io::Error::other("cause")),
        StoreError::Failed(io::Error::other("cause")),
    ] {
        assert!(!error.to_string().contains("cause"), "{error}");
        assert_eq!(error.source().unwrap().to_string(), "cause");
    }
}

/// A key store that does as it is told.
#[derive(Debug)]
struct Keys(fn() -> Result<Option<StoreKey>, StoreError>);

impl KeyProvider for Keys {
    fn key(&self, _: &EntryId) -> Result<Option<StoreKey>, StoreError> {
        (self.0)()
    }

    fn key_or_new(&self, _: &EntryId) -> Result<StoreKey, StoreError> {
        (self.0)().and_then(|key| key.map_or_else(StoreKey::random, Ok))
    }

    fn delete(&self, _: &EntryId) -> Result<(), StoreError> {
        Ok(())
    }
}
