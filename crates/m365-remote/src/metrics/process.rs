use std::{fmt, time::Duration};

use jiff::Timestamp;
use m365_auth::{Clock as _, SystemClock};
use prometheus_client::{collector::Collector, encoding::DescriptorEncoder};

use super::collect::{counter, gauge};

/// Reads what the system knows of this process, under Prometheus' usual names; what a system does not
/// tell is left out.
#[derive(Debug)]
pub(super) struct Process {
    started: Timestamp,
}

impl Default for Process {
    fn default() -> Self {
        Self { started: SystemClock::default().now() }
    }
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let to = &mut encoder;
        let start = self.started.as_second() as f64;
        gauge(to, "process_start_time_seconds", "When the process started, in Unix time", start)?;
        if let Some(time) = cpu_time() {
            let help = "Time on processors, user and system";
            counter(to, "process_cpu_seconds", help, time.as_secs_f64())?;
        }
        for (name, help, value) in [
            ("process_resident_memory_bytes", "Memory in use", memory("VmRSS:")),
            ("process_virtual_memory_bytes", "Address space in use", memory("VmSize:")),
            ("process_threads", "Threads", status("Threads:")),
            ("process_open_fds", "Open file descriptors", open_files()),
            ("process_max_fds", "File descriptors that may be open", most_files()),
        ] {
            value.map_or(Ok(()), |value| gauge(to, name, help, value as f64))?;
        }
        Ok(())
    }
}

#[cfg(unix)]
fn cpu_time() -> Option<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike as _;

    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Some(Duration::from_micros(u64::try_from(micros).ok()?))
}

#[cfg(unix)]
fn most_files() -> Option<u64> {
    use nix::sys::resource::{Resource, getrlimit};

    getrlimit(Resource::RLIMIT_NOFILE).ok().map(|(now, _)| now)
}

#[cfg(not(unix))]
const fn cpu_time() -> Option<Duration> {
    None
}

#[cfg(not(unix))]
const fn most_files() -> Option<u64> {
    None
}

fn open_files() -> Option<u64> {
    Some(std::fs::read_dir("/proc/self/fd").ok()?.count() as u64)
}

/// The status gives sizes in units of 1,024 bytes.
fn memory(field: &str) -> Option<u64> {
    status(field).map(|size| size * 1024)
}

fn status(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.split_whitespace().next()?.parse().ok()
}
