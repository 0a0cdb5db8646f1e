//! Tokens and the answer that carries them.

use std::{collections::BTreeSet, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{
    apps::{self, Platform, Proof},
    keys,
    scopes::{Asked, GRAPH_APP, Resource},
    store::{AccessToken, RefreshToken, SignIn},
};
use crate::{
    directory::{Kind, TENANT_ID, User},
    random,
    state::State,
};

/// The home tenant of guests.
const GUEST_HOME: &str = "99999999-2222-4333-8444-555555555555";

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
        let token = match self.resource {
            Resource::Graph => signed_for_graph(&claims),
            Resource::Connector => signed(json!({"typ": "JWT", "alg": "RS256"}), &claims),
        };
        let record = AccessToken {
            resource: self.resource,
            scopes: self.scopes.clone(),
            oid: self.user.oid.clone(),
            cae: self.evaluates(),
            sign_in: self.sign_in,
            issued: now,
            expires: after(now, life),
            distrusted: None,
        };
        remember(state, &token, |memory| {
            memory.access_tokens.insert(token.clone(), record);
        });
        token
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
            oid: self.user.oid.clone(),
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
        let mut claims = self.times(state, state.clock.now(), Duration::from_secs(3600));
        claims.extend(members(json!({
            "aud": self.client_id,
            "iss": format!("https://{}/{TENANT_ID}/v2.0", state.cloud.login_host()),
            "ver": "2.0",
            "tid": TENANT_ID,
            "oid": self.user.oid,
            "sub": subject(self.user, self.client_id),
            "uti": random::opaque::<16>(""),
            "sid": random::guid(),
        })));
        if self.asked.oidc.contains("profile") {
            claims.extend(members(json!({
                "name": self.user.display_name,
                "preferred_username": self.user.upn,
                "login_hint": login_hint(self.user),
            })));
        }
        if self.asked.oidc.contains("email") {
            claims.insert("email".to_owned(), json!(self.user.upn));
        }
        if let Some(nonce) = self.nonce {
            claims.insert("nonce".to_owned(), json!(nonce));
        }
        let token = signed(json!({"typ": "JWT", "alg": "RS256"}), &claims);
        remember(state, &token, |_| ());
        token
    }

    fn access_claims(&self, state: &State, now: Timestamp, life: Duration) -> Map<String, Value> {
        let mut claims = self.times(state, now, life);
        claims.extend(members(json!({
            "tid": TENANT_ID,
            "oid": self.user.oid,
            "name": self.user.display_name,
            "sub": subject(self.user, self.client_id),
            "uti": random::opaque::<16>(""),
        })));
        if self.cae {
            claims.insert("xms_cc".to_owned(), json!(["cp1"]));
        }
        claims.extend(match self.resource {
            Resource::Graph => self.version_1(),
            Resource::Connector => self.version_2(state),
        });
        claims
    }

    /// Tokens start a while ago, unless a challenge asks for a later start; never in the future.
    fn times(&self, state: &State, now: Timestamp, life: Duration) -> Map<String, Value> {
        let back_dated = now.checked_sub(state.back_dated).unwrap_or(Timestamp::MIN);
        let start = self.not_before.map_or(back_dated, |least| back_dated.max(least.min(now)));
        let (start, end) = (start.as_second(), after(now, life).as_second());
        members(json!({"iat": start, "nbf": start, "exp": end}))
    }

    /// Graph's tokens are of version 1.
    fn version_1(&self) -> Map<String, Value> {
        let scopes: Vec<_> = self.scopes.iter().cloned().chain(self.echoed_oidc()).collect();
        members(json!({
            "aud": GRAPH_APP,
            "iss": format!("https://sts.windows.net/{TENANT_ID}/"),
            "ver": "1.0",
            "appid": self.client_id,
            "appidacr": self.proof.number(),
            "idtyp": "user",
            "upn": self.user.upn,
            "unique_name": self.user.upn,
            "acr": "1",
            "amr": if self.sign_in.mfa { json!(["pwd", "mfa"]) } else { json!(["pwd"]) },
            "scp": scopes.join(" "),
        }))
    }

    /// The connector asks for tokens of version 2.
    fn version_2(&self, state: &State) -> Map<String, Value> {
        let scopes: Vec<_> = self.scopes.iter().cloned().collect();
        members(json!({
            "aud": apps::CONNECTOR,
            "iss": format!("https://{}/{TENANT_ID}/v2.0", state.cloud.login_host()),
            "ver": "2.0",
            "azp": self.client_id,
            "azpacr": self.proof.number(),
            "preferred_username": self.user.upn,
            "scp": scopes.join(" "),
        }))
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
    format!("O.{}", URL_SAFE_NO_PAD.encode(format!("{}|{TENANT_ID}", user.oid)))
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

fn subject(user: &User, client_id: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{}|{client_id}", user.oid)))
}

/// Names a user by object id and home tenant.
pub(crate) fn client_info(user: &User) -> String {
    let home = if user.kind == Kind::Guest { GUEST_HOME } else { TENANT_ID };
    URL_SAFE_NO_PAD.encode(json!({"uid": user.oid, "utid": home}).to_string())
}

fn signed(mut header: Value, claims: &Map<String, Value>) -> String {
    header["kid"] = json!(keys::KEY_ID);
    let text = unsigned(&header, claims);
    let signature = keys::sign(&text);
    format!("{text}.{signature}")
}

/// Graph signs over the hash of the nonce, so nobody else can verify its tokens.
fn signed_for_graph(claims: &Map<String, Value>) -> String {
    let nonce = random::opaque::<32>("");
    let header = |nonce: &str| json!({"typ": "JWT", "nonce": nonce, "alg": "RS256", "x5t": keys::KEY_ID, "kid": keys::KEY_ID});
    let hashed = URL_SAFE_NO_PAD.encode(Sha256::digest(&nonce));
    let signature = keys::sign(&unsigned(&header(&hashed), claims));
    format!("{}.{signature}", unsigned(&header(&nonce), claims))
}

fn unsigned(header: &Value, claims: &Map<String, Value>) -> String {
    let encode = |text: String| URL_SAFE_NO_PAD.encode(text);
    let claims = Value::Object(claims.clone()).to_string();
    format!("{}.{}", encode(header.to_string()), encode(claims))
}
