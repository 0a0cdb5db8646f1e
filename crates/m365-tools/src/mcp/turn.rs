use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures_util::FutureExt;
use rmcp::{
    ErrorData,
    model::{ErrorCode as RpcCode, InputRequiredResult, InputResponses},
};
use serde_json::{Map, Value};
use tokio::sync::SemaphorePermit;

use super::{
    Context, Inner, approval,
    host::Host,
    progress::PeerProgress,
    question::{Asked, Topic},
    sign_in, trace,
    watch::Watch,
};
use crate::{CallError, CallInput, CallOutcome, Details, ErrorCode, PolicyMode, Reply, ToolError};

/// How long a call waits for a place among those that run.
const QUEUE: Duration = Duration::from_secs(1);

/// One call of a tool, from the request to its answer.
pub(super) struct Turn<'a> {
    pub(super) server: &'a Inner,
    pub(super) ctx: &'a Context,
    pub(super) tool: &'a str,
    pub(super) arguments: Map<String, Value>,
    /// What an earlier answer of ours asked the host to bring back.
    pub(super) state: Option<String>,
    /// What the user said to the questions of that answer.
    pub(super) answers: InputResponses,
    /// What the policy says, once that has mattered.
    pub(super) policy: OnceLock<PolicyMode>,
}

/// How a turn ends.
pub(super) enum Outcome {
    /// With the tool's answer.
    Done(Reply),
    /// With a question to the user, after which the host calls again.
    Ask(Box<InputRequiredResult>),
}

/// Why a turn has no answer.
pub(super) enum Fault {
    /// Nobody waits for it.
    Cancelled,
    /// Something panicked, which is our fault.
    Panicked,
    /// The protocol does not let it be answered.
    Refused(ErrorData),
    /// There is no tool of that name.
    UnknownTool,
}

impl Turn<'_> {
    /// Answers the call, or stops its work as soon as nobody waits for it any more.
    pub(super) async fn take(&self) -> Result<Outcome, ErrorData> {
        let mut watch = Watch::begin(self.server, self.ctx, self.known_as(), &self.arguments);
        let taken = self.unless_cancelled().await;
        watch.ends(&taken, self.policy.get().copied());
        taken.map_err(|fault| fault.told_about(self.tool))
    }

    fn mode(&self) -> Option<PolicyMode> {
        self.server.catalog.mode(self.tool)
    }

    /// Names are made up by whoever calls, so only ours are told.
    fn known_as(&self) -> &str {
        self.mode().map_or("other", |_| self.tool)
    }

    async fn unless_cancelled(&self) -> Result<Outcome, Fault> {
        if self.mode().is_none() {
            return Err(Fault::UnknownTool);
        }
        let run = AssertUnwindSafe(self.run()).catch_unwind();
        tokio::select! {
            biased;
            () = self.ctx.ct.cancelled() => Err(Fault::Cancelled),
            () = self.server.stop.cancelled() => Err(Fault::Cancelled),
            outcome = run => outcome.unwrap_or(Err(Fault::Panicked)),
        }
    }

    async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        tokio::time::timeout(QUEUE, self.server.permits.acquire()).await.ok()?.ok()
    }

    async fn run(&self) -> Result<Outcome, Fault> {
        let input = self.input().await?;
        let asked = Asked::of(self, &input)?;
        let approved = match approval::of(self, &input, &asked).await? {
            approval::Approval::Given => true,
            approval::Approval::NotGiven => false,
            approval::Approval::Pending(question) => {
                let _ = self.policy.set(PolicyMode::Ask);
                return Ok(Outcome::Ask(question));
            }
        };
        if asked.topic().is_some_and(Topic::signs_in)
            && let Some(outcome) = sign_in::resume(self, &input, &asked, approved).await?
        {
            return Ok(outcome);
        }
        self.call_or_sign_in(input, approved).await
    }

    async fn call_or_sign_in(&self, input: CallInput, approved: bool) -> Result<Outcome, Fault> {
        let reply = self.call(input.clone(), approved).await?;
        match reply.error {
            Some(ErrorCode::SignInRequired) => sign_in::offer(self, &input, approved, reply).await,
            _ => Ok(Outcome::Done(reply)),
        }
    }

    /// Calls the tool, when there is a place among the calls that run; while the user is asked
    /// something, a call has none.
    pub(super) async fn call(&self, mut input: CallInput, approved: bool) -> Result<Reply, Fault> {
        self.note_refusal(approved);
        let Some(_permit) = self.permit().await else { return Ok(busy().into()) };
        input.approved = approved;
        let called = self.server.catalog.call(self.tool, self.arguments.clone(), input).await;
        called.map_err(|error| match error {
            CallError::UnknownTool => Fault::UnknownTool,
            CallError::Cancelled => Fault::Cancelled,
            CallError::Panicked => Fault::Panicked,
        })
    }

    fn note_refusal(&self, approved: bool) {
        match self.mode() {
            Some(mode @ PolicyMode::Ask) if !approved => drop(self.policy.set(mode)),
            Some(mode @ PolicyMode::Blocked) => drop(self.policy.set(mode)),
            _ => {}
        }
    }

    /// Asks who calls; after a sign-in that may be somebody else than before it.
    pub(super) async fn input(&self) -> Result<CallInput, ErrorData> {
        let mut input = caller(self.server, self.ctx).await?;
        if let Some(progress) = PeerProgress::of(self.ctx) {
            input.progress = Some(Arc::new(match self.host().is_remote {
                true => progress.once_signed_in(input.tokens.clone()),
                false => progress,
            }));
        }
        Ok(input)
    }

    pub(super) fn host(&self) -> Host {
        Host::of(self.ctx)
    }
}

/// Asks who calls, and passes on what the host said about the request.
pub(super) async fn caller(server: &Inner, ctx: &Context) -> Result<CallInput, ErrorData> {
    let mut input = server.callers.call_input(&ctx.extensions).await?;
    input.cancellation = ctx.ct.child_token();
    if input.traceparent.is_none() {
        input.traceparent = trace::parent(ctx).map(str::to_owned);
    }
    Ok(input)
}

impl Fault {
    /// Returns the fault as observers know it.
    pub(super) fn outcome(&self) -> CallOutcome {
        match self {
            Self::Cancelled => CallOutcome::Cancelled,
            Self::Panicked => CallOutcome::Panicked,
            Self::Refused(error) if error.code == RpcCode::INVALID_PARAMS => {
                CallOutcome::Error(ErrorCode::ValidationError)
            }
            Self::Refused(_) => CallOutcome::Error(ErrorCode::ServiceError),
            Self::UnknownTool => CallOutcome::UnknownTool,
        }
    }

    fn told_about(self, tool: &str) -> ErrorData {
        match self {
            // rmcp drops the answer of a request that its host has cancelled.
            Self::Cancelled => ErrorData::internal_error("cancelled", None),
            Self::Panicked => ErrorData::internal_error("internal error", None),
            Self::Refused(error) => error,
            Self::UnknownTool => {
                let tool: String = tool.chars().take(128).collect();
                ErrorData::invalid_params(format!("Unknown tool: {tool}"), None)
            }
        }
    }
}

impl From<ErrorData> for Fault {
    fn from(error: ErrorData) -> Self {
        Self::Refused(error)
    }
}

fn busy() -> ToolError {
    let details = Details { retry_after_seconds: Some(2), ..Details::default() };
    ToolError::new(
        ErrorCode::Throttled,
        "The server is busy with other calls of yours; try again in a few seconds.",
    )
    .with_details(details)
}
