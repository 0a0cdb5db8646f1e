use std::{sync::Arc, time::Duration};

use rmcp::{
    ErrorData,
    model::{InputRequiredResult, InputResponses},
};
use serde_json::{Map, Value};
use tokio::sync::SemaphorePermit;

use super::{
    Context, Inner, approval,
    host::Host,
    progress::PeerProgress,
    question::{Asked, Topic},
    sign_in,
};
use crate::{CallError, CallInput, Details, ErrorCode, Reply, ToolError};

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
}

/// How a turn ends.
pub(super) enum Outcome {
    /// With the tool's answer.
    Done(Reply),
    /// With a question to the user, after which the host calls again.
    Ask(Box<InputRequiredResult>),
}

impl Turn<'_> {
    /// Answers the call, or stops its work as soon as nobody waits for it any more.
    pub(super) async fn take(&self) -> Result<Outcome, ErrorData> {
        if self.server.catalog.mode(self.tool).is_none() {
            return Err(unknown(self.tool));
        }
        tokio::select! {
            biased;
            () = self.ctx.ct.cancelled() => Err(cancelled()),
            () = self.server.stop.cancelled() => Err(cancelled()),
            outcome = self.run() => outcome,
        }
    }

    async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        tokio::time::timeout(QUEUE, self.server.permits.acquire()).await.ok()?.ok()
    }

    async fn run(&self) -> Result<Outcome, ErrorData> {
        let input = self.input().await?;
        let asked = Asked::of(self, &input)?;
        let approved = match approval::of(self, &input, &asked).await? {
            approval::Approval::Given => true,
            approval::Approval::NotGiven => false,
            approval::Approval::Pending(question) => return Ok(Outcome::Ask(question)),
        };
        if asked.topic() == Some(Topic::SignIn)
            && let Some(outcome) = sign_in::resume(self, &input, &asked, approved).await?
        {
            return Ok(outcome);
        }
        self.call_or_sign_in(input, approved).await
    }

    async fn call_or_sign_in(
        &self,
        input: CallInput,
        approved: bool,
    ) -> Result<Outcome, ErrorData> {
        let reply = self.call(input.clone(), approved).await?;
        match reply.error {
            Some(ErrorCode::SignInRequired) => sign_in::offer(self, &input, approved, reply).await,
            _ => Ok(Outcome::Done(reply)),
        }
    }

    /// Calls the tool, when there is a place among the calls that run; while the user is asked
    /// something, a call has none.
    pub(super) async fn call(
        &self,
        mut input: CallInput,
        approved: bool,
    ) -> Result<Reply, ErrorData> {
        let Some(_permit) = self.permit().await else { return Ok(busy().into()) };
        input.approved = approved;
        let called = self.server.catalog.call(self.tool, self.arguments.clone(), input).await;
        called.map_err(|error| match error {
            CallError::UnknownTool => unknown(self.tool),
            CallError::Cancelled => cancelled(),
            CallError::Panicked => ErrorData::internal_error("internal error", None),
        })
    }

    /// Asks who calls; after a sign-in that may be somebody else than before it.
    pub(super) async fn input(&self) -> Result<CallInput, ErrorData> {
        let mut input = self.server.callers.call_input(&self.ctx.extensions).await?;
        input.cancellation = self.ctx.ct.child_token();
        if let Some(progress) = PeerProgress::of(self.ctx) {
            input.progress = Some(Arc::new(progress));
        }
        Ok(input)
    }

    pub(super) fn host(&self) -> Host {
        Host::of(self.ctx)
    }
}

fn unknown(tool: &str) -> ErrorData {
    let tool: String = tool.chars().take(128).collect();
    ErrorData::invalid_params(format!("Unknown tool: {tool}"), None)
}

/// rmcp drops the answer of a request that its host has cancelled.
fn cancelled() -> ErrorData {
    ErrorData::internal_error("cancelled", None)
}

fn busy() -> ToolError {
    let details = Details { retry_after_seconds: Some(2), ..Details::default() };
    ToolError::new(
        ErrorCode::Throttled,
        "The server is busy with other calls of yours; try again in a few seconds.",
    )
    .with_details(details)
}
