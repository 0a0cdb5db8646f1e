//! `check`: the configuration, the credential and the way to Entra, without serving anybody.

use std::{fs::OpenOptions, io, path::Path};

use m365_auth::Scope;
use m365_tools::{Extraction, PolicyMode, ToolPolicy};

use crate::{
    audit::AuditSink,
    config::{AllowEntry, Config},
    failure::{Failure, USAGE},
    metrics::Metrics,
    output, parts, serve,
    switches::Switches,
    tenants::Services,
    tls::Tls,
};

/// Checks everything that can be checked, and prints what would be served.
pub(crate) async fn run(config: &Config, extraction: &Extraction) -> Result<(), Failure> {
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    if let Some(files) = config.listeners.tls.clone() {
        Tls::load(files).map_err(|error| config.refuse_tls(error))?;
    }
    let tools = Services::tool_names(config, extraction);
    open_files(config, &tools)?;
    parts::graph(config)?;
    let credential = parts::check_credential(config, &parts::client(config, None)?).await?;
    let keys = parts::validator(config)?.refresh_keys().await?;
    let expires = credential.expires_on().map(|at| format!(", until {at}")).unwrap_or_default();
    let mut rows = rows(config, &tools);
    rows.push(("credential", format!("{}{expires}", config.entra.credential.kind())));
    rows.push(("signing keys", format!("{} from {}", keys.keys, config.entra.login_root())));
    output::line(&page(&rows))?;
    Ok(())
}

/// Tries the files that the server opens beside its credential; none is made.
fn open_files(config: &Config, tools: &[String]) -> Result<(), Failure> {
    if let AuditSink::File(path) = &config.audit.sink {
        let refuse = |error| format!("[audit] sink: {}: {error}", path.display());
        is_writable(path).map_err(|error| Failure::new(USAGE, refuse(error)))?;
    }
    let metrics = Metrics::new(tools.to_vec());
    Switches::open(config.switches_file.clone(), metrics)
        .map(drop)
        .map_err(|error| Failure::new(USAGE, error))
}

fn is_writable(file: &Path) -> io::Result<()> {
    match OpenOptions::new().append(true).open(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).metadata()?;
            match folder.is_dir() && !folder.permissions().readonly() {
                true => Ok(()),
                false => Err(io::ErrorKind::PermissionDenied.into()),
            }
        }
        opened => opened.map(drop),
    }
}

fn rows(config: &Config, tools: &[String]) -> Vec<(&'static str, String)> {
    let listeners = &config.listeners;
    let tls = match &listeners.tls {
        Some(tls) if tls.client_ca.is_some() => "TLS, callers show a certificate",
        Some(_) => "TLS",
        None => "plain HTTP",
    };
    let public_url = listeners.public_url.as_ref();
    let public_url =
        public_url.map_or_else(|| format!("http://{}", listeners.listen), ToString::to_string);
    let base = public_url.trim_end_matches('/');
    let scopes: Vec<_> = config.scopes.iter().map(Scope::name).collect();
    let mut rows = vec![
        ("resource", format!("{base}/mcp, MCP {}", serve::protocols())),
        ("listen", format!("{} ({tls})", listeners.listen)),
        ("admin", listeners.admin.to_string()),
        ("cloud", config.entra.cloud.to_string()),
        ("connector app", config.entra.client_id.to_string()),
        ("callers ask for", config.entra.scope()),
        ("Graph scopes", scopes.join(" ")),
    ];
    let live = &config.live;
    let by_host = live.tools.policy_by_host;
    rows.extend(live.allow.iter().map(|entry| ("tenant", allowed(entry, tools, by_host))));
    let marks = if live.tools.mark_untrusted { ", others' text is marked" } else { "" };
    rows.push(("answers", format!("{} characters of text{marks}", live.tools.answer_limit)));
    let limits = &live.limits;
    let (user, burst, tenant) =
        (limits.user_per_minute, limits.user_burst, limits.tenant_per_minute);
    let rates = format!("a user {user} calls a minute, {burst} at once; a tenant {tenant}");
    let places = format!(
        "a user {}, a tenant {}, the process {}",
        limits.user_concurrency, limits.tenant_concurrency, limits.concurrency
    );
    rows.extend([("rates", rates), ("calls at a time", places)]);
    rows.push(("audit", config.audit.sink.to_string()));
    if let Some(file) = &config.switches_file {
        rows.push(("kill switches", file.display().to_string()));
    }
    rows
}

/// Names a tenant with its clients, and what its policy leaves of the tools.
fn allowed(entry: &AllowEntry, tools: &[String], by_host: bool) -> String {
    let clients: Vec<_> = entry.clients.iter().map(m365_auth::ClientId::as_str).collect();
    let blocked = with_mode(&entry.policy, tools, PolicyMode::Blocked);
    let asked = with_mode(&entry.policy, tools, PolicyMode::Ask);
    let count = tools.len() - blocked.len();
    let mut text = format!("{} through {}: {count} tools", entry.tenant, clients.join(", "));
    let asks = if by_host { "left to the host" } else { "asks before" };
    for (what, names) in [("blocked", blocked), (asks, asked)] {
        if !names.is_empty() {
            text += &format!("; {what} {}", names.join(", "));
        }
    }
    let names: Vec<_> = tools.iter().map(String::as_str).collect();
    for rule in entry.policy.unmatched(&names) {
        text += &format!("; the rule `{rule}` matches no tool");
    }
    text
}

fn with_mode<'a>(policy: &ToolPolicy, tools: &'a [String], mode: PolicyMode) -> Vec<&'a str> {
    tools.iter().map(String::as_str).filter(|tool| policy.mode(tool) == mode).collect()
}

fn page(rows: &[(&str, String)]) -> String {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines = rows.iter().map(|(name, value)| format!("{name:width$}  {value}\n"));
    lines.collect::<String>() + "\nThe configuration can be served."
}
