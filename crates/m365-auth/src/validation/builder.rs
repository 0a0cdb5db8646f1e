use std::{
    fmt,
    sync::{Arc, RwLock},
    time::Duration,
};

use url::Url;

use super::{AllowList, Expected, KeyRing, Shared, TokenValidator};
use crate::{
    ClientId, Clock, Cloud, SystemClock, Timeouts,
    wire::transport::{HttpFactory, Transport},
};

/// How long one request for keys may take, unless it is said otherwise.
const ATTEMPT: Duration = Duration::from_secs(5);

/// Configures a [`TokenValidator`].
#[derive(Clone)]
pub struct TokenValidatorBuilder {
    cloud: Cloud,
    client_id: ClientId,
    application_id_uris: Vec<String>,
    accept_v1: bool,
    scope: String,
    allow_list: AllowList,
    login_root: Url,
    clock: Arc<dyn Clock>,
    http: HttpFactory,
    timeouts: Timeouts,
}

impl TokenValidator {
    /// Begins to configure the validation of tokens for the app registration `client_id`.
    #[must_use]
    pub fn builder(cloud: Cloud, client_id: ClientId) -> TokenValidatorBuilder {
        TokenValidatorBuilder {
            cloud,
            client_id,
            application_id_uris: Vec::new(),
            accept_v1: false,
            scope: "access_as_user".to_owned(),
            allow_list: AllowList::new(),
            login_root: cloud.login_root(),
            clock: Arc::new(SystemClock),
            http: Arc::new(reqwest::Client::builder),
            timeouts: Timeouts::default().with_attempt(ATTEMPT),
        }
    }
}

impl TokenValidatorBuilder {
    /// Adds an application ID URI that v1 tokens may be for; without any it is `api://{client_id}`.
    #[must_use]
    pub fn application_id_uri(mut self, uri: impl Into<String>) -> Self {
        self.application_id_uris.push(uri.into());
        self
    }

    /// Accepts v1 tokens too, which Entra ID issues unless the app registration asks for v2.
    #[must_use]
    pub const fn accept_v1(mut self, accept: bool) -> Self {
        self.accept_v1 = accept;
        self
    }

    /// Sets the scope that a token must grant; else it is `access_as_user`.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = scope.into();
        self
    }

    /// Sets who may call; else it is nobody.
    #[must_use]
    pub fn allow_list(mut self, list: AllowList) -> Self {
        self.allow_list = list;
        self
    }

    /// Replaces the root of the sign-in addresses, see [`Endpoint`](crate::Endpoint); issuers stay.
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

    /// Sets how long a request for keys may take; else it is 5 s.
    #[must_use]
    pub const fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Builds the validator; nothing is sent.
    #[must_use]
    pub fn build(self) -> TokenValidator {
        let transport = Transport::new(self.http, self.clock.clone(), self.timeouts);
        let keys = KeyRing::new(self.cloud, self.login_root, transport, self.clock.clone());
        let mut expected = Expected::new(self.cloud, self.client_id, self.scope);
        if self.accept_v1 {
            expected.accept_v1(&self.application_id_uris);
        }
        let allow_list = RwLock::new(Arc::new(self.allow_list));
        let shared = Shared { expected, allow_list, keys: Arc::new(keys), clock: self.clock };
        TokenValidator { shared: Arc::new(shared) }
    }
}

impl fmt::Debug for TokenValidatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenValidatorBuilder")
            .field("cloud", &self.cloud)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
