//! One entry's tenant, ready to be asked: tokens, Graph, and who calls.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::tz::TimeZone;
#[cfg(feature = "demo")]
use m365_auth::MemoryStore;
use m365_auth::{
    Authority, Broker, Clock, EntryId, PublicClient, SystemClock, TokenProvider, TokenStore,
};
use m365_graph::GraphClient;
use m365_tools::{
    CallInput, Caller, SealingKey,
    mcp::{CallerSource, ErrorData, Extensions},
};
use tokio::sync::OnceCell;

use crate::{
    cli::StoreKind,
    config::{Config, Target, Tenant},
    failure::Failure,
    http,
    store::Store,
};

/// A tenant with its account, if one is signed in.
pub(crate) struct Session {
    pub(crate) client: PublicClient,
    tokens: Arc<dyn TokenProvider>,
    graph: GraphClient,
    sealing: Sealing,
    signs_in_by_itself: bool,
    #[cfg(feature = "demo")]
    _demo: Option<m365_sim::Sim>,
}

impl Session {
    /// Prepares everything; nothing is sent.
    pub(crate) async fn open(config: &Config) -> Result<Self, Failure> {
        match &config.target {
            Target::Tenant(tenant) => Self::of_tenant(config, tenant),
            Target::Missing(error) => Err(error.clone().into()),
            #[cfg(feature = "demo")]
            Target::Demo => Self::of_demo(config).await,
            #[cfg(not(feature = "demo"))]
            Target::Demo => Err(Failure::new(
                crate::failure::USAGE,
                "this program was built without the demo tenant (cargo feature `demo`)",
            )),
        }
    }

    fn of_tenant(config: &Config, tenant: &Tenant) -> Result<Self, Failure> {
        let store = Store::of(config);
        if store.files.is_none() && config.store != StoreKind::Memory {
            tracing::warn!(
                "there is no home folder: tokens are kept in memory for this run; give --data-dir"
            );
        }
        let client = client(config, tenant, store.tokens.clone())?;
        let tokens: Arc<dyn TokenProvider> = Arc::new(client.clone());
        let graph = graph(config, tenant, tokens.clone())?;
        Ok(Self {
            client,
            tokens,
            graph,
            sealing: Sealing::with(store, entry_id(tenant)),
            signs_in_by_itself: false,
            #[cfg(feature = "demo")]
            _demo: None,
        })
    }

    #[cfg(feature = "demo")]
    async fn of_demo(config: &Config) -> Result<Self, Failure> {
        let (sim, tenant) = crate::demo::start().await?;
        let client = client(config, &tenant, Arc::new(MemoryStore::new()))?;
        let tokens: Arc<dyn TokenProvider> = Arc::new(crate::demo::SignedIn::new(client.clone()));
        let graph = graph(config, &tenant, tokens.clone())?;
        Ok(Self {
            client,
            tokens,
            graph,
            sealing: Sealing::known(crate::demo::SEALING_KEY),
            signs_in_by_itself: true,
            _demo: Some(sim),
        })
    }

    /// Returns the key that seals cursors; it outlives the process where tokens do.
    pub(crate) fn sealing_key(&self) -> SealingKey {
        self.sealing.key.clone()
    }

    /// Returns what reads Graph for whoever is signed in.
    pub(crate) const fn graph(&self) -> &GraphClient {
        &self.graph
    }

    /// Returns what supplies the tokens of whoever is signed in.
    pub(crate) fn tokens(&self) -> &dyn TokenProvider {
        self.tokens.as_ref()
    }

    /// Signs in to the demo tenant, so that there is an account to speak of.
    pub(crate) async fn settle(&self) -> m365_auth::Result<()> {
        if self.signs_in_by_itself {
            self.tokens.access_token(&m365_auth::TokenRequest::new()).await?;
        }
        Ok(())
    }

    /// Prepares a tool call by whoever is signed in. Cursors are bound to the caller, so who that is
    /// must be settled first.
    pub(crate) async fn call_input(&self) -> CallInput {
        if let Err(error) = self.settle().await {
            // The call meets the same error, and says it to its host.
            tracing::warn!(%error, "the demo account is not signed in");
        }
        let account = self.client.status().await.account;
        if account.is_some() {
            self.sealing.settle().await;
        }
        let caller = account.as_ref().map_or_else(
            || Caller::new(self.client.authority().tenant().as_str(), "nobody"),
            |account| Caller::new(account.tid(), account.oid()),
        );
        CallInput::new(caller, self.graph.clone(), self.tokens.clone())
            .with_device_zone(TimeZone::system())
    }
}

#[async_trait]
impl CallerSource for Session {
    async fn call_input(&self, _: &Extensions) -> Result<CallInput, ErrorData> {
        Ok(Self::call_input(self).await)
    }
}

/// The key that seals cursors, and where it comes from when there is an account: a key store may be
/// slow, and a host does not wait for it.
struct Sealing {
    key: SealingKey,
    source: Option<(Store, EntryId)>,
    asked: OnceCell<()>,
}

impl Sealing {
    fn with(store: Store, entry: EntryId) -> Self {
        let key = SealingKey::later();
        Self { key, source: Some((store, entry)), asked: OnceCell::new() }
    }

    #[cfg(feature = "demo")]
    fn known(key: [u8; 32]) -> Self {
        Self { key: key.into(), source: None, asked: OnceCell::new() }
    }

    /// Asks for the key, once.
    async fn settle(&self) {
        self.asked.get_or_init(|| self.ask()).await;
    }

    async fn ask(&self) {
        let Some((store, entry)) = self.source.clone() else { return };
        match tokio::task::spawn_blocking(move || store.sealing_key(&entry)).await {
            Ok(Ok(Some(key))) => self.key.set(key),
            Ok(Ok(None)) | Err(_) => {}
            Ok(Err(error)) => tracing::info!(%error, "cursors end with this process"),
        }
    }
}

/// Returns the id under which an entry's tokens are kept.
pub(crate) fn entry_id(tenant: &Tenant) -> EntryId {
    EntryId::new(&authority(tenant), &tenant.client_id, &tenant.entry)
}

fn authority(tenant: &Tenant) -> Authority {
    let authority = Authority::new(tenant.cloud, tenant.tenant_id.clone());
    match &tenant.login_endpoint {
        Some(root) => authority.with_login_root(root.clone()),
        None => authority,
    }
}

fn client(
    config: &Config,
    tenant: &Tenant,
    store: Arc<dyn TokenStore>,
) -> Result<PublicClient, Failure> {
    let builder = PublicClient::builder(authority(tenant), tenant.client_id.clone())
        .scopes(config.scopes.clone())
        .store(store)
        .entry(entry_id(tenant))
        .account_pin(config.account.clone())
        .clock(clock())
        .http(http::towards(authority(tenant).login_root(), config.ca_file.as_deref())?)
        .parent_window(config.parent_window);
    Ok(match broker() {
        Some(broker) => builder.broker(broker).build(),
        None => builder.build(),
    })
}

/// Returns the operating system's broker, if this program is built with one.
pub(crate) fn broker() -> Option<Arc<dyn Broker>> {
    #[cfg(feature = "broker")]
    return m365_auth::system_broker();
    #[cfg(not(feature = "broker"))]
    None
}

fn graph(
    config: &Config,
    tenant: &Tenant,
    tokens: Arc<dyn TokenProvider>,
) -> Result<GraphClient, Failure> {
    let root = tenant.graph_endpoint.clone().unwrap_or_else(|| tenant.cloud.graph_root());
    let http = http::towards(&root, config.ca_file.as_deref())?;
    Ok(GraphClient::builder(tokens).base_url(root).clock(clock()).http(http).build()?)
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::default())
}
