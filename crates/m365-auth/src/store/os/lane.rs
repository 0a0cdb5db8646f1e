use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

/// Runs one call at a time on a thread of its own: a call that hangs does so alone, and those that
/// come meanwhile are not held up by it.
#[derive(Debug, Default)]
pub(super) struct Lane {
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The number of the call that runs.
    running: Option<u64>,
    /// Nobody waits for it any more.
    hangs: bool,
    calls: u64,
}

/// Why a call has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missed {
    /// It, or one before it, is not done in time.
    Late,
    /// It broke off, or could not start.
    Broken,
}

impl Lane {
    /// Returns the result of `work`, if it comes within `patience`; else `work` goes on alone.
    pub(super) fn run<T: Send + 'static>(
        self: &Arc<Self>,
        patience: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Missed> {
        let until = Instant::now() + patience;
        let turn = self.turn(until)?;
        let number = turn.number;
        let (sender, receiver) = mpsc::sync_channel(1);
        let run = move || {
            let result = work();
            drop(turn);
            // Nobody may wait for it any more.
            let _ = sender.send(result);
        };
        let thread = thread::Builder::new().name("key store".to_owned());
        thread.spawn(run).map_err(|_| Missed::Broken)?;
        match receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(result) => Ok(result),
            Err(RecvTimeoutError::Disconnected) => Err(Missed::Broken),
            Err(RecvTimeoutError::Timeout) => {
                self.give_up(number);
                Err(Missed::Late)
            }
        }
    }

    /// Waits for the call before, unless it hangs.
    fn turn(self: &Arc<Self>, until: Instant) -> Result<Turn, Missed> {
        let rest = until.saturating_duration_since(Instant::now());
        let waits = |state: &mut State| state.running.is_some() && !state.hangs;
        let waited = self.freed.wait_timeout_while(self.state(), rest, waits);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
        if state.running.is_some() {
            return Err(Missed::Late);
        }
        state.calls += 1;
        let number = state.calls;
        *state = State { running: Some(number), hangs: false, calls: number };
        Ok(Turn { lane: self.clone(), number })
    }

    fn give_up(&self, number: u64) {
        let mut state = self.state();
        if state.running == Some(number) {
            state.hangs = true;
            self.freed.notify_all();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The call that runs; dropped, the next one may.
struct Turn {
    lane: Arc<Lane>,
    number: u64,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.lane.state();
        state.running = None;
        state.hangs = false;
        self.lane.freed.notify_all();
    }
}
