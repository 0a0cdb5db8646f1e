//! How a demo tenant is set up.

mod assemble;
mod rules;

use std::{io, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::{net::TcpListener, sync::mpsc, task::JoinSet};

use crate::{
    cloud::SimCloud,
    directory::Directory,
    entra::{
        apps::{Credentials, Federation, Platform, Secret},
        scopes::{self, DEFAULT_CONSENT},
    },
    http::Origin,
    server::listener::{self, Server, Switch},
    state::Origins,
    strictness::Strictness,
    tenant::Sim,
    tls::Tls,
};

const ORIGINS: [Origin; 4] = [Origin::Login, Origin::Graph, Origin::Download, Origin::Foreign];

/// How many messages the main user has, unless told otherwise.
const MESSAGES: usize = 400;

/// How long ago new tokens begin, unless told otherwise.
const BACK_DATED: Duration = Duration::from_secs(300);

/// Sets up a demo tenant.
#[derive(Clone, Debug)]
pub struct SimBuilder {
    auto_sign_in: Option<String>,
    back_dated: Duration,
    cloud: SimCloud,
    connector: Credentials,
    connector_token_version: u8,
    connector_uri: Option<String>,
    consent: Vec<String>,
    crowd: (usize, usize),
    granted_sites: Vec<String>,
    messages: usize,
    now: Option<Timestamp>,
    port: u16,
    redirects: Vec<(Platform, String)>,
    seed: u64,
    strictness: Strictness,
    test_mode: bool,
    tls: bool,
    twin_oid: bool,
}

impl SimBuilder {
    /// Starts from the strict defaults.
    pub(crate) fn new() -> Self {
        Self {
            auto_sign_in: None,
            back_dated: BACK_DATED,
            cloud: SimCloud::Global,
            connector: Credentials::default(),
            connector_token_version: 2,
            connector_uri: None,
            consent: DEFAULT_CONSENT.iter().map(|scope| (*scope).to_owned()).collect(),
            crowd: (0, 0),
            granted_sites: Vec::new(),
            messages: MESSAGES,
            now: None,
            port: 0,
            redirects: Vec::new(),
            seed: 1,
            strictness: Strictness::default(),
            test_mode: false,
            tls: false,
            twin_oid: false,
        }
    }

    /// Signs this user in (by principal name) without showing a page.
    #[must_use]
    pub fn auto_sign_in(self, upn: impl Into<String>) -> Self {
        Self { auto_sign_in: Some(upn.into()), ..self }
    }

    /// Sets how long ago new tokens say that they begin (`nbf`, `iat`); 5 minutes unless told
    /// otherwise.
    #[must_use]
    pub fn backdate(self, duration: Duration) -> Self {
        Self { back_dated: duration, ..self }
    }

    /// Plays another cloud than the worldwide one.
    #[must_use]
    pub fn cloud(self, cloud: SimCloud) -> Self {
        Self { cloud, ..self }
    }

    /// Registers a certificate (in DER) that the remote connector signs its assertions with.
    #[must_use]
    pub fn connector_certificate(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.connector.certificates.push(der.into());
        self
    }

    /// Lets another issuer's tokens for a subject stand for the remote connector: a federated
    /// credential, compared to the letter.
    ///
    /// `key` is the issuer's RSA public key in DER, which a real tenant would fetch.
    #[must_use]
    pub fn connector_federation(
        mut self,
        issuer: impl Into<String>,
        subject: impl Into<String>,
        key: impl Into<Vec<u8>>,
    ) -> Self {
        let federation = Federation::new(issuer.into(), subject.into(), key.into());
        self.connector.federations.push(federation);
        self
    }

    /// Gives the remote connector one more secret, until this moment if there is one.
    #[must_use]
    pub fn connector_secret(
        mut self,
        value: impl Into<String>,
        expires: Option<Timestamp>,
    ) -> Self {
        self.connector.secrets.push(Secret { value: value.into(), expires });
        self
    }

    /// Sets the version of the access tokens for the remote connector, 1 or 2, as the app's manifest
    /// does; 2 unless told otherwise.
    #[must_use]
    pub fn connector_token_version(self, version: u8) -> Self {
        Self { connector_token_version: if version == 1 { 1 } else { 2 }, ..self }
    }

    /// Registers one more App ID URI of the remote connector, such as the address of its MCP
    /// endpoint, under which its scope can be asked for as well.
    #[must_use]
    pub fn connector_uri(self, uri: impl Into<String>) -> Self {
        Self { connector_uri: Some(uri.into()), ..self }
    }

    /// Sets the Graph permissions that the administrator consented to for everyone, by their
    /// short names, in place of the default set.
    #[must_use]
    pub fn consent(self, scopes: &[&str]) -> Self {
        Self { consent: scopes.iter().map(|scope| (*scope).to_owned()).collect(), ..self }
    }

    /// Lets the administrator have consented, for everyone, to every permission that the tenant
    /// knows and that only reads.
    #[must_use]
    pub fn consent_to_all(self) -> Self {
        let all = scopes::graph_scopes().filter(|name| !name.contains("Write")).map(str::to_owned);
        Self { consent: all.collect(), ..self }
    }

    /// Adds so many more tenants, each with so many users, `user1@crowd1.example` and so on, who
    /// have little in their mailboxes. Their administrators consented to the remote connector.
    #[must_use]
    pub fn crowd(self, tenants: usize, users: usize) -> Self {
        Self { crowd: (tenants, users), ..self }
    }

    /// Grants the apps a site by its name in addresses, e.g. `Finance`, for tokens with
    /// `Sites.Selected`.
    #[must_use]
    pub fn grant_site(mut self, name: impl Into<String>) -> Self {
        self.granted_sites.push(name.into());
        self
    }

    /// Sets how many messages the main user has; 400 unless told otherwise.
    #[must_use]
    pub fn messages(self, count: usize) -> Self {
        Self { messages: count, ..self }
    }

    /// Stops the demo tenant's clock at this moment, until it is moved.
    #[must_use]
    pub fn now(self, now: Timestamp) -> Self {
        Self { now: Some(now), ..self }
    }

    /// Sets the sign-in host's port; Graph, downloads and the foreign host take the next three.
    /// With 0, the default, each takes a free one.
    #[must_use]
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// Registers one more redirect address of the desktop app.
    #[must_use]
    pub fn redirect(mut self, platform: Platform, uri: impl Into<String>) -> Self {
        self.redirects.push((platform, uri.into()));
        self
    }

    /// Sets what varies between two demo tenants, such as their data and token lifetimes.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Opens the routes under `{login}/_sim/`, by which another process asks for faults, and
    /// decides what happens.
    ///
    /// | Route | Does |
    /// |---|---|
    /// | `POST faults` | asks for a fault: `{"host": "graph", "fault": {"kind": "throttled", "seconds": 2}}` |
    /// | `DELETE faults` | forgets all faults to come, and the waits that were asked for |
    /// | `POST clock` | moves the clock forward: `{"advanceSeconds": 3600}` |
    /// | `GET log` | returns the requests so far, and the violations |
    /// | `POST token` | returns a caller's token: `{"upn": "…"}`, and what [`CallerTokenBuilder`](crate::CallerTokenBuilder) can change: `tenant`, `client`, `scope`, `version`, `expiresIn`, `notBefore`, `kind` (`connector`, `graph`, `id`), `appOnly`, `cae`, `mfa`, `device`, `without` (names), `claims`, `header`, `alg`, `signedBy` |
    /// | `POST keys` | `{"do": "rotate"}`, `{"do": "withdraw", "kid": "…"}` or `{"do": "withdrawOld"}`; returns the `kid` that signs |
    /// | `POST users` | `{"upn": "…", "do": "revoke"}`, or `setPassword`, `disable`, `unassign`, `requireMfa`, `registerDevice` |
    /// | `POST consent` | `{"do": "withdraw", "scope": "Mail.Read"}`, or `give` |
    /// | `POST policies` | adds a [`Policy`](crate::Policy) and returns its `id`: `{"control": "mfa", "app": "graph", "user": "…", "claims": true}`, or `mfaRegistration`, `compliantDevice`, `block`, `frequency` (`seconds`) |
    /// | `DELETE policies` | drops them all |
    /// | `POST connector` | `{"do": "expireSecrets"}`, `{"do": "addSecret", "value": "…"}` or `replaceSecrets`, `{"do": "withdrawConsent", "tenant": "…"}` (an id) or `giveConsent` |
    ///
    /// `host` is `entra`, `graph`, `download` or `foreign`. With `"next": 3` the fault meets so
    /// many requests, with `"on": "/v1.0/me"` each under that path, or `"percent": 25` of them. A
    /// `kind` is the name of a function of [`Fault`](crate::Fault)'s family: `throttled`
    /// (`seconds`, `date`), `status` (`status`, `retry_after`), `body` (`status`, `content_type`,
    /// `body`), `delay` (`millis`), `hang`, `drip` (`bytes_per_second`), `reset_before_headers`,
    /// `reset_mid_body`, `truncated` (`right_length`), `redirect` (`status`, `location`),
    /// `next_link` (`location`), `looping_next_link`, `ring`, `empty_pages` (`count`), `huge_page`
    /// (`bytes`), `gzip_bomb` (`bytes`), `unauthorized` (`claims`), `entra` (`code`), `token`
    /// (`set`), `fewer_scopes` (`scopes`), `clock_skew` (`seconds`), `foreign_metadata`.
    #[must_use]
    pub fn test_mode(self, open: bool) -> Self {
        Self { test_mode: open, ..self }
    }

    /// Serves HTTPS with a certificate of an authority of its own.
    #[must_use]
    pub fn tls(self, tls: bool) -> Self {
        Self { tls, ..self }
    }

    /// Gives a user of each other tenant the object id of the main user, which real tenants never
    /// have in common, and which a client must not take for the same person.
    #[must_use]
    pub fn twin_oid(self) -> Self {
        Self { twin_oid: true, ..self }
    }

    /// Starts the servers on the current Tokio runtime.
    ///
    /// # Errors
    ///
    /// When a port is taken, nobody who signs in has the automatic user's name, or the
    /// authority's certificate cannot be written.
    pub async fn start(self) -> io::Result<Sim> {
        self.check()?;
        let tls = if self.tls { Some(Tls::new()?) } else { None };
        let listeners = self.bind().await?;
        let origins = origins(&listeners, self.tls)?;
        let (switches, receivers): (Vec<Switch>, Vec<_>) =
            ORIGINS.iter().map(|_| mpsc::unbounded_channel()).unzip();
        let state = Arc::new(self.state(origins, switches));
        let mut tasks = JoinSet::new();
        let servers = ORIGINS.into_iter().zip(listeners).zip(receivers);
        for ((origin, listener), switch) in servers {
            let state = Arc::clone(&state);
            let tls = tls.as_ref().map(|tls| tls.acceptor.clone());
            tasks.spawn(Server { state, origin, listener, tls, switch }.run());
        }
        Ok(Sim::new(state, tasks, tls.map(|tls| tls.ca)))
    }

    fn check(&self) -> io::Result<()> {
        let mut directories = std::iter::once(Directory::company()).chain(Directory::others());
        let mut signs_in = |upn: &str| directories.any(|own| own.sign_in_name(upn).is_some());
        match &self.auto_sign_in {
            Some(upn) if !signs_in(upn) => {
                let text = format!("auto sign-in: nobody signs in as '{upn}'");
                Err(io::Error::new(io::ErrorKind::InvalidInput, text))
            }
            _ => Ok(()),
        }
    }

    async fn bind(&self) -> io::Result<Vec<TcpListener>> {
        let mut listeners = Vec::new();
        for offset in 0..4 {
            let port = if self.port == 0 { 0 } else { self.port.saturating_add(offset) };
            listeners.push(listener::bind(port).await?);
        }
        Ok(listeners)
    }
}

fn origins(listeners: &[TcpListener], tls: bool) -> io::Result<Origins> {
    let scheme = if tls { "https" } else { "http" };
    let address = |index: usize, host: &str| -> io::Result<String> {
        let listener = listeners.get(index).ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok(format!("{scheme}://{host}:{}", listener.local_addr()?.port()))
    };
    Ok(Origins {
        login: address(0, "127.0.0.1")?,
        graph: address(1, "127.0.0.1")?,
        download: address(2, "127.0.0.1")?,
        // Another name than the others', so that a client can tell it is another host.
        foreign: address(3, "localhost")?,
    })
}
