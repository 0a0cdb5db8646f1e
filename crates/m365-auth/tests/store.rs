use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use m365_auth::{
    EntryId, ErrorKind, FileStore, KeyFile, KeyProvider, Loaded, MemoryStore, PublicClient,
    SessionState, StoreError, StoreKey, SystemClock, TokenProvider, TokenRequest, TokenStore,
};
use serde_json::json;
use tempfile::TempDir;
use wiremock::ResponseTemplate;

use crate::entra::{CLIENT, Entra, TENANT, USER};

mod processes;

#[tokio::test]
async fn a_session_is_there_again_after_a_restart() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    entra.sign_in(&client(&entra, folder.path())).await.unwrap();

    let restarted = client(&entra, folder.path());
    let token = restarted.access_token(&TokenRequest::new()).await.unwrap();

    assert_eq!(token.secret(), "canary-at-1");
    assert_eq!(restarted.status().await.account.unwrap().username(), USER);
    assert_eq!(entra.forms().await.len(), 1);
}

#[tokio::test]
async fn nothing_readable_is_written_and_only_the_owner_may_read_it() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    let place = folder.path().join("m365");

    entra.sign_in(&client(&entra, &place)).await.unwrap();

    let files = files(&place);
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        let bytes = fs::read(&file).unwrap();
        for secret in ["canary", USER, TENANT] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds {secret}", file.display());
        }
        assert_private(&file, 0o600);
    }
    assert_private(&place, 0o700);
}

#[tokio::test]
async fn signing_out_leaves_only_the_lock_file() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    let client = client(&entra, folder.path());
    entra.sign_in(&client).await.unwrap();

    client.sign_out().await.unwrap();

    let files = files(folder.path());
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].extension().unwrap(), "lock");
}

#[tokio::test]
async fn nothing_is_written_before_somebody_signs_in() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    let place = folder.path().join("m365");
    let client = client(&entra, &place);

    let error = client.access_token(&TokenRequest::new()).await.unwrap_err();
    let status = client.status().await;

    assert_eq!(error.kind(), ErrorKind::SignInRequired);
    assert_eq!(status.state, SessionState::SignedOut);
    assert!(!place.exists());
}

#[tokio::test]
async fn entries_do_not_read_each_others_files() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    let store = store(folder.path());
    let named = |name| EntryId::new(&entra.authority(), &CLIENT.parse().unwrap(), name);
    let one = named("one");
    let builder = entra.builder().store(store.clone()).entry(one.clone());
    entra.sign_in(&builder.build().unwrap()).await.unwrap();

    let other = named("two");
    for extension in ["tokens", "key"] {
        let path = |entry: &EntryId| folder.path().join(format!("{}.{extension}", entry.as_str()));
        fs::copy(path(&one), path(&other)).unwrap();
    }

    assert!(matches!(store.load(&one), Loaded::Record(_)));
    assert!(matches!(store.load(&other), Loaded::Corrupt));
    assert_eq!(store.entries().unwrap().len(), 2);
}

#[tokio::test]
async fn h10_two_processes_that_must_refresh_both_end_signed_in() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    entra.next_change(json!({"expires_in": 200}));
    entra.sign_in(&client(&entra, folder.path())).await.unwrap();
    let process = || {
        let builder =
            entra.builder().clock(Arc::new(SystemClock::default())).store(store(folder.path()));
        builder.build().unwrap()
    };
    let (one, other) = (process(), process());
    let slow = json!({"token_type": "Bearer", "expires_in": 9000, "access_token": "renewed",
        "refresh_token": "rotated"});
    let answer = ResponseTemplate::new(200).set_body_json(slow);
    entra.next(answer.set_delay(Duration::from_millis(300)));

    let request = TokenRequest::new();
    let (first, second) = tokio::join!(one.access_token(&request), other.access_token(&request));

    assert_eq!(first.unwrap().secret(), "renewed");
    assert_eq!(second.unwrap().secret(), "renewed");
    assert_eq!(entra.forms().await.len(), 2, "one sign-in and one refresh");
    assert!(matches!(store(folder.path()).load(&entry(&entra)), Loaded::Record(_)));
}

#[tokio::test]
async fn h11_a_process_that_never_gets_the_lock_goes_on_in_memory() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    let client = client(&entra, folder.path());
    entra.sign_in(&client).await.unwrap();
    let store = store(folder.path());
    let stamp = store.stamp(&entry(&entra));
    let _held = store.try_lock(&entry(&entra)).unwrap().unwrap();
    entra.clock.advance(Duration::from_secs(3700));

    let token = client.access_token(&TokenRequest::new()).await.unwrap();
    let again = client.access_token(&TokenRequest::new()).await.unwrap();

    assert_eq!((token.secret(), again.secret()), ("canary-at-2", "canary-at-2"));
    assert_eq!(store.stamp(&entry(&entra)), stamp, "it was written without the lock");
    assert!(entra.clock.sleeps().len() >= 20, "it did not wait for its turn");
}

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
    let client = entra.builder().store(Arc::new(store)).build().unwrap();
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
    let second = entra.builder().store(Arc::new(store)).build().unwrap();
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
    let client = entra.builder().store(Arc::new(store)).build().unwrap();

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

#[cfg(unix)]
#[tokio::test]
async fn a_key_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    entra.sign_in(&client(&entra, folder.path())).await.unwrap();
    let key = tokens_file(folder.path()).with_extension("key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();

    let loaded = store(folder.path()).load(&entry(&entra));

    assert!(matches!(&loaded, Loaded::Locked(why) if why.contains("chmod 600")), "{loaded:?}");
}

#[tokio::test]
async fn a_store_refuses_to_replace_what_another_has_written() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    let (file, memory) = (store(folder.path()), MemoryStore::new());
    let stores: [Arc<dyn TokenStore>; 2] = [file, Arc::new(memory)];
    for store in stores {
        let client = entra.builder().store(store.clone()).build().unwrap();
        entra.sign_in(&client).await.unwrap();
        let Loaded::Record(record) = store.load(&entry(&entra)) else { panic!("no record") };
        let lock = store.try_lock(&entry(&entra)).unwrap().unwrap();

        let generation = record.generation();
        let stale = store.commit(&lock, &entry(&entra), &record, generation - 1);
        store.erase(&entry(&entra)).unwrap();
        let erased = store.commit(&lock, &entry(&entra), &record, generation);

        assert!(matches!(stale, Err(StoreError::Conflict)));
        assert!(matches!(erased, Err(StoreError::Conflict)), "a signed-out session came back");
        assert!(store.try_lock(&entry(&entra)).unwrap().is_none());
        drop(lock);
        assert!(store.try_lock(&entry(&entra)).unwrap().is_some());
    }
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
            true => Err(StoreError::Locked("the wallet".to_owned())),
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

fn store(folder: &Path) -> Arc<FileStore> {
    Arc::new(FileStore::new(folder, Arc::new(KeyFile::new(folder))))
}

fn client(entra: &Entra, folder: &Path) -> PublicClient {
    entra.builder().store(store(folder)).build().unwrap()
}

fn entry(entra: &Entra) -> EntryId {
    EntryId::new(&entra.authority(), &CLIENT.parse().unwrap(), "")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

fn tokens_file(folder: &Path) -> PathBuf {
    let mut files = files(folder).into_iter();
    files.find(|file| file.extension().is_some_and(|extension| extension == "tokens")).unwrap()
}

fn tokens_file_exists(folder: &Path) -> bool {
    files(folder).iter().any(|file| file.to_string_lossy().ends_with(".tokens"))
}

fn change(file: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).unwrap();
    change(&mut bytes);
    fs::write(file, bytes).unwrap();
}

#[cfg(unix)]
fn assert_private(path: &Path, expected: u32) {
    use std::os::unix::fs::PermissionsExt;

    let mode = fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, expected, "{} has mode {mode:o}", path.display());
}

#[cfg(not(unix))]
fn assert_private(_: &Path, _: u32) {}
