//! How such a token is written.

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{CallerTokenBuilder, Change, Kind};
use crate::{
    directory::User,
    entra::{
        apps::{Platform, Proof},
        keys::Key,
        mint::{self, Issue, wire},
        scopes::{Asked, Resource},
        store::SignIn,
    },
};

/// The role that the app has itself, in the tokens without a user.
const ROLE: &str = "access_as_application";

impl CallerTokenBuilder<'_> {
    /// Writes and remembers the token.
    ///
    /// # Errors
    ///
    /// When there is no such tenant, user or key.
    pub(crate) fn written(self) -> Result<String, String> {
        let (user, key) = (self.user()?, self.signer()?);
        let (ends, asked) = (self.moment(self.ends), self.asked());
        let issue = self.issue_for(user, &asked);
        let payload = self.payload(&issue, ends);
        let token = self.sign(&key, &payload);
        match self.kind {
            Kind::Identity => mint::remember(self.state, &token, |_| ()),
            Kind::Connector | Kind::Graph => issue.remember_access(self.state, &token, ends),
        }
        Ok(token)
    }

    fn signer(&self) -> Result<Key, String> {
        match &self.key {
            None => Ok(self.state.keys.signer()),
            Some(name) => self.state.keys.named(name).ok_or_else(|| format!("no key '{name}'")),
        }
    }

    fn moment(&self, from_now: jiff::SignedDuration) -> Timestamp {
        self.state.clock.now().checked_add(from_now).unwrap_or(Timestamp::MAX)
    }

    /// An ID token tells the name too.
    fn asked(&self) -> Asked {
        let names = ["openid", "profile"].map(str::to_owned);
        let oidc = if self.kind == Kind::Identity { names.into() } else { BTreeSet::new() };
        Asked { oidc, ..Asked::default() }
    }

    fn issue_for<'b>(&'b self, user: &'b User, asked: &'b Asked) -> Issue<'b> {
        let now = self.state.clock.now();
        Issue {
            client_id: &self.client,
            platform: Platform::MobileAndDesktop,
            user,
            resource: if self.kind == Kind::Graph { Resource::Graph } else { Resource::Connector },
            scopes: self.scopes.iter().cloned().collect(),
            asked,
            nonce: None,
            proof: if self.app_only { Proof::Secret } else { Proof::None },
            sign_in: SignIn { at: now, mfa: self.mfa, device: self.device },
            cae: self.cae,
            not_before: None,
            client_info: false,
            spa_end: None,
        }
    }

    /// Returns what the token says, with the changes in the order in which they were asked for.
    fn payload(&self, issue: &Issue<'_>, ends: Timestamp) -> String {
        let now = self.state.clock.now();
        let mut claims = match self.kind {
            Kind::Identity => issue.id_claims(self.state, now),
            Kind::Connector => {
                issue.access_claims_of(self.state, self.version, now, Duration::ZERO)
            }
            Kind::Graph => issue.access_claims(self.state, now, Duration::ZERO),
        };
        claims.insert("exp".to_owned(), json!(ends.as_second()));
        if let Some(begins) = self.begins {
            claims.insert("nbf".to_owned(), json!(self.moment(begins).as_second()));
        }
        if self.app_only {
            without_user(&mut claims);
        }
        self.changed(claims)
    }

    fn changed(&self, mut claims: Map<String, Value>) -> String {
        let mut repeated = String::new();
        for change in &self.changes {
            match change {
                Change::Claim(name, value) => {
                    claims.insert(name.clone(), value.clone());
                }
                Change::Without(name) => {
                    claims.remove(name);
                }
                Change::Repeated(name, value) => {
                    repeated.push_str(&format!(",{}:{value}", json!(name)));
                }
                Change::Header(..) => {}
            }
        }
        let text = Value::Object(claims).to_string();
        let open = text.strip_suffix('}').unwrap_or(&text);
        format!("{open}{repeated}}}")
    }

    fn sign(&self, key: &Key, payload: &str) -> String {
        let version = match self.kind {
            Kind::Connector => self.version,
            Kind::Graph => 1,
            Kind::Identity => 2,
        };
        let mut header = wire::header(key, version);
        let algorithm = self.algorithm.as_deref().unwrap_or("RS256");
        header["alg"] = json!(algorithm.split('/').next());
        for change in &self.changes {
            if let Change::Header(name, value) = change {
                header[name] = value.clone();
            }
        }
        if self.kind == Kind::Graph {
            return wire::signed_for_graph(key, header, payload);
        }
        let text = wire::unsigned(&header, payload);
        let signature = key.sign_as(algorithm, &text);
        format!("{text}.{signature}")
    }
}

/// Leaves what is about the person out, and says who the app is in the tenant.
fn without_user(claims: &mut Map<String, Value>) {
    for name in ["scp", "name", "preferred_username", "upn", "unique_name", "sid", "amr", "idp"] {
        claims.remove(name);
    }
    let principal = claims.get("azp").or_else(|| claims.get("appid")).cloned().unwrap_or_default();
    claims.extend(mint::members(json!({
        "idtyp": "app", "oid": principal, "sub": principal, "roles": [ROLE],
    })));
}
