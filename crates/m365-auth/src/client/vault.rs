use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{
    Clock, EntryId, Loaded, Record, StoreError, StoreLock, TokenStore,
    client::{memory::Memory, settings::Settings},
    clock::after,
};

/// How often another process is asked for the lock.
const LOCK_POLL: Duration = Duration::from_millis(250);

/// Keeps memory and token store in step.
#[derive(Debug)]
pub(crate) struct Vault {
    store: Arc<dyn TokenStore>,
    clock: Arc<dyn Clock>,
    settings: Arc<Settings>,
    memory: Mutex<Memory>,
}

/// The lock of the entry, without which nothing is written.
#[derive(Clone, Debug)]
pub(crate) enum Lock {
    Held(Arc<StoreLock>),
    /// Nobody asked for it, or another process has it.
    NotHeld,
    /// The place cannot be written; says why.
    Refused(String),
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Saved {
    /// The record is what counts now, in the store or at least in memory.
    Kept,
    /// Another process wrote or erased in the meantime, and that counts.
    Overtaken,
}

impl Vault {
    pub(crate) fn new(
        store: Arc<dyn TokenStore>,
        clock: Arc<dyn Clock>,
        settings: Arc<Settings>,
    ) -> Self {
        Self { store, clock, settings, memory: Mutex::default() }
    }

    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over what other processes have written since the last look.
    pub(crate) async fn look(&self, lock: &Lock) {
        let stamp = self.store.stamp(&self.settings.entry);
        if self.is_known(stamp) {
            return;
        }
        let loaded = self.load().await;
        if matches!(loaded, Loaded::Corrupt) {
            self.set_aside(lock).await;
        } else {
            self.adopt(loaded, stamp);
        }
    }

    /// Waits for the lock; gives up after a while, or at once where there is no writing.
    pub(crate) async fn lock(&self) -> Lock {
        let polls = self.settings.timeouts.store.as_millis() / LOCK_POLL.as_millis();
        for _ in 0..=polls {
            match self.try_lock().await {
                Ok(None) => self.clock.sleep(LOCK_POLL).await,
                Ok(Some(lock)) => return Lock::Held(Arc::new(lock)),
                Err(error) => return Lock::Refused(error.explained()),
            }
        }
        tracing::debug!("another process holds the token store; it is only read for now");
        Lock::NotHeld
    }

    /// Makes `record` what counts, in the store if it can be written.
    pub(crate) async fn save(&self, lock: &Lock, mut record: Record) -> Saved {
        let expected = self.memory().stored_generation;
        record.generation = self.next_generation(expected);
        let lock = match lock {
            Lock::Held(lock) => lock,
            Lock::NotHeld => return self.keep_unsaved(record, None),
            Lock::Refused(why) => return self.keep_unsaved(record, Some(why)),
        };
        match self.commit(lock, record.clone(), expected).await {
            Ok(()) => self.keep_saved(record),
            Err(StoreError::Conflict) => {
                self.memory().stamp = None;
                self.memory().unreadable_until = None;
                self.look(&Lock::Held(lock.clone())).await;
                Saved::Overtaken
            }
            Err(error) => self.keep_unsaved(record, Some(&error.explained())),
        }
    }

    /// Removes the entry from the store, also while another process holds its lock.
    ///
    /// Returns what is left to tell when the tokens are gone.
    pub(crate) async fn erase(&self, lock: &Lock) -> Result<Option<String>, StoreError> {
        let notice = self.erase_now().await?;
        match lock {
            Lock::NotHeld => self.erase_again(notice).await,
            Lock::Held(_) | Lock::Refused(_) => Ok(notice),
        }
    }

    /// Removes what the process that had the lock was about to write when the entry was removed.
    async fn erase_again(&self, notice: Option<String>) -> Result<Option<String>, StoreError> {
        let lock = self.lock().await;
        match lock {
            Lock::Held(_) if self.store.stamp(&self.settings.entry) != 0 => self.erase_now().await,
            Lock::Held(_) => Ok(notice),
            Lock::NotHeld | Lock::Refused(_) => Ok(notice.or(Some(STILL_HELD.to_owned()))),
        }
    }

    async fn erase_now(&self) -> Result<Option<String>, StoreError> {
        let erased = self.blocking(|store, entry| store.erase(entry)).await;
        let gone = self.store.stamp(&self.settings.entry) == 0;
        self.memory().sign_out();
        match erased {
            Err(error) if !gone => Err(error),
            Err(error) => {
                Ok(Some(format!("The tokens are deleted, their key is not: {}", error.explained())))
            }
            Ok(()) => Ok(None),
        }
    }

    fn is_known(&self, stamp: u64) -> bool {
        let memory = self.memory();
        let unreadable = memory.unreadable_until.is_some_and(|until| self.clock.now() < until);
        unreadable || memory.stamp == Some(stamp)
    }

    fn next_generation(&self, stored: u64) -> u64 {
        // Numbers come from the clock, so that a record written after a sign-out never has the
        // number of one before it, which some other process may still expect.
        let now = u64::try_from(self.clock.now().as_microsecond()).unwrap_or_default();
        now.max(stored + 1)
    }

    fn adopt(&self, loaded: Loaded, stamp: u64) {
        let mut memory = self.memory();
        let generation = match &loaded {
            Loaded::Locked(error) => {
                memory.unreadable_until =
                    Some(after(self.clock.now(), self.settings.timeouts.store));
                return memory.note_store(unreadable(error));
            }
            Loaded::Record(record) => record.generation(),
            _ => 0,
        };
        if matches!(loaded, Loaded::Newer) {
            memory.note_store(NEWER.to_owned());
        }
        let keeps = memory.outlasts(generation);
        memory.stamp = Some(stamp);
        memory.unreadable_until = None;
        if keeps {
            memory.stored_generation = generation;
            return;
        }
        memory.stored_generation = generation;
        memory.unsaved = false;
        memory.record = None;
        if let Loaded::Record(record) = loaded {
            memory.record = Some(self.fitting(*record));
            memory.notices.store = None;
        }
    }

    /// Leaves out of a record what the configuration does not permit any more.
    fn fitting(&self, mut record: Record) -> Record {
        if record.scopes_requested != self.settings.scope_names() {
            record.access_tokens.clear();
            record.scopes_granted.clear();
        }
        if self.settings.refuses(&record.account) {
            record.end_session();
        }
        record
    }

    fn keep_saved(&self, record: Record) -> Saved {
        let stamp = self.store.stamp(&self.settings.entry);
        let mut memory = self.memory();
        memory.stored_generation = record.generation;
        memory.unsaved = false;
        memory.stamp = Some(stamp);
        memory.record = Some(record);
        memory.notices.store = None;
        Saved::Kept
    }

    fn keep_unsaved(&self, record: Record, problem: Option<&str>) -> Saved {
        let mut memory = self.memory();
        if let Some(problem) = problem {
            memory.note_store(not_saved(problem));
        }
        memory.unsaved = true;
        memory.record = Some(record);
        Saved::Kept
    }

    /// Moves unreadable content away, unless it is another process in the middle of its work.
    async fn set_aside(&self, lock: &Lock) {
        let lock = match lock {
            Lock::Held(lock) => lock.clone(),
            _ => match self.try_lock().await {
                Ok(Some(lock)) => Arc::new(lock),
                _ => return,
            },
        };
        let loaded = self.load().await;
        if matches!(loaded, Loaded::Corrupt) {
            let moved = self.blocking(move |store, entry| store.set_aside(&lock, entry)).await;
            self.memory().note_store(set_aside(moved.err()));
        }
        self.adopt(loaded, self.store.stamp(&self.settings.entry));
    }

    async fn load(&self) -> Loaded {
        let loaded = self.blocking(|store, entry| Ok(store.load(entry))).await;
        // What was read counts, however long it takes to tidy up.
        if matches!(loaded, Ok(Loaded::Record(_)))
            && let Err(error) = self.blocking(|store, entry| store.tidy(entry)).await
        {
            let why = error.explained();
            tracing::warn!("the key of the saved sign-in stays where it was: {why}");
        }
        loaded.unwrap_or_else(Loaded::Locked)
    }

    async fn try_lock(&self) -> Result<Option<StoreLock>, StoreError> {
        self.blocking(|store, entry| store.try_lock(entry)).await
    }

    async fn commit(
        &self,
        lock: &Arc<StoreLock>,
        record: Record,
        expected: u64,
    ) -> Result<(), StoreError> {
        let lock = lock.clone();
        self.blocking(move |store, entry| store.commit(&lock, entry, &record, expected)).await
    }

    /// Runs `work` where it may block, but does not wait for it for ever.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn TokenStore, &EntryId) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (store, entry) = (self.store.clone(), self.settings.entry.clone());
        let task = tokio::task::spawn_blocking(move || work(store.as_ref(), &entry));
        match tokio::time::timeout(self.settings.timeouts.store, task).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(StoreError::Broken),
            Err(_) => Err(StoreError::Silent),
        }
    }
}

const STILL_HELD: &str = "The tokens are deleted, but another process is using them and may write \
                          them once more; end it, or sign out again";
const NEWER: &str = "The token store was written by a newer version of this program and is left \
                     as it is; upgrade, or the sign-in lasts until this program ends";

fn unreadable(error: &StoreError) -> String {
    let why = error.explained();
    format!("The saved sign-in cannot be read at the moment ({why}); put that right and try again")
}

fn not_saved(problem: &str) -> String {
    format!("The sign-in cannot be saved and lasts until this program ends ({problem})")
}

fn set_aside(problem: Option<StoreError>) -> String {
    let moved = match problem {
        None => "was set aside as .corrupt-…".to_owned(),
        Some(error) => format!("could not be set aside ({})", error.explained()),
    };
    format!("The token store was damaged, or its key is gone, and {moved}; sign in again")
}
