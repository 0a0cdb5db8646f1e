use std::{
    collections::HashMap,
    future::Future,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use crate::{AccessToken, Error, ErrorKind, Result};

type Landing = watch::Receiver<Option<Result<AccessToken>>>;

/// The renewals on their way, by what makes two of them the same: whoever wants one that has
/// started waits for it.
#[derive(Debug)]
pub(crate) struct Flights<K> {
    running: Arc<Mutex<HashMap<K, Landing>>>,
}

impl<K: Clone + Eq + Hash + Send + 'static> Flights<K> {
    /// Joins the renewal `key`, or starts `renewal` as a task of its own.
    ///
    /// The task goes on when the caller that started it stops waiting.
    pub(crate) fn board<F>(&self, key: K, renewal: impl FnOnce() -> F) -> Flight
    where
        F: Future<Output = Result<AccessToken>> + Send + 'static,
    {
        let mut running = self.running();
        if let Some(landing) = running.get(&key) {
            return Flight { landing: landing.clone(), joined: true };
        }
        let (sender, landing) = watch::channel(None);
        running.insert(key.clone(), landing.clone());
        let ended = Ended { flights: self.clone(), key };
        let renewal = renewal();
        tokio::spawn(async move {
            let result = renewal.await;
            drop(ended);
            sender.send_replace(Some(result));
        });
        Flight { landing, joined: false }
    }
}

impl<K> Flights<K> {
    fn running(&self) -> MutexGuard<'_, HashMap<K, Landing>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K> Default for Flights<K> {
    fn default() -> Self {
        Self { running: Arc::default() }
    }
}

impl<K> Clone for Flights<K> {
    fn clone(&self) -> Self {
        Self { running: self.running.clone() }
    }
}

/// A renewal that somebody waits for.
pub(crate) struct Flight {
    landing: Landing,
    /// Somebody else had started it.
    #[cfg_attr(not(feature = "server"), expect(dead_code, reason = "it counts for a server only"))]
    pub(crate) joined: bool,
}

impl Flight {
    pub(crate) async fn landed(mut self) -> Result<AccessToken> {
        let landed = self.landing.wait_for(Option::is_some).await;
        landed.ok().and_then(|result| result.clone()).unwrap_or_else(|| {
            Err(Error::new(ErrorKind::Unavailable).with_message("The renewal was interrupted"))
        })
    }
}

/// Takes a renewal off the list when it ends, however it ends.
struct Ended<K: Eq + Hash> {
    flights: Flights<K>,
    key: K,
}

impl<K: Eq + Hash> Drop for Ended<K> {
    fn drop(&mut self) {
        self.flights.running().remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn a_renewal_survives_whoever_started_it_and_a_panic_ends_the_waiting() {
        let flights = Flights::<&str>::default();
        let (gate, started) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
        let board = || {
            let (gate, started) = (gate.clone(), started.clone());
            flights.board("one", move || async move {
                started.fetch_add(1, Ordering::SeqCst);
                gate.notified().await;
                panic!("a renewal that fails unexpectedly")
            })
        };

        drop(board());
        let second = board();
        gate.notify_one();

        assert_eq!(second.landed().await.unwrap_err().kind(), ErrorKind::Unavailable);
        assert_eq!(started.load(Ordering::SeqCst), 1);
        assert!(flights.running().is_empty());
    }
}
