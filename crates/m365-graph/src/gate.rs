use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::{
    Error, ErrorKind, Limits, Mailbox, Result,
    call::CallState,
    request::{Lane, Request},
};

/// How many mailboxes and teams are remembered before idle ones are forgotten.
const MANY: usize = 64;

/// Keeps the requests in flight below Exchange's limit per mailbox, Teams's per team, and ours for
/// files and per user.
#[derive(Debug)]
pub(crate) struct Gate {
    per_mailbox: u32,
    per_team: u32,
    files: u32,
    wait: Duration,
    user: Arc<Semaphore>,
    lanes: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// A place among the requests in flight; dropping it frees the place.
#[derive(Debug)]
#[expect(dead_code, reason = "a permit works by being held")]
pub(crate) struct Place(Vec<OwnedSemaphorePermit>);

impl Gate {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            per_mailbox: limits.per_mailbox.max(1),
            per_team: limits.per_team.max(1),
            files: limits.files.max(1),
            wait: limits.slot_wait,
            user: semaphore(limits.per_user),
            lanes: Mutex::default(),
        }
    }

    /// Waits for a place.
    ///
    /// The requests of one call first queue among themselves, for as long as the call lives; only
    /// then do they compete with other calls, and that wait is short.
    pub(crate) async fn enter(&self, request: &Request, call: &CallState) -> Result<Place> {
        let weight = request.weight.clamp(1, self.per_mailbox);
        let turn = acquire(Arc::clone(&call.line), weight).await?;
        let Some(lane) = self.lane(&request.lane) else { return self.compete(vec![turn]).await };
        let weight = weight.min(self.width(&request.lane));
        let places = timeout(self.wait, acquire(lane, weight)).await;
        self.compete(vec![turn, places.map_err(|_| busy())??]).await
    }

    async fn compete(&self, mut held: Vec<OwnedSemaphorePermit>) -> Result<Place> {
        let place = timeout(self.wait, acquire(Arc::clone(&self.user), 1)).await;
        held.push(place.map_err(|_| busy())??);
        Ok(Place(held))
    }

    fn lane(&self, lane: &Lane) -> Option<Arc<Semaphore>> {
        let key = key(lane)?;
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() >= MANY {
            lanes.retain(|_, places| Arc::strong_count(places) > 1);
        }
        Some(Arc::clone(lanes.entry(key).or_insert_with(|| semaphore(self.width(lane)))))
    }

    const fn width(&self, lane: &Lane) -> u32 {
        match lane {
            Lane::Open => u32::MAX,
            Lane::Mailbox(_) => self.per_mailbox,
            Lane::Chats | Lane::Team(_) => self.per_team,
            Lane::Files => self.files,
        }
    }
}

/// Names a lane: no address and no team's id starts with a blank.
fn key(lane: &Lane) -> Option<String> {
    match lane {
        Lane::Open => None,
        Lane::Mailbox(Mailbox::Me) => Some(" me".to_owned()),
        Lane::Mailbox(Mailbox::Of(address)) => Some(address.key()),
        Lane::Chats => Some(" chats".to_owned()),
        Lane::Team(team) => Some(team.as_str().to_ascii_lowercase()),
        Lane::Files => Some(" files".to_owned()),
    }
}

pub(crate) fn semaphore(places: u32) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(places.max(1) as usize))
}

async fn acquire(places: Arc<Semaphore>, weight: u32) -> Result<OwnedSemaphorePermit> {
    places.acquire_many_owned(weight).await.map_err(|_| busy())
}

fn busy() -> Error {
    let error = Error::new(ErrorKind::Throttled).with_code("busy");
    error.with_retry_after(Duration::from_secs(1))
}
