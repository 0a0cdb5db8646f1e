use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use crate::{AccessToken, Error, ErrorKind, Result};

/// What makes two renewals the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct FlightKey {
    pub(crate) claims: Option<String>,
    pub(crate) forced: bool,
}

type Landing = watch::Receiver<Option<Result<AccessToken>>>;

/// The renewals on their way: whoever wants the same waits for the one that has started.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flights {
    running: Arc<Mutex<HashMap<FlightKey, Landing>>>,
}

impl Flights {
    /// Joins the renewal `key`, or starts `renewal` as a task of its own.
    ///
    /// The task goes on when the caller that started it stops waiting.
    pub(crate) fn board<F>(&self, key: FlightKey, renewal: impl FnOnce() -> F) -> Flight
    where
        F: Future<Output = Result<AccessToken>> + Send + 'static,
    {
        let mut running = self.running();
        if let Some(landing) = running.get(&key) {
            return Flight(landing.clone());
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
        Flight(landing)
    }

    fn running(&self) -> MutexGuard<'_, HashMap<FlightKey, Landing>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A renewal that somebody waits for.
pub(crate) struct Flight(Landing);

impl Flight {
    pub(crate) async fn landed(mut self) -> Result<AccessToken> {
        let landed = self.0.wait_for(Option::is_some).await;
        landed.ok().and_then(|result| result.clone()).unwrap_or_else(|| {
            Err(Error::new(ErrorKind::Unavailable).with_message("The renewal was interrupted"))
        })
    }
}

/// Takes a renewal off the list when it ends, however it ends.
struct Ended {
    flights: Flights,
    key: FlightKey,
}

impl Drop for Ended {
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
        let flights = Flights::default();
        let (gate, started) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
        let board = || {
            let (gate, started) = (gate.clone(), started.clone());
            flights.board(FlightKey::default(), move || async move {
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
