#[cfg(unix)]
mod unix;

use std::time::Duration;

use serde::{Deserialize, Serialize};

#[cfg(unix)]
pub(super) use self::unix::impose;

/// What the reading of one file may take.
///
/// Memory and computing time are limited where the system does that for a process: on Unix, memory not
/// on macOS. The wall clock is watched everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    memory: u64,
    cpu: Duration,
    wall: Duration,
}

impl Limits {
    /// Sets the address space of the child in bytes; 512 MiB unless set.
    #[must_use]
    pub fn memory(mut self, bytes: u64) -> Self {
        self.memory = bytes;
        self
    }

    /// Sets how long the child may compute, rounded up to seconds; 10 s unless set.
    #[must_use]
    pub fn cpu(mut self, time: Duration) -> Self {
        self.cpu = time;
        self
    }

    /// Sets how long to wait for the document, the start of the child included; 15 s unless set.
    #[must_use]
    pub fn wall(mut self, time: Duration) -> Self {
        self.wall = time;
        self
    }

    pub(super) fn patience(&self) -> Duration {
        self.wall
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 512 * 1024 * 1024,
            cpu: Duration::from_secs(10),
            wall: Duration::from_secs(15),
        }
    }
}

/// The system has no such limits that a process could set for itself.
#[cfg(not(unix))]
pub(super) fn impose(_: &Limits) -> std::io::Result<()> {
    Ok(())
}
