//! What Prometheus reads: counters of all that happens, without naming tenants, users, addresses or queries.
//!
//! Every label takes a few values that are known beforehand, so no caller can make series grow.

mod collect;
mod extraction;
mod families;
mod keys;
mod process;
mod runtime;

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use m365_tools::Extraction;
use prometheus_client::{encoding::text, metrics::gauge::Gauge, registry::Registry};

use self::families::Families;
pub(crate) use self::keys::KeyFigures;

/// The counters of this process; clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Mutex<Registry>,
    families: Families,
    tools: Vec<Box<str>>,
}

/// Counts something that lasts, until it is dropped.
#[derive(Debug)]
pub(crate) struct InFlight(Gauge);

/// The content type of [`Metrics::text`].
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The label of a tool that is none of ours.
const OTHER: &str = "other";

impl Metrics {
    /// Starts all counters at zero; `tools` are the names that become labels.
    pub(crate) fn new(tools: impl IntoIterator<Item = impl Into<Box<str>>>) -> Self {
        let mut registry = Registry::default();
        let families = Families::default();
        families.register(&mut registry);
        registry.register_collector(Box::new(process::Process::default()));
        let tools = tools.into_iter().map(Into::into).collect();
        Self(Arc::new(Inner { registry: Mutex::new(registry), families, tools }))
    }

    /// Returns all figures in the text form of OpenMetrics, which Prometheus reads.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail, and what a collector cannot read it leaves out.
        let _ = text::encode(&mut text, &self.registry());
        text
    }

    /// Reads the figures of the runtime that this is called on, at each scrape.
    pub(crate) fn watch_runtime(&self, runtime: &tokio::runtime::Handle) {
        self.collect(runtime::Runtime::new(runtime.metrics()));
    }

    /// Reads the figures of documents from `extraction`, at each scrape.
    pub(crate) fn watch_extraction(&self, extraction: &Extraction) {
        self.collect(extraction::Documents::new(extraction.clone()));
    }

    /// Reads the state of the keys from `figures`, at each scrape.
    pub(crate) fn watch_keys(&self, figures: impl Fn() -> KeyFigures + Send + Sync + 'static) {
        self.collect(keys::Keys::new(figures));
    }

    /// Reads the number of cached Graph tokens from `entries`, at each scrape.
    pub(crate) fn watch_token_cache(&self, entries: impl Fn() -> u64 + Send + Sync + 'static) {
        self.collect(collect::Figure::new(
            "m365_obo_cache_entries",
            "Graph tokens in memory",
            move || Some(entries() as f64),
        ));
    }

    /// Reads how many connections are open, at each scrape.
    pub(crate) fn watch_connections(&self, open: impl Fn() -> usize + Send + Sync + 'static) {
        self.collect(collect::Figure::new("m365_connections", "Open connections", move || {
            Some(open() as f64)
        }));
    }

    /// Reads how many places of the audit's queue are taken, at each scrape.
    pub(crate) fn watch_audit_queue(&self, taken: impl Fn() -> usize + Send + Sync + 'static) {
        self.collect(collect::Figure::new(
            "m365_audit_queue",
            "Audit events that are not yet written, or have a place",
            move || Some(taken() as f64),
        ));
    }

    /// Says which build runs.
    pub(crate) fn build_info(&self, version: &'static str, revision: &'static str) {
        let labels = [("version", version.into()), ("revision", revision.into())];
        self.families().build_info.get_or_create(&labels).set(1);
    }

    /// Says which configuration is in force, by its hash.
    pub(crate) fn config_info(&self, hash: String) {
        let info = &self.families().config_info;
        info.clear();
        info.get_or_create(&[("hash", hash.into())]).set(1);
    }

    /// Counts a reload of the configuration.
    pub(crate) fn config_reloaded(&self, is_accepted: bool) {
        let outcome = if is_accepted { "accepted" } else { "refused" };
        self.families().config_reloads.count([("outcome", outcome)]);
    }

    /// Says when a certificate expires: `tls` or `credential`.
    pub(crate) fn certificate_expires(&self, kind: &'static str, at: Timestamp) {
        let expiry = &self.families().certificate_expiry;
        expiry.get_or_create(&[("kind", kind.into())]).set(at.as_second());
    }

    /// Counts a call of a tool, by a fixed word for how it ended.
    pub(crate) fn tool_call(&self, tool: &str, outcome: &'static str, elapsed: Duration) {
        let labels = [("tool", self.known_tool(tool)), ("outcome", outcome.into())];
        let Families { tool_calls, tool_seconds, .. } = self.families();
        tool_calls.0.get_or_create(&labels).inc();
        tool_seconds.0.get_or_create(&labels).observe(elapsed.as_secs_f64());
    }

    /// Counts a request to Graph that has ended; without a status nothing was answered.
    pub(crate) fn graph_request(
        &self,
        workload: &'static str,
        status: Option<u16>,
        elapsed: Duration,
    ) {
        let labels = [("workload", workload), ("status", status_label(status))];
        self.families().graph_requests.count(labels);
        self.families().graph_seconds.observe(labels, elapsed);
    }

    /// Counts an answer of Graph that asked to slow down.
    pub(crate) fn graph_throttled(&self, workload: &'static str, reason: &'static str) {
        self.families().graph_throttled.count([("workload", workload), ("reason", reason)]);
    }

    /// Counts a request that was sent to Graph again.
    pub(crate) fn graph_retried(&self, workload: &'static str, reason: &'static str) {
        self.families().graph_retries.count([("workload", workload), ("reason", reason)]);
    }

    /// Counts a request that was not sent again since too many were.
    pub(crate) fn retry_budget_empty(&self, workload: &'static str, reason: &'static str) {
        self.families().retry_budget_empty.count([("workload", workload), ("reason", reason)]);
    }

    /// Counts a Graph token that a call asked for: `hit`, `miss`, `joined`, `negative` or `failed`.
    pub(crate) fn obo(&self, outcome: &'static str, elapsed: Duration) {
        let Families { obo, obo_seconds, obo_cache, .. } = self.families();
        let cached = if outcome == "failed" { "miss" } else { outcome };
        obo.count([("outcome", outcome)]);
        obo_seconds.observe([("outcome", outcome)], elapsed);
        obo_cache.count([("outcome", cached)]);
    }

    /// Counts an exchange that failed, by the kind of its error.
    pub(crate) fn obo_error(&self, reason: &'static str) {
        self.families().obo_errors.count([("reason", reason)]);
    }

    /// Counts a caller's token that was rejected.
    pub(crate) fn rejection(&self, reason: &'static str) {
        self.families().rejections.count([("reason", reason)]);
    }

    /// Counts a call beyond the rate of `scope`.
    pub(crate) fn rate_limited(&self, scope: &'static str) {
        self.families().rate_limited.count([("scope", scope)]);
    }

    /// Counts a call that found no place in `scope`.
    pub(crate) fn shed(&self, scope: &'static str) {
        self.families().shed.count([("scope", scope)]);
    }

    /// Notes how long a call waited for its place in `scope`.
    pub(crate) fn queue_wait(&self, scope: &'static str, waited: Duration) {
        self.families().queue_wait.observe([("scope", scope)], waited);
    }

    /// Counts a call that has a place in `scope`, while the guard lives.
    pub(crate) fn in_flight(&self, scope: &'static str) -> InFlight {
        InFlight::enter(&self.families().in_flight.gauge([("scope", scope)]))
    }

    /// Counts a call that a switch has refused.
    pub(crate) fn switched_off(&self, scope: &'static str) {
        self.families().switched_off.count([("scope", scope)]);
    }

    /// Says how many switches of each scope are in force.
    pub(crate) fn switches(&self, scope: &'static str, number: usize) {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.families().switches.gauge([("scope", scope)]).set(number);
    }

    /// Counts audit events that lie in the sink.
    pub(crate) fn audit_written(&self, events: usize) {
        self.families().audit_events.count_many([("outcome", "written")], events);
    }

    /// Counts an audit event that is lost, and why.
    pub(crate) fn audit_lost(&self, outcome: &'static str, events: usize) {
        self.families().audit_events.count_many([("outcome", "lost")], events);
        self.families().audit_lost.count_many([("outcome", outcome)], events);
    }

    /// Counts spans that were given to a collector, or not: `exported`, `failed` or `dropped`.
    pub(crate) fn telemetry_spans(&self, outcome: &'static str, spans: usize) {
        self.families().telemetry_spans.count_many([("outcome", outcome)], spans);
    }

    /// Counts an export of metrics: `exported` or `failed`.
    pub(crate) fn telemetry_export(&self, outcome: &'static str) {
        self.families().telemetry_exports.count([("outcome", outcome)]);
    }

    /// Counts a panic.
    pub(crate) fn panicked(&self) {
        self.families().panics.inc();
    }

    /// Returns the name of a tool of ours, or `other`: a label that no caller makes up.
    pub(crate) fn known_tool(&self, name: &str) -> Cow<'static, str> {
        let is_ours = self.0.tools.iter().any(|tool| **tool == *name);
        if is_ours { name.to_owned().into() } else { OTHER.into() }
    }

    fn families(&self) -> &Families {
        &self.0.families
    }

    fn collect(&self, collector: impl prometheus_client::collector::Collector) {
        self.registry().register_collector(Box::new(collector));
    }

    fn registry(&self) -> std::sync::MutexGuard<'_, Registry> {
        self.0.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InFlight {
    fn enter(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The statuses that Graph uses have a label of their own, the others share one.
const fn status_label(status: Option<u16>) -> &'static str {
    match status {
        None => "none",
        Some(200) => "200",
        Some(202) => "202",
        Some(204) => "204",
        Some(206) => "206",
        Some(304) => "304",
        Some(400) => "400",
        Some(401) => "401",
        Some(403) => "403",
        Some(404) => "404",
        Some(409) => "409",
        Some(410) => "410",
        Some(416) => "416",
        Some(423) => "423",
        Some(429) => "429",
        Some(500) => "500",
        Some(502) => "502",
        Some(503) => "503",
        Some(504) => "504",
        Some(_) => OTHER,
    }
}

#[cfg(test)]
mod tests;
