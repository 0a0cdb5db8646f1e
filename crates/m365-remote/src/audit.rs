//! The record of who asked what: one JSON line per event, schema `m365.audit/1`.
//!
//! An event takes its place in a bounded queue before the call runs, so that no call goes unrecorded: where
//! the sink is slow, full or gone, `fail_closed` refuses calls and `fail_open` counts what is lost.

mod arguments;
mod event;
mod repeats;
mod sink;
mod writer;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use m365_auth::{Clock, TenantId};
use serde_json::{Map, Value};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio_util::task::{TaskTracker, task_tracker::TaskTrackerToken};

pub(crate) use self::{
    arguments::Arguments,
    event::{Event, EventKind, GraphRequest},
};
use self::{
    arguments::Digests,
    repeats::{Repeats, WINDOW},
    sink::Sink,
    writer::{Message, Writer},
};
use crate::metrics::Metrics;

/// The audit of this process; clones share its queue.
#[derive(Clone, Debug)]
pub(crate) struct Audit(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    queue: mpsc::Sender<Message>,
    state: Arc<State>,
    /// Places whose event is still to come.
    open: TaskTracker,
    /// What refusals may take of the queue.
    refusals: Arc<Semaphore>,
    repeats: Repeats,
    on_loss: OnLoss,
    digests: Digests,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
}

/// What the writer and those who write have in common.
#[derive(Debug, Default)]
struct State {
    is_failing: AtomicBool,
    reopen: AtomicBool,
}

/// Where events go, and what happens when they cannot.
#[derive(Clone, Debug)]
pub(crate) struct AuditOptions {
    /// Where events go.
    pub(crate) sink: AuditSink,
    /// What happens when they cannot.
    pub(crate) on_loss: OnLoss,
    /// The name of this replica.
    pub(crate) instance: String,
    /// Our version.
    pub(crate) version: &'static str,
    /// What digests of arguments are keyed with, the same on every replica.
    pub(crate) key: [u8; 32],
}

/// Where events go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AuditSink {
    /// To a file that only grows.
    File(PathBuf),
    /// To stdout.
    Stdout,
    /// Nowhere: the demo's, where a person reads what is on the terminal.
    #[cfg(feature = "demo")]
    Nowhere,
}

/// What happens to calls whose event cannot be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum OnLoss {
    /// They are refused.
    #[default]
    FailClosed,
    /// They run, and the lost events are counted.
    FailOpen,
}

impl OnLoss {
    /// Returns the value in configurations.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::FailClosed => "fail_closed",
            Self::FailOpen => "fail_open",
        }
    }
}

/// Why a call is refused: its event would be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server cannot record calls at the moment; try again later")]
pub(crate) struct Lost;

/// Why there is no audit.
#[derive(Debug, thiserror::Error)]
#[error(
    "{place}: the audit cannot be written: {source}; give [audit] sink a file in a folder that this process may write, or \"stdout\""
)]
pub(crate) struct AuditError {
    place: String,
    source: std::io::Error,
}

/// A place for one event.
#[derive(Debug)]
pub(crate) struct Slot {
    place: Option<mpsc::OwnedPermit<Message>>,
    share: Option<OwnedSemaphorePermit>,
    audit: Audit,
    _open: TaskTrackerToken,
}

/// How many events have a place: calls in flight and events not yet written.
const QUEUE: usize = 8_192;

/// How many of them refusals may take: callers who are let in must not wait for those who are not.
const REFUSALS: usize = QUEUE / 4;

/// How many refusals of one caller, whose token is good, are told one by one in a minute for one reason.
const EACH: usize = 1_000;

/// Further places for events that refuse nobody: what operators do, and what happens beside a call.
const BESIDE: usize = 256;

impl Audit {
    /// Opens the sink and starts to write.
    ///
    /// # Errors
    ///
    /// The sink cannot be opened.
    pub(crate) fn open(
        options: &AuditOptions,
        clock: Arc<dyn Clock>,
        metrics: Metrics,
    ) -> Result<Self, AuditError> {
        Sink::open(&options.sink)
            .and_then(|sink| Self::start(sink, options, clock, metrics))
            .map_err(|source| AuditError { place: options.sink.to_string(), source })
    }

    fn start(
        sink: Sink,
        options: &AuditOptions,
        clock: Arc<dyn Clock>,
        metrics: Metrics,
    ) -> std::io::Result<Self> {
        let (queue, events) = mpsc::channel(QUEUE + BESIDE);
        let state = Arc::new(State::default());
        let writer = Writer::new(sink, events, options, Arc::clone(&state), metrics.clone());
        writer.start()?;
        let places = queue.downgrade();
        metrics.watch_audit_queue(move || {
            places.upgrade().map_or(0, |queue| queue.max_capacity() - queue.capacity())
        });
        let (on_loss, digests) = (options.on_loss, Digests::new(&options.key));
        let open = TaskTracker::new();
        open.close();
        let (refusals, repeats) = (Arc::new(Semaphore::new(REFUSALS)), Repeats::default());
        let inner =
            Inner { queue, state, open, refusals, repeats, on_loss, digests, clock, metrics };
        Ok(Self(Arc::new(inner)))
    }

    /// Takes a place for the event of a call that begins.
    ///
    /// # Errors
    ///
    /// The sink is behind or fails, and calls without a record are refused.
    pub(crate) fn reserve(&self) -> Result<Slot, Lost> {
        self.check()?;
        let queue = &self.0.queue;
        let has_place = queue.capacity() > BESIDE;
        match has_place.then(|| queue.clone().try_reserve_owned().ok()).flatten() {
            None if self.is_strict() => Err(self.lost()),
            place => Ok(self.slot(place)),
        }
    }

    /// Writes the event of a caller who is refused, before the refusal is sent. Of one who goes on and on,
    /// only the number is written, a little later.
    ///
    /// # Errors
    ///
    /// As with [`reserve`](Self::reserve), or refusals have used up their share of the queue.
    pub(crate) fn record(&self, event: Event) -> Result<(), Lost> {
        self.check()?;
        // Each rejected authentication is told; of what is refused beyond a limit only so much.
        let most = if event.kind() == EventKind::AuthRejected { usize::MAX } else { EACH };
        let Some(event) = self.0.repeats.admit(event, most) else { return Ok(()) };
        let slot = match Arc::clone(&self.0.refusals).try_acquire_owned() {
            Ok(share) => Slot { share: Some(share), ..self.reserve()? },
            Err(_) if self.is_strict() => return Err(self.lost()),
            Err(_) => self.slot(None),
        };
        slot.write(event);
        Ok(())
    }

    /// Writes an event on which no answer depends, and of its repeats within a minute only the number.
    pub(crate) fn write_once(&self, event: Event) {
        if let Some(event) = self.0.repeats.admit(event, 1) {
            self.write(event);
        }
    }

    /// Writes how often refusals were repeated, every minute and for ever.
    pub(crate) async fn tell_repeats(&self) {
        loop {
            self.0.clock.sleep(WINDOW).await;
            self.end_window();
        }
    }

    fn end_window(&self) {
        for event in self.0.repeats.end() {
            self.write(event);
        }
    }

    /// Refuses what would be lost because the sink fails.
    fn check(&self) -> Result<(), Lost> {
        let is_lost = self.is_strict() && self.is_failing();
        if is_lost { Err(self.lost()) } else { Ok(()) }
    }

    /// Counts what is refused for want of a record.
    fn lost(&self) -> Lost {
        self.0.metrics.shed("audit");
        Lost
    }

    fn is_strict(&self) -> bool {
        self.0.on_loss == OnLoss::FailClosed
    }

    /// Writes an event on which no answer depends, e.g. a change of switches, to which the callers' events
    /// leave places; without one it is lost and counted.
    pub(crate) fn write(&self, event: Event) {
        let place = self.0.queue.clone().try_reserve_owned().ok();
        self.slot(place).write(event);
    }

    fn slot(&self, place: Option<mpsc::OwnedPermit<Message>>) -> Slot {
        Slot { place, share: None, audit: self.clone(), _open: self.0.open.token() }
    }

    /// Returns what an event says of a call's arguments: names, and a digest that only equal arguments of
    /// the same tenant share.
    pub(crate) fn arguments(&self, tenant: &TenantId, arguments: &Map<String, Value>) -> Arguments {
        self.0.digests.of(tenant, arguments)
    }

    /// Tells whether the sink takes nothing at the moment.
    pub(crate) fn is_failing(&self) -> bool {
        self.0.state.is_failing.load(Ordering::Relaxed)
    }

    /// Opens the file anew, e.g. since a log rotation has moved it.
    pub(crate) fn reopen(&self) {
        self.0.state.reopen.store(true, Ordering::Relaxed);
    }

    /// Returns when every call that has begun has its event and repeats are told, or when `patience` is over.
    pub(crate) async fn settle(&self, patience: Duration) {
        let _ = tokio::time::timeout(patience, self.0.open.wait()).await;
        self.end_window();
    }

    /// Returns when all events so far lie in the sink, or `false` when `patience` is over.
    pub(crate) async fn flush(&self, patience: Duration) -> bool {
        let (written, wait) = oneshot::channel();
        let flush = async {
            self.0.queue.send(Message::Flush(written)).await.ok()?;
            wait.await.ok()
        };
        matches!(tokio::time::timeout(patience, flush).await, Ok(Some(())))
    }
}

impl Slot {
    /// Writes the event.
    pub(crate) fn write(self, event: Event) {
        let Inner { clock, metrics, .. } = &*self.audit.0;
        let event = Box::new(event.at(clock.now()));
        match self.place {
            Some(place) => {
                place.send(Message::Event(event, self.share));
            }
            None => metrics.audit_lost("queue_full", 1),
        }
    }
}

impl std::fmt::Display for AuditSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Stdout => f.write_str("stdout"),
            #[cfg(feature = "demo")]
            Self::Nowhere => f.write_str("nowhere"),
        }
    }
}

#[cfg(test)]
mod tests;
