use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use super::{CallError, Registered};
use crate::{Answer, ErrorCode, Reply, ToolContext, ToolError, output, untrusted::Boundary};

/// A call that may run.
pub(super) struct Prepared {
    pub(super) ctx: ToolContext,
    pub(super) arguments: Map<String, Value>,
    pub(super) cancellation: CancellationToken,
}

/// Runs a call until it is done, cancelled or out of time; dropping it stops its requests.
pub(super) async fn run(tool: &Registered, call: Prepared) -> Result<Reply, CallError> {
    let Prepared { ctx, arguments, cancellation } = call;
    let limits = *ctx.limits();
    let begun = ctx.now();
    let work = AssertUnwindSafe(tool.call(&ctx, arguments)).catch_unwind();
    let done = tokio::select! {
        biased;
        () = cancellation.cancelled() => return Err(CallError::Cancelled),
        done = tokio::time::timeout(limits.deadline, work) => done,
    };
    let reply = match done {
        Err(_) => out_of_time(limits.deadline).into(),
        Ok(Err(_)) => return Err(panicked(tool)),
        Ok(Ok(result)) => {
            finish(result.map_err(|error| ctx.hinted(error)), ctx.boundary(), limits.answer)
        }
    };
    log(tool, &reply, ctx.now().duration_since(begun).as_millis());
    Ok(reply)
}

/// Says which tool was called and how that ended, never with what or what came of it.
fn log(tool: &Registered, reply: &Reply, milliseconds: i128) {
    let tool = tool.definition().name();
    match reply.error {
        None => tracing::info!(tool, milliseconds, "tool call"),
        Some(code) => tracing::info!(tool, milliseconds, ?code, "tool call"),
    }
}

fn finish(result: Result<Answer, ToolError>, boundary: Option<&Boundary>, limit: usize) -> Reply {
    let reply = match result {
        Ok(answer) => output::render(answer, boundary),
        Err(error) => return error.into(),
    };
    match reply.characters() {
        found if found > limit => too_large(found, limit).into(),
        _ => reply,
    }
}

fn out_of_time(deadline: Duration) -> ToolError {
    let seconds = deadline.as_secs();
    ToolError::new(
        ErrorCode::Timeout,
        format!(
            "The call took longer than {seconds} s and was stopped; narrow the request and try again."
        ),
    )
}

fn too_large(found: usize, limit: usize) -> ToolError {
    ToolError::new(
        ErrorCode::TooLarge,
        format!(
            "The answer has {found} characters and may have {limit}; ask for less at once, with a smaller \
             limit or maxCandidates, fewer pages or fewer participants."
        ),
    )
}

/// The panic's own text stays out of the log: it may quote what was read.
fn panicked(tool: &Registered) -> CallError {
    tracing::error!(tool = tool.definition().name(), "a tool panicked");
    CallError::Panicked
}
