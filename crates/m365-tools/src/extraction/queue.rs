use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::{Details, ErrorCode, ToolError};

/// What extraction may take of the machine, and how long its queues may become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtractionLimits {
    /// Bytes of files that are downloaded or read at the same time.
    pub bytes: u64,
    /// Files that are read at the same time. With [`Extractor::in_process`](crate::Extractor::in_process) a
    /// file that took too long no longer counts, though a thread may still be at work on it.
    pub readers: u32,
    /// How many may wait.
    pub waiting: u64,
    /// How long one may wait.
    pub patience: Duration,
}

impl ExtractionLimits {
    /// Bounds the bytes of files that are downloaded or read at the same time.
    #[must_use]
    pub const fn with_bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }

    /// Bounds how many files are read at the same time.
    #[must_use]
    pub const fn with_readers(mut self, readers: u32) -> Self {
        self.readers = readers;
        self
    }

    /// Bounds how many may wait.
    #[must_use]
    pub const fn with_waiting(mut self, waiting: u64) -> Self {
        self.waiting = waiting;
        self
    }

    /// Bounds how long one may wait.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}

impl Default for ExtractionLimits {
    /// 256 MiB, a reader per core and at least two; 64 wait for up to 10 s.
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(2, usize::from);
        Self {
            bytes: 256 * 1024 * 1024,
            readers: u32::try_from(cores).unwrap_or(u32::MAX).max(2),
            waiting: 64,
            patience: Duration::from_secs(10),
        }
    }
}

/// Gives out places in the order in which they are asked for.
#[derive(Debug)]
pub(super) struct Queue {
    places: Arc<Semaphore>,
    all: u32,
    waiting: AtomicU64,
    max_waiting: u64,
    patience: Duration,
}

impl Queue {
    pub(super) fn new(places: u32, limits: &ExtractionLimits) -> Self {
        // The semaphore of a system with narrow numbers holds less.
        let all = places.clamp(1, u32::try_from(Semaphore::MAX_PERMITS).unwrap_or(u32::MAX));
        Self {
            places: Arc::new(Semaphore::new(all as usize)),
            all,
            waiting: AtomicU64::new(0),
            max_waiting: limits.waiting,
            patience: limits.patience,
        }
    }

    /// Waits for `count` places; one that needs more than there are takes all.
    pub(super) async fn enter(&self, count: u32) -> Result<OwnedSemaphorePermit, ToolError> {
        let count = count.clamp(1, self.all);
        let places = Arc::clone(&self.places);
        if let Ok(place) = Arc::clone(&places).try_acquire_many_owned(count) {
            return Ok(place);
        }
        let _waiting = self.wait().ok_or_else(busy)?;
        let place = timeout(self.patience, places.acquire_many_owned(count)).await;
        place.ok().and_then(Result::ok).ok_or_else(busy)
    }

    /// Gives back what is not needed after all, or waits for the rest.
    pub(super) async fn change(
        &self,
        mut place: OwnedSemaphorePermit,
        count: u32,
    ) -> Result<OwnedSemaphorePermit, ToolError> {
        let (count, held) = (count.clamp(1, self.all) as usize, place.num_permits());
        if count < held {
            drop(place.split(held - count));
        } else if let Some(more) = u32::try_from(count - held).ok().filter(|more| *more > 0) {
            place.merge(self.enter(more).await?);
        }
        Ok(place)
    }

    /// How many places are taken.
    pub(super) fn taken(&self) -> u32 {
        let free = u32::try_from(self.places.available_permits()).unwrap_or(u32::MAX);
        self.all.saturating_sub(free)
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// A place among those who wait, if there is one.
    fn wait(&self) -> Option<Waiting<'_>> {
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting(&self.waiting);
        (before < self.max_waiting).then_some(waiting)
    }
}

/// Counts one who waits.
struct Waiting<'a>(&'a AtomicU64);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// When to come back: a document takes seconds at most.
const RETRY_AFTER_SECONDS: u64 = 5;

fn busy() -> ToolError {
    let message = format!(
        "Too many documents are being read at the moment; try again in {RETRY_AFTER_SECONDS} s."
    );
    let details = Details { retry_after_seconds: Some(RETRY_AFTER_SECONDS), ..Details::default() };
    ToolError::new(ErrorCode::Throttled, message).with_details(details)
}
