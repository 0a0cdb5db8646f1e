use std::sync::{Arc, Mutex};

use m365_graph::{FinishedRequest, GraphEvent, GraphObserver, Workload};

/// Keeps what it is told, and admits all but one workload.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    off: Option<Workload>,
    finished: Mutex<Vec<FinishedRequest>>,
    events: Mutex<Vec<(Workload, GraphEvent)>>,
}

impl Watch {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn without(workload: Workload) -> Arc<Self> {
        Arc::new(Self { off: Some(workload), ..Self::default() })
    }

    pub(crate) fn finished(&self) -> Vec<FinishedRequest> {
        self.finished.lock().unwrap().clone()
    }

    /// Returns the only record.
    pub(crate) fn only(&self) -> FinishedRequest {
        let finished = self.finished();
        assert_eq!(finished.len(), 1, "{finished:?}");
        finished[0].clone()
    }

    pub(crate) fn events(&self) -> Vec<(Workload, GraphEvent)> {
        self.events.lock().unwrap().clone()
    }
}

impl GraphObserver for Watch {
    fn admits(&self, workload: Workload) -> bool {
        self.off != Some(workload)
    }

    fn finished(&self, request: &FinishedRequest) {
        self.finished.lock().unwrap().push(request.clone());
    }

    fn noticed(&self, workload: Workload, event: GraphEvent) {
        self.events.lock().unwrap().push((workload, event));
    }
}
