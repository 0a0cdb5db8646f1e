//! The ways in which a system asks a process to end.

use std::io;

/// Returns when the system asks the process to end: by a signal.
#[cfg(unix)]
pub(super) async fn interrupted() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}

/// Returns when the system asks the process to end: by Ctrl-C, when the console closes, when the
/// system shuts down. Windows lets a process live for a few seconds then.
#[cfg(windows)]
pub(super) async fn interrupted() -> io::Result<()> {
    use tokio::signal::windows;

    let (mut interrupt, mut stop) = (windows::ctrl_c()?, windows::ctrl_break()?);
    let (mut close, mut shutdown) = (windows::ctrl_close()?, windows::ctrl_shutdown()?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = stop.recv() => {}
        _ = close.recv() => {}
        _ = shutdown.recv() => {}
    }
    Ok(())
}
