//! `serve`: puts the parts together, listens, and ends in order.

mod base;

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use jiff::Timestamp;
use m365_auth::ConfidentialClient;
use m365_tools::{Extraction, Extractor, mcp::Server};

use self::base::Base;
use crate::{
    admin::{self, Admin, AdminState},
    app::{App, Shared},
    audit::{Audit, Event, EventKind},
    callers::Exchanges,
    cli::Options,
    config::{Config, Environment},
    drain::{self, Stage},
    failure::{Failure, OTHER, USAGE},
    listener::{ConnectionLimits, Listener, Stop},
    metrics::{KeyFigures, Metrics},
    parts, process,
    reload::Reloader,
    switches::{SwitchSource, Switches},
    tenants::Services,
    tls::Tls,
};

/// Where a configuration was read from, so that it can be read again.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) options: Options,
    pub(crate) env: Environment,
}

impl Origin {
    /// Returns the configuration file; the demo has none.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        (!self.options.demo).then(|| Config::file(&self.options, &self.env))?
    }
}

/// Serves until the system asks for an end.
pub(crate) async fn run(
    config: Config,
    origin: Origin,
    extractor: Extractor,
) -> Result<(), Failure> {
    let server = Bound::new(config, origin, extractor.into()).await?;
    server.announce();
    server.serve().await
}

/// A server that has its addresses and parts, and serves nobody yet.
pub(crate) struct Bound {
    app: App,
    config: Config,
    reloader: Reloader,
    public: Listener,
    admin: Listener,
    addresses: (SocketAddr, SocketAddr),
    tls: Option<Tls>,
    extraction: Extraction,
    client: ConfidentialClient,
}

impl Bound {
    /// Builds all parts and binds the addresses; nothing is sent.
    pub(crate) async fn new(
        mut config: Config,
        origin: Origin,
        extraction: Extraction,
    ) -> Result<Self, Failure> {
        let tls = config.listeners.tls.clone().map(Tls::load).transpose();
        let tls = tls.map_err(|error| config.refuse_tls(error))?;
        let limits = connection_limits(&mut config);
        let public = bind(config.listeners.listen, tls.clone(), limits).await?;
        let public = public.trusting(config.listeners.trusted_proxies.clone());
        let admin = bind(config.listeners.admin, None, limits.at_most(OPERATORS)).await?;
        let addresses = (public.address()?, admin.address()?);
        let metrics = Metrics::new(Services::tool_names(&config, &extraction));
        process::watch_panics(&metrics);
        let client = parts::client(&config, Some(Arc::new(Exchanges(metrics.clone()))))?;
        parts::check_certificate(&config, &client).await?;
        let telemetry = parts::telemetry(&config, &metrics)?;
        let key = parts::state_key(&config)?;
        let audit =
            Audit::open(&parts::audit_options(&config, key), parts::clock(), metrics.clone())
                .map_err(|error| Failure::new(USAGE, error))?;
        let switches = Switches::open(config.switches_file.clone(), metrics.clone())
            .map_err(|error| Failure::new(USAGE, error))?;
        let bound = addresses.0;
        let base = Base { config: &config, key, bound, metrics, audit, switches, telemetry };
        let services = base.services(&extraction, &client)?;
        let app = base.app(&services)?;
        let reloader = Reloader::new(app.clone(), services, origin, config.clone());
        Ok(Self { app, config, reloader, public, admin, addresses, tls, extraction, client })
    }

    /// Returns the address that callers use.
    #[cfg(feature = "demo")]
    pub(crate) fn resource(&self) -> String {
        self.app.0.resource.url()
    }

    /// Says on stderr where it listens, before anything else is said.
    pub(crate) fn announce(&self) {
        let (public, admin) = self.addresses;
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        eprintln!("listening on {scheme}://{public}, admin on http://{admin}");
        for warning in &self.config.warnings {
            tracing::warn!("{warning}");
        }
        self.app.0.live.load().warn();
    }

    /// Serves until the system asks for an end, and ends in order.
    pub(crate) async fn serve(self) -> Result<(), Failure> {
        let (stage, stop, operators) = (Stage::default(), Stop::default(), Stop::default());
        let shared = self.app.0.clone();
        shared.audit.write(Event::new(EventKind::ServerStarted, "ok"));
        let open = stop.open.clone();
        shared.metrics.watch_connections(move || open.len());
        self.watch();
        let admin = Admin(Arc::new(AdminState {
            app: self.app.clone(),
            stage: stage.clone(),
            reloader: self.reloader.clone(),
            config: self.config.clone(),
        }));
        tokio::spawn(self.admin.serve(admin, operators.clone()));
        tokio::spawn(self.public.serve(self.app.clone(), stop.clone()));
        stage.serves();
        drain::asked_to_end().await?;
        stage.drains();
        shared.audit.write(Event::new(EventKind::ServerDraining, "ok"));
        tracing::info!(event = "draining", "the server drains");
        let limits = shared.live.load().config.limits.clone();
        drain::drain(&stop, &limits).await;
        // Calls that were cut say so a little later.
        shared.audit.settle(parts::LAST_EVENTS).await;
        shared.audit.write(Event::new(EventKind::ServerStopped, "ok"));
        if !shared.audit.flush(parts::LAST_EVENTS).await {
            tracing::error!("the last audit events could not be written");
        }
        shared.telemetry.shutdown(parts::LAST_EVENTS).await;
        operators.now.cancel();
        Ok(())
    }

    /// Starts all that goes on beside requests.
    fn watch(&self) {
        let Shared { validator, limits, switches, audit, metrics, .. } = &*self.app.0;
        self.describe(metrics);
        let (keys, sweep) = (validator.clone(), limits.clone());
        tokio::spawn(async move { keys.keep_keys_fresh().await });
        tokio::spawn(async move { sweep.sweep().await });
        tokio::spawn(self.reloader.clone().watch());
        tokio::spawn(self.reloader.clone().obey());
        tokio::spawn(announce_ready(self.app.clone()));
        let repeats = audit.clone();
        tokio::spawn(async move { repeats.tell_repeats().await });
        let (switches, audit) = (switches.clone(), audit.clone());
        tokio::spawn(async move {
            let clock = parts::clock();
            let changed = |rules: &_| audit.write(admin::switch_event(SwitchSource::File, rules));
            switches.watch(&*clock, changed).await;
        });
        if let Some(tls) = self.tls.clone() {
            tokio::spawn(tls.keep_fresh());
        }
        tokio::spawn(watch_certificates(self.client.clone(), self.tls.clone(), metrics.clone()));
    }

    fn describe(&self, metrics: &Metrics) {
        metrics.build_info(env!("CARGO_PKG_VERSION"), env!("M365_GIT_REVISION"));
        metrics.config_info(self.config.live.hash.clone());
        metrics.watch_runtime(&tokio::runtime::Handle::current());
        metrics.watch_extraction(&self.extraction);
        let keys = self.app.0.validator.clone();
        metrics.watch_keys(move || {
            let state = keys.keys();
            KeyFigures { age: state.age, refreshed: state.refreshed, failed: state.failed }
        });
        let tokens = self.client.clone();
        metrics.watch_token_cache(move || tokens.cache_entries());
    }
}

/// How many connections operators may have; they come out of what callers leave.
const OPERATORS: usize = 64;

/// Bounds connections by what is configured, and by what the system allows.
fn connection_limits(config: &mut Config) -> ConnectionLimits {
    let limits = ConnectionLimits::from(&config.live.limits);
    let most = process::raise_open_files().map(process::connections_within);
    let Some(most) = most.filter(|most| *most < limits.connections) else { return limits };
    config.warnings.push(format!(
        "limits.connections is {} but the system lets this process open too few files: {most} \
         connections are taken; raise its limit (ulimit -n, LimitNOFILE)",
        limits.connections
    ));
    limits.at_most(most)
}

async fn bind(
    address: SocketAddr,
    tls: Option<Tls>,
    limits: ConnectionLimits,
) -> Result<Listener, Failure> {
    Listener::bind(address, tls, limits)
        .await
        .map_err(|error| Failure::new(OTHER, format_args!("cannot listen on {address}: {error}")))
}

/// Notes in the audit when calls can be taken.
async fn announce_ready(app: App) {
    let clock = parts::clock();
    while !app.0.validator.keys().is_loaded {
        clock.sleep(std::time::Duration::from_millis(100)).await;
    }
    app.0.audit.write(Event::new(EventKind::ServerReady, "ok"));
    tracing::info!(event = "ready", "the signing keys are there, calls are taken");
}

/// Looks every hour, for ever, whether the credential is good, and until when the certificates are.
async fn watch_certificates(client: ConfidentialClient, tls: Option<Tls>, metrics: Metrics) {
    let clock = parts::clock();
    loop {
        let tls = tls.as_ref().and_then(Tls::expires_on);
        if let Some(at) = tls.and_then(|at| Timestamp::from_second(at).ok()) {
            metrics.certificate_expires("tls", at);
        }
        match client.check_credential().await.map(|report| report.expires_on()) {
            Ok(Some(at)) => metrics.certificate_expires("credential", at),
            Ok(None) => {}
            Err(error) => {
                tracing::error!(event = "credential_unfit", %error, "no token can be had with it");
            }
        }
        clock.sleep(std::time::Duration::from_secs(3_600)).await;
    }
}

/// The revisions of MCP that are served, for people.
pub(crate) fn protocols() -> String {
    Server::protocol_versions().join(", ")
}
