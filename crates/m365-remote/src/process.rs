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

    #[test]
    fn r31_a_panic_is_counted() {
        let metrics = Metrics::new(["get_me"]);
        watch_panics(&metrics);

        let _ = std::thread::spawn(|| panic!("with data")).join();

        let _ = std::panic::take_hook();
        assert!(metrics.text().contains("m365_panics_total 1"));
    }
}
