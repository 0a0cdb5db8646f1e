//! Two processes that come at the same moment.

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use m365_auth::{
    Clock, EntryId, ErrorKind, FileStore, KeyFile, KeyProvider, Loaded, ManualClock, StoreError,
    StoreKey, TokenProvider, TokenRequest, TokenStore,
};
use tempfile::TempDir;
use tokio::sync::{Notify, watch};

use super::{client, entry, store};
use crate::entra::Entra;

#[tokio::test]
async fn a_session_that_another_process_writes_during_a_sign_out_does_not_come_back() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    entra.sign_in(&client(&entra, folder.path())).await.unwrap();
    entra.clock.advance(Duration::from_secs(3700));
    let (gate, erased) = (Gate::new(), Arc::new(AtomicBool::new(false)));
    let keys =
        |role| Arc::new(Keys { keys: KeyFile::new(folder.path()), gate: gate.clone(), role });
    let (done, written) = watch::channel(false);
    let refreshing = entra.builder().store(with_keys(folder.path(), keys(Role::Writes))).build();
    let refresh = tokio::spawn({
        let client = refreshing.clone();
        async move {
            let result = client.access_token(&TokenRequest::new()).await;
            done.send_replace(true);
            result
        }
    });
    gate.reached.notified().await;

    let clock = UntilWritten { clock: entra.clock.clone(), erased: erased.clone(), written };
    let leaving = with_keys(folder.path(), keys(Role::Erases(erased)));
    let leaving = entra.builder().store(leaving).clock(Arc::new(clock)).build();
    let report = leaving.sign_out().await.unwrap();

    assert!(refresh.await.unwrap().is_ok(), "the other process did not write");
    assert!(report.account.is_some() && report.notice.is_none(), "{report:?}");
    assert!(matches!(store(folder.path()).load(&entry(&entra)), Loaded::Empty));
    let later = refreshing.access_token(&TokenRequest::new()).await.unwrap_err();
    assert_eq!(later.kind(), ErrorKind::SignInRequired);
}

#[tokio::test]
async fn a_sign_out_beside_a_process_that_never_lets_go_says_what_may_happen() {
    let (entra, folder) = (Entra::start().await, TempDir::new().unwrap());
    let client = client(&entra, folder.path());
    entra.sign_in(&client).await.unwrap();
    let store = store(folder.path());
    let _held = store.try_lock(&entry(&entra)).unwrap().unwrap();

    let report = client.sign_out().await.unwrap();

    assert!(report.notice.unwrap().contains("sign out again"));
    assert!(matches!(store.load(&entry(&entra)), Loaded::Empty));
}

fn with_keys(folder: &Path, keys: Arc<Keys>) -> Arc<FileStore> {
    Arc::new(FileStore::new(folder, keys))
}

/// Where the process that writes waits until the other has erased.
struct Gate {
    reached: Notify,
    opener: mpsc::Sender<()>,
    opened: Mutex<mpsc::Receiver<()>>,
}

impl Gate {
    fn new() -> Arc<Self> {
        let (opener, opened) = mpsc::channel();
        Arc::new(Self { reached: Notify::new(), opener, opened: Mutex::new(opened) })
    }
}

enum Role {
    /// Has found the old tokens, and is about to replace them.
    Writes,
    Erases(Arc<AtomicBool>),
}

/// A key store at which the processes meet.
struct Keys {
    keys: KeyFile,
    gate: Arc<Gate>,
    role: Role,
}

impl KeyProvider for Keys {
    fn key(&self, entry: &EntryId) -> Result<Option<StoreKey>, StoreError> {
        self.keys.key(entry)
    }

    fn key_or_new(&self, entry: &EntryId) -> Result<StoreKey, StoreError> {
        self.gate.reached.notify_one();
        self.gate.opened.lock().unwrap().recv_timeout(Duration::from_secs(4)).unwrap();
        self.keys.key_or_new(entry)
    }

    fn delete(&self, entry: &EntryId) -> Result<(), StoreError> {
        self.keys.delete(entry)?;
        if let Role::Erases(erased) = &self.role {
            erased.store(true, Ordering::SeqCst);
            self.gate.opener.send(()).unwrap();
        }
        Ok(())
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

/// A clock on which a sleep after the erasing ends when the other process has written.
#[derive(Debug)]
struct UntilWritten {
    clock: ManualClock,
    erased: Arc<AtomicBool>,
    written: watch::Receiver<bool>,
}

#[async_trait]
impl Clock for UntilWritten {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn sleep(&self, duration: Duration) {
        self.clock.sleep(duration).await;
        if self.erased.load(Ordering::SeqCst) {
            self.written.clone().wait_for(|written| *written).await.unwrap();
        }
    }
}
