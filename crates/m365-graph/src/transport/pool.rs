use std::{
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reqwest::Client;
use tokio::{
    sync::{OnceCell, Semaphore, SemaphorePermit},
    time::{Instant, timeout},
};

use crate::failure::Failure;

/// How many requests a line carries before another is opened: a server takes 100 on one HTTP/2
/// connection, and more would wait unseen.
const FULL: usize = 80;

/// How many requests go ahead while a line's connection does not stand. Each would open one of its
/// own, of which HTTP/2 keeps a single one.
const AHEAD: usize = 2;

/// How long the others wait for those that went ahead.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long after an answer the connection is taken to stand: reqwest drops idle ones after 90 s.
const FRESH: Duration = Duration::from_secs(60);

/// The HTTP clients for one kind of server. A client keeps one HTTP/2 connection per origin, so
/// there are as many as the load needs.
#[derive(Debug)]
pub(super) struct Pool {
    lines: Mutex<Vec<Arc<Line>>>,
    most: AtomicUsize,
    /// Whether a line's first requests go ahead.
    goes_ahead: bool,
}

/// One HTTP client. The requests that use it hold it, so their number is that of its owners.
#[derive(Debug)]
pub(super) struct Line {
    client: OnceCell<Client>,
    /// The places of those that go ahead, if any need to.
    ahead: Option<Semaphore>,
    /// When the last answer came.
    answered: Mutex<Option<Instant>>,
}

impl Pool {
    pub(super) fn new(most: usize, goes_ahead: bool) -> Self {
        Self { lines: Mutex::default(), most: most.into(), goes_ahead }
    }

    /// Lets it have so many lines from now on; where it has more, they stay.
    pub(super) fn widen(&self, most: usize) {
        self.most.store(most, Ordering::Relaxed);
    }

    /// Returns the line with the fewest requests; a new one if all are full and it may.
    pub(super) fn line(&self) -> Arc<Line> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let may_grow = lines.len() < self.most.load(Ordering::Relaxed);
        let least = lines.iter().min_by_key(|line| Arc::strong_count(line));
        if let Some(line) = least.filter(|line| !may_grow || Arc::strong_count(line) <= FULL) {
            return Arc::clone(line);
        }
        let line = Arc::new(Line::new(self.goes_ahead));
        lines.push(Arc::clone(&line));
        line
    }

    /// Puts a new line in the place of `used`, unless that was done; requests that are under way
    /// keep theirs.
    pub(super) fn renew(&self, used: &Arc<Line>) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.iter_mut().find(|line| Arc::ptr_eq(line, used)) {
            *line = Arc::new(Line::new(self.goes_ahead));
        }
    }
}

impl Line {
    fn new(goes_ahead: bool) -> Self {
        let ahead = goes_ahead.then(|| Semaphore::new(AHEAD));
        Self { client: OnceCell::new(), ahead, answered: Mutex::default() }
    }

    /// Returns the client. The first who asks makes it; others wait for that one, without holding
    /// up their threads.
    pub(super) async fn client<F>(&self, make: impl FnOnce() -> F) -> Result<&Client, Failure>
    where
        F: Future<Output = Result<Client, Failure>>,
    {
        self.client.get_or_try_init(make).await
    }

    /// Waits until the connection stands, or for the turn to make it, but not for long: what is
    /// returned is held until there is an answer.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        let ahead = self.ahead.as_ref().filter(|_| !self.stands())?;
        let permit = timeout(PATIENCE, ahead.acquire()).await.ok()?.ok()?;
        (!self.stands()).then_some(permit)
    }

    /// Notes an answer: the connection stands.
    pub(super) fn answered(&self) {
        *self.answered.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn stands(&self) -> bool {
        let answered = *self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.is_some_and(|answered| answered.elapsed() < FRESH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_opened_as_they_fill_and_shared_evenly_then() {
        let pool = Pool::new(2, false);

        let held = (0..2 * FULL + 20).map(|_| pool.line()).collect::<Vec<_>>();

        let lines = pool.lines.lock().unwrap().clone();
        let owners = |line: &Arc<Line>| held.iter().filter(|held| Arc::ptr_eq(held, line)).count();
        assert_eq!(lines.iter().map(owners).collect::<Vec<_>>(), [FULL + 10, FULL + 10]);
    }

    #[test]
    fn more_lines_are_opened_once_there_may_be_more() {
        let pool = Pool::new(1, false);
        let held = (0..FULL + 10).map(|_| pool.line()).collect::<Vec<_>>();

        pool.widen(2);

        assert!(held.iter().all(|line| Arc::ptr_eq(line, &held[0])));
        assert!(!Arc::ptr_eq(&pool.line(), &held[0]));
    }

    #[test]
    fn a_few_requests_share_one_line() {
        let pool = Pool::new(20, false);

        let held = (0..FULL).map(|_| pool.line()).collect::<Vec<_>>();

        assert!(held.iter().all(|line| Arc::ptr_eq(line, &held[0])));
    }

    #[test]
    fn a_renewed_line_is_used_no_more_and_renewed_once() {
        let pool = Pool::new(20, false);
        let used = pool.line();

        pool.renew(&used);
        let next = pool.line();
        pool.renew(&used);

        assert!(!Arc::ptr_eq(&used, &next));
        assert!(Arc::ptr_eq(&next, &pool.line()));
    }

    #[tokio::test(start_paused = true)]
    async fn few_go_ahead_until_there_is_an_answer_and_again_after_a_pause() {
        let line = Line::new(true);
        let first = [line.turn().await, line.turn().await];
        let third = async { (line.turn().await.is_some(), line.stands()) };

        line.answered();
        assert!(first.iter().all(Option::is_some));
        assert_eq!(third.await, (false, true));

        drop(first);
        tokio::time::advance(FRESH).await;
        assert!(line.turn().await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_long_for_those_who_went_ahead() {
        let line = Line::new(true);
        let _ahead = [line.turn().await, line.turn().await];
        let started = Instant::now();

        assert!(line.turn().await.is_none());
        assert_eq!(started.elapsed().as_secs(), PATIENCE.as_secs());
    }
}
