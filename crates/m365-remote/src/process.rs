//! What this process tells nobody: no core dumps, no memory for debuggers, no data in panics.

use crate::metrics::Metrics;

/// Turns off core dumps, in which tokens would lie, and keeps other processes of the same user from reading
/// memory (Linux). What the system does not allow is logged.
pub(crate) fn harden() {
    for (what, result) in [("core dumps", no_core_dumps()), ("debuggers", not_dumpable())] {
        if let Err(error) = result {
            tracing::warn!(event = "hardening_failed", what, %error, "cannot be kept from memory");
        }
    }
}

/// Raises how many files and sockets this process may have open to all that the system allows; returns that
/// number, if there is one.
pub(crate) fn raise_open_files() -> Option<u64> {
    raised().unwrap_or_else(|error| {
        tracing::warn!(event = "hardening_failed", what = "open files", %error, "cannot be raised");
        None
    })
}

/// Returns how many connections fit where so many files may be open: the rest is for what must always be
/// possible, such as reading switches, writing the audit and asking Entra.
pub(crate) fn connections_within(open_files: u64) -> usize {
    let reserve = RESERVE.min(open_files / 4);
    usize::try_from(open_files - reserve).unwrap_or(usize::MAX)
}

/// How many open files are not for connections.
const RESERVE: u64 = 512;

/// Has panics counted and logged by place alone: what they say may hold data.
pub(crate) fn watch_panics(metrics: &Metrics) {
    let metrics = metrics.clone();
    std::panic::set_hook(Box::new(move |panic| {
        metrics.panicked();
        let place = panic.location().map(|place| (place.file(), place.line()));
        let (file, line) = place.unwrap_or_default();
        tracing::error!(event = "panic", file, line, "a panic, which is a bug; please report it");
    }));
}

#[cfg(unix)]
fn no_core_dumps() -> std::io::Result<()> {
    use nix::sys::resource::{Resource, setrlimit};

    setrlimit(Resource::RLIMIT_CORE, 0, 0).map_err(Into::into)
}

#[cfg(not(unix))]
const fn no_core_dumps() -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn raised() -> std::io::Result<Option<u64>> {
    use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit, setrlimit};

    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    if soft < hard {
        // Some systems say infinity and mean less; what holds then is what held before.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
    let (soft, _) = getrlimit(Resource::RLIMIT_NOFILE)?;
    Ok((soft != RLIM_INFINITY).then_some(soft))
}

#[cfg(not(unix))]
const fn raised() -> std::io::Result<Option<u64>> {
    Ok(None)
}

#[cfg(target_os = "linux")]
fn not_dumpable() -> std::io::Result<()> {
    nix::sys::prctl::set_dumpable(false).map_err(Into::into)
}

#[cfg(not(target_os = "linux"))]
const fn not_dumpable() -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn r31_there_is_no_core_dump_and_no_debugger() {
        use nix::sys::resource::{Resource, getrlimit};

        harden();

        assert_eq!(getrlimit(Resource::RLIMIT_CORE).unwrap(), (0, 0));
        assert!(!nix::sys::prctl::get_dumpable().unwrap());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn all_files_that_the_system_allows_may_be_open() {
        use nix::sys::resource::{Resource, getrlimit, setrlimit};

        let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        setrlimit(Resource::RLIMIT_NOFILE, hard.min(900), hard).unwrap();

        raise_open_files();

        assert_eq!(getrlimit(Resource::RLIMIT_NOFILE).unwrap(), (hard, hard));
    }

    #[test]
    fn connections_leave_files_for_what_must_always_be_possible() {
        assert_eq!([64, 1_024, 20_000].map(connections_within), [48, 768, 19_488]);
    }

    #[test]
    fn r31_a_panic_is_counted() {
        let metrics = Metrics::new(["get_me"]);
        watch_panics(&metrics);

        let _ = std::thread::spawn(|| panic!("with data")).join();

        let _ = std::panic::take_hook();
        assert!(metrics.text().contains("m365_panics_total 1"));
    }
}
