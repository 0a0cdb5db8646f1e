//! `--demo`: the demo tenant inside this process, with a token for somebody in it.

use std::io::{self, IsTerminal};

use m365_sim::Sim;
use m365_tools::Extractor;

use crate::{
    audit::AuditSink,
    cli::Options,
    config::{Config, Environment},
    failure::{Failure, OTHER},
    serve::{Bound, Origin},
};

/// The account that the demo data belongs to.
const USER: &str = "mira.solberg@fjordlight.example";
/// The variable under which the demo's own configuration finds its secret.
const SECRET: &str = "M365_DEMO_CLIENT_SECRET";

/// Serves the demo tenant.
pub(crate) async fn run(
    options: Options,
    env: &Environment,
    extractor: Extractor,
) -> Result<(), Failure> {
    let sim = Sim::builder().auto_sign_in(USER).consent_to_all().transcripts(true).start().await;
    let sim = sim.map_err(|error| Failure::new(OTHER, error))?;
    let env = env.clone().with(SECRET, sim.connector_secret());
    let mut config = Config::of_text("the demo's configuration", &text(&sim), &options, &env)?;
    // They are about a service for others, which this is not.
    config.warnings.clear();
    if io::stdout().is_terminal() {
        config.audit.sink = AuditSink::Nowhere;
    }
    let server = Bound::new(config, Origin { options, env }, extractor.into()).await?;
    let token = sim.desktop(USER).without_capabilities().token().await;
    let token = token.map_err(|error| Failure::new(OTHER, error))?;
    server.announce();
    explain(&token, &server.resource());
    server.serve().await
}

/// Writes the configuration for the demo tenant; nothing in it is secret.
fn text(sim: &Sim) -> String {
    format!(
        r#"
listen = "127.0.0.1:0"
admin_listen = "127.0.0.1:0"
login_endpoint = "{login}"
graph_endpoint = "{graph}"
[entra]
client_id = "{connector}"
credential = {{ client_secret_env = "{SECRET}" }}
[audit]
on_loss = "fail_open"
[limits]
grace_seconds = 0
[[allow]]
tenant_id = "{tenant}"
client_ids = ["{host}"]
"#,
        login = sim.login_endpoint(),
        graph = sim.graph_endpoint(),
        connector = sim.connector_client_id(),
        tenant = sim.tenant_id(),
        host = sim.host_client_id(),
    )
}

/// Prints how to call. The token is the demo tenant's: it opens nothing else.
fn explain(token: &str, resource: &str) {
    let audit = match io::stdout().is_terminal() {
        true => "Start the demo with > audit.jsonl to keep the audit, a line for each call.",
        false => "The audit, a line for each call, is on stdout.",
    };
    eprintln!(
        r#"
The demo tenant is served to {USER}. Nothing leaves this machine.

Search her mail:
  curl -s {resource} -H "Authorization: Bearer {token}" \
    -H "Content-Type: application/json" -H "Accept: application/json, text/event-stream" \
    -d '{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"outlook_email_search","arguments":{{"query":"budget"}}}}}}'

Or add it to a host:
  claude mcp add --transport http microsoft365-demo {resource} --header "Authorization: Bearer {token}"

The token lives for an hour at least; start the demo again for another. {audit} Ctrl+C ends it.
"#
    );
}
