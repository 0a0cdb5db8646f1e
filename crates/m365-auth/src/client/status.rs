use jiff::Timestamp;

use super::core::Core;
use crate::{Account, Record, Scope, store::Method};

/// Whether tokens can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionState {
    /// An account is signed in.
    SignedIn,
    /// An account is signed in, and Entra ID wants something of the user first.
    NeedsInteraction,
    /// Nobody is signed in; the account, if there is one, is whose session has ended.
    SignedOut,
}

/// How an account signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignInMethod {
    /// Through the operating system's broker of this name; its tokens are renewed there.
    Broker(String),
    /// In the browser.
    Browser,
}

/// Who is signed in, and what was granted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// Whether tokens can be had.
    pub state: SessionState,
    /// Who is signed in, or was before the session ended.
    pub account: Option<Account>,
    /// How the account signed in.
    pub method: Option<SignInMethod>,
    /// The granted permissions by their short names, sorted; empty when that is not known.
    pub granted: Vec<String>,
    /// The configured permissions that were not granted.
    pub missing: Vec<Scope>,
    /// Granted permissions that the configuration does not name; tools do not use them.
    pub extra: Vec<String>,
    /// When the cached access token ends.
    pub access_token_expires_on: Option<Timestamp>,
    /// When the refresh token was issued; it ends 90 days after its last use.
    pub refresh_token_obtained_at: Option<Timestamp>,
    /// What the user has to do, as a sentence.
    pub pending: Option<String>,
    /// What a person should know about the token store and the clock, as sentences.
    pub notices: Vec<String>,
}

impl Status {
    /// Tells whether an account is signed in, even if the user has to do something first.
    #[must_use]
    pub fn is_signed_in(&self) -> bool {
        self.state != SessionState::SignedOut
    }
}

pub(crate) fn of(core: &Core) -> Status {
    let memory = core.vault.memory();
    let record = memory.record.as_ref();
    let granted = record.map(granted).unwrap_or_default();
    let configured = &core.settings.scopes;
    let missing = configured.iter().filter(|scope| !has(&granted, scope.name()));
    let extra = granted.iter().filter(|name| !configured.contains(name) && !is_openid(name));
    Status {
        state: record
            .map_or(SessionState::SignedOut, |it| state(it, can_renew(core, it), core.clock.now())),
        account: record.map(|record| record.account.clone()),
        method: record.map(method),
        missing: if granted.is_empty() { Vec::new() } else { missing.collect() },
        extra: extra.cloned().collect(),
        access_token_expires_on: memory
            .access_token(core.settings.resource())
            .map(|token| token.expires_on),
        refresh_token_obtained_at: record
            .and_then(|record| Some(record.refresh_token.as_ref()?.obtained_at)),
        pending: record.and_then(|record| record.pending.as_ref()?.text.clone()),
        notices: memory.notices.texts(),
        granted,
    }
}

fn can_renew(core: &Core, record: &Record) -> bool {
    record.refresh_token.is_some() || core.broker.serves(record)
}

fn method(record: &Record) -> SignInMethod {
    match record.method {
        Method::Broker => SignInMethod::Broker(record.broker.clone().unwrap_or_default()),
        Method::Browser => SignInMethod::Browser,
    }
}

fn state(record: &Record, can_renew: bool, now: Timestamp) -> SessionState {
    let valid = record.access_tokens.iter().any(|token| token.expires_on > now);
    match (can_renew, &record.pending) {
        (true, Some(_)) => SessionState::NeedsInteraction,
        (true, None) => SessionState::SignedIn,
        (false, _) if valid => SessionState::SignedIn,
        (false, _) => SessionState::SignedOut,
    }
}

/// Returns what was granted; a session stands for the scope that Entra ID does not echo.
fn granted(record: &Record) -> Vec<String> {
    let mut granted = record.scopes_granted.clone();
    let stays = record.has_session() && !granted.is_empty();
    if stays && !has(&granted, crate::scope::OFFLINE_ACCESS) {
        granted.push(crate::scope::OFFLINE_ACCESS.to_owned());
    }
    granted.sort();
    granted
}

fn has(granted: &[String], name: &str) -> bool {
    granted.iter().any(|scope| scope.eq_ignore_ascii_case(name))
}

fn is_openid(name: &str) -> bool {
    ["openid", "profile", "email"].contains(&name)
}
