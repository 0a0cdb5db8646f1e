use std::time::Duration;

use m365_auth::{Error, ErrorKind, OboOutcome, OnBehalfOfObserver};
use m365_graph::{FinishedRequest, GraphEvent, Workload};

use super::Metrics;

impl Metrics {
    /// Counts a request to Graph that has ended.
    pub(crate) fn graph(&self, request: &FinishedRequest) {
        // What was never sent says nothing of Graph.
        if request.attempts > 0 {
            self.graph_request(request.workload.as_str(), request.status, request.elapsed);
        }
    }

    /// Counts what happened to a request to Graph on its way.
    pub(crate) fn graph_noticed(&self, workload: Workload, event: GraphEvent) {
        let workload = workload.as_str();
        match event {
            GraphEvent::Throttled => self.graph_throttled(workload, "429"),
            GraphEvent::Retried(reason) => self.graph_retried(workload, reason.as_str()),
            GraphEvent::BudgetEmpty(reason) => self.retry_budget_empty(workload, reason.as_str()),
            GraphEvent::Queued { queue, wait, is_admitted, .. } => {
                self.queue_wait(queue.as_str(), wait);
                if !is_admitted {
                    self.shed(queue.as_str());
                }
            }
            _ => {}
        }
    }
}

impl OnBehalfOfObserver for Metrics {
    fn looked_up(&self, outcome: OboOutcome, elapsed: Duration, error: Option<&Error>) {
        self.obo(outcome.as_str(), elapsed);
        if let (OboOutcome::Failed, Some(error)) = (outcome, error) {
            self.obo_error(reason(error.kind()));
        }
    }
}

const fn reason(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Configuration => "configuration",
        ErrorKind::ConsentRequired => "consent_required",
        ErrorKind::Denied => "denied",
        ErrorKind::Protocol => "protocol",
        ErrorKind::SignInRequired => "sign_in_required",
        ErrorKind::Throttled => "throttled",
        ErrorKind::TimedOut => "timed_out",
        ErrorKind::Unavailable => "unavailable",
        _ => super::OTHER,
    }
}
