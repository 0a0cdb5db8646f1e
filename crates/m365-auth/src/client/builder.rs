use std::{fmt, sync::Arc};

use super::{PublicClient, broker::BrokerLink, core::Core, settings::Settings, vault::Vault};
use crate::{
    Authority, Broker, ClientId, Clock, EntryId, MemoryStore, ParentWindow, ScopeSet, SystemClock,
    Timeouts, TokenStore,
    wire::transport::{HttpFactory, Transport},
};

/// Configures a [`PublicClient`].
#[derive(Clone)]
pub struct PublicClientBuilder {
    authority: Authority,
    client_id: ClientId,
    scopes: ScopeSet,
    store: Option<Arc<dyn TokenStore>>,
    entry: Option<EntryId>,
    clock: Arc<dyn Clock>,
    http: HttpFactory,
    broker: Option<Arc<dyn Broker>>,
    parent_window: ParentWindow,
    account_pin: Option<String>,
    timeouts: Timeouts,
}

impl PublicClient {
    /// Begins to configure a client for the app registration `client_id` in a tenant.
    #[must_use]
    pub fn builder(authority: Authority, client_id: ClientId) -> PublicClientBuilder {
        PublicClientBuilder {
            authority,
            client_id,
            scopes: ScopeSet::default(),
            store: None,
            entry: None,
            clock: Arc::new(SystemClock),
            http: Arc::new(reqwest::Client::builder),
            broker: None,
            parent_window: ParentWindow::default(),
            account_pin: None,
            timeouts: Timeouts::default(),
        }
    }
}

impl PublicClientBuilder {
    /// Sets the permissions to ask for; else it is the default set.
    #[must_use]
    pub fn scopes(mut self, scopes: ScopeSet) -> Self {
        self.scopes = scopes;
        self
    }

    /// Sets where tokens are kept between runs; else it is memory.
    #[must_use]
    pub fn store(mut self, store: Arc<dyn TokenStore>) -> Self {
        self.store = Some(store);
        self
    }

    /// Sets under which id tokens are kept; else it follows from cloud, tenant and client.
    #[must_use]
    pub fn entry(mut self, entry: EntryId) -> Self {
        self.entry = Some(entry);
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

    /// Sets what signs users in before the browser is used; without effect while the sign-in host is
    /// replaced, since no broker can be sent elsewhere.
    #[must_use]
    pub fn broker(mut self, broker: Arc<dyn Broker>) -> Self {
        self.broker = Some(broker);
        self
    }

    /// Sets the window before which the broker's own opens.
    #[must_use]
    pub fn parent_window(mut self, window: ParentWindow) -> Self {
        self.parent_window = window;
        self
    }

    /// Sets the only account that may sign in, by its sign-in name.
    #[must_use]
    pub fn account_pin(mut self, username: Option<String>) -> Self {
        self.account_pin = username;
        self
    }

    /// Sets how long the client waits.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Builds the client; nothing is read or sent.
    #[must_use]
    pub fn build(self) -> PublicClient {
        let entry =
            self.entry.unwrap_or_else(|| EntryId::new(&self.authority, &self.client_id, ""));
        let broker = BrokerLink::new(self.broker, self.parent_window, &self.authority);
        let settings = Arc::new(Settings {
            authority: self.authority,
            client_id: self.client_id,
            scopes: self.scopes,
            entry,
            account_pin: self.account_pin,
            timeouts: self.timeouts,
        });
        let store = self.store.unwrap_or_else(|| Arc::new(MemoryStore::new()));
        let transport = Transport::new(self.http, self.clock.clone(), settings.timeouts);
        let vault = Vault::new(store, self.clock.clone(), settings.clone());
        PublicClient { core: Arc::new(Core::new(settings, transport, self.clock, vault, broker)) }
    }
}

impl fmt::Debug for PublicClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicClientBuilder")
            .field("authority", &self.authority)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
