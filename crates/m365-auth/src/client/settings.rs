use std::time::Duration;

use crate::{Account, Authority, ClientId, EntryId, ScopeSet, wire::fault::Context};

/// What a client was built with.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) authority: Authority,
    pub(crate) client_id: ClientId,
    pub(crate) scopes: ScopeSet,
    pub(crate) entry: EntryId,
    pub(crate) account_pin: Option<String>,
    pub(crate) timeouts: Timeouts,
}

/// How long a [`PublicClient`](crate::PublicClient) waits; the defaults suit a desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For a connection to Entra ID: 5 s.
    pub connect: Duration,
    /// For one request to Entra ID, answer included: 10 s.
    pub attempt: Duration,
    /// For the user to finish in the browser: 5 min.
    pub sign_in: Duration,
    /// For the key store, and for another process to release the token store: 5 s.
    pub store: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            attempt: Duration::from_secs(10),
            sign_in: Duration::from_secs(300),
            store: Duration::from_secs(5),
        }
    }
}

impl Timeouts {
    /// Sets the time for a connection to Entra ID.
    #[must_use]
    pub const fn with_connect(mut self, connect: Duration) -> Self {
        self.connect = connect;
        self
    }

    /// Sets the time for one request to Entra ID.
    #[must_use]
    pub const fn with_attempt(mut self, attempt: Duration) -> Self {
        self.attempt = attempt;
        self
    }

    /// Sets the time for the user to finish in the browser.
    #[must_use]
    pub const fn with_sign_in(mut self, sign_in: Duration) -> Self {
        self.sign_in = sign_in;
        self
    }

    /// Sets the time for the key store and for other processes.
    #[must_use]
    pub const fn with_store(mut self, store: Duration) -> Self {
        self.store = store;
        self
    }
}

impl Settings {
    /// Returns the resource that tokens are for: the Graph root of the cloud.
    pub(crate) fn resource(&self) -> &'static str {
        self.authority.cloud().scope_prefix().trim_end_matches('/')
    }

    pub(crate) fn scope_names(&self) -> Vec<String> {
        self.scopes.iter().map(|scope| scope.name().to_owned()).collect()
    }

    /// Tells whether another account than `account` is pinned.
    pub(crate) fn refuses(&self, account: &Account) -> bool {
        self.account_pin.as_ref().is_some_and(|pin| !same_name(pin, &account.username))
    }

    /// Names the account, or who it would be, and the tenant.
    pub(crate) fn who(&self, account: Option<&Account>) -> String {
        let known = account.map(|account| account.username.as_str());
        match known.or(self.account_pin.as_deref()) {
            Some(name) => format!("{name}, tenant {}", self.authority.tenant()),
            None => format!("tenant {}", self.authority.tenant()),
        }
    }

    pub(crate) fn context(&self, account: Option<&Account>) -> Context<'_> {
        Context { who: self.who(account), authority: &self.authority, client_id: &self.client_id }
    }
}

fn same_name(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}
