//! The keys that Entra ID signs with: fetched, kept, and fetched again.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use tokio::sync::watch;
use url::Url;

use crate::{
    Clock, Cloud, Error, ErrorKind, Result,
    wire::{time::until, transport::Transport},
};

mod key;
mod pace;
mod set;
mod source;

use self::{
    pace::{Pace, pause},
    set::KeySet,
    source::Source,
};

pub(super) use pace::Why;
pub(super) use set::{are_same, verify};

/// How old keys may be: a day that they live, and a day more for when none can be fetched.
const MAX_AGE: Duration = Duration::from_secs(48 * 3600);

/// What a [`TokenValidator`](super::TokenValidator) knows of the signing keys.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct KeyState {
    /// Whether there are keys that are young enough, so that tokens can be validated.
    pub is_loaded: bool,
    /// How old the keys are.
    pub age: Option<Duration>,
    /// How many keys there are.
    pub keys: usize,
    /// How often keys were fetched.
    pub refreshed: u64,
    /// How often that failed.
    pub failed: u64,
    /// Why it failed the last time, as a sentence, unless it succeeded since.
    pub failure: Option<String>,
}

/// The keys, and the one fetch that may be on its way.
pub(super) struct KeyRing {
    source: Source,
    clock: Arc<dyn Clock>,
    held: RwLock<Held>,
    flight: Mutex<Flight>,
}

#[derive(Default)]
struct Held {
    set: Option<Arc<KeySet>>,
    refreshed: u64,
    failed: u64,
    failure: Option<String>,
}

#[derive(Default)]
struct Flight {
    landing: Option<Landing>,
    pace: Pace,
}

type Landing = watch::Receiver<Option<Result<()>>>;

impl KeyRing {
    pub(super) fn new(
        cloud: Cloud,
        login_root: Url,
        transport: Transport,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let source = Source::new(cloud, login_root, transport);
        Self { source, clock, held: RwLock::default(), flight: Mutex::default() }
    }

    /// Returns the keys, unless they are too old to be trusted.
    pub(super) fn held(&self) -> Option<Arc<KeySet>> {
        let set = self.read(|held| held.set.clone())?;
        (self.age(&set) < MAX_AGE).then_some(set)
    }

    pub(super) fn state(&self) -> KeyState {
        let is_loaded = self.held().is_some();
        self.read(|held| KeyState {
            is_loaded,
            age: held.set.as_ref().map(|set| self.age(set)),
            keys: held.set.as_ref().map_or(0, |set| set.len()),
            refreshed: held.refreshed,
            failed: held.failed,
            failure: held.failure.clone(),
        })
    }

    /// Fetches the keys for ever: at once, often until they are there, then each half day.
    pub(super) async fn keep_fresh(self: &Arc<Self>) {
        let mut failures = 0;
        loop {
            failures = match self.refresh().await {
                Ok(()) => 0,
                Err(_) => failures + 1,
            };
            self.clock.sleep(pause(failures, self.held().is_some())).await;
        }
    }

    /// Fetches the keys now, or waits for the fetch that is on its way.
    pub(super) async fn refresh(self: &Arc<Self>) -> Result<()> {
        let interrupted = || Error::new(ErrorKind::Unavailable).with_message("It was interrupted");
        self.renew(Why::Scheduled).await.unwrap_or_else(|| Err(interrupted()))
    }

    /// Fetches the keys if it is not too soon, or waits for the fetch that is on its way.
    pub(super) async fn renew(self: &Arc<Self>, why: Why) -> Option<Result<()>> {
        let mut landing = self.board(why)?;
        let landed = landing.wait_for(Option::is_some).await.ok()?;
        landed.clone()
    }

    /// Joins or starts a fetch, which goes on when whoever started it stops waiting.
    fn board(self: &Arc<Self>, why: Why) -> Option<Landing> {
        let mut flight = self.flight();
        if let Some(landing) = &flight.landing {
            return Some(landing.clone());
        }
        if !flight.pace.admits(why, self.clock.now()) {
            return None;
        }
        let (sender, landing) = watch::channel(None);
        flight.landing = Some(landing.clone());
        let ended = Ended(self.clone());
        tokio::spawn(async move {
            let result = ended.0.fetch().await;
            drop(ended);
            sender.send_replace(Some(result));
        });
        Some(landing)
    }

    async fn fetch(&self) -> Result<()> {
        match self.source.fetch().await {
            Ok(set) => {
                tracing::debug!(keys = set.len(), "the signing keys are fresh");
                self.keep(set);
                Ok(())
            }
            Err(error) => {
                self.miss(&error);
                Err(error)
            }
        }
    }

    fn keep(&self, set: KeySet) {
        self.write(|held| {
            held.set = Some(Arc::new(set));
            held.refreshed += 1;
            held.failure = None;
        });
    }

    fn miss(&self, error: &Error) {
        let age = self.state().age.map(|age| age.as_secs());
        tracing::warn!(%error, age, "the signing keys cannot be fetched; those held stay");
        self.write(|held| {
            held.failed += 1;
            held.failure = Some(error.to_string());
        });
    }

    fn age(&self, set: &KeySet) -> Duration {
        until(self.clock.now(), set.fetched_at())
    }

    fn read<T>(&self, look: impl FnOnce(&Held) -> T) -> T {
        look(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self, change: impl FnOnce(&mut Held)) {
        change(&mut self.held.write().unwrap_or_else(PoisonError::into_inner));
    }

    fn flight(&self) -> MutexGuard<'_, Flight> {
        self.flight.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("state", &self.state()).finish_non_exhaustive()
    }
}

/// Makes room for the next fetch when one ends, however it ends.
struct Ended(Arc<KeyRing>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.flight().landing = None;
    }
}
