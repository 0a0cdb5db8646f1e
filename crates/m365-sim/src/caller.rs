//! Tokens as callers of the remote connector bring them, right ones and wrong ones.

mod written;

use jiff::SignedDuration;
use serde_json::Value;

use crate::{directory::User, entra::apps, state::State};

/// How long a token is good for, unless told otherwise, in seconds.
const LIFE: i64 = 3600;

/// Makes a token that a caller brings to the remote connector.
///
/// Without more it is one that Entra ID would issue to the desktop host, and everything else makes
/// it another one. Like all that the demo tenant issues it is a secret that must not be in a log.
///
/// # Examples
///
/// ```
/// use m365_sim::Sim;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let tenant = Sim::start().await;
/// let caller = || tenant.caller_token("mira.solberg@fjordlight.example");
///
/// let good = caller().issue();
/// let expired = caller().expires_in(-360).issue();
/// let forged = caller().alg("HS256").issue();
/// let nobodys = caller().without("oid").signed_by("foreign").issue();
/// # assert!(tenant.secrets().contains(&good) && tenant.secrets().contains(&nobodys));
/// # assert_ne!(expired, forged);
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct CallerTokenBuilder<'a> {
    state: &'a State,
    upn: String,
    tenant: Option<String>,
    client: String,
    kind: Kind,
    scopes: Vec<String>,
    version: u8,
    ends: SignedDuration,
    begins: Option<SignedDuration>,
    app_only: bool,
    cae: bool,
    mfa: bool,
    device: bool,
    changes: Vec<Change>,
    algorithm: Option<String>,
    key: Option<String>,
}

/// What the token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Connector,
    Graph,
    Identity,
}

/// What is different from what Entra ID would write.
#[derive(Clone, Debug)]
enum Change {
    Claim(String, Value),
    Header(String, Value),
    Repeated(String, Value),
    Without(String),
}

/// Whose it is, and what for.
impl<'a> CallerTokenBuilder<'a> {
    pub(crate) fn new(state: &'a State, upn: &str) -> Self {
        Self {
            state,
            upn: upn.to_owned(),
            tenant: None,
            client: apps::HOST.to_owned(),
            kind: Kind::Connector,
            scopes: vec!["access_as_user".to_owned()],
            version: state.connector_token_version,
            ends: SignedDuration::from_secs(LIFE),
            begins: None,
            app_only: false,
            cae: false,
            mfa: false,
            device: false,
            changes: Vec::new(),
            algorithm: None,
            key: None,
        }
    }

    /// Issues it in this tenant, by its id or domain, where the user may be a guest; without, in
    /// that of the user, the main one first.
    pub fn tenant(self, tenant: impl Into<String>) -> Self {
        Self { tenant: Some(tenant.into()), ..self }
    }

    /// Issues it to this app, in place of the desktop host.
    pub fn client(self, client_id: impl Into<String>) -> Self {
        Self { client: client_id.into(), ..self }
    }

    /// Sets the scopes, separated by blanks, in place of `access_as_user`.
    pub fn scope(self, scopes: &str) -> Self {
        Self { scopes: scopes.split_whitespace().map(str::to_owned).collect(), ..self }
    }

    /// Sets the version, 1 or 2, in place of the one that the connector's registration asks for.
    pub fn version(self, version: u8) -> Self {
        Self { version, ..self }
    }

    /// Says that the client handles claims challenges (`xms_cc` has `cp1`).
    pub fn cae(self, capable: bool) -> Self {
        Self { cae: capable, ..self }
    }

    /// Says that the user gave a second factor.
    pub fn mfa(self, given: bool) -> Self {
        Self { mfa: given, ..self }
    }

    /// Says that the user signed in on a device that the organisation manages.
    pub fn device(self, managed: bool) -> Self {
        Self { device: managed, ..self }
    }

    /// Makes it a token of the app itself, without a user: a role in place of the scope.
    pub fn app_only(self) -> Self {
        Self { app_only: true, ..self }
    }

    /// Makes it an ID token of the client.
    pub fn id_token(self) -> Self {
        Self { kind: Kind::Identity, ..self }
    }

    /// Makes it a token for Graph with these scopes, whose signature nobody else can verify.
    pub fn for_graph(self, scopes: &str) -> Self {
        Self { kind: Kind::Graph, ..self.scope(scopes) }
    }
}

/// When it counts, and how it differs from what Entra ID would issue.
impl CallerTokenBuilder<'_> {
    /// Sets for how many seconds it is good, from now on; less than nothing has expired already.
    pub fn expires_in(self, seconds: i64) -> Self {
        Self { ends: SignedDuration::from_secs(seconds), ..self }
    }

    /// Sets in how many seconds it begins, from now on.
    pub fn not_before(self, seconds: i64) -> Self {
        Self { begins: Some(SignedDuration::from_secs(seconds)), ..self }
    }

    /// Sets a claim to this value.
    pub fn claim(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.change(Change::Claim(name.into(), value.into()))
    }

    /// Leaves a claim out.
    pub fn without(self, name: impl Into<String>) -> Self {
        self.change(Change::Without(name.into()))
    }

    /// Has a claim once more, with this value, behind all others.
    pub fn repeated(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.change(Change::Repeated(name.into(), value.into()))
    }

    /// Sets a member of the header to this value.
    pub fn header(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.change(Change::Header(name.into(), value.into()))
    }

    /// Names this algorithm in the header and signs with it: `none` (in any case) not at all,
    /// `HS256` with the text (PEM) of the public key as secret, or with its bytes as `HS256/der`,
    /// `ES256` with a key of its own, `RS384`, `RS512`, `PS256`, `PS384` and `PS512` with the
    /// right one, and by any other name with RS256.
    pub fn alg(self, algorithm: impl Into<String>) -> Self {
        Self { algorithm: Some(algorithm.into()), ..self }
    }

    /// Signs with another key: one that was ever live by its id, `consumer` for that of personal
    /// accounts, or `foreign` for one that is published nowhere but bears the id of the right one.
    pub fn signed_by(self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..self }
    }

    fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }
}

/// What comes of it.
impl<'a> CallerTokenBuilder<'a> {
    /// Returns the token.
    ///
    /// # Panics
    ///
    /// When there is no such tenant, user or key.
    #[must_use]
    pub fn issue(self) -> String {
        self.written().unwrap_or_else(|why| panic!("{why}"))
    }

    fn user(&self) -> Result<&'a User, String> {
        let tenants = &self.state.tenants;
        let found = match &self.tenant {
            None => tenants.find(&self.upn),
            Some(name) => {
                let tenant = tenants.named(name).ok_or_else(|| format!("no tenant '{name}'"))?;
                let guest = || tenant.directory.entry_of(tenants.find(&self.upn)?);
                tenant.directory.sign_in_name(&self.upn).or_else(guest)
            }
        };
        found.ok_or_else(|| format!("no user '{}' in the tenant", self.upn))
    }
}
