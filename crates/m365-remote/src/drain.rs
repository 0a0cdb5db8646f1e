//! The orderly end: not ready at once, a while for load balancers to notice, then no new connections,
//! then an end of what still runs.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use tokio::time::timeout;

use crate::{config::LimitsConfig, listener::Stop};

/// Where the server is in its life; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stage(Arc<AtomicU8>);

const STARTING: u8 = 0;
const SERVING: u8 = 1;
const DRAINING: u8 = 2;

impl Stage {
    /// Notes that connections are taken.
    pub(crate) fn serves(&self) {
        let _ = self.0.compare_exchange(STARTING, SERVING, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Notes that the end has begun.
    pub(crate) fn drains(&self) {
        self.0.store(DRAINING, Ordering::Relaxed);
    }

    /// Names the stage.
    pub(crate) fn name(&self) -> &'static str {
        match self.0.load(Ordering::Relaxed) {
            STARTING => "starting",
            SERVING => "serving",
            _ => "draining",
        }
    }

    /// Tells whether new calls are welcome.
    pub(crate) fn is_serving(&self) -> bool {
        self.0.load(Ordering::Relaxed) == SERVING
    }
}

/// Returns when the system asks the process to end.
#[cfg(unix)]
pub(crate) async fn asked_to_end() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupt = tokio::signal::ctrl_c() => interrupt,
    }
}

/// Returns when the system asks the process to end; Windows lets it live for a few seconds when the
/// console closes or the system shuts down.
#[cfg(windows)]
pub(crate) async fn asked_to_end() -> io::Result<()> {
    use tokio::signal::windows;

    let (mut stop, mut close) = (windows::ctrl_break()?, windows::ctrl_close()?);
    let mut shutdown = windows::ctrl_shutdown()?;
    tokio::select! {
        _ = stop.recv() => Ok(()),
        _ = close.recv() => Ok(()),
        _ = shutdown.recv() => Ok(()),
        interrupt = tokio::signal::ctrl_c() => interrupt,
    }
}

/// Ends all connections: after the grace no new ones, and after the drain none.
///
/// A second signal means that somebody waits: what runs ends now.
pub(crate) async fn drain(stop: &Stop, limits: &LimitsConfig) {
    let hurried = async {
        if asked_to_end().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = gently(stop, limits) => {}
        () = hurried => tracing::warn!("a second signal: running calls are cut"),
    }
    stop.gently.cancel();
    stop.now.cancel();
    stop.open.close();
    // Tasks end at their next step; one that does not is left to the runtime's end.
    let _ = timeout(Duration::from_secs(1), stop.open.wait()).await;
}

async fn gently(stop: &Stop, limits: &LimitsConfig) {
    tokio::time::sleep(limits.grace).await;
    stop.gently.cancel();
    stop.open.close();
    if timeout(limits.drain, stop.open.wait()).await.is_err() {
        tracing::warn!(open = stop.open.len(), "the time to drain is over: running calls are cut");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_drain_without_connections_lasts_as_long_as_the_grace() {
        let (stop, limits) = (Stop::default(), LimitsConfig::default());
        let start = tokio::time::Instant::now();

        drain(&stop, &limits).await;

        assert_eq!(start.elapsed().as_secs(), 5);
        assert!(stop.now.is_cancelled());
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_does_not_end_is_cut_when_the_drain_is_over() {
        let (stop, limits) = (Stop::default(), LimitsConfig::default());
        let now = stop.now.clone();
        stop.open.spawn(async move { now.cancelled().await });
        let start = tokio::time::Instant::now();

        drain(&stop, &limits).await;

        assert_eq!(start.elapsed().as_secs(), 65);
        assert!(stop.open.is_empty());
    }

    #[test]
    fn a_server_that_drains_never_serves_again() {
        let stage = Stage::default();
        assert!(!stage.is_serving());
        stage.serves();
        assert!(stage.is_serving());
        stage.drains();
        stage.serves();
        assert_eq!(stage.name(), "draining");
    }
}
