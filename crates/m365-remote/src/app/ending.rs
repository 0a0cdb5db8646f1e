use std::sync::Arc;

use http::StatusCode;

use crate::{scope::CallScope, telemetry::Trace};

/// What ends with an answer: at once, or with the stream that it is.
pub(super) struct Ending {
    pub(super) trace: Trace,
    pub(super) scope: Option<Arc<CallScope>>,
    pub(super) status: StatusCode,
}

impl Ending {
    /// Ends the span, with what became of the call.
    pub(super) fn end(self) {
        let failed = self.status.is_client_error() || self.status.is_server_error();
        let error = self.scope.as_ref().and_then(|scope| scope.error());
        self.trace.finished(self.status, error.or(failed.then_some(self.status.as_str())));
    }
}
