use std::{fmt, sync::Arc};

use m365_auth::TokenProvider;

use crate::{
    GraphClient, Limits,
    session::{Core, Session},
};

mod builder;
mod tenant;

pub use builder::GraphPoolBuilder;
use tenant::Tenants;
pub(crate) use tenant::{Tenant, User};

/// How many requests Microsoft's servers take on one HTTP/2 connection at a time.
const STREAMS: usize = 100;

/// Reads Microsoft Graph for many users over the same connections.
///
/// All share the connections and the limit per process; each tenant has its own limit on requests
/// in flight, its own retry budget, and one limit for each mailbox that its users name; each user
/// has the limits and the waits that Graph counts per user. So neither an outage of one tenant nor
/// its load reaches another. Only users, mailboxes and tenants that are in use, or of whom something
/// must be remembered, take memory.
///
/// A clone shares everything with its original.
///
/// ```
/// # use std::sync::Arc;
/// # use m365_auth::{AccessToken, FixedToken, TokenProvider};
/// use m365_graph::{Call, GraphPool};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sim = m365_sim::Sim::start().await;
/// # let secret = sim.issue_token("mira.solberg@fjordlight.example", &["User.Read"]);
/// # let token = AccessToken::new(secret, jiff::Timestamp::MAX, ["User.Read"]);
/// # let tokens: Arc<dyn TokenProvider> = Arc::new(FixedToken::new(token));
/// let pool = GraphPool::builder().base_url(sim.graph_endpoint().parse()?).build()?;
/// let graph = pool.client("fjordlight.example", "mira.solberg", tokens);
/// let user = graph.for_call(Call::new()).me().await?;
/// assert_eq!(user.display_name.as_deref(), Some("Mira Solberg"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct GraphPool {
    core: Arc<Core>,
    tenants: Arc<Tenants>,
}

impl GraphPool {
    /// Starts a pool.
    ///
    /// Building it installs ring as rustls's provider for the whole process, unless one is
    /// installed already.
    pub fn builder() -> GraphPoolBuilder {
        GraphPoolBuilder::new()
    }

    /// Returns a client for `user` of `tenant`, whose tokens come from `tokens`. It costs little:
    /// make one per call.
    ///
    /// Both names are compared to the letter, and are sent nowhere.
    #[must_use]
    pub fn client(&self, tenant: &str, user: &str, tokens: Arc<dyn TokenProvider>) -> GraphClient {
        let tenant = self.tenants.tenant(tenant, &self.core);
        let user = tenant.user(user, &self.core);
        let core = Arc::clone(&self.core);
        GraphClient::new(Session { core, tenant, user, tokens, observer: None })
    }

    /// Changes how many requests are in flight at a time, to [`per_user`](Limits::per_user),
    /// [`per_tenant`](Limits::per_tenant) and [`per_process`](Limits::per_process) of `limits`, and with the
    /// last how many connections there may be unless the builder was told. Other limits stay as built.
    ///
    /// It holds for requests that begin. Those that run keep their places, which are not counted among
    /// the new ones.
    pub fn set_limits(&self, limits: &Limits) {
        self.core.widths.set(limits);
        self.core.transport.widen(most_connections(self.core.connections, limits));
    }
}

/// Returns how many connections are enough, unless it is said how many there may be.
fn most_connections(given: Option<usize>, limits: &Limits) -> usize {
    let enough = || (limits.per_process as usize).div_ceil(STREAMS);
    given.unwrap_or_else(enough).max(1)
}

/// Shows of the root only the origin.
impl fmt::Debug for GraphPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.core.root.origin().ascii_serialization();
        f.debug_struct("GraphPool").field("root", &origin).finish_non_exhaustive()
    }
}
