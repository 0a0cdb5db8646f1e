//! The demo tenant by itself, for clients in other processes.

use std::{io, process::ExitCode};

use clap::Parser;
use m365_sim::{Sim, SimCloud, Tenant, User};
use serde_json::{Value, json};

/// A demo Microsoft 365 tenant on loopback ports: sign-in, Graph, an invented company.
///
/// Its administrator has consented to every permission, and has opened transcripts to Graph.
///
/// The first line on standard output is one JSON object: `loginEndpoint`, `graphEndpoint`,
/// `tenantId`, `localClientId`, `hostClientId` (a desktop host that calls the remote connector),
/// `connectorClientId`, `connectorSecret`, `users[]`, and `tenants[]` with `tenantId`, `domain` and
/// `users[]` of each organisation. It ends with an error when a client did what the product must
/// never do, such as a write.
///
/// Example: m365-sim --auto-sign-in mira.solberg@fjordlight.example
#[derive(Debug, Parser)]
#[command(version, verbatim_doc_comment)]
struct Cli {
    /// Port of the sign-in host; Graph and the others take the next three. 0 takes free ones.
    #[arg(long, default_value_t = 0, value_name = "N")]
    port: u16,
    /// Serves HTTPS; the authority to trust is the file `caFile`.
    #[arg(long)]
    tls: bool,
    /// How many messages the main user has, at least those of the story.
    #[arg(long, default_value_t = 400, value_name = "N")]
    messages: usize,
    /// How many tenants more to add.
    #[arg(long, default_value_t = 0, value_name = "N")]
    more_tenants: usize,
    /// How many users each of them has.
    #[arg(long, default_value_t = 10, value_name = "N")]
    users_each: usize,
    /// The cloud to play: global, us-gov-high or us-gov-dod.
    #[arg(long, default_value_t = SimCloud::Global, value_name = "NAME")]
    azure_cloud: SimCloud,
    /// Signs this user in without showing a page.
    #[arg(long, value_name = "UPN")]
    auto_sign_in: Option<String>,
    /// Keeps Graph from giving out transcripts, as a tenant does whose administrator did not allow it.
    #[arg(long)]
    without_transcripts: bool,
    /// Opens `{loginEndpoint}/_sim/`, by which tests ask for faults, tokens, new keys, and the like.
    #[arg(long)]
    test_mode: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("m365-sim: {error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "the first line tells where the tenant is")]
async fn run(cli: Cli) -> io::Result<()> {
    let stopped = stop_signal()?;
    let tenant = start(cli).await?;
    println!("{}", description(&tenant));
    stopped.await;
    match tenant.violations().as_slice() {
        [] => Ok(()),
        violations => Err(io::Error::other(format!("violations: {violations:?}"))),
    }
}

async fn start(cli: Cli) -> io::Result<Sim> {
    let builder = Sim::builder()
        .port(cli.port)
        .tls(cli.tls)
        .messages(cli.messages)
        .crowd(cli.more_tenants, cli.users_each)
        .cloud(cli.azure_cloud)
        .consent_to_all()
        .transcripts(!cli.without_transcripts)
        .test_mode(cli.test_mode);
    match cli.auto_sign_in {
        Some(upn) => builder.auto_sign_in(upn).start().await,
        None => builder.start().await,
    }
}

fn description(tenant: &Sim) -> Value {
    let mut description = json!({
        "loginEndpoint": tenant.login_endpoint(),
        "graphEndpoint": tenant.graph_endpoint(),
        "tenantId": tenant.tenant_id(),
        "localClientId": tenant.local_client_id(),
        "connectorClientId": tenant.connector_client_id(),
        "connectorSecret": tenant.connector_secret(),
        "hostClientId": tenant.host_client_id(),
        "users": users(tenant.users()),
        "tenants": tenant.tenants().map(organisation).collect::<Vec<_>>(),
    });
    if let Some(file) = tenant.ca_file() {
        description["caFile"] = json!(file);
    }
    description
}

fn organisation(tenant: &Tenant) -> Value {
    json!({
        "tenantId": tenant.id(), "domain": tenant.domain(), "displayName": tenant.name(),
        "users": users(tenant.users()),
    })
}

fn users(users: &[User]) -> Vec<Value> {
    let described =
        |user: &User| json!({"upn": user.upn, "displayName": user.display_name, "oid": user.oid});
    users.iter().map(described).collect()
}

/// Listens for the signals that end a program, from now on.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Listens for the console's interrupt, from now on.
#[cfg(windows)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
