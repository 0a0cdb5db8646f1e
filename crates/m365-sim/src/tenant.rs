//! A running demo tenant.

mod connector;
mod identity;
mod policies;

use std::{io, path::Path, sync::Arc};

use tokio::task::JoinSet;

use crate::{
    builder::SimBuilder, clock::SimClock, directory::User, entra::apps, host::Host, http::Origin,
    state::State, tenants::Tenant, tls::CaFile,
};

/// A demo Microsoft 365 tenant, serving on loopback ports until it is dropped.
///
/// Dropping it panics when a client broke a rule of the product and nobody asked for the
/// [`violations`](Self::violations).
///
/// It belongs to the invented company Fjordlight Energy. `mira.solberg@fjordlight.example` has the
/// richest mailbox, `tom.okafor@fjordlight.example` administers the tenant.
///
/// # Examples
///
/// ```
/// use m365_sim::Sim;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let tenant = Sim::start().await;
/// let token = tenant.issue_token("mira.solberg@fjordlight.example", &["Mail.Read"]);
///
/// assert!(tenant.graph_endpoint().starts_with("http://127.0.0.1:"));
/// assert!(tenant.canaries().contains(&token));
/// # }
/// ```
#[derive(Debug)]
pub struct Sim {
    state: Arc<State>,
    // Dropping it stops the servers.
    _servers: JoinSet<io::Result<()>>,
    ca: Option<CaFile>,
}

impl Sim {
    /// Starts a strict demo tenant with the company's data on free loopback ports.
    ///
    /// # Panics
    ///
    /// When the loopback address has no free port.
    pub async fn start() -> Self {
        Self::builder().start().await.expect("the loopback address has a free port")
    }

    /// Starts setting one up.
    #[must_use]
    pub fn builder() -> SimBuilder {
        SimBuilder::new()
    }

    pub(crate) fn new(
        state: Arc<State>,
        servers: JoinSet<io::Result<()>>,
        ca: Option<CaFile>,
    ) -> Self {
        Self { state, _servers: servers, ca }
    }
}

impl Drop for Sim {
    /// Fails the test whose client did what it must never do, unless the test knows or fails
    /// already.
    fn drop(&mut self) {
        let violations = self.state.records.unseen_violations();
        assert!(violations.is_empty() || std::thread::panicking(), "violations: {violations:?}");
    }
}

/// Where it is and who is in it.
impl Sim {
    /// Returns the sign-in host's address, without a slash at the end.
    #[must_use]
    pub fn login_endpoint(&self) -> &str {
        &self.state.origins.login
    }

    /// Returns Graph's address, without a slash at the end.
    #[must_use]
    pub fn graph_endpoint(&self) -> &str {
        &self.state.origins.graph
    }

    /// Returns the address of the host for pre-authenticated downloads, which is another one than
    /// Graph's.
    ///
    /// It gives out a file to whoever comes with an address from Graph that is unchanged and not
    /// too old, and a part of it where a `Range` asks for one. It answers 401 to any other address,
    /// and to who sends it a bearer token.
    #[must_use]
    pub fn download_endpoint(&self) -> &str {
        &self.state.origins.download
    }

    /// Returns the address of a host that belongs to nobody.
    #[must_use]
    pub fn foreign_endpoint(&self) -> &str {
        &self.state.origins.foreign
    }

    /// Returns the main tenant's id.
    #[must_use]
    pub fn tenant_id(&self) -> &str {
        self.state.tenants.main().id()
    }

    /// Returns all tenants, the main one first.
    pub fn tenants(&self) -> impl Iterator<Item = &Tenant> {
        self.state.tenants.all().map(AsRef::as_ref)
    }

    /// Returns the client id of the desktop connector, a public client.
    #[must_use]
    pub fn local_client_id(&self) -> &str {
        apps::LOCAL
    }

    /// Returns the client id of the remote connector, a web API.
    #[must_use]
    pub fn connector_client_id(&self) -> &str {
        apps::CONNECTOR
    }

    /// Returns the client id of the desktop host, a public client that calls the remote connector.
    #[must_use]
    pub fn host_client_id(&self) -> &str {
        apps::HOST
    }

    /// Returns the client id of another desktop host, which a connector may not know.
    #[must_use]
    pub fn other_host_client_id(&self) -> &str {
        apps::OTHER_HOST
    }

    /// Returns the remote connector's secret.
    #[must_use]
    pub fn connector_secret(&self) -> &str {
        apps::CONNECTOR_SECRET
    }

    /// Returns everyone in the main tenant's directory.
    #[must_use]
    pub fn users(&self) -> &[User] {
        self.state.tenants.main().users()
    }

    /// Returns the id of the key that signs.
    #[must_use]
    pub fn signing_key_id(&self) -> String {
        self.state.keys.signer().id
    }

    /// Returns the file with the authority that makes its certificates trusted, with TLS.
    #[must_use]
    pub fn ca_file(&self) -> Option<&Path> {
        self.ca.as_ref().map(|file| file.0.as_path())
    }

    /// Returns its clock.
    #[must_use]
    pub fn clock(&self) -> SimClock {
        self.state.clock.clone()
    }
}

/// What tests ask for and look at.
impl Sim {
    /// Returns the sign-in host.
    #[must_use]
    pub fn entra(&self) -> Host<'_> {
        Host::new(&self.state, Origin::Login)
    }

    /// Returns Graph.
    #[must_use]
    pub fn graph(&self) -> Host<'_> {
        Host::new(&self.state, Origin::Graph)
    }

    /// Returns the host of pre-authenticated downloads.
    #[must_use]
    pub fn downloads(&self) -> Host<'_> {
        Host::new(&self.state, Origin::Download)
    }

    /// Returns the host that belongs to nobody.
    #[must_use]
    pub fn foreign(&self) -> Host<'_> {
        Host::new(&self.state, Origin::Foreign)
    }

    /// Returns what clients did that the product must never do: writes, tokens for strangers.
    ///
    /// What nobody has looked at when the tenant is dropped is a panic, so that it fails a test
    /// that does not ask.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.state.records.violations()
    }

    /// Returns each secret given out so far: authorization codes, tokens, and what makes the
    /// address of a download good without one.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let mut secrets = self.state.entra.with(|memory| memory.secrets.clone());
        secrets.extend(self.tenants().flat_map(|tenant| tenant.files.secrets()));
        secrets
    }

    /// Returns the sharing link of the file or folder at a web address, as somebody would paste it.
    #[must_use]
    pub fn sharing_link(&self, web_url: &str) -> Option<String> {
        self.tenants().find_map(|tenant| tenant.files.contents().sharing_link(web_url))
    }

    /// Returns the most requests that were inside a user's mailbox at a time.
    #[must_use]
    pub fn max_parallel(&self, upn: &str) -> usize {
        let inside = |tenant: &Tenant| {
            let user = tenant.directory.find(upn)?;
            Some(tenant.mail.gates.most(&user.oid))
        };
        self.tenants().find_map(inside).unwrap_or_default()
    }

    /// Returns what must not appear in logs: each secret given out so far, those of the remote
    /// connector, and a text from each user's data.
    #[must_use]
    pub fn canaries(&self) -> Vec<String> {
        let mut canaries = self.secrets();
        canaries.extend(self.connector_secrets());
        canaries.extend(self.tenants().flat_map(Tenant::users).map(User::canary));
        canaries
    }
}
