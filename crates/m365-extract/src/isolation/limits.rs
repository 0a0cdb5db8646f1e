#[cfg(unix)]
mod unix;
#[cfg(any(windows, target_os = "macos"))]
mod watch;

use std::{io, time::Duration};

use serde::{Deserialize, Serialize};

/// What the reading of one file may take.
///
/// On Unix the system itself holds a process to its computing time, and to its memory but on macOS; there and
/// on Windows the child watches its own. The wall clock is watched everywhere.
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

/// Holds this process to its limits for good: what it has open is all that it can use.
pub(super) fn impose(limits: &Limits) -> io::Result<()> {
    #[cfg(unix)]
    unix::impose(limits)?;
    #[cfg(any(windows, target_os = "macos"))]
    watch::start(limits)?;
    Ok(())
}
