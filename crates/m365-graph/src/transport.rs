use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use reqwest::{Client, ClientBuilder, Request, Response, redirect};
use tokio::time::timeout;

use crate::{Limits, failure::Failure};

pub(crate) mod body;
pub(crate) mod download;
mod hosts;
mod resolver;

pub use download::Download;
pub(crate) use hosts::{Hosts, is_loopback};
use resolver::{PublicOnly, is_private_address};

pub(crate) type HttpFactory = Arc<dyn Fn() -> ClientBuilder + Send + Sync>;

/// Holds the connections to Graph and to the download hosts.
pub(crate) struct Transport {
    http: HttpFactory,
    user_agent: String,
    connect: Duration,
    first_byte: Duration,
    pub(crate) hosts: Arc<Hosts>,
    graph: Mutex<(u64, Option<Client>)>,
    downloads: Mutex<Option<Client>>,
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
        Self {
            http,
            user_agent,
            connect: limits.connect,
            first_byte: limits.first_byte,
            hosts: Arc::new(hosts),
            graph: Mutex::default(),
            downloads: Mutex::default(),
        }
    }

    pub(crate) fn graph(&self) -> Result<Generation, Failure> {
        let mut graph = self.graph.lock().unwrap_or_else(PoisonError::into_inner);
        let (number, client) = &mut *graph;
        let client = match client {
            Some(client) => client.clone(),
            None => client.insert(self.configured((self.http)())?).clone(),
        };
        Ok(Generation { number: *number, client })
    }

    /// Makes later requests open new connections, unless that was done since `number`; requests
    /// that are under way keep theirs.
    pub(crate) fn reconnect(&self, number: u64) {
        let mut graph = self.graph.lock().unwrap_or_else(PoisonError::into_inner);
        if graph.0 == number {
            *graph = (number + 1, None);
        }
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
        let client = self.downloads()?;
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

    fn downloads(&self) -> Result<Client, Failure> {
        let mut downloads = self.downloads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &*downloads {
            return Ok(client.clone());
        }
        let builder = (self.http)().dns_resolver(PublicOnly::new(Arc::clone(&self.hosts)));
        let client = self.configured(builder)?;
        *downloads = Some(client.clone());
        Ok(client)
    }

    /// Sets what must hold whoever made the builder.
    fn configured(&self, builder: ClientBuilder) -> Result<Client, Failure> {
        let builder = builder.redirect(redirect::Policy::none()).connect_timeout(self.connect);
        let builder = builder.user_agent(&self.user_agent).gzip(true).referer(false);
        builder.build().map_err(Failure::Setup)
    }
}

/// Chooses ring for the whole process, unless the program has chosen already.
fn install_crypto() {
    rustls::crypto::ring::default_provider().install_default().ok();
}
