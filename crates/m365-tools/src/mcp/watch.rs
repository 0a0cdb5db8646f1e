use std::time::Instant;

use serde_json::{Map, Value};

use super::{Context, Inner, Outcome, turn::Fault};
use crate::{Block, CallObserver, CallOutcome, FinishedCall, PolicyMode, Reply};

/// Tells the observer of a call when it goes out of scope, so that this happens once, whatever becomes of
/// the call: one that is dropped before its end was cancelled.
pub(super) struct Watch<'a> {
    observer: Option<&'a dyn CallObserver>,
    call: FinishedCall<'a>,
    since: Instant,
}

impl<'a> Watch<'a> {
    pub(super) fn begin(
        server: &'a Inner,
        ctx: &'a Context,
        tool: &'a str,
        arguments: &'a Map<String, Value>,
    ) -> Self {
        let call = FinishedCall::new(tool, arguments, CallOutcome::Cancelled, &ctx.extensions);
        Self { observer: server.observer.as_deref(), call, since: Instant::now() }
    }

    /// Takes down how a call of a tool ended, and what the policy did to it.
    pub(super) fn ends(&mut self, taken: &Result<Outcome, Fault>, policy: Option<PolicyMode>) {
        self.call.policy = policy;
        match taken {
            Ok(Outcome::Ask(_)) => self.call.outcome = CallOutcome::AskedUser,
            Ok(Outcome::Done(reply)) => self.answered(reply),
            Err(fault) => self.call.outcome = fault.outcome(),
        }
    }

    fn answered(&mut self, reply: &Reply) {
        self.call.outcome = reply.error.map_or(CallOutcome::Ok, CallOutcome::Error);
        self.call.items = reply.error.is_none().then_some(reply.items);
        self.call.bytes_out = reply.content.iter().map(bytes).sum();
        self.call.is_truncated = reply.is_truncated;
    }

    /// Takes down how many names were found, or why none could be.
    pub(super) fn completes(&mut self, values: Result<usize, CallOutcome>) {
        self.call.items = values.ok();
        self.call.outcome = values.err().unwrap_or(CallOutcome::Ok);
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let Some(observer) = self.observer else { return };
        if std::thread::panicking() {
            self.call.outcome = CallOutcome::Panicked;
        }
        self.call.elapsed = self.since.elapsed();
        observer.finished(&self.call);
    }
}

const fn bytes(block: &Block) -> usize {
    match block {
        Block::Json(text) | Block::Text(text) => text.len(),
        Block::Image { data, .. } => data.len(),
    }
}
