//! What is written to the log, at any level.

use std::{
    fmt::{Debug, Write},
    sync::{Arc, Mutex},
};

use serde_json::json;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use crate::support::{caller, catalog, object};

/// Keeps all that this crate logs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut log = self.0.lock().unwrap();
        writeln!(log, "{field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("m365_tools")
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut self.clone());
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[tokio::test]
async fn a_call_leaves_its_tool_and_its_end_in_the_log_and_nothing_else() {
    let log = Log::default();
    // For all threads: one of a single thread misses events whose place another thread saw first.
    tracing::subscriber::set_global_default(log.clone()).unwrap();

    for mode in ["echo", "read", "panic", "scope"] {
        let arguments = object(json!({"mode": mode, "query": "canary-of-the-log"}));
        let _ = catalog().call("probe", arguments, caller(&["User.Read"])).await;
    }

    let log = log.0.lock().unwrap().clone();
    assert!(log.contains("tool=\"probe\"") && log.contains("code=Forbidden"), "{log}");
    assert!(!log.contains("canary-of-the-log") && !log.contains("secret-token"), "{log}");
}
