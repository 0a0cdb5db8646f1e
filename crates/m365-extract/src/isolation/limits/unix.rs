use std::{io, time::Duration};

use nix::sys::resource::{Resource, getrlimit, rlim_t, setrlimit};

use super::Limits;

/// Lets the system limit this process.
pub(super) fn impose(limits: &Limits) -> io::Result<()> {
    let seconds = whole_seconds(limits.cpu);
    set(Resource::RLIMIT_CPU, seconds, seconds.saturating_add(1))?;
    set(Resource::RLIMIT_CORE, CORE, CORE)?;
    set(Resource::RLIMIT_FSIZE, 0, 0)?;
    set(Resource::RLIMIT_NOFILE, 0, 0)?;
    memory(limits.memory)
}

/// No core file. Linux hands a core to a program that collects them even if it may have no bytes, but
/// not where it may have one: see `do_coredump` in its `fs/coredump.c`.
const CORE: rlim_t = if cfg!(target_os = "linux") { 1 } else { 0 };

/// The address space, or what of it is for data.
#[cfg(any(target_os = "linux", target_os = "macos"))]
const MEMORY: Resource = Resource::RLIMIT_AS;
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
const MEMORY: Resource = Resource::RLIMIT_DATA;

/// Systems other than Linux may refuse this or not keep to it.
fn memory(bytes: u64) -> io::Result<()> {
    match set(MEMORY, bytes, bytes) {
        Err(_) if !cfg!(target_os = "linux") => Ok(()),
        done => done,
    }
}

/// Sets a limit, or leaves the lower one that was inherited.
fn set(resource: Resource, soft: rlim_t, hard: rlim_t) -> io::Result<()> {
    let (_, inherited) = getrlimit(resource)?;
    let hard = hard.min(inherited);
    Ok(setrlimit(resource, soft.min(hard), hard)?)
}

fn whole_seconds(time: Duration) -> rlim_t {
    time.as_secs() + rlim_t::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_second_counts_as_a_whole_one() {
        assert_eq!(whole_seconds(Duration::from_millis(1)), 1);
        assert_eq!(whole_seconds(Duration::from_secs(2)), 2);
    }
}
