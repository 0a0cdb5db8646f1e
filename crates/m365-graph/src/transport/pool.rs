use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use reqwest::Client;
use tokio::sync::OnceCell;

use crate::failure::Failure;

/// The HTTP client for one kind of server: made when it is first needed, and anew after a failure.
#[derive(Debug, Default)]
pub(super) struct Pool(Mutex<Slot>);

#[derive(Clone, Debug, Default)]
struct Slot {
    number: u64,
    client: Arc<OnceCell<Client>>,
}

impl Pool {
    /// Returns the client and its number. The first who asks makes it; others wait for that one,
    /// without holding up their threads.
    pub(super) async fn client<F>(&self, make: impl FnOnce() -> F) -> Result<(u64, Client), Failure>
    where
        F: Future<Output = Result<Client, Failure>>,
    {
        let slot = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let client = slot.client.get_or_try_init(make).await?;
        Ok((slot.number, client.clone()))
    }

    /// Forgets the client, unless that was done since `number`; requests that are under way keep
    /// theirs.
    pub(super) fn renew(&self, number: u64) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.number == number {
            *slot = Slot { number: number + 1, client: Arc::default() };
        }
    }
}
