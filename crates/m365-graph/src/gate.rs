use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

use crate::{
    Error, ErrorKind, GraphEvent, Limits, Mailbox, Queue, Result,
    call::CallState,
    request::{Lane, Request},
    session::{Core, Session},
};

/// How many teams are remembered before idle ones are forgotten.
const MANY: usize = 64;

/// The places of one user's requests in flight: below Exchange's limit for the own mailbox, Teams's
/// per team, and ours for files and for the user. Other mailboxes' are the tenant's, since Exchange
/// counts what all users of an app read of one.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    user: Places,
    by_name: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// How many requests a user, a tenant and the pool may have in flight, which can change.
#[derive(Debug)]
pub(crate) struct Widths {
    user: AtomicU32,
    tenant: AtomicU32,
    process: AtomicU32,
}

impl Widths {
    pub(crate) fn new(limits: &Limits) -> Self {
        let widths = Self { user: 0.into(), tenant: 0.into(), process: 0.into() };
        widths.set(limits);
        widths
    }

    /// Puts those of `limits` in force.
    pub(crate) fn set(&self, limits: &Limits) {
        self.user.store(limits.per_user, Ordering::Relaxed);
        self.tenant.store(limits.per_tenant, Ordering::Relaxed);
        self.process.store(limits.per_process, Ordering::Relaxed);
    }
}

/// Places of requests in flight, which are made when somebody asks for one, and anew when there are to be more
/// or fewer: requests that have a place keep it beside the new ones.
#[derive(Debug, Default)]
pub(crate) struct Places(Mutex<Option<(u32, Arc<Semaphore>)>>);

impl Places {
    fn of(&self, width: &AtomicU32) -> Arc<Semaphore> {
        let width = width.load(Ordering::Relaxed);
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*made {
            Some((now, places)) if *now == width => Arc::clone(places),
            _ => Arc::clone(&made.insert((width, semaphore(width))).1),
        }
    }
}

/// A place among the requests in flight; dropping it frees the place.
#[derive(Debug)]
#[expect(dead_code, reason = "a permit works by being held")]
pub(crate) struct Place(Vec<OwnedSemaphorePermit>);

/// Waits for a place.
///
/// The requests of one call first queue among themselves, for as long as the call lives; only then
/// do they compete with other calls, and that wait is short: first with those to the same mailbox,
/// then with the user's, the tenant's and everybody's. So a full tenant takes no place of others.
pub(crate) async fn enter(session: &Session, request: &Request, call: &CallState) -> Result<Place> {
    let limits = &session.core.limits;
    let weight = request.weight.clamp(1, limits.per_mailbox.max(1));
    let turn = Arc::clone(&call.line).acquire_many_owned(weight).await.map_err(|_| busy())?;
    let mut entry = Entry::new(session, request, turn);
    if let Some(lane) = lane(session, &request.lane) {
        let weight = weight.min(width(&request.lane, limits));
        entry.take(Queue::Mailbox, &lane, weight).await?;
    }
    let Core { widths, places, .. } = &*session.core;
    entry.take(Queue::User, &session.user.lanes.user.of(&widths.user), 1).await?;
    entry.take(Queue::Tenant, &session.tenant.places.of(&widths.tenant), 1).await?;
    entry.take(Queue::Process, &places.of(&widths.process), 1).await?;
    Ok(Place(entry.held))
}

/// A request on its way to its place.
struct Entry<'a> {
    session: &'a Session,
    request: &'a Request,
    /// When it gives up.
    until: Instant,
    held: Vec<OwnedSemaphorePermit>,
}

impl<'a> Entry<'a> {
    fn new(session: &'a Session, request: &'a Request, turn: OwnedSemaphorePermit) -> Self {
        let mut held = Vec::with_capacity(5);
        held.push(turn);
        Self { session, request, until: Instant::now() + session.core.limits.slot_wait, held }
    }

    async fn take(&mut self, queue: Queue, places: &Arc<Semaphore>, weight: u32) -> Result<()> {
        let permit = match Arc::clone(places).try_acquire_many_owned(weight) {
            Ok(permit) => permit,
            Err(_) => self.wait(queue, Arc::clone(places), weight).await?,
        };
        self.held.push(permit);
        Ok(())
    }

    async fn wait(
        &self,
        queue: Queue,
        places: Arc<Semaphore>,
        weight: u32,
    ) -> Result<OwnedSemaphorePermit> {
        let started = Instant::now();
        let permit = timeout_at(self.until, places.acquire_many_owned(weight)).await;
        let permit = permit.map_err(|_| busy()).and_then(|permit| permit.map_err(|_| busy()));
        let (wait, is_admitted) = (started.elapsed(), permit.is_ok());
        let event = GraphEvent::Queued { queue, wait, is_admitted };
        self.session.notice(self.request.workload, event);
        permit
    }
}

/// Returns the places of requests to the same thing.
fn lane(session: &Session, lane: &Lane) -> Option<Arc<Semaphore>> {
    match lane {
        Lane::Mailbox(Mailbox::Of(address)) => Some(session.tenant.mailbox(address, &session.core)),
        own => session.user.lanes.lane(own, &session.core.limits),
    }
}

impl Lanes {
    fn lane(&self, lane: &Lane, limits: &Limits) -> Option<Arc<Semaphore>> {
        let key = key(lane)?;
        let mut lanes = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() >= MANY {
            lanes.retain(|_, places| Arc::strong_count(places) > 1);
        }
        Some(Arc::clone(lanes.entry(key).or_insert_with(|| semaphore(width(lane, limits)))))
    }
}

/// Returns how many places a lane has.
fn width(lane: &Lane, limits: &Limits) -> u32 {
    let places = match lane {
        Lane::Open => u32::MAX,
        Lane::Mailbox(_) => limits.per_mailbox,
        Lane::Chats | Lane::Team(_) => limits.per_team,
        Lane::Files => limits.files,
    };
    places.max(1)
}

/// Names a lane of one user: no team's id starts with a blank.
fn key(lane: &Lane) -> Option<String> {
    match lane {
        Lane::Open | Lane::Mailbox(Mailbox::Of(_)) => None,
        Lane::Mailbox(Mailbox::Me) => Some(" me".to_owned()),
        Lane::Chats => Some(" chats".to_owned()),
        Lane::Team(team) => Some(team.as_str().to_ascii_lowercase()),
        Lane::Files => Some(" files".to_owned()),
    }
}

pub(crate) fn semaphore(places: u32) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(places.max(1) as usize))
}

fn busy() -> Error {
    let error = Error::new(ErrorKind::Throttled).with_code("busy");
    error.with_retry_after(Duration::from_secs(1))
}
