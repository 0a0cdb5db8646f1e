//! One server of the demo tenant, as tests see it.

use tokio::sync::oneshot;

use crate::{
    fault::{Fault, queue::Queue},
    http::Origin,
    record::Record,
    server::listener::Switch,
    state::State,
};

/// What each server has of its own.
#[derive(Debug)]
pub(crate) struct Hosts {
    queues: [Queue; 4],
    switches: Vec<Switch>,
}

impl Hosts {
    /// Starts without faults.
    pub(crate) fn new(switches: Vec<Switch>) -> Self {
        Self { queues: Default::default(), switches }
    }
}

impl State {
    /// Returns the faults that a server still has to do.
    pub(crate) fn faults(&self, origin: Origin) -> &Queue {
        &self.hosts.queues[origin as usize]
    }

    /// Forgets the faults that a server still has to do, and what is left of those it did.
    pub(crate) fn forget_faults(&self, origin: Origin) {
        self.faults(origin).clear();
        if origin == Origin::Graph {
            self.waits.clear();
        }
    }
}

/// A server of the demo tenant: faults to come, requests that came.
#[derive(Clone, Copy, Debug)]
pub struct Host<'a> {
    state: &'a State,
    origin: Origin,
}

impl<'a> Host<'a> {
    pub(crate) fn new(state: &'a State, origin: Origin) -> Self {
        Self { state, origin }
    }

    /// Does this fault to the next request that none waits for already.
    pub fn next_response(&self, fault: Fault) {
        self.next_responses(1, fault);
    }

    /// Does this fault to each of the next `count` requests.
    pub fn next_responses(&self, count: usize, fault: Fault) {
        self.state.faults(self.origin).push("", count, fault);
    }

    /// Does this fault to the next request whose path starts with `path_prefix`.
    pub fn next_on(&self, path_prefix: &str, fault: Fault) {
        self.state.faults(self.origin).push(path_prefix, 1, fault);
    }

    /// Does this fault to each request whose path starts with `path_prefix`, until cleared.
    pub fn on(&self, path_prefix: &str, fault: Fault) {
        self.state.faults(self.origin).stand(path_prefix, 100, fault);
    }

    /// Does this fault to so many of a hundred requests, the same ones for the same seed.
    pub fn sometimes(&self, percent: u8, fault: Fault) {
        self.state.faults(self.origin).stand("", percent, fault);
    }

    /// Forgets all faults to come, and the waits that those before have asked for.
    pub fn clear(&self) {
        self.state.forget_faults(self.origin);
    }

    /// Cuts all connections and closes the port, until [`listen`](Self::listen).
    pub async fn refuse(&self) {
        self.switch(false).await;
    }

    /// Opens the port again.
    pub async fn listen(&self) {
        self.switch(true).await;
    }

    /// Counts the requests since the log was cleared.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.state.records.count(self.origin)
    }

    /// Returns the requests since the log was cleared, oldest first.
    #[must_use]
    pub fn log(&self) -> Vec<Record> {
        self.state.records.of(self.origin)
    }

    /// Clears the log.
    pub fn clear_log(&self) {
        self.state.records.clear(self.origin);
    }

    async fn switch(&self, listen: bool) {
        let (done, wait) = oneshot::channel();
        let switch = self.state.hosts.switches.get(self.origin as usize);
        if switch.is_some_and(|switch| switch.send((listen, done)).is_ok()) {
            // A server that has stopped neither listens nor answers.
            let _ = wait.await;
        }
    }
}
