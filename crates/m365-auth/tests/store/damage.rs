//! A store that cannot be written, read, or understood.

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use m365_auth::{
    EntryId, ErrorKind, FileStore, KeyFile, KeyProvider, SessionState, StoreError, StoreKey,
    TokenProvider, TokenRequest,
};
use tempfile::TempDir;

use super::{client, files, tokens_file, tokens_file_exists};
use crate::entra::Entra;

#[tokio::test]
async fn h13_a_place_that_cannot_be_written_means_memory_for_this_run_and_a_notice() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    let blocked = folder.path().join("a file, not a folder");
    fs::write(&blocked, "").unwrap();
    let client = client(&entra, &blocked.join("m365"));

    entra.sign_in(&client).await.unwrap();
    entra.clock.advance(Duration::from_secs(3700));
    let token = client.access_token(&TokenRequest::new()).await.unwrap();

    assert_eq!(token.secret(), "canary-at-2");
    let notices = client.status().await.notices;
    assert!(notices[0].contains("lasts until this program ends"), "{notices:?}");
    assert_eq!(fs::read(&blocked).unwrap(), b"");
    assert!(client.sign_out().await.unwrap().account.is_some());
}

#[tokio::test]
async fn h14_a_locked_key_store_is_not_taken_for_damage() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    entra.sign_in(&client(&entra, folder.path())).await.unwrap();
    let before = files(folder.path());

    let keys = Wallet::locked(folder.path());
    let store = FileStore::new(folder.path(), keys.clone());
    let client = entra.builder().store(Arc::new(store)).build();
    let error = client.access_token(&TokenRequest::new()).await.unwrap_err();
    keys.unlock();
    entra.clock.advance(Duration::from_secs(5));
    let token = client.access_token(&TokenRequest::new()).await.unwrap();

    assert_eq!(error.kind(), ErrorKind::SignInRequired);
    assert!(error.message().unwrap().contains("the wallet"), "{error}");
    assert_eq!(files(folder.path()), before);
    assert_eq!(token.secret(), "canary-at-1");
    assert!(client.status().await.notices.is_empty());
}

#[tokio::test]
async fn h14_a_sign_in_while_the_key_store_is_locked_counts_and_is_saved_later() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    entra.sign_in(&client(&entra, folder.path())).await.unwrap();
    let keys = Wallet::locked(folder.path());
    let store = FileStore::new(folder.path(), keys.clone());
    let second = entra.builder().store(Arc::new(store)).build();
    let request = TokenRequest::new();

    entra.clock.advance(Duration::from_secs(1));
    entra.sign_in(&second).await.unwrap();
    keys.unlock();
    entra.clock.advance(Duration::from_secs(5));
    let kept = second.access_token(&request).await.unwrap();
    entra.clock.advance(Duration::from_secs(3700));
    let renewed = second.access_token(&request).await.unwrap();

    assert_eq!(kept.secret(), "canary-at-2");
    assert_eq!(renewed.secret(), "canary-at-3");
    let saved = client(&entra, folder.path()).access_token(&request).await.unwrap();
    assert_eq!(saved, renewed);
}

#[tokio::test]
async fn signing_out_works_while_the_key_store_is_locked() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    entra.sign_in(&client(&entra, folder.path())).await.unwrap();
    let store = FileStore::new(folder.path(), Wallet::locked(folder.path()));
    let client = entra.builder().store(Arc::new(store)).build();

    let report = client.sign_out().await.unwrap();

    assert!(report.notice.unwrap().contains("key is not"));
    assert!(!tokens_file_exists(folder.path()));
}

#[tokio::test]
async fn h15_a_damaged_file_is_set_aside_and_means_signed_out() {
    let damages: [fn(&mut Vec<u8>); 3] =
        [|bytes| bytes.truncate(60), |bytes| bytes[90] ^= 1, |bytes| bytes.clear()];
    for damage in damages {
        let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
        entra.sign_in(&client(&entra, folder.path())).await.unwrap();
        change(&tokens_file(folder.path()), damage);

        let client = client(&entra, folder.path());
        let error = client.access_token(&TokenRequest::new()).await.unwrap_err();

        assert_eq!(error.kind(), ErrorKind::SignInRequired);
        assert!(error.message().unwrap().contains("damaged"), "{error}");
        let aside = files(folder.path());
        let aside = aside.iter().filter(|file| file.to_string_lossy().contains(".corrupt-"));
        assert_eq!(aside.count(), 1);
        entra.sign_in(&client).await.unwrap();
        assert!(client.status().await.notices.is_empty());
    }
}

#[tokio::test]
async fn h15_another_users_file_is_set_aside() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    entra.sign_in(&client(&entra, folder.path())).await.unwrap();
    fs::remove_file(tokens_file(folder.path()).with_extension("key")).unwrap();

    let client = client(&entra, folder.path());

    assert_eq!(client.status().await.state, SessionState::SignedOut);
    assert!(!tokens_file_exists(folder.path()));
}

#[tokio::test]
async fn h15_a_newer_versions_file_is_left_alone() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    entra.sign_in(&client(&entra, folder.path())).await.unwrap();
    let file = tokens_file(folder.path());
    change(&file, |bytes| bytes[7] += 1);
    let before = fs::read(&file).unwrap();

    let client = client(&entra, folder.path());
    let error = client.access_token(&TokenRequest::new()).await.unwrap_err();
    entra.sign_in(&client).await.unwrap();
    let token = client.access_token(&TokenRequest::new()).await;

    assert!(error.message().unwrap().contains("newer version"), "{error}");
    assert!(token.is_ok(), "the sign-in does not last until the program ends");
    assert_eq!(fs::read(&file).unwrap(), before);
}

/// A key store that a person has to unlock.
#[derive(Debug)]
struct Wallet {
    keys: KeyFile,
    locked: AtomicBool,
}

impl Wallet {
    fn locked(folder: &Path) -> Arc<Self> {
        Arc::new(Self { keys: KeyFile::new(folder), locked: AtomicBool::new(true) })
    }

    fn unlock(&self) {
        self.locked.store(false, Ordering::SeqCst);
    }

    fn keys(&self) -> Result<&KeyFile, StoreError> {
        match self.locked.load(Ordering::SeqCst) {
            true => Err(StoreError::Locked("the wallet is locked".to_owned())),
            false => Ok(&self.keys),
        }
    }
}

impl KeyProvider for Wallet {
    fn key(&self, entry: &EntryId) -> Result<Option<StoreKey>, StoreError> {
        self.keys()?.key(entry)
    }

    fn key_or_new(&self, entry: &EntryId) -> Result<StoreKey, StoreError> {
        self.keys()?.key_or_new(entry)
    }

    fn delete(&self, entry: &EntryId) -> Result<(), StoreError> {
        self.keys()?.delete(entry)
    }
}

fn change(file: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).unwrap();
    change(&mut bytes);
    fs::write(file, bytes).unwrap();
}
