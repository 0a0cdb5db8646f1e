//! The library parts that the server is made of, built as configured.

use std::{sync::Arc, time::Duration};

use m365_auth::{
    ClientCertificate, ClientSecret, Clock, ConfidentialClient, ConfidentialClientBuilder,
    CredentialError, CredentialReport, FederatedToken, OnBehalfOfObserver, SystemClock,
    TokenValidator,
};
use m365_graph::GraphPool;

use crate::{
    audit::AuditOptions,
    config::{Config, CredentialSource, EntraConfig, LimitsConfig, LiveConfig},
    failure::{Failure, OTHER, USAGE},
    limits::LimitOptions,
    metrics::Metrics,
    outbound,
    telemetry::{Telemetry, TelemetryOptions},
};

/// Returns the clock of all parts.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::default())
}

/// Builds what proves callers' tokens.
pub(crate) fn validator(config: &Config) -> Result<TokenValidator, Failure> {
    let entra = &config.entra;
    Ok(TokenValidator::builder(entra.cloud, entra.client_id.clone())
        .application_id_uri(entra.application_id_uri.as_str())
        .accept_v1(entra.accept_v1)
        .scope("access_as_user")
        .allow_list(config.live.allow_list())
        .login_root(entra.login_root())
        .clock(clock())
        .http(outbound::towards(&entra.login_root(), config.ca_file.as_deref())?)
        .build())
}

/// Builds what exchanges tokens on behalf of callers.
pub(crate) fn client(
    config: &Config,
    observer: Option<Arc<dyn OnBehalfOfObserver>>,
) -> Result<ConfidentialClient, Failure> {
    let entra = &config.entra;
    let builder = credential(entra)
        .map_err(|error| entra.refuse_credential(error))?
        .scopes(config.scopes.clone())
        .login_root(entra.login_root())
        .clock(clock())
        .http(outbound::towards(&entra.login_root(), config.ca_file.as_deref())?)
        .cache_entries(config.obo_entries as usize);
    Ok(match observer {
        Some(observer) => builder.observer(observer).build(),
        None => builder.build(),
    })
}

/// Refuses to begin with a certificate that is not valid. Other credentials may be renewed at any moment.
pub(crate) async fn check_certificate(
    config: &Config,
    client: &ConfidentialClient,
) -> Result<(), Failure> {
    match config.entra.credential {
        CredentialSource::Certificate { .. } => check_credential(config, client).await.map(drop),
        _ => Ok(()),
    }
}

/// Checks the credential as far as that is possible without Entra.
pub(crate) async fn check_credential(
    config: &Config,
    client: &ConfidentialClient,
) -> Result<CredentialReport, Failure> {
    let refuse = |error: m365_auth::Error| {
        let message = error.message().map_or_else(|| error.to_string(), str::to_owned);
        Failure::from(config.entra.refuse_credential(message))
    };
    client.check_credential().await.map_err(refuse)
}

fn credential(entra: &EntraConfig) -> Result<ConfidentialClientBuilder, CredentialError> {
    let (cloud, id) = (entra.cloud, entra.client_id.clone());
    Ok(match &entra.credential {
        CredentialSource::Secret(secret) => {
            ConfidentialClient::builder(cloud, id, ClientSecret::new(secret.clone()))
        }
        CredentialSource::SecretFile(path) => {
            ConfidentialClient::builder(cloud, id, ClientSecret::from_file(path)?)
        }
        CredentialSource::Certificate { certificate, key } => {
            let certificate = ClientCertificate::from_files(certificate, key)?;
            ConfidentialClient::builder(cloud, id, certificate)
        }
        CredentialSource::FederatedToken(path) => {
            ConfidentialClient::builder(cloud, id, FederatedToken::from_file(path)?)
        }
    })
}

/// Builds the connections to Graph.
pub(crate) fn graph(config: &Config) -> Result<GraphPool, Failure> {
    let root = config.graph_root();
    let http = outbound::towards(&root, config.ca_file.as_deref())?;
    Ok(GraphPool::builder()
        .base_url(root)
        .limits(graph_limits(&config.live.limits))
        .clock(clock())
        .user_agent(concat!("m365-remote/", env!("CARGO_PKG_VERSION")))
        .http(http)
        .build()?)
}

/// Returns how many requests to Graph run at once: one call may send several, so that no limit is
/// below what suits a single one.
pub(crate) fn graph_limits(limits: &LimitsConfig) -> m365_graph::Limits {
    let usual = m365_graph::Limits::default();
    let (user, tenant) = (usual.per_user, usual.per_tenant);
    usual
        .with_per_user(limits.user_concurrency.max(user))
        .with_per_tenant(limits.tenant_concurrency.max(tenant))
        .with_per_process(limits.concurrency.max(tenant))
}

/// Returns the key that seals cursors, and questions: as configured, or one for this process.
pub(crate) fn state_key(config: &Config) -> Result<[u8; 32], Failure> {
    if let Some(key) = &config.state_key {
        return Ok(key.bytes());
    }
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|error| Failure::new(OTHER, error))?;
    Ok(key)
}

/// Returns how the audit is kept.
pub(crate) fn audit_options(config: &Config, key: [u8; 32]) -> AuditOptions {
    AuditOptions {
        sink: config.audit.sink.clone(),
        on_loss: config.audit.on_loss,
        instance: config.instance.clone(),
        version: env!("CARGO_PKG_VERSION"),
        key,
    }
}

/// Starts to push traces and metrics, where a collector is configured.
pub(crate) fn telemetry(config: &Config, metrics: &Metrics) -> Result<Telemetry, Failure> {
    let Some(endpoint) = config.telemetry.otlp_endpoint.clone() else {
        return Ok(Telemetry::off());
    };
    let http = outbound::towards(&endpoint, config.ca_file.as_deref())?;
    let options = TelemetryOptions {
        endpoint,
        service_name: config.telemetry.service_name.clone(),
        instance: config.instance.clone(),
        version: env!("CARGO_PKG_VERSION"),
    };
    Telemetry::start(&options, http(), metrics).map_err(|error| Failure::new(USAGE, error))
}

/// Returns the limits of callers.
pub(crate) fn limit_options(live: &LiveConfig) -> LimitOptions {
    let raised =
        |entry: &crate::config::AllowEntry| Some((entry.tenant.clone(), entry.tenant_per_minute?));
    let limits = &live.limits;
    LimitOptions {
        user_per_minute: limits.user_per_minute,
        user_burst: limits.user_burst,
        tenant_per_minute: limits.tenant_per_minute,
        tenants: live.allow.iter().filter_map(raised).collect(),
        rejected_per_minute: limits.rejections_per_minute,
        user_concurrency: limits.user_concurrency as usize,
        tenant_concurrency: limits.tenant_concurrency as usize,
        concurrency: limits.concurrency as usize,
    }
}

/// How long the audit may take to be written at the end.
pub(crate) const LAST_EVENTS: Duration = Duration::from_secs(5);
