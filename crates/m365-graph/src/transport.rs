use std::{sync::Arc, time::Duration};

use reqwest::{Client, ClientBuilder, Request, Response};
use tokio::time::timeout;

use crate::{Limits, failure::Failure};

pub(crate) mod body;
pub(crate) mod download;
mod hosts;
mod pool;
mod resolver;
mod setup;

pub use download::Download;
pub(crate) use hosts::{HostPattern, Hosts, is_loopback};
use pool::Pool;
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

/// A client with its number, by which late complaints about an earlier one are told apart.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) server: Server,
    number: u64,
    client: Client,
}

impl Transport {
    /// Prepares the connections; reading the system's trust store waits for the first request.
    pub(crate) fn new(
        http: HttpFactory,
        user_agent: String,
        limits: &Limits,
        hosts: Hosts,
    ) -> Self {
        install_crypto();
        let hosts = Arc::new(hosts);
        Self {
            setup: Setup::new(http, user_agent, limits, Arc::clone(&hosts)),
            first_byte: limits.first_byte,
            hosts,
            graph: Pool::default(),
            downloads: Pool::default(),
        }
    }

    /// Returns the client with which `server` is asked.
    pub(crate) async fn connection(&self, server: Server) -> Result<Connection, Failure> {
        let (number, client) = self.pool(server).client(|| self.setup.client(server)).await?;
        Ok(Connection { server, number, client })
    }

    /// Makes later requests to the same kind of server open new connections, unless that was done
    /// since `used`.
    pub(crate) fn reconnect(&self, used: &Connection) {
        self.pool(used.server).renew(used.number);
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
        connection: &Connection,
        request: Request,
    ) -> Result<Response, Failure> {
        match timeout(self.first_byte, connection.client.execute(request)).await {
            Ok(Err(error)) if is_private_address(&error) => Err(Failure::Misled),
            Ok(response) => Ok(response?),
            Err(_) => Err(Failure::Silent),
        }
    }
}

/// Chooses ring for the whole process, unless the program has chosen already.
fn install_crypto() {
    rustls::crypto::ring::default_provider().install_default().ok();
}
