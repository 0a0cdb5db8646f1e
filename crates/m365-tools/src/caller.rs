use std::{fmt, sync::Arc};

use async_trait::async_trait;
use jiff::tz::TimeZone;
use m365_auth::{Clock, SystemClock, TokenProvider};
use m365_graph::GraphClient;
use tokio_util::sync::CancellationToken;

/// Who calls: the user's tenant and object id, which no other user shares.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Caller(Arc<str>);

impl Caller {
    /// Names the user `oid` of the tenant `tid`.
    #[must_use]
    pub fn new(tid: &str, oid: &str) -> Self {
        Self(format!("{tid}|{oid}").into())
    }

    /// Returns the key under which things of this caller are kept.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.0
    }
}

/// Takes the progress of one call to whoever waits for it.
#[async_trait]
pub trait ProgressSink: Send + Sync {
    /// Tells that `at` of `total` steps are done; `text` says what is being done, without content.
    async fn report(&self, at: u32, total: Option<u32>, text: &str);
}

/// Everything about one call that is not its arguments.
#[derive(Clone)]
pub struct CallInput {
    pub(crate) graph: GraphClient,
    pub(crate) tokens: Arc<dyn TokenProvider>,
    pub(crate) caller: Caller,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) device_zone: Option<TimeZone>,
    pub(crate) cancellation: CancellationToken,
    pub(crate) progress: Option<Arc<dyn ProgressSink>>,
    pub(crate) call_id: Option<String>,
    pub(crate) traceparent: Option<String>,
    pub(crate) approved: bool,
}

impl CallInput {
    /// Calls as `caller`, who reaches Graph through `graph` with the tokens of `tokens`.
    #[must_use]
    pub fn new(caller: Caller, graph: GraphClient, tokens: Arc<dyn TokenProvider>) -> Self {
        Self {
            graph,
            tokens,
            caller,
            clock: Arc::new(SystemClock::default()),
            device_zone: None,
            cancellation: CancellationToken::new(),
            progress: None,
            call_id: None,
            traceparent: None,
            approved: false,
        }
    }

    /// Takes the time from `clock`.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Gives the zone of the user's device, for when the mailbox's own cannot be asked for.
    #[must_use]
    pub fn with_device_zone(mut self, zone: TimeZone) -> Self {
        self.device_zone = Some(zone);
        self
    }

    /// Stops the call, and its requests, when `token` is cancelled.
    #[must_use]
    pub fn with_cancellation(mut self, token: CancellationToken) -> Self {
        self.cancellation = token;
        self
    }

    /// Reports progress to `sink`.
    #[must_use]
    pub fn with_progress(mut self, sink: Arc<dyn ProgressSink>) -> Self {
        self.progress = Some(sink);
        self
    }

    /// Sends `id` to Graph as `client-request-id`, so that logs can be joined.
    #[must_use]
    pub fn with_call_id(mut self, id: impl Into<String>) -> Self {
        self.call_id = Some(id.into());
        self
    }

    /// Sends `parent` to Graph as `traceparent`, so that traces can be joined; without it, the one that
    /// came with the request itself, in its `_meta`, is sent on.
    #[must_use]
    pub fn with_traceparent(mut self, parent: impl Into<String>) -> Self {
        self.traceparent = Some(parent.into());
        self
    }

    /// Says that the user has approved this call, which a policy of `ask` demands.
    #[must_use]
    pub const fn approved(mut self) -> Self {
        self.approved = true;
        self
    }

    /// Returns who calls.
    #[must_use]
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }
}

impl fmt::Debug for CallInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallInput").field("caller", &self.caller).finish_non_exhaustive()
    }
}
