use std::fmt;

use serde::{Deserialize, Serialize};

use crate::BrokerAccount;

/// Who is signed in, as the ID token named them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub(crate) oid: String,
    pub(crate) tid: String,
    pub(crate) home: String,
    pub(crate) username: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) login_hint: Option<String>,
}

impl Account {
    /// Describes an account of a broker that says no more than that.
    pub(crate) fn of_broker(account: &BrokerAccount) -> Self {
        let BrokerAccount { oid, tid, .. } = account;
        let described = Self {
            oid: oid.clone(),
            tid: tid.clone(),
            home: format!("{oid}.{tid}"),
            username: oid.clone(),
            name: None,
            login_hint: None,
        };
        described.named_by(account)
    }

    /// Takes over the sign-in name that the broker knows, if it knows one.
    pub(crate) fn named_by(mut self, account: &BrokerAccount) -> Self {
        if !account.username.is_empty() {
            self.username.clone_from(&account.username);
        }
        self
    }

    /// Returns the user's object id in the tenant; with [`tid`](Self::tid) the only key of a user.
    #[must_use]
    pub fn oid(&self) -> &str {
        &self.oid
    }

    /// Returns the tenant that the user signed in to.
    #[must_use]
    pub fn tid(&self) -> &str {
        &self.tid
    }

    /// Returns `uid.utid`: the id in the user's home tenant, another one for guests.
    #[must_use]
    pub fn home(&self) -> &str {
        &self.home
    }

    /// Returns the sign-in name, for people to read; never a key.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.username
    }

    /// Returns the display name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns what preselects the account at the next sign-in.
    #[must_use]
    pub fn login_hint(&self) -> &str {
        self.login_hint.as_deref().unwrap_or(&self.username)
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of tenant {}", self.username, self.tid)
    }
}
