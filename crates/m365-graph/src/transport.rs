use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use reqwest::{Client, ClientBuilder, Request, Response, redirect};
use tokio::time::timeout;

use crate::{Error, ErrorKind, Limits, Result, failure::Failure};

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
    graph: Mutex<Generation>,
    downloads: Mutex<Option<Client>>,
}

/// A client with its number, by which late complaints about an earlier one are told apart.
#[derive(Clone, Debug)]
pub(crate) struct Generation {
    pub(crate) number: u64,
    client: Client,
}

impl Transport {
    pub(crate) fn new(
        http: HttpFactory,
        user_agent: String,
        limits: &Limits,
        hosts: Hosts,
    ) -> Result<Self> {
        install_crypto();
        let client = configured(http(), &user_agent, limits.connect)?;
        Ok(Self {
            http,
            user_agent,
            connect: limits.connect,
            first_byte: limits.first_byte,
            hosts: Arc::new(hosts),
            graph: Mutex::new(Generation { number: 0, client }),
            downloads: Mutex::default(),
        })
    }

    pub(crate) fn graph(&self) -> Generation {
        self.graph.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes later requests open new connections, unless that was done since `number`; requests
    /// that are under way keep theirs.
    pub(crate) fn reconnect(&self, number: u64) {
        let mut graph = self.graph.lock().unwrap_or_else(PoisonError::into_inner);
        if graph.number != number {
            return;
        }
        if let Ok(client) = configured((self.http)(), &self.user_agent, self.connect) {
            *graph = Generation { number: number + 1, client };
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
        let client = self.downloads().map_err(|_| Failure::Misled)?;
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

    fn downloads(&self) -> Result<Client> {
        let mut downloads = self.downloads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &*downloads {
            return Ok(client.clone());
        }
        let builder = (self.http)().dns_resolver(PublicOnly::new(Arc::clone(&self.hosts)));
        let client = configured(builder, &self.user_agent, self.connect)?;
        *downloads = Some(client.clone());
        Ok(client)
    }
}

/// Sets what must hold whoever made the builder.
fn configured(builder: ClientBuilder, user_agent: &str, connect: Duration) -> Result<Client> {
    let builder = builder.redirect(redirect::Policy::none()).connect_timeout(connect);
    let client = builder.user_agent(user_agent).gzip(true).referer(false).build();
    client.map_err(|error| Error::new(ErrorKind::Unavailable).with_source(error.without_url()))
}

/// Chooses ring for the whole process, unless the program has chosen already.
fn install_crypto() {
    rustls::crypto::ring::default_provider().install_default().ok();
}
