use std::{fmt, sync::Arc};

use m365_auth::{Clock, TokenProvider};
use reqwest::ClientBuilder;
use url::Url;

use super::GraphClient;
use crate::{GraphPoolBuilder, Limits, Result};

/// Sets up a [`GraphClient`] for a single user; nothing is sent until the first request.
///
/// For many users, see [`GraphPool`](crate::GraphPool): each setting here is one of it.
#[must_use = "a builder does nothing until it is built"]
pub struct GraphClientBuilder {
    tokens: Arc<dyn TokenProvider>,
    pool: GraphPoolBuilder,
}

impl GraphClientBuilder {
    pub(super) fn new(tokens: Arc<dyn TokenProvider>) -> Self {
        Self { tokens, pool: GraphPoolBuilder::new() }
    }

    /// See [`GraphPoolBuilder::base_url`].
    pub fn base_url(self, root: Url) -> Self {
        Self { pool: self.pool.base_url(root), ..self }
    }

    /// See [`GraphPoolBuilder::download_hosts`].
    pub fn download_hosts<S: Into<String>>(self, hosts: impl IntoIterator<Item = S>) -> Self {
        Self { pool: self.pool.download_hosts(hosts), ..self }
    }

    /// See [`GraphPoolBuilder::clock`].
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { pool: self.pool.clock(clock), ..self }
    }

    /// See [`GraphPoolBuilder::limits`].
    pub fn limits(self, limits: Limits) -> Self {
        Self { pool: self.pool.limits(limits), ..self }
    }

    /// See [`GraphPoolBuilder::http`].
    pub fn http(self, http: impl Fn() -> ClientBuilder + Send + Sync + 'static) -> Self {
        Self { pool: self.pool.http(http), ..self }
    }

    /// See [`GraphPoolBuilder::user_agent`].
    pub fn user_agent(self, user_agent: impl Into<String>) -> Self {
        Self { pool: self.pool.user_agent(user_agent), ..self }
    }

    /// See [`GraphPoolBuilder::jitter_seed`].
    pub fn jitter_seed(self, seed: u64) -> Self {
        Self { pool: self.pool.jitter_seed(seed), ..self }
    }

    /// Makes the client: a pool of one.
    ///
    /// # Errors
    ///
    /// As [`GraphPoolBuilder::build`].
    pub fn build(self) -> Result<GraphClient> {
        Ok(self.pool.build()?.client("", "", self.tokens))
    }
}

/// Shows the settings, and nothing of the tokens.
impl fmt::Debug for GraphClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphClientBuilder").field("pool", &self.pool).finish_non_exhaustive()
    }
}
