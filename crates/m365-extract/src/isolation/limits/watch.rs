//! Limits for systems that do not limit the memory of a process that asks for it.

use std::{
    io, process, thread,
    time::{Duration, Instant},
};

use memory_stats::{MemoryStats, memory_stats};

use super::Limits;
use crate::isolation::protocol::OUT_OF_MEMORY;

/// How often the memory is looked at.
const PAUSE: Duration = Duration::from_millis(10);

/// Lets a thread end this process when it takes more than it may.
pub(super) fn start(limits: &Limits) -> io::Result<()> {
    let (limits, begun) = (limits.clone(), Instant::now());
    let watch = move || {
        while begun.elapsed() < limits.wall {
            if memory_stats().is_some_and(|memory| used(memory) > limits.memory) {
                // The parent may be gone; then nobody needs to know.
                let _ = complain(limits.memory);
                break;
            }
            thread::sleep(PAUSE);
        }
        process::exit(1)
    };
    thread::Builder::new().spawn(watch).map(drop)
}

fn complain(most: u64) -> io::Result<()> {
    use io::Write;

    writeln!(io::stderr(), "{OUT_OF_MEMORY} more than {most} bytes")
}

/// What is in use; on Windows also what was promised to the process.
fn used(memory: MemoryStats) -> u64 {
    let MemoryStats { physical_mem, virtual_mem } = memory;
    let used = if cfg!(windows) { physical_mem.max(virtual_mem) } else { physical_mem };
    u64::try_from(used).unwrap_or(u64::MAX)
}
