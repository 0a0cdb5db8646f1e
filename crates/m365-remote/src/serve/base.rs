use std::{net::SocketAddr, sync::Arc};

use arc_swap::ArcSwap;
use m365_auth::ConfidentialClient;
use m365_tools::{Extraction, mcp::CallerSource};
use url::Url;

use crate::{
    app::{App, Shared},
    audit::Audit,
    callers::{Callers, Recorder},
    config::Config,
    failure::Failure,
    guard::Guard,
    limits::Limits,
    metadata::Resource,
    metrics::Metrics,
    parts,
    switches::Switches,
    telemetry::Telemetry,
    tenants::{Live, Services},
};

/// What the parts of a server are built from.
pub(super) struct Base<'a> {
    pub(super) config: &'a Config,
    pub(super) key: [u8; 32],
    pub(super) bound: SocketAddr,
    pub(super) metrics: Metrics,
    pub(super) audit: Audit,
    pub(super) switches: Switches,
    pub(super) telemetry: Telemetry,
}

impl Base<'_> {
    /// Prepares what makes the services of tenants.
    pub(super) fn services(
        &self,
        extraction: &Extraction,
        client: &ConfidentialClient,
    ) -> Result<Services, Failure> {
        let (metrics, audit) = (self.metrics.clone(), self.audit.clone());
        let graph = parts::graph(self.config)?;
        let callers: Arc<dyn CallerSource> = Arc::new(Callers {
            graph: graph.clone(),
            client: client.clone(),
            audit: audit.clone(),
            metrics: metrics.clone(),
            switches: self.switches.clone(),
            telemetry: self.telemetry.clone(),
        });
        Ok(Services {
            scopes: self.config.scopes.iter().map(m365_auth::Scope::name).collect(),
            cloud: self.config.entra.cloud,
            key: self.key,
            extraction: extraction.clone(),
            callers,
            graph,
            observer: Arc::new(Recorder { audit, metrics }),
            hosts: self.hosts(),
            origins: self.config.listeners.allowed_origins.iter().map(|it| with_port(it)).collect(),
        })
    }

    /// Builds the public side.
    pub(super) fn app(self, services: &Services) -> Result<App, Failure> {
        let (entra, public_url) = (&self.config.entra, self.public_url());
        let resource = Resource::new(&public_url, entra.scope(), entra.cloud);
        let live = Live::new(self.config.live.clone(), &resource, services, None);
        let limits = parts::limit_options(&self.config.live);
        Ok(App(Arc::new(Shared {
            guard: Guard::new(&self.config.listeners, self.bound, &public_url),
            resource,
            validator: parts::validator(self.config)?,
            live: ArcSwap::from_pointee(live),
            limits: Limits::new(&limits, self.metrics.clone()),
            switches: self.switches,
            audit: self.audit,
            metrics: self.metrics,
            telemetry: self.telemetry,
        })))
    }

    fn public_url(&self) -> Url {
        let reached_at = self.config.listeners.reached_at(self.bound);
        reached_at.unwrap_or_else(|| self.config.entra.login_root())
    }

    /// Names the hosts as which requests that passed the guard may address us.
    fn hosts(&self) -> Vec<String> {
        let public = self.public_url().host_str().map(str::to_owned);
        let local = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
        let local = local.into_iter().filter(|_| self.bound.ip().is_loopback());
        public.into_iter().chain(local).collect()
    }
}

/// Writes an origin with its port, as the MCP layer compares it.
fn with_port(origin: &str) -> String {
    let Ok(url) = Url::parse(origin) else { return origin.to_owned() };
    match (url.host_str(), url.port_or_known_default()) {
        (Some(host), Some(port)) => format!("{}://{host}:{port}", url.scheme()),
        _ => origin.to_owned(),
    }
}
