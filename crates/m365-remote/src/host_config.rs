//! `host-config`: what a host needs to use this deployment.

use m365_auth::{Authority, ClientId, TenantId};
use serde_json::{Value, json};

use crate::{
    config::{AllowEntry, Config, Setting},
    failure::{Failure, USAGE},
    metadata::Resource,
    output,
};

/// The name under which hosts list the connector.
const NAME: &str = "microsoft365";

/// A host whose configuration is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Host {
    ClaudeDesktop,
    ClaudeCode,
    VsCode,
    Cursor,
    Json,
}

const HOSTS: [(&str, Host); 5] = [
    ("claude-desktop", Host::ClaudeDesktop),
    ("claude-code", Host::ClaudeCode),
    ("vscode", Host::VsCode),
    ("cursor", Host::Cursor),
    ("json", Host::Json),
];

/// A tenant of the allow-list and one of the clients that may call for its users.
#[derive(Clone, Copy, Debug)]
struct Pair<'a> {
    tenant: &'a TenantId,
    client: &'a ClientId,
}

/// How hosts reach this deployment.
struct Deployment<'a> {
    config: &'a Config,
    resource: Resource,
}

/// Prints the configuration for `host`, and on stderr what to know besides.
pub(crate) fn run(
    config: &Config,
    host: &str,
    tenant: Option<&str>,
    client: Option<&str>,
) -> Result<(), Failure> {
    let host = Setting::new("host-config", host).one_of(&HOSTS)?;
    let pairs = pairs(&config.live.allow, tenant, client)?;
    let (first, others) = pairs.split_first().ok_or_else(|| nobody(config))?;
    let deployment = Deployment::new(config).ok_or_else(|| {
        Failure::new(USAGE, "listen, public_url: this server has no address for hosts to use")
    })?;
    let text = match host {
        Host::ClaudeDesktop => pretty(&deployment.claude_desktop(&pairs)),
        Host::Json => pretty(&deployment.json(&pairs)),
        Host::ClaudeCode => deployment.claude_code(first),
        Host::VsCode => pretty(&deployment.vscode(first)),
        Host::Cursor => pretty(&deployment.cursor(first)),
    };
    output::line(&text)?;
    if !others.is_empty() && !matches!(host, Host::ClaudeDesktop | Host::Json) {
        eprintln!(
            "This is for tenant {} and client {}, the first of {} on the allow-list; choose with \
             --tenant and --client.",
            first.tenant,
            first.client,
            pairs.len()
        );
    }
    if let Some(note) = redirect(host) {
        eprintln!("{note}");
    }
    Ok(())
}

fn pairs<'a>(
    allow: &'a [AllowEntry],
    tenant: Option<&str>,
    client: Option<&str>,
) -> Result<Vec<Pair<'a>>, Failure> {
    let tenant: Option<TenantId> =
        tenant.map(|it| Setting::new("--tenant", it).accepted()).transpose()?;
    let client: Option<ClientId> =
        client.map(|it| Setting::new("--client", it).accepted()).transpose()?;
    let all = allow.iter().flat_map(|entry| {
        entry.clients.iter().map(|client| Pair { tenant: &entry.tenant, client })
    });
    let is_wanted = |pair: &Pair<'_>| {
        tenant.as_ref().is_none_or(|it| it == pair.tenant)
            && client.as_ref().is_none_or(|it| it == pair.client)
    };
    Ok(all.filter(is_wanted).collect())
}

fn nobody(config: &Config) -> Failure {
    let entry = |it: &AllowEntry| {
        let clients: Vec<_> = it.clients.iter().map(ClientId::as_str).collect();
        format!("tenant {} with {}", it.tenant, clients.join(", "))
    };
    let listed: Vec<_> = config.live.allow.iter().map(entry).collect();
    let listed = listed.join("; ");
    Failure::new(
        USAGE,
        format_args!("--tenant, --client: not on the allow-list; there are {listed}"),
    )
}

/// Says where a host comes back to after the sign-in, if that needs a redirect of its own.
const fn redirect(host: Host) -> Option<&'static str> {
    match host {
        Host::ClaudeCode => Some(
            "The client's app needs the redirect http://localhost/callback (Mobile and desktop \
             applications).",
        ),
        Host::Cursor => Some(
            "The client's app needs the redirect http://localhost/callback (Mobile and desktop \
             applications), for Cursor on the web https://www.cursor.com/agents/mcp/oauth/callback.",
        ),
        Host::VsCode => Some(
            "The client's app needs the redirects http://127.0.0.1 and https://vscode.dev/redirect \
             (Mobile and desktop applications).",
        ),
        Host::ClaudeDesktop | Host::Json => None,
    }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}")
}

impl<'a> Deployment<'a> {
    fn new(config: &'a Config) -> Option<Self> {
        let public_url = config.listeners.reached_at(config.listeners.listen)?;
        let resource = Resource::new(&public_url, config.entra.scope(), config.entra.cloud);
        Some(Self { config, resource })
    }

    /// The form that device management hands to Claude Desktop: one entry for each client.
    fn claude_desktop(&self, pairs: &[Pair<'_>]) -> Value {
        let entry = |pair: &Pair<'_>| {
            let name = match pairs {
                [_] => "Microsoft 365".to_owned(),
                _ => format!("Microsoft 365 ({}, {})", pair.tenant, pair.client),
            };
            json!({
                "name": name,
                "url": self.resource.url(),
                "transport": "http",
                "oauth": {
                    "clientId": pair.client.as_str(),
                    "tenantId": pair.tenant.as_str(),
                    "scope": self.resource.scope(),
                },
            })
        };
        json!({ "managedMcpServers": pairs.iter().map(entry).collect::<Vec<_>>() })
    }

    fn claude_code(&self, pair: &Pair<'_>) -> String {
        let url = self.resource.url();
        format!("claude mcp add --transport http --client-id {} {NAME} '{url}'", pair.client)
    }

    fn vscode(&self, pair: &Pair<'_>) -> Value {
        let oauth = json!({ "clientId": pair.client.as_str() });
        json!({ "servers": { NAME: {
            "type": "http",
            "url": self.resource.url(),
            "oauth": oauth,
        } } })
    }

    fn cursor(&self, pair: &Pair<'_>) -> Value {
        let auth = json!({ "CLIENT_ID": pair.client.as_str(), "scopes": [self.resource.scope()] });
        json!({ "mcpServers": { NAME: { "url": self.resource.url(), "auth": auth } } })
    }

    /// All that a host could ask for, in no host's form.
    fn json(&self, pairs: &[Pair<'_>]) -> Value {
        let cloud = self.config.entra.cloud;
        let pair = |pair: &Pair<'_>| {
            let authority = Authority::new(cloud, pair.tenant.clone());
            json!({
                "tenantId": pair.tenant.as_str(),
                "clientId": pair.client.as_str(),
                "issuer": authority.issuer(),
                "authorizationEndpoint": authority.authorize_url().as_str(),
                "tokenEndpoint": authority.token_url().as_str(),
            })
        };
        json!({
            "name": NAME,
            "url": self.resource.url(),
            "transport": "http",
            "scope": self.resource.scope(),
            "resourceMetadata": self.resource.metadata_url(),
            "clients": pairs.iter().map(pair).collect::<Vec<_>>(),
        })
    }
}
