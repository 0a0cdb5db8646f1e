use std::time::Duration;

use jiff::Timestamp;
use m365_auth::{Account, Clock, SessionState, SignInMethod, Status, SystemClock, TokenRequest};
use serde::Serialize;

use crate::{
    config::{Config, Target},
    failure::{Failure, SIGN_IN},
    output,
    session::Session,
    store, terminal,
};

mod people;

/// How long Entra ID may take to say what is granted.
const PATIENCE: Duration = Duration::from_secs(10);

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
    access_token_expires_on: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_obtained_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<String>,
    notices: Vec<String>,
    /// Why an account that signed in once does not count.
    #[serde(skip)]
    former: Option<String>,
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
    let mut status = session.client.status().await;
    if status.is_signed_in() && status.granted.is_empty() {
        renew(&session).await;
        status = session.client.status().await;
    }
    let report = report(config, &session, status);
    if json {
        output::json(&report)?;
    } else {
        let now = SystemClock::default().now();
        output::line(&people::page(&report, now, terminal::width()))?;
    }
    super::tell(config, &report.notices);
    if report.signed_in {
        return Ok(());
    }
    let todo = report.pending.clone();
    let todo = todo.unwrap_or_else(|| format!("run {}", super::sign_in_command()));
    let nobody = || format!("nobody is signed in to tenant {}", report.tenant_id);
    let why = report.former.clone().unwrap_or_else(nobody);
    Err(Failure::new(SIGN_IN, format_args!("{why}: {todo}")))
}

/// Learns what is granted of a list of permissions that is not the one of the last time; where that does
/// not work, it stays unknown.
async fn renew(session: &Session) {
    let request = TokenRequest::new();
    let renewed = tokio::time::timeout(PATIENCE, session.tokens().access_token(&request)).await;
    if let Ok(Err(error)) = renewed {
        tracing::info!(%error, "what is granted is not known");
    }
}

/// Says why the account whose sign-in is kept here does not count.
fn former(config: &Config, account: &Account) -> String {
    match &config.account {
        Some(pin) if !pin.eq_ignore_ascii_case(account.username()) => {
            format!("{} signed in, but the account that is expected is {pin}", account.username())
        }
        _ => format!("the session of {} has ended", account.username()),
    }
}

fn report(config: &Config, session: &Session, status: Status) -> Report {
    let client = &session.client;
    let signed_in = status.is_signed_in() && status.state != SessionState::SignedOut;
    let (sign_in_method, broker) = method(status.method.filter(|_| signed_in));
    let entry = match &config.target {
        Target::Tenant(tenant) => tenant.entry.clone(),
        _ => "Demo".into(),
    };
    let former = status.account.as_ref().filter(|_| !signed_in).map(|one| former(config, one));
    let (granted, extra, lacking) = match signed_in {
        true => (status.granted, status.extra, status.missing),
        false => <_>::default(),
    };
    Report {
        signed_in,
        former,
        account: status.account.filter(|_| signed_in).map(person),
        sign_in_method,
        broker,
        tenant_id: client.authority().tenant().to_string(),
        client_id: client.client_id().to_string(),
        azure_cloud: client.authority().cloud().name(),
        entry,
        token_store: store::described(config),
        granted_scopes: granted,
        missing_scopes: lacking
            .iter()
            .map(|scope| Missing { scope: scope.name(), needs_admin: scope.needs_admin() })
            .collect(),
        extra_scopes: extra,
        access_token_expires_on: status.access_token_expires_on,
        refresh_token_obtained_at: status.refresh_token_obtained_at,
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
