//! `check`: the configuration, the credential and the way to Entra, without serving anybody.

use std::io::{self, Write};

use m365_auth::Scope;

use crate::{
    config::{AllowEntry, Config},
    failure::Failure,
    parts, serve,
    tls::Tls,
};

/// Checks everything that can be checked, and prints what would be served.
pub(crate) async fn run(config: &Config) -> Result<(), Failure> {
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    if let Some(files) = config.listeners.tls.clone() {
        Tls::load(files).map_err(|error| config.refuse_tls(error))?;
    }
    parts::graph(config)?;
    let credential = parts::check_credential(config, &parts::client(config, None)?).await?;
    let keys = parts::validator(config)?.refresh_keys().await?;
    let expires = credential.expires_on().map(|at| format!(", until {at}")).unwrap_or_default();
    let mut rows = rows(config);
    rows.push(("credential", format!("{}{expires}", config.entra.credential.kind())));
    rows.push(("signing keys", format!("{} from {}", keys.keys, config.entra.login_root())));
    print(&rows)?;
    Ok(())
}

fn rows(config: &Config) -> Vec<(&'static str, String)> {
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
    rows.extend(config.live.allow.iter().map(|entry| ("tenant", allowed(entry))));
    rows
}

fn allowed(entry: &AllowEntry) -> String {
    let clients: Vec<_> = entry.clients.iter().map(m365_auth::ClientId::as_str).collect();
    format!("{} through {}", entry.tenant, clients.join(", "))
}

fn print(rows: &[(&str, String)]) -> io::Result<()> {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut stdout = io::stdout().lock();
    for (name, value) in rows {
        writeln!(stdout, "{name:width$}  {value}")?;
    }
    writeln!(stdout, "\nThe configuration can be served.")
}
