use std::time::Duration;

use http::StatusCode;
use opentelemetry::{
    KeyValue,
    metrics::{Histogram, Meter, MeterProvider as _},
};
use opentelemetry_sdk::metrics::SdkMeterProvider;

use super::SCOPE;

/// The histograms of OpenTelemetry's conventions, in seconds.
#[derive(Debug)]
pub(super) struct Instruments {
    operations: Histogram<f64>,
    server: Histogram<f64>,
    client: Histogram<f64>,
}

/// The buckets that the conventions ask for, for HTTP and for MCP.
const HTTP: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
const MCP: [f64; 14] =
    [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0];

impl Instruments {
    pub(super) fn new(meters: &SdkMeterProvider) -> Self {
        let meter = meters.meter(SCOPE);
        Self {
            operations: histogram(&meter, "mcp.server.operation.duration", &MCP),
            server: histogram(&meter, "http.server.request.duration", &HTTP),
            client: histogram(&meter, "http.client.request.duration", &HTTP),
        }
    }

    /// Notes a request of a host.
    pub(super) fn server(
        &self,
        operation: &[KeyValue],
        status: Option<StatusCode>,
        error: Option<&str>,
        elapsed: Duration,
    ) {
        self.operations.record(elapsed.as_secs_f64(), operation);
        let mut attributes =
            vec![KeyValue::new("http.request.method", "POST"), KeyValue::new("http.route", "/mcp")];
        attributes.extend(outcome(status.map(|status| status.as_u16()), error));
        self.server.record(elapsed.as_secs_f64(), &attributes);
    }

    /// Notes a request to Graph.
    pub(super) fn client(
        &self,
        template: &str,
        status: Option<u16>,
        error: Option<&'static str>,
        elapsed: Duration,
    ) {
        let (method, path) = template.split_once(' ').unwrap_or(("GET", template));
        let mut attributes = vec![
            KeyValue::new("http.request.method", method.to_owned()),
            KeyValue::new("url.template", path.to_owned()),
        ];
        attributes.extend(outcome(status, error));
        self.client.record(elapsed.as_secs_f64(), &attributes);
    }
}

fn histogram(meter: &Meter, name: &'static str, bounds: &[f64]) -> Histogram<f64> {
    meter.f64_histogram(name).with_unit("s").with_boundaries(bounds.to_vec()).build()
}

fn outcome(status: Option<u16>, error: Option<&str>) -> impl Iterator<Item = KeyValue> {
    let status = status.map(|status| KeyValue::new("http.response.status_code", i64::from(status)));
    let error = error.map(|error| KeyValue::new("error.type", error.to_owned()));
    status.into_iter().chain(error)
}
