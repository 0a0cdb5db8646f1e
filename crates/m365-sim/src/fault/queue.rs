//! Which fault meets which request.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use sha2::{Digest, Sha256};

use super::Fault;

/// The faults that one server still has to do.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    once: VecDeque<Once>,
    standing: Vec<Standing>,
    asked: u64,
}

/// A fault for one request under a path.
#[derive(Clone, Debug)]
struct Once {
    prefix: String,
    fault: Fault,
}

#[derive(Debug)]
struct Standing {
    prefix: String,
    percent: u8,
    fault: Fault,
}

impl Queue {
    /// Adds a fault for the next `count` requests under a path that meet none before.
    pub(crate) fn push(&self, prefix: &str, count: usize, fault: Fault) {
        let once = Once { prefix: prefix.to_owned(), fault };
        self.with(|waiting| waiting.once.extend(std::iter::repeat_n(once, count)));
    }

    /// Adds a fault for a share of the requests under a path, until cleared.
    pub(crate) fn stand(&self, prefix: &str, percent: u8, fault: Fault) {
        let standing = Standing { prefix: prefix.to_owned(), percent, fault };
        self.with(|waiting| waiting.standing.push(standing));
    }

    /// Forgets all faults.
    pub(crate) fn clear(&self) {
        self.with(|waiting| *waiting = Waiting::default());
    }

    /// Takes the fault that meets a request: a single one first, else the latest standing one.
    pub(crate) fn take(&self, path: &str, seed: u64) -> Option<Fault> {
        self.with(|waiting| {
            waiting.asked += 1;
            let die = die(seed, waiting.asked);
            let next = waiting.once.iter().position(|once| path.starts_with(&once.prefix));
            let once = next.and_then(|index| waiting.once.remove(index)).map(|once| once.fault);
            once.or_else(|| {
                let meets =
                    |fault: &&Standing| path.starts_with(&fault.prefix) && die < fault.percent;
                waiting.standing.iter().rev().find(meets).map(|standing| standing.fault.clone())
            })
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Waiting) -> T) -> T {
        work(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Returns 0 to 99, the same for the same seed and turn.
fn die(seed: u64, turn: u64) -> u8 {
    let digest = Sha256::digest([seed.to_le_bytes(), turn.to_le_bytes()].concat());
    u8::try_from((u16::from(digest[0]) << 8 | u16::from(digest[1])) % 100).unwrap_or_default()
}
