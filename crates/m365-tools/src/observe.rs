use std::{fmt, time::Duration};

use serde_json::{Map, Value};

use crate::{ErrorCode, PolicyMode, mcp::Extensions};

/// Is told of each call that hosts made, once, however it ended.
///
/// A call is one attempt at a `tools/call`, a `resources/read` (as the tool `read_resource`) or a
/// completion that asked Graph (as `completion`). Also told of are those that were cancelled, or dropped
/// with the connection of the host.
pub trait CallObserver: Send + Sync + 'static {
    /// Takes note of a call; it is on the way of the answer, so it must not wait.
    fn finished(&self, call: &FinishedCall<'_>);
}

/// A call that has ended.
#[derive(Clone)]
#[non_exhaustive]
pub struct FinishedCall<'a> {
    /// The name of a tool of the catalog, `completion`, or `other` for every name that is none.
    pub tool: &'a str,
    /// What the tool was called with: content of the user's, which only its digest may leave.
    pub arguments: &'a Map<String, Value>,
    /// How it ended.
    pub outcome: CallOutcome,
    /// How many hits, resources or values the answer has.
    pub items: Option<usize>,
    /// How many bytes the content of the answer has, structured content not counted.
    pub bytes_out: usize,
    /// Whether the answer says that there is more than it has.
    pub is_truncated: bool,
    /// How long it took.
    pub elapsed: Duration,
    /// The mode of the tool where the policy refused the call, or had the user asked.
    pub policy: Option<PolicyMode>,
    /// What came with the request; over HTTP this holds its `http::request::Parts`.
    pub extensions: &'a Extensions,
}

impl<'a> FinishedCall<'a> {
    /// Describes a call of `tool` that ended with `outcome` and answered nothing.
    #[must_use]
    pub const fn new(
        tool: &'a str,
        arguments: &'a Map<String, Value>,
        outcome: CallOutcome,
        extensions: &'a Extensions,
    ) -> Self {
        Self {
            tool,
            arguments,
            outcome,
            items: None,
            bytes_out: 0,
            is_truncated: false,
            elapsed: Duration::ZERO,
            policy: None,
            extensions,
        }
    }
}

/// Shows nothing that the user wrote.
impl fmt::Debug for FinishedCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FinishedCall")
            .field("tool", &self.tool)
            .field("outcome", &self.outcome)
            .field("items", &self.items)
            .field("bytes_out", &self.bytes_out)
            .field("is_truncated", &self.is_truncated)
            .field("elapsed", &self.elapsed)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallOutcome {
    /// With a question to the user, after which the host calls again.
    AskedUser,
    /// Nobody waited for it any more.
    Cancelled,
    /// With a tool error; a call that the protocol refuses counts as one.
    Error(ErrorCode),
    /// With an answer.
    Ok,
    /// By a fault of ours.
    Panicked,
    /// There is no such tool.
    UnknownTool,
}

impl CallOutcome {
    /// Returns the outcome as metrics and audit name it: one of a few words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AskedUser => "asked_user",
            Self::Cancelled => "cancelled",
            Self::Error(_) => "error",
            Self::Ok => "ok",
            Self::Panicked => "panicked",
            Self::UnknownTool => "unknown_tool",
        }
    }
}
