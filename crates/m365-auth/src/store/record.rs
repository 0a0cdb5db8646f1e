use std::fmt;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{AccessToken, Account, BrokerAccount, wire::answer::Granted};

/// The version of the record's layout that this program writes.
pub(crate) const LAYOUT: u32 = 1;

/// The part of a record that every layout has.
#[derive(Deserialize)]
pub(super) struct Layout {
    pub(super) v: u32,
}

/// What is kept for one entry: account, refresh token, access tokens, and an interaction that is due.
///
/// Opaque to a [`TokenStore`](crate::TokenStore) but for its generation and its JSON form.
#[derive(Clone, Serialize, Deserialize)]
pub struct Record {
    #[serde(rename = "v")]
    pub(crate) layout: u32,
    pub(crate) entry: String,
    pub(crate) cloud: String,
    pub(crate) tenant_id: String,
    pub(crate) client_id: String,
    pub(crate) scopes_requested: Vec<String>,
    /// What the last answer granted of them; empty when that is not known.
    #[serde(default)]
    pub(crate) scopes_granted: Vec<String>,
    pub(crate) method: Method,
    /// The broker's name, where one signed the account in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) broker: Option<String>,
    /// What that broker knows the account by; it stands in for a refresh token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) broker_account_id: Option<String>,
    pub(crate) account: Account,
    pub(crate) refresh_token: Option<StoredRefreshToken>,
    pub(crate) access_tokens: Vec<StoredAccessToken>,
    pub(crate) pending: Option<Pending>,
    pub(crate) generation: u64,
}

/// How the account signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Method {
    Broker,
    Browser,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredRefreshToken {
    #[serde(with = "secret")]
    pub(crate) secret: SecretString,
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub(crate) obtained_at: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredAccessToken {
    pub(crate) resource: String,
    #[serde(with = "secret")]
    pub(crate) secret: SecretString,
    pub(crate) scopes: Vec<String>,
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub(crate) expires_on: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::second::optional")]
    pub(crate) refresh_on: Option<Timestamp>,
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub(crate) obtained_at: Timestamp,
}

/// An interaction that Entra ID asked for and that has not happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) kind: PendingKind,
    pub(crate) claims: Option<String>,
    pub(crate) aadsts: Option<u32>,
    #[serde(default)]
    pub(crate) suberror: Option<String>,
    #[serde(default)]
    pub(crate) text: Option<String>,
    #[serde(default)]
    pub(crate) correlation_id: Option<String>,
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub(crate) since: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PendingKind {
    ConsentRequired,
    Denied,
    InteractionRequired,
}

impl Record {
    /// Returns the number of this version; each write has a higher one.
    #[must_use]
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// Returns the JSON form, secrets included: to be encrypted wherever it is kept;
    /// [`Loaded::from_json`](crate::Loaded::from_json) reads it back.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        #[expect(clippy::unwrap_used, reason = "the record holds strings and numbers only")]
        serde_json::to_vec(self).unwrap()
    }

    /// Removes all tokens, so that nothing of the session is left but whose it was.
    pub(crate) fn end_session(&mut self) {
        self.refresh_token = None;
        self.broker_account_id = None;
        self.access_tokens.clear();
    }

    /// Returns the account as the broker that signed it in knows it.
    pub(crate) fn broker_account(&self) -> Option<BrokerAccount> {
        let id = self.broker_account_id.as_ref().filter(|_| self.method == Method::Broker)?;
        let Account { oid, tid, username, .. } = &self.account;
        Some(BrokerAccount::new(id, oid, tid, username))
    }

    /// Tells whether there is what new tokens are asked for with, of either kind.
    pub(crate) const fn has_session(&self) -> bool {
        self.refresh_token.is_some() || self.broker_account_id.is_some()
    }
}

impl StoredAccessToken {
    /// Notes a token for `resource`, the Graph root.
    pub(crate) fn new(granted: Granted, resource: &str) -> Self {
        Self {
            resource: resource.to_owned(),
            secret: granted.secret,
            scopes: granted.scopes,
            expires_on: granted.expires_on,
            refresh_on: granted.refresh_on,
            obtained_at: granted.obtained_at,
        }
    }

    pub(crate) fn token(&self) -> AccessToken {
        AccessToken::new(self.secret.clone(), self.expires_on, self.scopes.iter().cloned())
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("entry", &self.entry)
            .field("generation", &self.generation)
            .field("pending", &self.pending.as_ref().map(|pending| pending.kind))
            .finish_non_exhaustive()
    }
}

mod secret {
    use super::*;

    pub(super) fn serialize<S: serde::Serializer>(
        secret: &SecretString,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(secret.expose_secret())
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<SecretString, D::Error> {
        String::deserialize(deserializer).map(SecretString::from)
    }
}
