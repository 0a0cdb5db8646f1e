use std::{fmt, sync::Arc, time::Duration};

use jiff::Timestamp;
use m365_auth::{TokenProvider, TokenRequest};
use url::Url;

use crate::{
    Call, Download, GraphEvent, GraphObserver, Limits, MailApi, Mailbox, Result, Workload,
    call::CallState, exchange::Exchange, models::Resource, request::Request, retry::Outcome,
    session::Session, transport::Server,
};

mod builder;

pub use builder::GraphClientBuilder;

/// Reads Microsoft Graph for one user.
///
/// A clone shares everything with its original: connections, limits, and what is known of
/// throttling. So make one client per user and keep it, or take one per call from a
/// [`GraphPool`](crate::GraphPool), which knows its users.
///
/// ```
/// use m365_graph::{Call, MessageSearch};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let tenant = m365_sim::Sim::start().await;
/// # let scopes = ["User.Read", "Mail.Read"];
/// # let secret = tenant.issue_token("mira.solberg@fjordlight.example", &scopes);
/// # let token = m365_auth::AccessToken::new(secret, jiff::Timestamp::MAX, scopes);
/// # let tokens = std::sync::Arc::new(m365_auth::FixedToken::new(token));
/// # let root = tenant.graph_endpoint().parse()?;
/// # let graph = m365_graph::GraphClient::builder(tokens).base_url(root).build()?;
/// // What belongs together shares a deadline, an id for Graph's logs, and what may be read.
/// let graph = graph.for_call(Call::new());
/// let user = graph.me().await?;
/// let found = graph.search_messages(&MessageSearch::new("budget").size(5)).await?;
///
/// println!("{} has {} messages on the budget", user.display_name.unwrap_or_default(), found.hits.len());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct GraphClient {
    session: Arc<Session>,
    call: Option<Arc<CallState>>,
}

impl GraphClient {
    /// Starts a client that gets its tokens from `tokens`.
    ///
    /// Building it installs ring as rustls's provider for the whole process, unless one is
    /// installed already.
    pub fn builder(tokens: Arc<dyn TokenProvider>) -> GraphClientBuilder {
        GraphClientBuilder::new(tokens)
    }

    pub(crate) fn new(session: Session) -> Self {
        Self { session: Arc::new(session), call: None }
    }

    /// Returns a clone whose requests `observer` admits and is told of, and no other observer.
    #[must_use]
    pub fn observed_by(&self, observer: Arc<dyn GraphObserver>) -> Self {
        let session = Session { observer: Some(observer), ..Session::clone(&self.session) };
        Self { session: Arc::new(session), call: self.call.clone() }
    }

    /// Returns a clone whose requests together are one call: they share a deadline, an id, and
    /// what they may read. Dropping a request's future cancels it.
    #[must_use]
    pub fn for_call(&self, call: Call) -> Self {
        let call = CallState::new(call, self.now(), self.limits());
        Self { session: Arc::clone(&self.session), call: Some(Arc::new(call)) }
    }

    /// Addresses the mail of `mailbox`.
    #[must_use]
    pub fn mail(&self, mailbox: &Mailbox) -> MailApi {
        MailApi::new(self.clone(), mailbox.clone())
    }

    /// Returns the root of Graph that requests go to, without a version.
    #[must_use]
    pub fn base_url(&self) -> &Url {
        self.root()
    }

    /// Tells whether the user's token grants `scope`, e.g. `Mail.Read`.
    ///
    /// # Errors
    ///
    /// [`Auth`](crate::ErrorKind::Auth) when there is no token.
    pub async fn grants(&self, scope: &str) -> Result<bool> {
        let token = self.session.tokens.access_token(&TokenRequest::new()).await?;
        Ok(token.grants(scope))
    }

    /// Binds this client to a call of its own, unless it is bound already.
    pub(crate) fn in_one_call(&self) -> Self {
        Self { session: Arc::clone(&self.session), call: Some(self.call_state()) }
    }

    pub(crate) fn client_request_id(&self) -> Arc<str> {
        Arc::clone(&self.call_state().client_request_id)
    }

    /// Returns how long to wait after `attempt` of something from `workload` ended in `outcome`, if
    /// there may be another.
    pub(crate) fn retry_delay(
        &self,
        workload: Workload,
        attempt: u32,
        outcome: Outcome,
    ) -> Option<Duration> {
        let source = (Server::Graph, workload);
        self.session.retry_delay(&self.call_state(), source, attempt, outcome)
    }

    pub(crate) fn note_block(&self, workload: Workload, outcome: Outcome) {
        self.session.note_block(workload, outcome);
    }

    pub(crate) fn repay(&self, last: u32) {
        self.session.repay(Server::Graph, last);
    }

    pub(crate) fn admits(&self, workload: Workload) -> bool {
        self.session.admits(workload)
    }

    pub(crate) fn notice(&self, workload: Workload, event: GraphEvent) {
        self.session.notice(workload, event);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.session.core.clock.now()
    }

    pub(crate) async fn sleep(&self, duration: Duration) {
        self.session.core.clock.sleep(duration).await;
    }

    pub(crate) fn root(&self) -> &Url {
        &self.session.core.root
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.session.core.limits
    }

    pub(crate) async fn entity<T: Resource>(&self, request: &Request) -> Result<T> {
        self.exchange(request).json().await
    }

    pub(crate) async fn bytes(&self, request: &Request, cap: usize) -> Result<Download> {
        self.exchange(request).bytes(cap).await
    }

    fn exchange<'a>(&'a self, request: &'a Request) -> Exchange<'a> {
        Exchange::new(&self.session, self.call_state(), request)
    }

    /// Returns the call that this client is bound to, or a new one for a single request.
    fn call_state(&self) -> Arc<CallState> {
        let fresh = || Arc::new(CallState::new(Call::new(), self.now(), self.limits()));
        self.call.clone().unwrap_or_else(fresh)
    }
}

impl fmt::Debug for GraphClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphClient").field("root", &self.root().as_str()).finish_non_exhaustive()
    }
}
