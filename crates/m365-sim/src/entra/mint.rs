//! Tokens and the answer that carries them.

mod claims;
pub(crate) mod wire;

use std::{collections::BTreeSet, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{
    apps::{Platform, Proof},
    scopes::{Asked, Resource},
    store::{AccessToken, RefreshToken, SignIn},
};
use crate::{directory::User, random, state::State};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// What a token answer is made of.
#[derive(Debug)]
pub(crate) struct Issue<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) platform: Platform,
    pub(crate) user: &'a User,
    pub(crate) resource: Resource,
    /// The consented scopes of the resource.
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) asked: &'a Asked,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) proof: Proof,
    pub(crate) sign_in: SignIn,
    /// Whether the client declared `cp1`.
    pub(crate) cae: bool,
    /// The earliest start that a challenge allows the tokens.
    pub(crate) not_before: Option<Timestamp>,
    pub(crate) client_info: bool,
    /// When a refresh token of a single-page app ends, which rotation does not extend.
    pub(crate) spa_end: Option<Timestamp>,
}

impl Issue<'_> {
    /// Issues tokens, remembers them, and returns the answer's body.
    pub(crate) fn respond(&self, state: &State) -> Value {
        let life = self.lifetime(state);
        let mut body = members(json!({
            "token_type": "Bearer",
            "scope": self.scope_text(state),
            "expires_in": life.as_secs(),
            "ext_expires_in": life.as_secs(),
            "access_token": self.access_token(state, life),
        }));
        if self.evaluates() {
            body.insert("refresh_in".to_owned(), json!(life.as_secs() / 2));
        }
        if self.asked.oidc.contains("offline_access") {
            body.insert("refresh_token".to_owned(), json!(self.refresh_token(state)));
        }
        if self.asked.oidc.contains("openid") {
            body.insert("id_token".to_owned(), json!(self.id_token(state)));
        }
        if self.client_info {
            body.insert("client_info".to_owned(), json!(client_info(self.user)));
        }
        Value::Object(body)
    }

    /// Issues and remembers an access token.
    pub(crate) fn access_token(&self, state: &State, life: Duration) -> String {
        let now = state.clock.now();
        let claims = self.access_claims(state, now, life);
        let key = state.keys.signer();
        let token = match self.resource {
            Resource::Graph => {
                let payload = Value::Object(claims).to_string();
                wire::signed_for_graph(&key, wire::header(&key, 1), &payload)
            }
            Resource::Connector => {
                wire::signed(&key, &wire::header(&key, state.connector_token_version), claims)
            }
        };
        self.remember_access(state, &token, after(now, life));
        token
    }

    /// Remembers an access token that was made from this.
    pub(crate) fn remember_access(&self, state: &State, token: &str, expires: Timestamp) {
        let record = AccessToken {
            resource: self.resource,
            scopes: self.scopes.clone(),
            user: self.user.id(),
            cae: self.evaluates(),
            sign_in: self.sign_in,
            issued: state.clock.now(),
            expires,
            distrusted: None,
        };
        remember(state, token, |memory| {
            memory.access_tokens.insert(token.to_owned(), record);
        });
    }

    fn refresh_token(&self, state: &State) -> String {
        let token = random::opaque::<450>("1.AX");
        let now = state.clock.now();
        let spa = self.platform == Platform::SinglePage;
        let end = if spa { after(now, DAY) } else { after(now, DAY * 90) };
        let record = RefreshToken {
            client_id: self.client_id.to_owned(),
            platform: self.platform,
            asked: self.asked.clone(),
            user: self.user.id(),
            sign_in: self.sign_in,
            expires: self.spa_end.unwrap_or(end),
            ended: false,
        };
        remember(state, &token, |memory| {
            memory.refresh_tokens.insert(token.clone(), record);
        });
        token
    }

    fn id_token(&self, state: &State) -> String {
        let claims = self.id_claims(state, state.clock.now());
        let key = state.keys.signer();
        let token = wire::signed(&key, &wire::header(&key, 2), claims);
        remember(state, &token, |_| ());
        token
    }

    /// Between 60 and 90 minutes, or between 24 and 28 hours for what is evaluated continuously.
    fn lifetime(&self, state: &State) -> Duration {
        let varied = varied(state);
        let seconds =
            if self.evaluates() { 86_400 + varied % 14_400 } else { 3600 + varied % 1800 };
        Duration::from_secs(seconds)
    }

    /// Graph alone evaluates continuously, for clients that can handle its challenges.
    fn evaluates(&self) -> bool {
        self.cae && self.resource == Resource::Graph
    }

    /// Returns the granted scopes as the answer names them: qualified, and OIDC's as they are.
    fn scope_text(&self, state: &State) -> String {
        let prefix = self.resource.prefix(state.cloud);
        let qualified = self.scopes.iter().map(|name| format!("{prefix}/{name}"));
        self.echoed_oidc().chain(qualified).collect::<Vec<_>>().join(" ")
    }

    fn echoed_oidc(&self) -> impl Iterator<Item = String> {
        self.asked.oidc.iter().filter(|name| *name != "offline_access").cloned()
    }
}

/// Returns the opaque hint by which Entra recognises a user.
pub(crate) fn login_hint(user: &User) -> String {
    format!("O.{}", URL_SAFE_NO_PAD.encode(format!("{}|{}", user.oid, user.tenant)))
}

/// Remembers a secret, so that tests can look for it where it must not be.
pub(crate) fn remember(state: &State, secret: &str, more: impl FnOnce(&mut super::store::Memory)) {
    state.entra.with(|memory| {
        memory.secrets.push(secret.to_owned());
        more(memory);
    });
}

/// Returns a moment `duration` later.
pub(crate) fn after(time: Timestamp, duration: Duration) -> Timestamp {
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}

/// A number that differs from token to token, the same sequence for the same seed.
fn varied(state: &State) -> u64 {
    let count = state.entra.with(|memory| memory.access_tokens.len() as u64);
    let digest = Sha256::digest([state.seed.to_le_bytes(), count.to_le_bytes()].concat());
    u64::from(digest[0]) << 8 | u64::from(digest[1])
}

/// Returns the members of a JSON object.
pub(crate) fn members(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Names a person by the tenant of origin and the object id there.
pub(crate) fn client_info(user: &User) -> String {
    let info = json!({"uid": user.home_oid, "utid": user.home_tenant});
    URL_SAFE_NO_PAD.encode(info.to_string())
}
