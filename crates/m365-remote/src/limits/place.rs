use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

/// How many may wait for a place where there are few places.
const QUEUE: usize = 32;

/// Places for calls in flight, as many for each key; a key without calls takes no memory.
#[derive(Debug)]
pub(super) struct Places {
    size: AtomicUsize,
    gates: Mutex<HashMap<u64, Arc<Gate>>>,
}

/// The places of one key.
#[derive(Debug)]
struct Gate {
    permits: Arc<Semaphore>,
    state: Mutex<Size>,
    waiting: AtomicUsize,
}

/// How many places there are, and how many more were given away before they became fewer.
#[derive(Debug)]
struct Size {
    now: usize,
    owed: usize,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    permit: Option<OwnedSemaphorePermit>,
    visit: Visit,
}

/// Keeps a gate in the table.
#[derive(Debug)]
struct Visit {
    key: u64,
    gate: Arc<Gate>,
    places: Arc<Places>,
}

impl Places {
    pub(super) fn new(size: usize) -> Arc<Self> {
        Arc::new(Self { size: AtomicUsize::new(size), gates: Mutex::default() })
    }

    /// Gives every key `size` places from now on.
    pub(super) fn resize(&self, size: usize) {
        self.size.store(size, Ordering::Relaxed);
        for gate in self.gates().values() {
            gate.resize(size);
        }
    }

    /// Waits for a place until the moment given, in turn; at once `None` where too many wait.
    pub(super) async fn enter(self: &Arc<Self>, key: u64, until: Instant) -> Option<Place> {
        let visit = self.visit(key);
        let permit = visit.gate.permit(until).await?;
        Some(Place { permit: Some(permit), visit })
    }

    /// Returns how many places are taken, over all keys.
    pub(super) fn taken(&self) -> usize {
        self.gates().values().map(|gate| gate.taken()).sum()
    }

    /// Tells whether some key has no place left while calls wait for one.
    pub(super) fn is_full(&self) -> bool {
        self.gates().values().any(|gate| gate.waiting.load(Ordering::Relaxed) > 0)
    }

    fn visit(self: &Arc<Self>, key: u64) -> Visit {
        let size = self.size.load(Ordering::Relaxed);
        let gate = Arc::clone(self.gates().entry(key).or_insert_with(|| Gate::new(size)));
        Visit { key, gate, places: Arc::clone(self) }
    }

    fn gates(&self) -> MutexGuard<'_, HashMap<u64, Arc<Gate>>> {
        self.gates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gate {
    fn new(size: usize) -> Arc<Self> {
        Arc::new(Self {
            permits: Arc::new(Semaphore::new(size)),
            state: Mutex::new(Size { now: size, owed: 0 }),
            waiting: AtomicUsize::new(0),
        })
    }

    async fn permit(&self, until: Instant) -> Option<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Some(permit);
        }
        let _waiting = Waiting::join(&self.waiting, self.size().now.max(QUEUE))?;
        timeout_at(until, Arc::clone(&self.permits).acquire_owned()).await.ok()?.ok()
    }

    fn resize(&self, wanted: usize) {
        let mut size = self.size();
        let kept = size.owed.min(wanted.saturating_sub(size.now));
        size.owed -= kept;
        self.permits.add_permits(wanted.saturating_sub(size.now) - kept);
        let fewer = size.now.saturating_sub(wanted);
        size.owed += fewer - self.permits.forget_permits(fewer);
        size.now = wanted;
    }

    /// Takes a place back, for the next or for good.
    fn give_back(&self, permit: OwnedSemaphorePermit) {
        let mut size = self.size();
        if size.owed > 0 {
            size.owed -= 1;
            permit.forget();
        }
    }

    fn taken(&self) -> usize {
        let size = self.size();
        (size.now + size.owed).saturating_sub(self.permits.available_permits())
    }

    fn size(&self) -> MutexGuard<'_, Size> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(permit) = self.permit.take() {
            self.visit.gate.give_back(permit);
        }
    }
}

impl Drop for Visit {
    /// Forgets the gate when nobody else is there: the table's and this one are the last two.
    fn drop(&mut self) {
        let mut gates = self.places.gates();
        if Arc::strong_count(&self.gate) <= 2 {
            gates.remove(&self.key);
        }
    }
}

/// Counts one who waits.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn join(queue: &'a AtomicUsize, longest: usize) -> Option<Self> {
        let waiting = Self(queue);
        (queue.fetch_add(1, Ordering::Relaxed) < longest).then_some(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn enter(places: &Arc<Places>, key: u64) -> Option<Place> {
        places.enter(key, Instant::now() + Duration::from_secs(1)).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_has_as_many_places_as_it_was_given() {
        let places = Places::new(2);
        let _first = enter(&places, 1).await.unwrap();
        let second = enter(&places, 1).await.unwrap();

        assert!(enter(&places, 1).await.is_none());
        assert!(enter(&places, 2).await.is_some());
        drop(second);

        assert!(enter(&places, 1).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_waits_a_second_and_no_longer() {
        let places = Places::new(1);
        let _place = enter(&places, 1).await.unwrap();
        let came = Instant::now();

        assert!(enter(&places, 1).await.is_none());

        assert_eq!(came.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn who_came_first_gets_the_place_that_is_given_back() {
        let places = Places::new(1);
        let place = enter(&places, 1).await.unwrap();
        let mut waiting = std::pin::pin!(enter(&places, 1));
        assert!(tokio::time::timeout(Duration::ZERO, &mut waiting).await.is_err());

        drop(place);

        assert!(waiting.await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_wait_than_the_queue_holds() {
        let places = Places::new(1);
        let _place = enter(&places, 1).await.unwrap();
        let mut queue = tokio::task::JoinSet::new();
        for _ in 0..(QUEUE + 5) {
            let places = Arc::clone(&places);
            queue.spawn(async move {
                let came = Instant::now();
                let place = enter(&places, 1).await;
                (place.is_some(), came.elapsed().is_zero())
            });
        }

        let answers = queue.join_all().await;

        assert_eq!(answers.iter().filter(|answer| **answer == (false, true)).count(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_without_calls_is_forgotten() {
        let places = Places::new(1);
        let place = enter(&places, 1).await;
        let gave_up = enter(&places, 1).await;
        assert_eq!((places.taken(), gave_up.is_none()), (1, true));

        drop(place);

        assert!(places.gates().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn fewer_places_hold_when_calls_have_ended() {
        let places = Places::new(3);
        let mut taken = Vec::new();
        for _ in 0..3 {
            taken.push(enter(&places, 1).await.unwrap());
        }

        places.resize(1);
        taken.truncate(1);

        assert!(enter(&places, 1).await.is_none());
        assert_eq!(places.taken(), 1);
        taken.clear();
        assert!(enter(&places, 1).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn places_become_more_and_fewer_and_more_while_calls_run() {
        let places = Places::new(2);
        let first = enter(&places, 1).await.unwrap();
        let second = enter(&places, 1).await.unwrap();

        for size in [1, 0, 3, 1, 2] {
            places.resize(size);
        }

        assert_eq!(places.taken(), 2);
        assert!(enter(&places, 1).await.is_none());
        drop(first);
        assert!(enter(&places, 1).await.is_some());
        drop(second);
        assert!(places.gates().is_empty());
    }
}
