use std::{fmt, sync::Arc};

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::{CallerSource, Inner, Server, SignInPrompt, info, wire};
use crate::{CallObserver, Catalog};

/// How many calls run at once unless configured otherwise.
const IN_FLIGHT: usize = 64;

/// Builds a [`Server`].
#[derive(Clone)]
pub struct ServerBuilder {
    catalog: Catalog,
    callers: Arc<dyn CallerSource>,
    sign_in: Option<Arc<dyn SignInPrompt>>,
    observer: Option<Arc<dyn CallObserver>>,
    policy_by_host: bool,
    in_flight: usize,
    name: String,
    version: String,
}

impl ServerBuilder {
    pub(super) fn new(catalog: Catalog, callers: Arc<dyn CallerSource>) -> Self {
        Self {
            catalog,
            callers,
            sign_in: None,
            observer: None,
            policy_by_host: false,
            in_flight: IN_FLIGHT,
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Says how the server calls itself, e.g. `m365-local` and its version.
    #[must_use]
    pub fn identity(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        (self.name, self.version) = (name.into(), version.into());
        self
    }

    /// Asks the user to sign in through `prompt` when a call needs it and the host can show it; never over
    /// HTTP, where every caller brings a token.
    #[must_use]
    pub fn sign_in(mut self, prompt: Arc<dyn SignInPrompt>) -> Self {
        self.sign_in = Some(prompt);
        self
    }

    /// Tells `observer` of each call when it has ended.
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn CallObserver>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Leaves the questions of a policy of `ask` to the host, which knows the policy itself.
    #[must_use]
    pub const fn policy_by_host(mut self, by_host: bool) -> Self {
        self.policy_by_host = by_host;
        self
    }

    /// Bounds how many calls run at once; the others wait a second at most.
    #[must_use]
    pub const fn in_flight(mut self, calls: usize) -> Self {
        self.in_flight = calls;
        self
    }

    /// Builds the server; it asks nobody and opens nothing.
    #[must_use]
    pub fn build(self) -> Server {
        let tools: Vec<_> = self.catalog.definitions().map(wire::tool).collect();
        let config = info::config(&self.catalog, &self.name, &self.version);
        Server(Arc::new(Inner {
            catalog: self.catalog,
            callers: self.callers,
            sign_in: self.sign_in,
            observer: self.observer,
            policy_by_host: self.policy_by_host,
            permits: Semaphore::new(self.in_flight),
            stop: CancellationToken::new(),
            config,
            tools,
        }))
    }
}

impl fmt::Debug for ServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBuilder").field("catalog", &self.catalog).finish_non_exhaustive()
    }
}
