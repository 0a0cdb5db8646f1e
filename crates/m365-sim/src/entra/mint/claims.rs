//! What tokens say.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Issue, after, login_hint, members};
use crate::{
    directory::User,
    entra::{
        apps,
        scopes::{GRAPH_APP, Resource},
    },
    random,
    state::State,
};

impl Issue<'_> {
    /// Returns what an access token says.
    pub(crate) fn access_claims(
        &self,
        state: &State,
        now: Timestamp,
        life: Duration,
    ) -> Map<String, Value> {
        self.access_claims_of(state, state.connector_token_version, now, life)
    }

    /// Returns what an access token says, which for the connector is of this version.
    pub(crate) fn access_claims_of(
        &self,
        state: &State,
        version: u8,
        now: Timestamp,
        life: Duration,
    ) -> Map<String, Value> {
        let mut claims = self.times(state, now, life);
        claims.extend(self.person());
        claims.extend(members(json!({
            "name": self.user.display_name,
            "aio": random::opaque::<48>(""),
            "rh": random::opaque::<48>("1."),
        })));
        if self.cae {
            claims.insert("xms_cc".to_owned(), json!(["cp1"]));
        }
        claims.extend(match self.resource {
            Resource::Graph => self.for_graph(),
            Resource::Connector => self.for_connector(state, version),
        });
        claims
    }

    /// Returns what an ID token says.
    pub(crate) fn id_claims(&self, state: &State, now: Timestamp) -> Map<String, Value> {
        let mut claims = self.times(state, now, Duration::from_secs(3600));
        claims.extend(self.person());
        claims.extend(members(json!({
            "aud": self.client_id,
            "iss": state.cloud.issuer(&self.user.tenant),
            "ver": "2.0",
        })));
        if self.asked.oidc.contains("profile") {
            claims.extend(members(json!({
                "name": self.user.display_name,
                "preferred_username": self.user.mail,
                "login_hint": login_hint(self.user),
            })));
        }
        if self.asked.oidc.contains("email") {
            claims.insert("email".to_owned(), json!(self.user.mail));
        }
        if let Some(nonce) = self.nonce {
            claims.insert("nonce".to_owned(), json!(nonce));
        }
        claims
    }

    /// Tokens start a while ago, unless a challenge asks for a later start; never in the future.
    fn times(&self, state: &State, now: Timestamp, life: Duration) -> Map<String, Value> {
        let back_dated = now.checked_sub(state.back_dated).unwrap_or(Timestamp::MIN);
        let start = self.not_before.map_or(back_dated, |least| back_dated.max(least.min(now)));
        let (start, end) = (start.as_second(), after(now, life).as_second());
        members(json!({"iat": start, "nbf": start, "exp": end}))
    }

    /// Says who it is: a guest by the entry in this tenant, and where the person comes from.
    fn person(&self) -> Map<String, Value> {
        let User { tenant, home_tenant, oid, .. } = self.user;
        let mut claims = members(json!({
            "tid": tenant,
            "oid": oid,
            "sub": subject(self.user, self.client_id),
            "uti": random::opaque::<16>(""),
            "sid": random::guid(),
        }));
        if home_tenant != tenant {
            claims.insert("idp".to_owned(), json!(old_issuer(home_tenant)));
        }
        claims
    }

    /// Graph's tokens are of version 1.
    fn for_graph(&self) -> Map<String, Value> {
        let scopes: Vec<_> = self.scopes.iter().cloned().chain(self.echoed_oidc()).collect();
        let mut claims = self.version_1(GRAPH_APP, &scopes.join(" "));
        claims.insert("idtyp".to_owned(), json!("user"));
        claims
    }

    fn for_connector(&self, state: &State, version: u8) -> Map<String, Value> {
        let scopes: Vec<_> = self.scopes.iter().cloned().collect();
        if version == 1 {
            let audience = Resource::Connector.prefix(state.cloud);
            return self.version_1(&audience, &scopes.join(" "));
        }
        members(json!({
            "aud": apps::CONNECTOR,
            "iss": state.cloud.issuer(&self.user.tenant),
            "ver": "2.0",
            "azp": self.client_id,
            "azpacr": self.proof.number(),
            "preferred_username": self.user.mail,
            "scp": scopes.join(" "),
        }))
    }

    fn version_1(&self, audience: &str, scopes: &str) -> Map<String, Value> {
        let mut claims = members(json!({
            "aud": audience,
            "iss": old_issuer(&self.user.tenant),
            "ver": "1.0",
            "appid": self.client_id,
            "appidacr": self.proof.number(),
            "unique_name": self.user.mail,
            "acr": "1",
            "amr": if self.sign_in.mfa { json!(["pwd", "mfa"]) } else { json!(["pwd"]) },
            "scp": scopes,
        }));
        if self.user.home_tenant == self.user.tenant {
            claims.insert("upn".to_owned(), json!(self.user.upn));
        }
        claims
    }
}

fn old_issuer(tenant: &str) -> String {
    format!("https://sts.windows.net/{tenant}/")
}

fn subject(user: &User, client_id: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{}|{}|{client_id}", user.tenant, user.oid)))
}
