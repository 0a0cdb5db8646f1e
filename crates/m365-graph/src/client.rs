use std::{fmt, sync::Arc, time::Duration};

use jiff::Timestamp;
use m365_auth::{Clock, TokenProvider, TokenRequest};
use url::Url;

use crate::{
    Call, Download, Limits, MailApi, Mailbox, Result,
    blocks::Blocks,
    budget::RetryBudget,
    call::CallState,
    exchange::Exchange,
    gate::Gate,
    models::Resource,
    random::Random,
    request::{Request, Workload},
    retry::{Outcome, RetryPolicy},
    skew::Skew,
    transport::Transport,
};

mod builder;

pub use builder::GraphClientBuilder;

/// Reads Microsoft Graph for one user.
///
/// A clone shares everything with its original: connections, limits, and what is known of
/// throttling. So make one client per user and keep it.
#[derive(Clone)]
pub struct GraphClient {
    shared: Arc<Shared>,
    call: Option<Arc<CallState>>,
}

/// What all clones have in common.
pub(crate) struct Shared {
    pub(crate) tokens: Arc<dyn TokenProvider>,
    /// The version root, e.g. `https://graph.microsoft.com/v1.0`.
    pub(crate) root: Url,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) limits: Limits,
    pub(crate) transport: Transport,
    pub(crate) retry: RetryPolicy,
    pub(crate) random: Random,
    pub(crate) budget: RetryBudget,
    pub(crate) blocks: Blocks,
    pub(crate) gate: Gate,
    pub(crate) skew: Skew,
}

impl GraphClient {
    /// Starts a client that gets its tokens from `tokens`.
    ///
    /// Building it installs ring as rustls's provider for the whole process, unless one is
    /// installed already.
    pub fn builder(tokens: Arc<dyn TokenProvider>) -> GraphClientBuilder {
        GraphClientBuilder::new(tokens)
    }

    /// Returns a clone whose requests together are one call: they share a deadline, an id, and
    /// what they may read. Dropping a request's future cancels it.
    #[must_use]
    pub fn for_call(&self, call: Call) -> Self {
        let call = CallState::new(call, self.shared.clock.now(), &self.shared.limits);
        Self { shared: Arc::clone(&self.shared), call: Some(Arc::new(call)) }
    }

    /// Addresses the mail of `mailbox`.
    #[must_use]
    pub fn mail(&self, mailbox: &Mailbox) -> MailApi {
        MailApi::new(self.clone(), mailbox.clone())
    }

    /// Tells whether the user's token grants `scope`, e.g. `Mail.Read`.
    ///
    /// # Errors
    ///
    /// [`Auth`](crate::ErrorKind::Auth) when there is no token.
    pub async fn grants(&self, scope: &str) -> Result<bool> {
        let token = self.shared.tokens.access_token(&TokenRequest::new()).await?;
        Ok(token.grants(scope))
    }

    /// Binds this client to a call of its own, unless it is bound already.
    pub(crate) fn in_one_call(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), call: Some(self.call_state()) }
    }

    pub(crate) fn client_request_id(&self) -> Arc<str> {
        Arc::clone(&self.call_state().client_request_id)
    }

    /// Returns how long to wait after `attempt` ended in `outcome`, if there may be another.
    pub(crate) fn retry_delay(&self, attempt: u32, outcome: Outcome) -> Option<Duration> {
        self.shared.retry_delay(&self.call_state(), attempt, outcome)
    }

    pub(crate) fn note_block(&self, workload: Workload, outcome: Outcome) {
        self.shared.note_block(workload, outcome);
    }

    pub(crate) fn repay(&self, last: u32) {
        self.shared.budget.repay(last);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    pub(crate) async fn sleep(&self, duration: Duration) {
        self.shared.clock.sleep(duration).await;
    }

    pub(crate) fn root(&self) -> &Url {
        &self.shared.root
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    pub(crate) async fn entity<T: Resource>(&self, request: &Request) -> Result<T> {
        self.exchange(request).json().await
    }

    pub(crate) async fn bytes(&self, request: &Request, cap: usize) -> Result<Download> {
        self.exchange(request).bytes(cap).await
    }

    fn exchange<'a>(&'a self, request: &'a Request) -> Exchange<'a> {
        Exchange::new(&self.shared, self.call_state(), request)
    }

    /// Returns the call that this client is bound to, or a new one for a single request.
    fn call_state(&self) -> Arc<CallState> {
        let (now, limits) = (self.shared.clock.now(), &self.shared.limits);
        let fresh = || Arc::new(CallState::new(Call::new(), now, limits));
        self.call.clone().unwrap_or_else(fresh)
    }
}

impl Shared {
    /// Keeps the requests to `workload` back if `outcome` asks for that.
    pub(crate) fn note_block(&self, workload: Workload, outcome: Outcome) {
        let Outcome::Wait(after) = outcome else { return };
        let until = self.clock.now().checked_add(after).unwrap_or(Timestamp::MAX);
        self.blocks.note(workload, until);
    }

    /// Returns how long to wait after `attempt` ended in `outcome`; `None` when the policy, the
    /// call's deadline or the retry budget forbids another.
    pub(crate) fn retry_delay(
        &self,
        call: &CallState,
        attempt: u32,
        outcome: Outcome,
    ) -> Option<Duration> {
        let now = self.clock.now();
        let delay = self.retry.delay(attempt, outcome, self.random.unit())?;
        let in_time = delay < call.remaining(now);
        (in_time && self.budget.take(outcome.cost(), now)).then_some(delay)
    }
}

impl fmt::Debug for GraphClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphClient")
            .field("root", &self.shared.root.as_str())
            .finish_non_exhaustive()
    }
}
