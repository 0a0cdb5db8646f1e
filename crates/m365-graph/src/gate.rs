use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::{Error, ErrorKind, Limits, Mailbox, Result, call::CallState, request::Request};

/// How many mailboxes are remembered before idle ones are forgotten.
const MANY: usize = 64;

/// Keeps the requests in flight below Exchange's limit per mailbox and ours per user.
#[derive(Debug)]
pub(crate) struct Gate {
    per_mailbox: u32,
    wait: Duration,
    user: Arc<Semaphore>,
    mailboxes: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// A place among the requests in flight; dropping it frees the place.
#[derive(Debug)]
#[expect(dead_code, reason = "a permit works by being held")]
pub(crate) struct Place(Vec<OwnedSemaphorePermit>);

impl Gate {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            per_mailbox: limits.per_mailbox.max(1),
            wait: limits.slot_wait,
            user: semaphore(limits.per_user),
            mailboxes: Mutex::default(),
        }
    }

    /// Waits for a place.
    ///
    /// The requests of one call first queue among themselves, for as long as the call lives; only
    /// then do they compete with other calls, and that wait is short.
    pub(crate) async fn enter(&self, request: &Request, call: &CallState) -> Result<Place> {
        let weight = request.weight.clamp(1, self.per_mailbox);
        let turn = acquire(Arc::clone(&call.line), weight).await?;
        let Some(mailbox) = &request.mailbox else { return self.compete(vec![turn]).await };
        let places = timeout(self.wait, acquire(self.mailbox(mailbox), weight)).await;
        self.compete(vec![turn, places.map_err(|_| busy())??]).await
    }

    async fn compete(&self, mut held: Vec<OwnedSemaphorePermit>) -> Result<Place> {
        let place = timeout(self.wait, acquire(Arc::clone(&self.user), 1)).await;
        held.push(place.map_err(|_| busy())??);
        Ok(Place(held))
    }

    fn mailbox(&self, mailbox: &Mailbox) -> Arc<Semaphore> {
        let key = match mailbox {
            Mailbox::Me => String::new(),
            Mailbox::Of(address) => address.key(),
        };
        let mut mailboxes = self.mailboxes.lock().unwrap_or_else(PoisonError::into_inner);
        if mailboxes.len() >= MANY {
            mailboxes.retain(|_, places| Arc::strong_count(places) > 1);
        }
        Arc::clone(mailboxes.entry(key).or_insert_with(|| semaphore(self.per_mailbox)))
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
