//! `host-config`: what a host needs to use this deployment.

use m365_auth::{Authority, ClientId, Cloud, TenantId};
use serde_json::{Value, json};

use crate::{
    config::{AllowEntry, Published, Setting},
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
struct Deployment {
    cloud: Cloud,
    resource: Resource,
}

/// Prints the configuration for `host`, and on stderr what to know besides.
pub(crate) fn run(
    published: &Published,
    host: &str,
    tenant: Option<&str>,
    client: Option<&str>,
) -> Result<(), Failure> {
    let host = Setting::new("host-config", host).one_of(&HOSTS)?;
    let pairs = pairs(&published.allow, tenant, client)?;
    let (first, others) = pairs.split_first().ok_or_else(|| nobody(published))?;
    let deployment = Deployment::new(published);
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

fn nobody(published: &Published) -> Failure {
    let entry = |it: &AllowEntry| {
        let clients: Vec<_> = it.clients.iter().map(ClientId::as_str).collect();
        format!("tenant {} with {}", it.tenant, clients.join(", "))
    };
    let listed: Vec<_> = published.allow.iter().map(entry).collect();
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

impl Deployment {
    fn new(published: &Published) -> Self {
        let Published { url, cloud, scope, .. } = published;
        Self { cloud: *cloud, resource: Resource::new(url, scope.clone(), *cloud) }
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
        let pair = |pair: &Pair<'_>| {
            let authority = Authority::new(self.cloud, pair.tenant.clone());
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
