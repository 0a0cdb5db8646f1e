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
pub(crate) use hosts::{Hosts, is_loopback};
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
pub(crate) struct Generation {
    pub(crate) number: u64,
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

    pub(crate) async fn graph(&self) -> Result<Generation, Failure> {
        let (number, client) = self.graph.client(|| self.setup.client(Server::Graph)).await?;
        Ok(Generation { number, client })
    }

    /// Makes later requests open new connections, unless that was done since `number`.
    pub(crate) fn reconnect(&self, number: u64) {
        self.graph.renew(number);
    }

    /// Sends a request to Graph and waits for the answer's headers.
    pub(crate) async fn send(
        &self,
        client: &Generation,
        request: Request,
    ) -> Result<Response, Failure> {
        self.within_first_byte(&client.client, request).await
    }

    /// Sends a request to a download host: whatever its name resolves to must be public.
    pub(crate) async fn send_elsewhere(&self, request: Request) -> Result<Response, Failure> {
        let (_, client) = self.downloads.client(|| self.setup.client(Server::Download)).await?;
        self.within_first_byte(&client, request).await
    }

    async fn within_first_byte(
        &self,
        client: &Client,
        request: Request,
    ) -> Result<Response, Failure> {
        match timeout(self.first_byte, client.execute(request)).await {
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
