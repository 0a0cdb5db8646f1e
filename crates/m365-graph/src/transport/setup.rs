use std::{sync::Arc, time::Duration};

use reqwest::{Client, ClientBuilder, redirect};
use tokio::task::spawn_blocking;

use super::{Hosts, HttpFactory, Server, resolver::PublicOnly};
use crate::{Limits, failure::Failure};

/// What HTTP clients are made of.
#[derive(Clone)]
pub(super) struct Setup {
    http: HttpFactory,
    user_agent: String,
    connect: Duration,
    hosts: Arc<Hosts>,
}

impl Setup {
    pub(super) const fn new(
        http: HttpFactory,
        user_agent: String,
        limits: &Limits,
        hosts: Arc<Hosts>,
    ) -> Self {
        Self { http, user_agent, connect: limits.connect, hosts }
    }

    /// Makes a client on a thread that may block: the system's trust store is read for it.
    pub(super) async fn client(&self, server: Server) -> Result<Client, Failure> {
        let setup = self.clone();
        let made = spawn_blocking(move || setup.configured(server).build()).await;
        made.map_err(|_| Failure::Setup(None))?.map_err(|error| Failure::Setup(Some(error)))
    }

    /// Sets what must hold whoever made the builder.
    fn configured(&self, server: Server) -> ClientBuilder {
        let builder = match server {
            Server::Graph => (self.http)(),
            Server::Download => {
                (self.http)().dns_resolver(PublicOnly::new(Arc::clone(&self.hosts)))
            }
        };
        let builder = builder.redirect(redirect::Policy::none()).connect_timeout(self.connect);
        builder.user_agent(&self.user_agent).gzip(true).referer(false)
    }
}
