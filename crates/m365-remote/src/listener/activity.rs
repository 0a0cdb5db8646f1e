use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::ConnectionLimits;

/// What a connection is doing, and since when; clones share it.
#[derive(Clone, Debug)]
pub(super) struct Activity(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// Requests whose answer is not sent yet.
    running: usize,
    /// Those of them whose answer, or the next part of it, is there for the peer to take.
    offered: usize,
    /// Over HTTP/2 heads are the library's business: other frames come between.
    is_http2: bool,
    /// When the first byte of a head came that is not complete yet.
    reading_since: Option<Instant>,
    /// Since when the peer takes nothing of what we write.
    stalled_since: Option<Instant>,
    /// When the connection was opened, or a part of an answer was offered, taken or sent.
    quiet_since: Instant,
    has_served: bool,
}

/// One running request; dropped when its answer is sent.
#[derive(Debug)]
pub(super) struct Running {
    activity: Activity,
    is_offered: bool,
}

impl Activity {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            running: 0,
            offered: 0,
            is_http2: false,
            reading_since: None,
            stalled_since: None,
            quiet_since: Instant::now(),
            has_served: false,
        })))
    }

    /// Notes that bytes came.
    pub(super) fn read(&self) {
        self.with(|state| {
            if state.running == 0 && !state.is_http2 && state.reading_since.is_none() {
                state.reading_since = Some(Instant::now());
            }
        });
    }

    /// Notes whether the peer took what was to be written.
    pub(super) fn wrote(&self, went: bool) {
        self.with(|state| match went {
            true => state.stalled_since = None,
            false => {
                state.stalled_since.get_or_insert_with(Instant::now);
            }
        });
    }

    /// Notes that a request has been read.
    pub(super) fn begin(&self, is_http2: bool) -> Running {
        self.with(|state| {
            state.running += 1;
            state.is_http2 = is_http2;
            state.reading_since = None;
            state.has_served = true;
        });
        Running { activity: self.clone(), is_offered: false }
    }

    /// Returns when the connection is to be looked at again; nothing when it has had its time.
    pub(super) fn next_look(&self, limits: ConnectionLimits) -> Option<Instant> {
        let now = Instant::now();
        let end = self.with(|state| state.end(limits));
        // A head may begin at any moment, and has less time than silence has.
        let look = now + limits.header / 4 + Duration::from_millis(10);
        (end > now).then(|| end.min(look))
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    fn end(&self, limits: ConnectionLimits) -> Instant {
        let far = Instant::now() + limits.idle;
        let silent = match (self.running, self.reading_since, self.has_served) {
            // Who takes nothing of what is offered holds what it stands for: memory, places, the socket.
            (1.., _, _) if self.offered >= self.running => self.quiet_since + limits.idle,
            (1.., _, _) => far,
            (0, Some(since), _) => since + limits.header,
            (0, None, true) => self.quiet_since + limits.idle,
            (0, None, false) => self.quiet_since + limits.header,
        };
        self.stalled_since.map_or(silent, |since| silent.min(since + limits.idle))
    }
}

impl Running {
    /// Notes that the next part of the answer is there for the peer to take.
    pub(super) fn offers(&mut self) {
        self.turn(true);
    }

    /// Notes that the next part of the answer is still to be made.
    pub(super) fn makes(&mut self) {
        self.turn(false);
    }

    fn turn(&mut self, is_offered: bool) {
        let was = std::mem::replace(&mut self.is_offered, is_offered);
        self.activity.with(|state| {
            state.offered = state.offered.saturating_sub(was.into()) + usize::from(is_offered);
            state.quiet_since = Instant::now();
        });
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.makes();
        self.activity.with(|state| {
            state.running = state.running.saturating_sub(1);
            state.quiet_since = Instant::now();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: ConnectionLimits = ConnectionLimits {
        connections: 1,
        header: Duration::from_secs(10),
        idle: Duration::from_secs(75),
    };

    async fn lives_for(activity: &Activity) -> Duration {
        let start = Instant::now();
        while let Some(look) = activity.next_look(LIMITS) {
            tokio::time::sleep_until(look).await;
        }
        start.elapsed()
    }

    fn about(elapsed: Duration, seconds: u64) -> bool {
        (seconds * 1_000..seconds * 1_000 + 100).contains(&(elapsed.as_millis() as u64))
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_sends_nothing_is_closed_after_the_time_for_a_head() {
        let activity = Activity::new();

        assert!(about(lives_for(&activity).await, 10));
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_drips_has_its_time_from_the_first_byte() {
        let activity = Activity::new();
        drop(activity.begin(false));
        tokio::time::advance(Duration::from_secs(30)).await;
        activity.read();
        tokio::time::advance(Duration::from_secs(9)).await;
        activity.read();

        assert!(about(lives_for(&activity).await, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_may_be_idle_between_requests() {
        let activity = Activity::new();
        drop(activity.begin(false));

        assert!(about(lives_for(&activity).await, 75));
    }

    #[tokio::test(start_paused = true)]
    async fn a_running_call_keeps_its_connection() {
        let activity = Activity::new();
        let _running = activity.begin(true);
        tokio::time::advance(Duration::from_secs(500)).await;

        assert!(activity.next_look(LIMITS).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_not_fetched_has_its_time_and_a_call_beside_it_has_its_own() {
        let activity = Activity::new();
        let mut offered = activity.begin(true);
        offered.offers();
        let running = activity.begin(true);
        tokio::time::advance(Duration::from_secs(500)).await;
        assert!(activity.next_look(LIMITS).is_some());

        drop(running);

        assert!(about(lives_for(&activity).await, 75));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_fetched_in_parts_goes_on() {
        let activity = Activity::new();
        let mut running = activity.begin(true);
        for _ in 0..10 {
            running.offers();
            tokio::time::advance(Duration::from_secs(60)).await;
            running.makes();
            tokio::time::advance(Duration::from_secs(60)).await;
        }

        assert!(activity.next_look(LIMITS).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_takes_no_answer_is_closed() {
        let activity = Activity::new();
        let _running = activity.begin(false);
        activity.wrote(false);

        assert!(about(lives_for(&activity).await, 75));
    }
}
