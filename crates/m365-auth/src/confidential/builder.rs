use std::{fmt, sync::Arc};

use url::Url;

use super::{
    ClientCredential, ConfidentialClient, OnBehalfOfObserver,
    core::{Core, Settings, Sizes},
};
use crate::{
    ClientId, Clock, Cloud, ScopeSet, SystemClock, Timeouts,
    wire::transport::{HttpFactory, Transport},
};

/// Configures a [`ConfidentialClient`].
#[derive(Clone)]
pub struct ConfidentialClientBuilder {
    cloud: Cloud,
    client_id: ClientId,
    credential: Arc<dyn ClientCredential>,
    scopes: Option<ScopeSet>,
    login_root: Url,
    clock: Arc<dyn Clock>,
    http: HttpFactory,
    timeouts: Timeouts,
    sizes: Sizes,
    observer: Option<Arc<dyn OnBehalfOfObserver>>,
}

impl ConfidentialClientBuilder {
    pub(super) fn new(
        cloud: Cloud,
        client_id: ClientId,
        credential: Arc<dyn ClientCredential>,
    ) -> Self {
        Self {
            cloud,
            client_id,
            credential,
            scopes: Some(ScopeSet::default()),
            login_root: cloud.login_root(),
            clock: Arc::new(SystemClock),
            http: Arc::new(reqwest::Client::builder),
            timeouts: Timeouts::default(),
            sizes: Sizes::default(),
            observer: None,
        }
    }

    /// Sets the permissions to ask for, each by its name; else it is the default set.
    #[must_use]
    pub fn scopes(mut self, scopes: ScopeSet) -> Self {
        self.scopes = Some(scopes);
        self
    }

    /// Asks for whatever was consented to in the caller's tenant (`.default`), without names.
    #[must_use]
    pub fn all_consented_scopes(mut self) -> Self {
        self.scopes = None;
        self
    }

    /// Replaces the root of the sign-in addresses, see [`Endpoint`](crate::Endpoint); scopes stay.
    #[must_use]
    pub fn login_root(mut self, root: Url) -> Self {
        self.login_root = root;
        self
    }

    /// Sets the clock.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Makes the HTTP client from what `http` returns, when it is first needed: proxies and trusted
    /// roots are set there, redirects and timeouts afterwards. Without it, reqwest's defaults hold.
    #[must_use]
    pub fn http(
        mut self,
        http: impl Fn() -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http = Arc::new(http);
        self
    }

    /// Sets how long the client waits; a place among the parallel exchanges is waited for as long
    /// as one request may take.
    #[must_use]
    pub const fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets how many tokens are held at the most: 10,000 unless set, about 28 MB.
    #[must_use]
    pub const fn cache_entries(mut self, entries: usize) -> Self {
        self.sizes.cache_entries = entries;
        self
    }

    /// Sets how many exchanges run at the same time: 50 unless set.
    #[must_use]
    pub const fn parallel(mut self, exchanges: usize) -> Self {
        self.sizes.parallel = exchanges;
        self
    }

    /// Sets how many exchanges of one tenant may be refused in a minute before Entra ID is asked no
    /// more for that tenant: 100 unless set.
    #[must_use]
    pub const fn failures_per_minute(mut self, failures: u32) -> Self {
        self.sizes.failures_per_minute = failures;
        self
    }

    /// Sets who is told of each lookup.
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn OnBehalfOfObserver>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Builds the client; nothing is sent.
    #[must_use]
    pub fn build(self) -> ConfidentialClient {
        let transport = Transport::new(self.http, self.clock.clone(), self.timeouts);
        let settings = Settings {
            scope: self.scopes.map_or_else(
                || format!("{}.default", self.cloud.scope_prefix()),
                |scopes| scopes.qualified(self.cloud),
            ),
            cloud: self.cloud,
            client_id: self.client_id,
            login_root: self.login_root,
            wait_for_place: self.timeouts.attempt,
        };
        let core =
            Core::new(settings, self.sizes, transport, self.clock, self.credential, self.observer);
        ConfidentialClient { core: Arc::new(core) }
    }
}

impl fmt::Debug for ConfidentialClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfidentialClientBuilder")
            .field("cloud", &self.cloud)
            .field("client_id", &self.client_id)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
