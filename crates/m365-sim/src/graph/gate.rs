//! How many requests a mailbox takes at a time.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{Timestamp, ToSpan as _};

/// How many requests of one app a mailbox takes at a time.
pub(crate) const MAX_IN_FLIGHT: usize = 4;

/// For how long a mailbox is closed after one request too many, in seconds.
const CLOSED_FOR: u64 = 2;

/// How busy each mailbox is, by its owner's object id.
#[derive(Debug, Default)]
pub(crate) struct Gates {
    gates: Mutex<BTreeMap<String, Gate>>,
}

#[derive(Debug, Default)]
struct Gate {
    in_flight: usize,
    most: usize,
    /// Until when everything is refused, and how long the wait was said to be.
    closed: Option<(Timestamp, u64)>,
}

impl Gates {
    /// Lets a request in, until what it gets is dropped.
    ///
    /// # Errors
    ///
    /// The seconds to wait, when four are inside. Who comes back too early waits twice as long.
    pub(crate) fn enter(&self, mailbox: &str, now: Timestamp) -> Result<Inside<'_>, u64> {
        let mut gates = self.lock();
        let gate = gates.entry(mailbox.to_owned()).or_default();
        if let Some(seconds) = gate.refusal(now) {
            let until = now.checked_add(seconds.cast_signed().seconds());
            gate.closed = Some((until.unwrap_or(Timestamp::MAX), seconds));
            return Err(seconds);
        }
        gate.closed = None;
        gate.in_flight += 1;
        gate.most = gate.most.max(gate.in_flight);
        Ok(Inside { gates: self, mailbox: mailbox.to_owned() })
    }

    /// Returns the most requests that were inside a mailbox at a time.
    pub(crate) fn most(&self, mailbox: &str) -> usize {
        self.lock().get(mailbox).map_or(0, |gate| gate.most)
    }

    fn leave(&self, mailbox: &str) {
        if let Some(gate) = self.lock().get_mut(mailbox) {
            gate.in_flight = gate.in_flight.saturating_sub(1);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Gate>> {
        self.gates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gate {
    fn refusal(&self, now: Timestamp) -> Option<u64> {
        match self.closed {
            Some((until, wait)) if now < until => Some(wait.saturating_mul(2).min(300)),
            _ if self.in_flight >= MAX_IN_FLIGHT => Some(CLOSED_FOR),
            _ => None,
        }
    }
}

/// A request's place in a mailbox.
#[derive(Debug)]
pub(crate) struct Inside<'a> {
    gates: &'a Gates,
    mailbox: String,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.gates.leave(&self.mailbox);
    }
}
