use std::time::Duration;

use crate::{ErrorKind, Workload};

mod event;
mod recorder;

pub use event::{GraphEvent, Queue, RetryReason};
pub(crate) use recorder::Recorder;

/// Decides what a client may send, and learns what became of it: for kill switches, audit and
/// metrics.
///
/// It is called between the steps of a request, so it must neither block nor panic. What it is
/// told holds no id, query, token or text of the user.
pub trait GraphObserver: Send + Sync {
    /// Tells whether requests to `workload` may be sent now. What may not be sent fails with
    /// [`ErrorKind::Disabled`]; it is asked again before each attempt.
    fn admits(&self, workload: Workload) -> bool {
        let _ = workload;
        true
    }

    /// Learns how a logical request ended, with all its attempts: exactly once, also when its
    /// future is dropped. A batch that is sent in several requests has a record of each.
    fn finished(&self, request: &FinishedRequest);

    /// Learns what happens meanwhile, for counters.
    fn noticed(&self, workload: Workload, event: GraphEvent) {
        let _ = (workload, event);
    }
}

/// How one logical request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FinishedRequest {
    /// Method and path with names in place of ids, e.g. `GET /me/messages/{message}`.
    pub template: String,
    /// Who answers such requests.
    pub workload: Workload,
    /// How many reads it carried: 1, or the parts of a `$batch`.
    pub parts: u32,
    /// The status of the last answer; `None` where there was none, or nobody waited for it.
    pub status: Option<u16>,
    /// Why it failed; `None` for a success, and when it was cancelled.
    pub error: Option<ErrorKind>,
    /// Whether its future was dropped before it had an answer.
    pub is_cancelled: bool,
    /// How often it was sent; 0 when it never was.
    pub attempts: u32,
    /// How many of its answers were 429.
    pub throttled: u32,
    /// Graph's id of the last answer.
    pub request_id: Option<String>,
    /// The length of the answer that was used, after decompression.
    pub bytes: u64,
    /// From the first step to the last, waits included.
    pub elapsed: Duration,
    /// The claims that the next token must fulfil, JSON text, where only the user can help now.
    pub challenge: Option<String>,
}

impl FinishedRequest {
    /// Describes a request that was never sent; the fields tell the rest.
    #[must_use]
    pub fn new(template: impl Into<String>, workload: Workload) -> Self {
        Self {
            template: template.into(),
            workload,
            parts: 1,
            status: None,
            error: None,
            is_cancelled: false,
            attempts: 0,
            throttled: 0,
            request_id: None,
            bytes: 0,
            elapsed: Duration::ZERO,
            challenge: None,
        }
    }
}
