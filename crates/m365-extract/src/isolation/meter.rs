use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    time::Duration,
};

/// Tells what this process has taken so far. On Linux that is a file, which has to be opened before the
/// process may open nothing more.
pub(super) struct Meter {
    status: Option<File>,
}

impl Meter {
    pub(super) fn start() -> Self {
        Self { status: File::open("/proc/self/status").ok() }
    }

    /// The most memory that was in use, in bytes.
    pub(super) fn peak_memory(&mut self) -> Option<u64> {
        match &mut self.status {
            Some(status) => high_water(&read(status)?),
            None => resident(),
        }
    }
}

fn read(status: &mut File) -> Option<String> {
    let mut text = String::new();
    status.seek(SeekFrom::Start(0)).ok()?;
    status.read_to_string(&mut text).ok()?;
    Some(text)
}

/// `VmHWM:     1234 kB`. What `getrusage` tells includes the memory of the parent before the exec.
fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(unix)]
fn usage() -> Option<nix::sys::resource::Usage> {
    use nix::sys::resource::{UsageWho, getrusage};

    getrusage(UsageWho::RUSAGE_SELF).ok()
}

/// In bytes on Apple's systems, else in kilobytes.
#[cfg(unix)]
fn resident() -> Option<u64> {
    let size = u64::try_from(usage()?.max_rss()).ok()?;
    Some(if cfg!(target_vendor = "apple") { size } else { size.saturating_mul(1024) })
}

/// How long this process computed.
#[cfg(unix)]
pub(super) fn cpu() -> Option<Duration> {
    let usage = usage()?;
    let times = [usage.user_time(), usage.system_time()];
    let micros = |time: nix::sys::time::TimeVal| {
        let seconds = u64::try_from(time.tv_sec()).unwrap_or_default();
        Duration::from_secs(seconds)
            + Duration::from_micros(u64::try_from(time.tv_usec()).unwrap_or_default())
    };
    Some(times.into_iter().map(micros).sum())
}

#[cfg(not(unix))]
fn resident() -> Option<u64> {
    None
}

#[cfg(not(unix))]
pub(super) fn cpu() -> Option<Duration> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_found_among_the_other_figures() {
        let status = "Name:\tm365\nVmPeak:\t  9000 kB\nVmHWM:\t    1234 kB\nVmRSS:\t  1000 kB\n";

        assert_eq!(high_water(status), Some(1234 * 1024));
        assert_eq!(high_water("VmHWM: many\n"), None);
    }
}
