//! What each tenant is served, and what of it can change while the server runs.

use std::{collections::HashMap, sync::Arc, time::Duration};

use bytes::Bytes;
use m365_auth::TenantId;
use m365_graph::GraphPool;
use m365_tools::{
    CallLimits, CallObserver, Catalog, CatalogOptions, Extraction, ToolPolicy,
    mcp::{CallerSource, HttpOptions, HttpService, Server},
};
use tokio::sync::Semaphore;

use crate::{
    config::{Config, LimitsConfig, LiveConfig, ToolsConfig},
    metadata::Resource,
};

/// Says to a user that the connector cannot go on without him.
const SIGN_IN_HINT: &str = "Sign in to this connector again in your assistant, then make the same \
                            call again.";

/// All that a configuration file may change while the server runs.
pub(crate) struct Live {
    pub(crate) config: LiveConfig,
    /// The document that says how to get a token.
    pub(crate) metadata: Bytes,
    tenants: HashMap<TenantId, HttpService>,
    kinds: Vec<Kind>,
}

/// Tenants with the same terms share a catalog.
#[derive(Clone)]
struct Kind {
    terms: Terms,
    service: HttpService,
    /// Rules that match no tool.
    idle: Vec<String>,
}

/// What a service is made to keep to.
#[derive(Clone, PartialEq)]
struct Terms {
    policy: ToolPolicy,
    tools: ToolsConfig,
    call: Duration,
    body_bytes: usize,
}

/// Makes the services of tenants.
pub(crate) struct Services {
    pub(crate) scopes: Vec<&'static str>,
    pub(crate) cloud: m365_auth::Cloud,
    pub(crate) key: [u8; 32],
    pub(crate) extraction: Extraction,
    pub(crate) callers: Arc<dyn CallerSource>,
    /// The requests of all callers, whose number follows the limits.
    pub(crate) graph: GraphPool,
    pub(crate) observer: Arc<dyn CallObserver>,
    pub(crate) hosts: Vec<String>,
    pub(crate) origins: Vec<String>,
}

impl Live {
    /// Prepares what `config` says; services of `before` that are still right are kept.
    pub(crate) fn new(
        config: LiveConfig,
        resource: &Resource,
        services: &Services,
        before: Option<&Self>,
    ) -> Self {
        let mut kinds: Vec<Kind> = Vec::new();
        let old = before.map_or(&[][..], |live| &live.kinds);
        let tenants = config
            .allow
            .iter()
            .map(|entry| {
                let terms = Terms::new(&entry.policy, &config);
                (entry.tenant.clone(), service(&mut kinds, old, terms, services))
            })
            .collect();
        let metadata = resource.document(&config.allow_list());
        Self { config, metadata, tenants, kinds }
    }

    /// Says who cannot call although he should, and which rules have no effect, so that a mistake is found.
    pub(crate) fn warn(&self) {
        for nobody in self.config.nobody() {
            tracing::warn!(event = "nobody_allowed", "{nobody}");
        }
        for rule in self.kinds.iter().flat_map(|kind| &kind.idle) {
            tracing::warn!(rule, "a rule of tool_policy matches no tool");
        }
    }

    /// Returns what serves `tenant`.
    pub(crate) fn service(&self, tenant: &TenantId) -> Option<&HttpService> {
        self.tenants.get(tenant)
    }
}

fn service(kinds: &mut Vec<Kind>, old: &[Kind], terms: Terms, services: &Services) -> HttpService {
    let fits = |kind: &&Kind| kind.terms == terms;
    if let Some(kind) = kinds.iter().find(fits) {
        return kind.service.clone();
    }
    let kind = old.iter().find(fits).cloned().unwrap_or_else(|| services.make(terms));
    let service = kind.service.clone();
    kinds.push(kind);
    service
}

impl Terms {
    fn new(policy: &ToolPolicy, config: &LiveConfig) -> Self {
        let LimitsConfig { call, body_bytes, .. } = config.limits;
        Self { policy: policy.clone(), tools: config.tools.clone(), call, body_bytes }
    }
}

impl Services {
    fn make(&self, terms: Terms) -> Kind {
        let catalog = self.catalog(&terms);
        let idle = catalog.unmatched_rules();
        let server = Server::builder(catalog, self.callers.clone())
            .identity("m365-remote", env!("CARGO_PKG_VERSION"))
            .observer(self.observer.clone())
            .policy_by_host(terms.tools.policy_by_host)
            // Places are given out before a request comes here.
            .in_flight(Semaphore::MAX_PERMITS)
            .build();
        let options = HttpOptions::new()
            .allowed_hosts(self.hosts.iter().map(String::as_str))
            .allowed_origins(self.origins.iter().map(String::as_str))
            .body_bytes(terms.body_bytes);
        Kind { terms, service: HttpService::new(server, options), idle }
    }

    /// Builds the catalog that a policy leaves.
    fn catalog(&self, terms: &Terms) -> Catalog {
        let limits = CallLimits::default().with_deadline(terms.call);
        Catalog::new(
            CatalogOptions::new(self.key, self.extraction.clone())
                .with_scopes(self.scopes.iter().copied())
                .with_policy(terms.policy.clone())
                .with_limits(limits.with_answer(terms.tools.answer_limit))
                .with_mark_untrusted(terms.tools.mark_untrusted)
                .with_cloud(self.cloud)
                .with_sign_in_hint(SIGN_IN_HINT),
        )
    }

    /// Names the tools that are offered where no policy takes any away.
    pub(crate) fn tool_names(config: &Config, extraction: &Extraction) -> Vec<String> {
        let options = CatalogOptions::new([0; 32], extraction.clone())
            .with_scopes(config.scopes.iter().map(m365_auth::Scope::name))
            .with_cloud(config.entra.cloud);
        let catalog = Catalog::new(options);
        catalog.definitions().map(|tool| tool.name().to_owned()).collect()
    }
}
