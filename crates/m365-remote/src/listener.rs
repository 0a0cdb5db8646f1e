//! Takes connections, bounds what each may take, and hands requests over.
//!
//! Every limit is ours and not a proxy's: the time for a head, silence, open connections, header and
//! stream counts. A connection that a limit closes gets no answer; a call that runs is not cut.

mod activity;
mod connection;
mod head;
mod offered;
mod sources;
mod stream;

use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use http::Request;
use hyper::body::Incoming;
use ipnet::IpNet;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::sleep,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::sources::Sources;
use crate::{answer::Answer, config::LimitsConfig, tls::Tls};

/// How long to wait when the system has no socket to give.
const OUT_OF_SOCKETS: Duration = Duration::from_millis(100);

/// What answers requests.
pub(crate) trait Handler: Clone + Send + Sync + 'static {
    /// Answers one request of `peer`.
    fn handle(
        &self,
        request: Request<Incoming>,
        peer: SocketAddr,
    ) -> impl Future<Output = Answer> + Send;
}

/// How long each phase of a connection may take, and how many there may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectionLimits {
    pub(crate) connections: usize,
    pub(crate) header: Duration,
    pub(crate) idle: Duration,
}

impl From<&LimitsConfig> for ConnectionLimits {
    fn from(limits: &LimitsConfig) -> Self {
        Self { connections: limits.connections as usize, header: limits.header, idle: limits.idle }
    }
}

impl ConnectionLimits {
    /// Holds the number of connections to `most`.
    pub(crate) fn at_most(self, most: usize) -> Self {
        Self { connections: self.connections.min(most), ..self }
    }
}

/// Tells connections to end: after what they are doing, or now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop {
    /// No new connections; open ones end after their requests.
    pub(crate) gently: CancellationToken,
    /// Everything ends.
    pub(crate) now: CancellationToken,
    /// Open connections.
    pub(crate) open: TaskTracker,
}

/// A bound socket that is not served yet.
pub(crate) struct Listener {
    socket: TcpListener,
    tls: Option<Tls>,
    limits: ConnectionLimits,
    proxies: Vec<IpNet>,
}

impl Listener {
    /// Binds `address`.
    pub(crate) async fn bind(
        address: SocketAddr,
        tls: Option<Tls>,
        limits: ConnectionLimits,
    ) -> io::Result<Self> {
        let socket = TcpListener::bind(address).await?;
        Ok(Self { socket, tls, limits, proxies: Vec::new() })
    }

    /// Takes from `proxies` as many connections as there are places.
    pub(crate) fn trusting(self, proxies: Vec<IpNet>) -> Self {
        Self { proxies, ..self }
    }

    /// Returns the address, with the port that the system chose.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Serves until `stop` says so; open connections live on in `stop.open`.
    pub(crate) async fn serve<H: Handler>(self, handler: H, stop: Stop) {
        let places = Arc::new(Semaphore::new(self.limits.connections));
        let sources = Sources::new(self.limits.connections, self.proxies.clone());
        loop {
            let (stream, peer) = tokio::select! {
                () = stop.gently.cancelled() => return,
                accepted = self.accept() => accepted,
            };
            // One connection too many is closed at once: a queue would only hide it.
            let Some(seat) = sources.enter(peer.ip()) else { continue };
            let Ok(place) = places.clone().try_acquire_owned() else { continue };
            let served = connection::Served {
                handler: handler.clone(),
                tls: self.tls.clone(),
                limits: self.limits,
                stop: stop.clone(),
                peer,
            };
            stop.open.spawn(async move {
                served.run(stream).await;
                drop((place, seat));
            });
        }
    }

    async fn accept(&self) -> (TcpStream, SocketAddr) {
        loop {
            match self.socket.accept().await {
                Ok(accepted) => return accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    sleep(OUT_OF_SOCKETS).await;
                }
            }
        }
    }
}
