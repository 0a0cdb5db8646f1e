//! Keys that were kept elsewhere before.

use std::{fs, path::Path, sync::Arc, time::Duration};

use m365_auth::{
    EntryId, FileStore, KeyFile, KeyPlace, KeyProvider, Loaded, StoreError, StoreKey,
    TokenProvider, TokenRequest, TokenStore,
};
use tempfile::TempDir;

use super::{client, entry, files, tokens_file, tokens_file_exists};
use crate::entra::Entra;

/// Signs in with a key beside the tokens, and returns a store that has its keys in `there`.
async fn signed_in(folder: &Path) -> (Entra, FileStore) {
    let entra = Entra::start().await;
    entra.sign_in(&client(&entra, folder)).await.unwrap();
    (entra, moved(folder, Arc::new(KeyFile::new(folder.join("there")))))
}

fn moved(folder: &Path, keys: Arc<dyn KeyProvider>) -> FileStore {
    FileStore::new(folder, keys).with_former_keys(Arc::new(KeyFile::new(folder)))
}

fn holds_key(folder: &Path) -> bool {
    folder.exists()
        && files(folder).iter().any(|file| file.extension().is_some_and(|it| it == "key"))
}

#[tokio::test]
async fn a_sign_in_is_carried_over_at_the_first_look_and_its_former_key_deleted() {
    let folder = TempDir::new().unwrap();
    let (entra, store) = signed_in(folder.path()).await;
    let sealed = fs::read(tokens_file(folder.path())).unwrap();
    let client = entra.builder().store(Arc::new(store.clone())).build();

    let token = client.access_token(&TokenRequest::new()).await.unwrap();

    assert_eq!(token.secret(), "canary-at-1");
    assert!(holds_key(&folder.path().join("there")) && !holds_key(folder.path()));
    assert_ne!(
        fs::read(tokens_file(folder.path())).unwrap(),
        sealed,
        "the former key still opens it"
    );
    assert!(matches!(store.load(&entry(&entra)), Loaded::Record(_)));
    assert!(client.status().await.notices.is_empty());
}

#[tokio::test]
async fn reading_alone_moves_nothing_and_a_held_lock_is_not_waited_for() {
    let folder = TempDir::new().unwrap();
    let (entra, store) = signed_in(folder.path()).await;
    let before = files(folder.path());
    let _lock = store.try_lock(&entry(&entra)).unwrap().unwrap();

    let loaded = store.load(&entry(&entra));
    store.tidy(&entry(&entra)).unwrap();

    assert!(matches!(loaded, Loaded::Record(_)));
    assert_eq!(files(folder.path()), before);
}

#[tokio::test]
async fn h14_the_former_key_stays_in_use_while_the_key_store_cannot_be_had() {
    for error in [Gone::Absent, Gone::Locked] {
        let folder = TempDir::new().unwrap();
        let (entra, _) = signed_in(folder.path()).await;
        let store = Arc::new(moved(folder.path(), Arc::new(error)));
        let client = entra.builder().store(store).build();
        entra.clock.advance(Duration::from_secs(3700));

        let renewed = client.access_token(&TokenRequest::new()).await.unwrap();

        let restarted = super::client(&entra, folder.path());
        assert_eq!(restarted.access_token(&TokenRequest::new()).await.unwrap(), renewed);
        assert!(holds_key(folder.path()));
    }
}

#[tokio::test]
async fn h14_a_former_key_store_that_is_locked_may_hold_the_key() {
    let folder = TempDir::new().unwrap();
    let (entra, _) = signed_in(folder.path()).await;
    fs::remove_file(tokens_file(folder.path()).with_extension("key")).unwrap();
    let with = |former| {
        FileStore::new(folder.path(), Arc::new(KeyFile::new(folder.path())))
            .with_former_keys(Arc::new(former))
    };

    let locked = with(Gone::Locked).load(&entry(&entra));
    let absent = with(Gone::Absent).load(&entry(&entra));

    assert!(matches!(locked, Loaded::Locked(StoreError::Locked(_))), "{locked:?}");
    assert!(matches!(absent, Loaded::Corrupt), "{absent:?}");
}

#[tokio::test]
async fn h14_a_file_whose_key_is_in_a_key_store_is_left_alone_where_there_is_none() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    let desktop = Desktop { keys: KeyFile::new(folder.path().join("there")), absent: false };
    let with = |former| {
        let keys = Arc::new(KeyFile::new(folder.path()));
        Arc::new(FileStore::new(folder.path(), keys).with_former_keys(Arc::new(former)))
    };
    let store = FileStore::new(folder.path(), Arc::new(desktop.clone()));
    entra.sign_in(&entra.builder().store(Arc::new(store)).build()).await.unwrap();
    let before = fs::read(tokens_file(folder.path())).unwrap();
    let remote = with(Desktop { absent: true, ..desktop.clone() });

    let error = entra.builder().store(remote.clone()).build();
    let error = error.access_token(&TokenRequest::new()).await.unwrap_err();
    let during = fs::read(tokens_file(folder.path())).unwrap();
    let back = with(desktop).load(&entry(&entra));
    fs::write(tokens_file(folder.path()), &before[..30]).unwrap();
    let cut = remote.load(&entry(&entra));

    assert!(error.message().unwrap().contains("no service"), "{error}");
    assert_eq!(during, before);
    assert!(matches!(back, Loaded::Record(_)), "{back:?}");
    assert!(matches!(cut, Loaded::Corrupt), "no key opens what is cut: {cut:?}");
}

#[tokio::test]
async fn signing_out_deletes_the_keys_in_both_places() {
    let folder = TempDir::new().unwrap();
    let (entra, store) = signed_in(folder.path()).await;
    KeyFile::new(folder.path().join("there")).key_or_new(&entry(&entra)).unwrap();
    let client = entra.builder().store(Arc::new(store)).build();

    let report = client.sign_out().await.unwrap();

    assert!(report.notice.is_none() && report.account.is_some(), "{report:?}");
    assert!(!holds_key(folder.path()) && !holds_key(&folder.path().join("there")));
    assert!(!tokens_file_exists(folder.path()));
}

#[tokio::test]
async fn signing_out_of_nothing_does_not_complain_of_a_key_store_that_is_not_there() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    let store = moved(folder.path(), Arc::new(Gone::Absent));

    let report = entra.builder().store(Arc::new(store)).build().sign_out().await.unwrap();

    assert!(report.notice.is_none(), "{report:?}");
}

/// A key store of a desktop, which is not there for who comes from elsewhere.
#[derive(Clone, Debug)]
struct Desktop {
    keys: KeyFile,
    absent: bool,
}

impl Desktop {
    fn there(&self) -> Result<&KeyFile, StoreError> {
        if self.absent { Gone::Absent.error() } else { Ok(&self.keys) }
    }
}

impl KeyProvider for Desktop {
    fn key(&self, entry: &EntryId) -> Result<Option<StoreKey>, StoreError> {
        self.there()?.key(entry)
    }

    fn key_or_new(&self, entry: &EntryId) -> Result<StoreKey, StoreError> {
        self.there()?.key_or_new(entry)
    }

    fn delete(&self, entry: &EntryId) -> Result<(), StoreError> {
        self.there()?.delete(entry)
    }

    fn place(&self) -> KeyPlace {
        KeyPlace::KeyStore
    }
}

/// A key store that cannot be had.
#[derive(Clone, Copy, Debug)]
enum Gone {
    Absent,
    Locked,
}

impl Gone {
    fn error<T>(self) -> Result<T, StoreError> {
        Err(match self {
            Self::Absent => StoreError::Absent("no service".to_owned()),
            Self::Locked => StoreError::Locked("the wallet is locked".to_owned()),
        })
    }
}

impl KeyProvider for Gone {
    fn key(&self, _: &EntryId) -> Result<Option<StoreKey>, StoreError> {
        self.error()
    }

    fn key_or_new(&self, _: &EntryId) -> Result<StoreKey, StoreError> {
        self.error()
    }

    fn delete(&self, _: &EntryId) -> Result<(), StoreError> {
        self.error()
    }
}
