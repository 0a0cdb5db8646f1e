//! The admin listener: health, readiness, metrics, and what operators set. Never on the public port.

use std::{net::SocketAddr, sync::Arc};

use http::{HeaderMap, Method, Request, StatusCode, header, request::Parts};
use http_body_util::{BodyExt, Limited as LimitedBody};
use hyper::body::Incoming;
use m365_tools::ToolPolicy;
use serde_json::{Map, Value, json};
use url::Url;

use crate::{
    answer::{self, Answer},
    app::App,
    audit::{Event, EventKind},
    config::Config,
    drain::Stage,
    listener::Handler,
    metrics, outbound,
    reload::Reloader,
    switches::{SwitchRules, SwitchSource, SwitchText},
};

/// The largest text that sets switches.
const SWITCHES: usize = 64 * 1024;

/// The operators' side of the server; clones share everything.
#[derive(Clone)]
pub(crate) struct Admin(pub(crate) Arc<AdminState>);

/// What the operators' side looks at.
pub(crate) struct AdminState {
    pub(crate) app: App,
    pub(crate) stage: Stage,
    pub(crate) reloader: Reloader,
    /// The configuration at start; what can change is read from the app.
    pub(crate) config: Config,
}

impl Handler for Admin {
    async fn handle(&self, request: Request<Incoming>, peer: SocketAddr) -> Answer {
        let (parts, body) = request.into_parts();
        let get = matches!(parts.method, Method::GET | Method::HEAD);
        match parts.uri.path() {
            "/livez" | "/readyz" | "/metrics" if !get => answer::not_allowed("GET, HEAD"),
            "/livez" => answer::of(StatusCode::OK, "text/plain", "ok\n"),
            "/readyz" => self.ready(),
            "/metrics" => self.metrics(),
            path if path.starts_with("/admin/") => match is_operator(&parts, peer) {
                true => self.operate(&parts, body).await,
                false => answer::error(
                    StatusCode::FORBIDDEN,
                    "access_denied",
                    "This is answered on this machine alone, at a loopback address",
                ),
            },
            _ => answer::error(StatusCode::NOT_FOUND, "not_found", "There is nothing here"),
        }
    }
}

impl Admin {
    fn ready(&self) -> Answer {
        let AdminState { app, stage, .. } = &*self.0;
        let keys = app.0.validator.keys();
        let is_shedding = app.0.limits.is_full();
        let is_ready = keys.is_loaded && stage.is_serving() && !is_shedding;
        let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        let body = json!({
            "ready": is_ready,
            "parts": {
                "configuration": { "ok": true },
                "keys": {
                    "ok": keys.is_loaded,
                    "age_seconds": keys.age.map(|age| age.as_secs()),
                    "failure": keys.failure,
                },
                "stage": { "ok": stage.is_serving(), "is": stage.name() },
                "load": { "ok": !is_shedding, "in_flight": app.0.limits.in_flight() },
                "audit": { "ok": !app.0.audit.is_failing() },
                "switches": { "ok": app.0.switches.are_current() },
            },
        });
        answer::json(status, &body)
    }

    fn metrics(&self) -> Answer {
        answer::of(StatusCode::OK, metrics::CONTENT_TYPE, self.0.app.0.metrics.text())
    }

    async fn operate(&self, parts: &Parts, body: Incoming) -> Answer {
        match (&parts.method, parts.uri.path()) {
            (&Method::GET, "/admin/config") => answer::json(StatusCode::OK, &self.config()),
            (&Method::GET, "/admin/switches") => answer::json(StatusCode::OK, &self.switches()),
            (&Method::PUT, "/admin/switches") => self.set_switches(body).await,
            (&Method::POST, "/admin/reload") => match self.0.reloader.reload("admin").await {
                Ok(()) => answer::json(StatusCode::OK, &self.config()),
                Err(error) => {
                    let status = StatusCode::UNPROCESSABLE_ENTITY;
                    answer::error(status, "invalid_configuration", &error.to_string())
                }
            },
            (_, "/admin/config") => answer::not_allowed("GET"),
            (_, "/admin/switches") => answer::not_allowed("GET, PUT"),
            (_, "/admin/reload") => answer::not_allowed("POST"),
            _ => answer::error(StatusCode::NOT_FOUND, "not_found", "There is nothing here"),
        }
    }

    /// Describes what is in force; secrets are named by where they come from.
    fn config(&self) -> Value {
        let AdminState { app, stage, config, .. } = &*self.0;
        let live = app.0.live.load();
        let listeners = &config.listeners;
        let tools = &live.config.tools;
        let warnings = [config.warnings.clone(), live.config.nobody()].concat();
        let allow: Vec<Value> = live.config.allow.iter().map(allowed).collect();
        json!({
            "version": crate::VERSION.as_str(),
            "instance": config.instance,
            "stage": stage.name(),
            "hash": live.config.hash,
            "listen": listeners.listen,
            "admin_listen": listeners.admin,
            "resource": app.0.resource.url(),
            "allowed_origins": listeners.allowed_origins,
            "trusted_proxies": listeners.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "tls": listeners.tls.is_some(),
            "client_certificates": listeners.tls.as_ref().is_some_and(|tls| tls.client_ca.is_some()),
            "azure_cloud": config.entra.cloud.name(),
            "client_id": config.entra.client_id.as_str(),
            "application_id_uri": config.entra.application_id_uri,
            "accept_v1_tokens": config.entra.accept_v1,
            "login_endpoint": config.entra.login_endpoint.as_ref().map(Url::as_str),
            "graph_endpoint": config.graph_endpoint.as_ref().map(Url::as_str),
            "ca_file": config.ca_file,
            "credential": config.entra.credential.kind(),
            "state_key": config.state_key.is_some(),
            "scopes": config.scopes.iter().map(m365_auth::Scope::name).collect::<Vec<_>>(),
            "allow": allow,
            "limits": limits(&live.config.limits),
            "cache": { "obo_entries": config.obo_entries },
            "switches_file": config.switches_file,
            "audit": {
                "sink": config.audit.sink.to_string(),
                "on_loss": config.audit.on_loss.as_str(),
            },
            "telemetry": {
                "otlp_endpoint": config.telemetry.otlp_endpoint,
                "service_name": config.telemetry.service_name,
            },
            "answer_limit": tools.answer_limit,
            "mark_untrusted": tools.mark_untrusted,
            "tool_policy_by_host": tools.policy_by_host,
            "warnings": warnings,
        })
    }

    fn switches(&self) -> Value {
        let switches = &self.0.app.0.switches;
        let text = |source: SwitchSource| json!(switches.rules(source).text());
        json!({ "file": text(SwitchSource::File), "admin": text(SwitchSource::Admin) })
    }

    async fn set_switches(&self, body: Incoming) -> Answer {
        let refuse = |why: &str| answer::error(StatusCode::BAD_REQUEST, "invalid_request", why);
        let Ok(bytes) = LimitedBody::new(body, SWITCHES).collect().await else {
            return refuse("The body is too large or broken");
        };
        let text = serde_json::from_slice::<SwitchText>(&bytes.to_bytes());
        let rules = match text.map(SwitchRules::try_from) {
            Ok(Ok(rules)) => rules,
            Ok(Err(error)) => return refuse(&error.to_string()),
            Err(error) => return refuse(&error.to_string()),
        };
        let shared = &self.0.app.0;
        shared.audit.write(switch_event(SwitchSource::Admin, &rules));
        tracing::warn!(event = "switches_changed", switches = %rules, "kill switches changed");
        shared.switches.set_admin(rules);
        answer::json(StatusCode::OK, &self.switches())
    }
}

/// Describes a change of switches for the audit.
pub(crate) fn switch_event(source: SwitchSource, rules: &SwitchRules) -> Event {
    Event::new(EventKind::SwitchChanged, "ok")
        .detail("source", source.as_str())
        .detail("switches", json!(rules.text()))
}

fn allowed(entry: &crate::config::AllowEntry) -> Value {
    json!({
        "tenant_id": entry.tenant.as_str(),
        "client_ids": entry.clients.iter().map(m365_auth::ClientId::as_str).collect::<Vec<_>>(),
        "tool_policy": policy(&entry.policy),
        "tenant_per_minute": entry.tenant_per_minute,
    })
}

fn policy(policy: &ToolPolicy) -> Map<String, Value> {
    policy.rules().map(|(pattern, mode)| (pattern.to_owned(), mode.as_str().into())).collect()
}

fn limits(limits: &crate::config::LimitsConfig) -> Value {
    json!({
        "user_per_minute": limits.user_per_minute,
        "user_burst": limits.user_burst,
        "tenant_per_minute": limits.tenant_per_minute,
        "rejections_per_minute": limits.rejections_per_minute,
        "user_concurrency": limits.user_concurrency,
        "tenant_concurrency": limits.tenant_concurrency,
        "concurrency": limits.concurrency,
        "connections": limits.connections,
        "body_bytes": limits.body_bytes,
        "header_seconds": limits.header.as_secs(),
        "body_seconds": limits.body.as_secs(),
        "idle_seconds": limits.idle.as_secs(),
        "call_seconds": limits.call.as_secs(),
        "grace_seconds": limits.grace.as_secs(),
        "drain_seconds": limits.drain.as_secs(),
    })
}

/// Tells whether somebody on this machine asks, and not a page in his browser.
fn is_operator(parts: &Parts, peer: SocketAddr) -> bool {
    let headers: &HeaderMap = &parts.headers;
    let authority = parts.uri.authority().map(http::uri::Authority::as_str);
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).or(authority);
    let is_local_name = host
        .and_then(|host| Url::parse(&format!("http://{host}")).ok())
        .is_some_and(|url| outbound::is_local(&url));
    peer.ip().to_canonical().is_loopback() && is_local_name && !headers.contains_key(header::ORIGIN)
}
