use m365_auth::{Account, SessionState, SignInMethod, Status};
use serde::Serialize;

use crate::{
    config::{Config, Target},
    failure::{Failure, SIGN_IN},
    output,
    session::{Session, token_folder},
};

/// What `status --json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    signed_in: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<Person>,
    /// `browser` or `broker`.
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_in_method: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    broker: Option<String>,
    tenant_id: String,
    client_id: String,
    azure_cloud: &'static str,
    entry: String,
    token_store: String,
    granted_scopes: Vec<String>,
    missing_scopes: Vec<Missing>,
    extra_scopes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token_expires_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_obtained_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<String>,
    notices: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Person {
    username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    tenant_id: String,
    object_id: String,
}

/// A permission's name; an administrator's consent is said to people.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Missing {
    scope: &'static str,
    #[serde(skip)]
    needs_admin: bool,
}

/// Tells who is signed in, what is granted and until when; exit code 3 when nobody is.
pub(crate) async fn run(config: &Config, json: bool) -> Result<(), Failure> {
    let session = Session::open(config).await?;
    session.settle().await?;
    let status = session.client.status().await;
    let report = report(config, &session, status);
    if json {
        output::json(&report)?;
    } else {
        output::line(&for_people(&report))?;
    }
    for notice in &report.notices {
        eprintln!("{notice}");
    }
    if report.signed_in {
        return Ok(());
    }
    let todo = report.pending.as_deref().unwrap_or("run `m365-local sign-in`");
    Err(Failure::new(SIGN_IN, format_args!("nobody is signed in: {todo}")))
}

fn report(config: &Config, session: &Session, status: Status) -> Report {
    let client = &session.client;
    let signed_in = status.is_signed_in() && status.state != SessionState::SignedOut;
    let (sign_in_method, broker) = method(status.method.filter(|_| signed_in));
    let entry = match &config.target {
        Target::Tenant(tenant) => tenant.entry.clone(),
        _ => "Demo".into(),
    };
    Report {
        signed_in,
        account: status.account.filter(|_| signed_in).map(person),
        sign_in_method,
        broker,
        tenant_id: client.authority().tenant().to_string(),
        client_id: client.client_id().to_string(),
        azure_cloud: client.authority().cloud().name(),
        entry,
        token_store: store(config),
        granted_scopes: status.granted,
        missing_scopes: status
            .missing
            .iter()
            .map(|scope| Missing { scope: scope.name(), needs_admin: scope.needs_admin() })
            .collect(),
        extra_scopes: status.extra,
        access_token_expires_on: status.access_token_expires_on.map(|time| time.to_string()),
        refresh_token_obtained_at: status.refresh_token_obtained_at.map(|time| time.to_string()),
        pending: status.pending,
        notices: status.notices,
    }
}

fn method(method: Option<SignInMethod>) -> (Option<&'static str>, Option<String>) {
    match method {
        Some(SignInMethod::Broker(name)) => (Some("broker"), Some(name)),
        Some(_) => (Some("browser"), None),
        None => (None, None),
    }
}

fn person(account: Account) -> Person {
    Person {
        username: account.username().into(),
        name: account.name().map(Into::into),
        tenant_id: account.tid().into(),
        object_id: account.oid().into(),
    }
}

fn store(config: &Config) -> String {
    token_folder(config)
        .map_or_else(|| "memory".into(), |folder| format!("file, in {}", folder.display()))
}

fn for_people(report: &Report) -> String {
    let mut lines = Vec::new();
    let mut line = |label: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{label:<16}{value}"));
        }
    };
    line("account", report.account.as_ref().map_or("nobody".into(), |it| it.username.clone()));
    line("signed in by", signed_in_by(report));
    line("tenant", format!("{} ({})", report.tenant_id, report.azure_cloud));
    line("app", report.client_id.clone());
    line("entry", report.entry.clone());
    line("token store", report.token_store.clone());
    line("granted", report.granted_scopes.join(" "));
    line("missing", missing(report));
    line("not configured", report.extra_scopes.join(" "));
    line("token until", report.access_token_expires_on.clone().unwrap_or_default());
    line("signed in", report.refresh_token_obtained_at.clone().unwrap_or_default());
    line("to do", report.pending.clone().unwrap_or_default());
    lines.join("\n")
}

fn signed_in_by(report: &Report) -> String {
    let method = report.sign_in_method.unwrap_or_default();
    report.broker.clone().unwrap_or_else(|| method.to_owned())
}

fn missing(report: &Report) -> String {
    if !report.signed_in {
        return String::new();
    }
    let name = |missing: &Missing| match missing.needs_admin {
        true => format!("{} (needs an administrator's consent)", missing.scope),
        false => missing.scope.to_owned(),
    };
    report.missing_scopes.iter().map(name).collect::<Vec<_>>().join(", ")
}
