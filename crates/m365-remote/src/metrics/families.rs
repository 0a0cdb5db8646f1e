use std::{borrow::Cow, time::Duration};

use m365_auth::RejectionReason;
use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Metric, Registry},
};

/// A label's name and value, as often as a metric has labels.
pub(super) type Labels<const N: usize> = [(&'static str, Cow<'static, str>); N];

/// Counters by labels.
#[derive(Debug, Default)]
pub(super) struct Counters<const N: usize>(pub(super) Family<Labels<N>, Counter>);

/// Gauges by labels.
#[derive(Debug, Default)]
pub(super) struct Gauges<const N: usize>(Family<Labels<N>, Gauge>);

/// Histograms of seconds by labels.
#[derive(Debug)]
pub(super) struct Seconds<const N: usize>(
    pub(super) Family<Labels<N>, Histogram, fn() -> Histogram>,
);

/// Every metric that is counted as things happen.
#[derive(Debug, Default)]
pub(super) struct Families {
    pub(super) tool_calls: Counters<2>,
    pub(super) tool_seconds: Seconds<2>,
    pub(super) graph_requests: Counters<2>,
    pub(super) graph_seconds: Seconds<2>,
    pub(super) graph_throttled: Counters<2>,
    pub(super) graph_retries: Counters<2>,
    pub(super) retry_budget_empty: Counters<2>,
    pub(super) obo: Counters<1>,
    pub(super) obo_seconds: Seconds<1>,
    pub(super) obo_cache: Counters<1>,
    pub(super) obo_errors: Counters<1>,
    pub(super) rejections: Counters<1>,
    pub(super) in_flight: Gauges<1>,
    pub(super) queue_wait: Seconds<1>,
    pub(super) shed: Counters<1>,
    pub(super) rate_limited: Counters<1>,
    pub(super) switched_off: Counters<1>,
    pub(super) switches: Gauges<1>,
    pub(super) audit_events: Counters<1>,
    pub(super) audit_lost: Counters<1>,
    pub(super) telemetry_spans: Counters<1>,
    pub(super) telemetry_exports: Counters<1>,
    pub(super) panics: Counter,
    pub(super) config_reloads: Counters<1>,
    pub(super) config_info: Family<Labels<1>, Gauge>,
    pub(super) build_info: Family<Labels<2>, Gauge>,
    pub(super) certificate_expiry: Family<Labels<1>, Gauge>,
}

/// The upper bounds of buckets, in seconds: from a cached answer to the longest call.
const BOUNDS: [f64; 13] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

impl Families {
    /// Makes each known to `registry`; the suffix `_total` is added to counters by itself.
    pub(super) fn register(&self, registry: &mut Registry) {
        self.register_calls(registry);
        self.register_entra(registry);
        self.register_limits(registry);
        self.register_process(registry);
        self.start_at_zero();
    }

    fn register_calls(&self, registry: &mut Registry) {
        let mut to = Adder(registry);
        to.add("m365_tool_calls", "Calls of tools", &self.tool_calls.0);
        to.add("m365_tool_duration_seconds", "How long calls of tools took", &self.tool_seconds.0);
        to.add("m365_graph_requests", "Requests to Microsoft Graph", &self.graph_requests.0);
        to.add(
            "m365_graph_duration_seconds",
            "How long Graph took, retries included",
            &self.graph_seconds.0,
        );
        to.add(
            "m365_graph_throttled",
            "Answers of Graph that ask to slow down",
            &self.graph_throttled.0,
        );
        to.add(
            "m365_graph_retries",
            "Requests that were sent to Graph again",
            &self.graph_retries.0,
        );
        to.add(
            "m365_retry_budget_empty",
            "Requests that were not sent again since too many were",
            &self.retry_budget_empty.0,
        );
    }

    fn register_entra(&self, registry: &mut Registry) {
        let mut to = Adder(registry);
        to.add("m365_obo", "Graph tokens that calls asked for", &self.obo.0);
        to.add("m365_obo_duration_seconds", "How long a Graph token took", &self.obo_seconds.0);
        to.add(
            "m365_obo_cache",
            "Graph tokens that calls asked for, by what the cache knew",
            &self.obo_cache.0,
        );
        to.add("m365_obo_errors", "Exchanges that failed, by reason", &self.obo_errors.0);
        to.add("m365_auth_rejections", "Callers' tokens that were rejected", &self.rejections.0);
        to.add(
            "m365_certificate_expiry_timestamp_seconds",
            "When a certificate expires, in Unix time",
            &self.certificate_expiry,
        );
    }

    fn register_limits(&self, registry: &mut Registry) {
        let mut to = Adder(registry);
        to.add("m365_in_flight", "Calls that have a place", &self.in_flight.0);
        to.add("m365_queue_wait_seconds", "How long calls waited for a place", &self.queue_wait.0);
        to.add("m365_shed", "Requests that found no place", &self.shed.0);
        to.add("m365_rate_limited", "Calls beyond a rate", &self.rate_limited.0);
        to.add("m365_switched_off", "Calls that a switch refused", &self.switched_off.0);
        to.add("m365_switches", "Switches in force", &self.switches.0);
        to.add("m365_audit_events", "Audit events", &self.audit_events.0);
        to.add("m365_audit_lost", "Audit events that are lost", &self.audit_lost.0);
    }

    fn register_process(&self, registry: &mut Registry) {
        let mut to = Adder(registry);
        to.add("m365_telemetry_spans", "Spans for the collector", &self.telemetry_spans.0);
        to.add(
            "m365_telemetry_exports",
            "Exports of metrics to the collector",
            &self.telemetry_exports.0,
        );
        to.add("m365_panics", "Panics, each of which is a bug", &self.panics);
        to.add("m365_config_reloads", "Reloads of the configuration", &self.config_reloads.0);
        to.add("m365_config_info", "The configuration in force", &self.config_info);
        to.add("m365_build_info", "The build that runs", &self.build_info);
    }

    /// Creates the series that alerts are about: a rate needs a first value.
    fn start_at_zero(&self) {
        for scope in ["audit", "user", "tenant", "process"] {
            self.shed.touch([("scope", scope)]);
        }
        for scope in ["user", "tenant", "process"] {
            self.in_flight.gauge([("scope", scope)]).set(0);
        }
        for scope in ["user", "tenant", "source"] {
            self.rate_limited.touch([("scope", scope)]);
        }
        for outcome in ["hit", "miss", "joined", "negative", "failed"] {
            self.obo.touch([("outcome", outcome)]);
        }
        for reason in ["configuration", "consent_required", "sign_in_required", "unavailable"] {
            self.obo_errors.touch([("reason", reason)]);
        }
        for reason in RejectionReason::ALL {
            self.rejections.touch([("reason", reason.as_str())]);
        }
        for outcome in ["queue_full", "sink_failed"] {
            self.audit_lost.touch([("outcome", outcome)]);
        }
        for outcome in ["exported", "failed", "dropped"] {
            self.telemetry_spans.touch([("outcome", outcome)]);
        }
        for outcome in ["accepted", "refused"] {
            self.config_reloads.touch([("outcome", outcome)]);
        }
    }
}

/// Registers handles of metrics: what is registered and what counts are clones of one another.
struct Adder<'a>(&'a mut Registry);

impl Adder<'_> {
    fn add(&mut self, name: &str, help: &str, metric: &(impl Metric + Clone)) {
        self.0.register(name, help, metric.clone());
    }
}

impl<const N: usize> Counters<N> {
    pub(super) fn count(&self, labels: [(&'static str, &'static str); N]) {
        self.count_many(labels, 1);
    }

    pub(super) fn count_many(&self, labels: [(&'static str, &'static str); N], number: usize) {
        self.0.get_or_create(&fixed(labels)).inc_by(number as u64);
    }

    fn touch(&self, labels: [(&'static str, &'static str); N]) {
        self.count_many(labels, 0);
    }
}

impl<const N: usize> Gauges<N> {
    pub(super) fn gauge(&self, labels: [(&'static str, &'static str); N]) -> Gauge {
        self.0.get_or_create_owned(&fixed(labels))
    }
}

impl<const N: usize> Seconds<N> {
    pub(super) fn observe(&self, labels: [(&'static str, &'static str); N], took: Duration) {
        self.0.get_or_create(&fixed(labels)).observe(took.as_secs_f64());
    }
}

impl<const N: usize> Default for Seconds<N> {
    fn default() -> Self {
        Self(Family::new_with_constructor(|| Histogram::new(BOUNDS)))
    }
}

fn fixed<const N: usize>(labels: [(&'static str, &'static str); N]) -> Labels<N> {
    labels.map(|(name, value)| (name, value.into()))
}
