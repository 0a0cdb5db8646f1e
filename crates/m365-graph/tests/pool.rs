//! Many users over shared connections.

use std::{sync::Arc, time::Duration};

use m365_auth::Clock;
use m365_graph::{GraphClient, GraphPool, GraphPoolBuilder};

use crate::support::token;

mod connections;
mod outages;
mod users;

/// A pool whose connections skip the system's roots: loading them outlasts a test.
pub(crate) fn pool(root: &str, clock: impl Clock + 'static) -> GraphPoolBuilder {
    GraphPool::builder()
        .base_url(root.parse().unwrap())
        .clock(Arc::new(clock))
        .http(|| reqwest::Client::builder().no_proxy().tls_danger_accept_invalid_certs(true))
        .jitter_seed(7)
}

/// The client of a user whose token is the user's name.
pub(crate) fn client(pool: &GraphPool, tenant: &str, user: &str) -> GraphClient {
    pool.client(tenant, user, token(user))
}

const LONG: Duration = Duration::from_secs(3600);
