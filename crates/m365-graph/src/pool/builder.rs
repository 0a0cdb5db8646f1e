use std::{fmt, sync::Arc};

use m365_auth::{Clock, SystemClock};
use reqwest::ClientBuilder;
use url::Url;

use super::{GraphPool, Tenants, most_connections};
use crate::{
    Error, ErrorKind, Limits, Result,
    budget::Budgets,
    gate::{Places, Widths},
    random::Random,
    retry::RetryPolicy,
    session::Core,
    skew::Skew,
    transport::{HostPattern, Hosts, HttpFactory, Transport, is_loopback},
};

/// The Graph root of the global cloud.
const GLOBAL_ROOT: &str = "https://graph.microsoft.com";

/// SharePoint asks for this decoration:
/// <https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online>.
const USER_AGENT: &str =
    concat!("NONISV|m365-connector|m365-connector/", env!("CARGO_PKG_VERSION"));

/// Sets up a [`GraphPool`]; nothing is sent until the first request.
#[must_use = "a builder does nothing until it is built"]
pub struct GraphPoolBuilder {
    base_url: Option<Url>,
    download_hosts: Option<Vec<String>>,
    clock: Arc<dyn Clock>,
    limits: Limits,
    user_agent: String,
    http: HttpFactory,
    random: Random,
    connections: Option<usize>,
}

impl GraphPoolBuilder {
    pub(crate) fn new() -> Self {
        Self {
            base_url: None,
            download_hosts: None,
            clock: Arc::new(SystemClock::default()),
            limits: Limits::default(),
            user_agent: USER_AGENT.to_owned(),
            http: Arc::new(reqwest::Client::builder),
            random: Random::System,
            connections: None,
        }
    }

    /// Reads from another Graph root than `https://graph.microsoft.com`: a national cloud's or a
    /// test's. A path is kept; `/v1.0` is added. Tokens are sent to this origin only.
    pub fn base_url(mut self, root: Url) -> Self {
        self.base_url = Some(root);
        self
    }

    /// Replaces the hosts that downloads may come from: names, or `*.` and a domain for all names
    /// below it, in any case. They are checked by [`build`](Self::build).
    ///
    /// Unless set, those of the cloud whose Graph root is used; for any other root those of the
    /// global cloud. The host of such another root is one in any case.
    pub fn download_hosts<S: Into<String>>(mut self, hosts: impl IntoIterator<Item = S>) -> Self {
        self.download_hosts = Some(hosts.into_iter().map(Into::into).collect());
        self
    }

    /// Tells the time by `clock`, and waits on it between attempts.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Replaces the budgets.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Makes HTTP clients from what `http` returns: proxies and trusted roots are set there.
    ///
    /// It is asked more than once, since a retry takes a new connection, and since one HTTP/2
    /// connection carries only so many requests. Redirects, timeouts and decompression are set
    /// afterwards. Without it, reqwest's defaults hold: the system's proxy settings and trust
    /// store.
    pub fn http(mut self, http: impl Fn() -> ClientBuilder + Send + Sync + 'static) -> Self {
        self.http = Arc::new(http);
        self
    }

    /// Replaces the name that Microsoft sees; keep to the form `NONISV|company|product/version`.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Replaces how many HTTP/2 connections an origin may have; by default as many as
    /// [`Limits::per_process`] needs at 100 requests each. They are opened as load asks for them.
    pub fn connections(mut self, most: usize) -> Self {
        self.connections = Some(most);
        self
    }

    /// Draws the jitter of back-offs from `seed`, for runs that can be repeated.
    pub fn jitter_seed(mut self, seed: u64) -> Self {
        self.random = Random::seeded(seed);
        self
    }

    /// Makes the pool, and installs ring as rustls's provider for the whole process unless one is
    /// installed already.
    ///
    /// # Errors
    ///
    /// [`BadRequest`](ErrorKind::BadRequest) for a root that is neither `https` nor `http` on a
    /// loopback host, or that has user, query or fragment (`invalidRoot`); and for a download host
    /// that is neither a name nor `*.` and a domain (`invalidHost`).
    pub fn build(self) -> Result<GraphPool> {
        let root = version_root(self.base_url.as_ref().map_or(GLOBAL_ROOT, Url::as_str))?;
        let hosts = Hosts::new(&root, self.download_hosts.as_deref().map(patterns).transpose()?);
        let most = most_connections(self.connections, &self.limits);
        let lines = (most, root.scheme() == "https");
        let core = Core {
            transport: Transport::new(self.http, self.user_agent, &self.limits, hosts, lines),
            root,
            retry: RetryPolicy::new(&self.limits),
            random: self.random,
            budgets: Budgets::of_all(self.clock.now()),
            places: Places::default(),
            widths: Widths::new(&self.limits),
            connections: self.connections,
            skew: Skew::default(),
            clock: self.clock,
            limits: self.limits,
        };
        Ok(GraphPool { core: Arc::new(core), tenants: Arc::<Tenants>::default() })
    }
}

/// Shows of the root only the origin, since an address may hold a password.
impl fmt::Debug for GraphPoolBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.base_url.as_ref().map(|root| root.origin().ascii_serialization());
        f.debug_struct("GraphPoolBuilder")
            .field("base_url", &origin)
            .field("download_hosts", &self.download_hosts)
            .field("limits", &self.limits)
            .field("user_agent", &self.user_agent)
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

/// Adds the version to a root that a token may be sent to.
fn version_root(root: &str) -> Result<Url> {
    let url = Url::parse(&format!("{}/v1.0", root.trim_end_matches('/')));
    let refused = || Error::new(ErrorKind::BadRequest).with_code("invalidRoot");
    url.ok().filter(is_root).ok_or_else(refused)
}

fn patterns(hosts: &[String]) -> Result<Vec<HostPattern>> {
    let refused = || Error::new(ErrorKind::BadRequest).with_code("invalidHost");
    hosts.iter().map(|host| HostPattern::parse(host).ok_or_else(refused)).collect()
}

fn is_root(url: &Url) -> bool {
    let safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
    let plain = url.username().is_empty() && url.password().is_none();
    safe && plain && url.query().is_none() && url.fragment().is_none()
}
