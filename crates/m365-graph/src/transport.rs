use std::{sync::Arc, time::Duration};

use reqwest::{ClientBuilder, Request, Response};
use tokio::time::timeout;

use crate::{Limits, failure::Failure};

pub(crate) mod body;
pub(crate) mod download;
mod hosts;
mod pool;
mod resolver;
mod setup;

pub use download::Download;
pub use hosts::download_hosts;
pub(crate) use hosts::{HostPattern, Hosts, is_loopback};
use pool::{Line, Pool};
use resolver::is_private_address;
use setup::Setup;

pub(crate) type HttpFactory = Arc<dyn Fn() -> ClientBuilder + Send + Sync>;

/// Holds the connections to Graph and to the download hosts.
pub(crate) struct Transport {
    setup: Setup,
    first_byte: Duration,
    pub(crate) hosts: Arc<Hosts>,
    graph: Pool,
    downloads: Pool,
}

/// Who is talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    Graph,
    /// A host that Graph sends us to: it is shown no token, and its address must be public.
    Download,
}

/// The line that a request uses; holding it counts.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) server: Server,
    line: Arc<Line>,
}

impl Transport {
    /// Prepares up to so many `connections`; reading the system's trust store waits for the first
    /// request. HTTP/2 is spoken where Graph's are encrypted.
    pub(crate) fn new(
        http: HttpFactory,
        user_agent: String,
        limits: &Limits,
        hosts: Hosts,
        (connections, is_encrypted): (usize, bool),
    ) -> Self {
        install_crypto();
        let hosts = Arc::new(hosts);
        Self {
            setup: Setup::new(http, user_agent, limits, Arc::clone(&hosts)),
            first_byte: limits.first_byte,
            hosts,
            graph: Pool::new(connections, is_encrypted),
            downloads: Pool::new(connections, false),
        }
    }

    /// Returns the line on which `server` is asked.
    pub(crate) fn connection(&self, server: Server) -> Connection {
        Connection { server, line: self.pool(server).line() }
    }

    /// Makes later requests to the same kind of server open a new connection in place of `used`,
    /// unless that was done.
    pub(crate) fn reconnect(&self, used: &Connection) {
        self.pool(used.server).renew(&used.line);
    }

    /// Lets each kind of server have so many connections from now on.
    pub(crate) fn widen(&self, connections: usize) {
        self.graph.widen(connections);
        self.downloads.widen(connections);
    }

    const fn pool(&self, server: Server) -> &Pool {
        match server {
            Server::Graph => &self.graph,
            Server::Download => &self.downloads,
        }
    }

    /// Sends a request and waits for the answer's headers.
    pub(crate) async fn send(
        &self,
        used: &Connection,
        request: Request,
    ) -> Result<Response, Failure> {
        let client = used.line.client(|| self.setup.client(used.server)).await?;
        let _turn = used.line.turn().await;
        match timeout(self.first_byte, client.execute(request)).await {
            Ok(Err(error)) if is_private_address(&error) => Err(Failure::Misled),
            Ok(response) => {
                let response = response?;
                used.line.answered();
                Ok(response)
            }
            Err(_) => Err(Failure::Silent),
        }
    }
}

/// Chooses ring for the whole process, unless the program has chosen already.
fn install_crypto() {
    rustls::crypto::ring::default_provider().install_default().ok();
}
