//! Reads the configuration again: when its file changes, on SIGHUP, and when the admin listener asks.

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use sha2::{Digest, Sha256};
use tokio::{sync::Mutex, time::sleep};

use crate::{
    app::App,
    audit::{Event, EventKind},
    config::{Config, ConfigError, EntraConfig, LimitsConfig, Listeners},
    parts,
    serve::Origin,
    tenants::{Live, Services},
};

/// How often the file is looked at. Its content is compared, since in a mounted volume only the folder
/// above it changes.
const LOOK: Duration = Duration::from_secs(1);

/// Reads the configuration again; clones share it.
#[derive(Clone)]
pub(crate) struct Reloader(Arc<Inner>);

struct Inner {
    app: App,
    services: Services,
    origin: Origin,
    /// What was in force at the start: what of it differs now waits for a restart.
    first: Config,
    /// The file as it was last read, right or wrong.
    last: Mutex<Option<[u8; 32]>>,
}

impl Reloader {
    /// Prepares to read again what `first` was read from.
    pub(crate) fn new(app: App, services: Services, origin: Origin, first: Config) -> Self {
        let last = origin.file().as_ref().and_then(digest);
        Self(Arc::new(Inner { app, services, origin, first, last: Mutex::new(last) }))
    }

    /// Follows the file for ever.
    pub(crate) async fn watch(self) {
        let Some(file) = self.0.origin.file() else { return };
        loop {
            sleep(LOOK).await;
            let now = digest(&file);
            // A file that is gone is about to be replaced.
            if now.is_some() && *self.0.last.lock().await != now {
                let _ = self.reload("file").await;
            }
        }
    }

    /// Obeys SIGHUP for ever: the configuration is read, and files are opened, again. Without a file, as
    /// in the demo, it means what it means to every program: the terminal is gone.
    pub(crate) async fn obey(self) {
        if self.0.origin.file().is_none() {
            return;
        }
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
            while hangup.recv().await.is_some() {
                self.0.app.0.audit.reopen();
                let _ = self.reload("signal").await;
            }
        }
    }

    /// Reads the configuration and puts it in force; a wrong one changes nothing.
    pub(crate) async fn reload(&self, cause: &'static str) -> Result<(), ConfigError> {
        let inner = &*self.0;
        let mut last = inner.last.lock().await;
        *last = inner.origin.file().as_ref().and_then(digest);
        let read = match inner.origin.file() {
            Some(_) => Config::resolve_again(&inner.origin.options, &inner.origin.env),
            None => Err(ConfigError::new("there is no configuration file to read again")),
        };
        let shared = &inner.app.0;
        shared.metrics.config_reloaded(read.is_ok());
        let outcome = if read.is_ok() { "ok" } else { "refused" };
        let event = Event::new(EventKind::ConfigReloaded, outcome).detail("cause", cause);
        match read {
            Ok(config) => {
                shared.audit.write(event.detail("hash", config.live.hash.as_str()));
                inner.take(&config);
                Ok(())
            }
            Err(error) => {
                shared.audit.write(event);
                tracing::error!(
                    event = "config_refused", %error,
                    "the new configuration is refused, the old one stays"
                );
                Err(error)
            }
        }
    }
}

impl Inner {
    fn take(&self, config: &Config) {
        let shared = &self.app.0;
        let before = shared.live.load_full();
        let live = Live::new(config.live.clone(), &shared.resource, &self.services, Some(&before));
        // In between, a tenant that is new or gone has a service or an entry, not both: it is refused.
        shared.live.store(Arc::new(live));
        shared.validator.set_allow_list(config.live.allow_list());
        shared.limits.replace(&parts::limit_options(&config.live));
        self.services.graph.set_limits(&parts::graph_limits(&config.live.limits));
        shared.metrics.config_info(config.live.hash.clone());
        tracing::info!(
            event = "config_reloaded",
            hash = config.live.hash,
            "the configuration was read again"
        );
        shared.live.load().warn();
        for key in self.waiting(config) {
            tracing::warn!(key, "this setting is read at start only: restart to change it");
        }
    }

    /// Names what differs from the start and cannot change without one.
    fn waiting(&self, config: &Config) -> impl Iterator<Item = &'static str> {
        let (first, second) = (&self.first, config);
        let listeners = listeners(&first.listeners, &second.listeners);
        let entra = entra(&first.entra, &second.entra);
        let limits = limits(&first.live.limits, &second.live.limits);
        let others = [
            ("scopes", first.scopes != second.scopes),
            ("graph_endpoint", first.graph_endpoint != second.graph_endpoint),
            ("ca_file", first.ca_file != second.ca_file),
            ("state_key_file or state_key_env", first.state_key != second.state_key),
            ("switches_file", first.switches_file != second.switches_file),
            ("cache.obo_entries", first.obo_entries != second.obo_entries),
            ("[audit]", first.audit != second.audit),
            ("[telemetry]", first.telemetry != second.telemetry),
        ];
        let all = listeners.into_iter().chain(entra).chain(limits).chain(others);
        all.filter_map(|(key, differs)| differs.then_some(key))
    }
}

/// A key, and whether its value has changed.
type Difference = (&'static str, bool);

fn listeners(first: &Listeners, second: &Listeners) -> [Difference; 6] {
    [
        ("listen", first.listen != second.listen),
        ("admin_listen", first.admin != second.admin),
        ("public_url", first.public_url != second.public_url),
        ("allowed_origins", first.allowed_origins != second.allowed_origins),
        ("trusted_proxies", first.trusted_proxies != second.trusted_proxies),
        ("[tls]", first.tls != second.tls),
    ]
}

fn entra(first: &EntraConfig, second: &EntraConfig) -> [Difference; 6] {
    let uris = (&first.application_id_uri, &second.application_id_uri);
    [
        ("entra.azure_cloud", first.cloud != second.cloud),
        ("entra.client_id", first.client_id != second.client_id),
        ("entra.application_id_uri", uris.0 != uris.1),
        ("entra.accept_v1_tokens", first.accept_v1 != second.accept_v1),
        ("entra.credential", first.credential != second.credential),
        ("login_endpoint", first.login_endpoint != second.login_endpoint),
    ]
}

fn limits(first: &LimitsConfig, second: &LimitsConfig) -> [Difference; 3] {
    [
        ("limits.connections", first.connections != second.connections),
        ("limits.header_seconds", first.header != second.header),
        ("limits.idle_seconds", first.idle != second.idle),
    ]
}

fn digest(file: &PathBuf) -> Option<[u8; 32]> {
    fs::read(file).ok().map(|content| Sha256::digest(content).into())
}
