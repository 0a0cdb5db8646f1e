use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use m365_auth::{
    EntryId, ErrorKind, FileStore, KeyFile, Loaded, MemoryStore, PublicClient, SessionState,
    StoreError, SystemClock, TokenProvider, TokenRequest, TokenStore,
};
use serde_json::json;
use tempfile::TempDir;
use wiremock::ResponseTemplate;

use crate::entra::{CLIENT, Entra, TENANT, USER};

mod damage;
mod former;
#[cfg(unix)]
mod permissions;
mod races;
mod texts;

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
    entra.sign_in(&builder.build()).await.unwrap();

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
        builder.build()
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
async fn a_store_refuses_to_replace_what_another_has_written() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    let (file, memory) = (store(folder.path()), MemoryStore::new());
    let stores: [Arc<dyn TokenStore>; 2] = [file, Arc::new(memory)];
    for store in stores {
        let client = entra.builder().store(store.clone()).build();
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

fn store(folder: &Path) -> Arc<FileStore> {
    Arc::new(FileStore::new(folder, Arc::new(KeyFile::new(folder))))
}

fn client(entra: &Entra, folder: &Path) -> PublicClient {
    entra.builder().store(store(folder)).build()
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

#[cfg(unix)]
fn assert_private(path: &Path, expected: u32) {
    use std::os::unix::fs::PermissionsExt;

    let mode = fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, expected, "{} has mode {mode:o}", path.display());
}

#[cfg(not(unix))]
fn assert_private(_: &Path, _: u32) {}
