use crate::{Account, Authority, ClientId, EntryId, ScopeSet, Timeouts, wire::fault::Context};

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
