//! OpenTelemetry: a span for each MCP request and the histograms of the conventions, pushed over OTLP.
//!
//! It is off unless a collector is configured; trace context travels through either way. No span or
//! metric names a tenant, a user, an address or a query. A collector that is down holds nobody up: what
//! it does not take is dropped and counted.

mod export;
mod instruments;
mod parent;
mod transport;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::HeaderMap;
use opentelemetry::{
    KeyValue,
    trace::{
        Span as _, SpanContext, SpanKind, Status, TraceContextExt as _, Tracer as _,
        TracerProvider as _,
    },
};
use opentelemetry_sdk::{
    Resource,
    metrics::SdkMeterProvider,
    trace::{SdkTracer, SdkTracerProvider, Span},
};
use tokio::time::Instant;
use url::Url;

use self::instruments::Instruments;
use crate::{metrics::Metrics, parts};

/// Where spans and histograms go; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Telemetry(Option<Arc<Inner>>);

#[derive(Debug)]
struct Inner {
    tracer: SdkTracer,
    traces: SdkTracerProvider,
    meters: SdkMeterProvider,
    instruments: Instruments,
}

/// The collector, and who we are to it.
#[derive(Clone, Debug)]
pub(crate) struct TelemetryOptions {
    /// The root of a collector for OTLP over HTTP, below which `v1/traces` lies.
    pub(crate) endpoint: Url,
    /// The name of this service.
    pub(crate) service_name: String,
    /// The name of this replica.
    pub(crate) instance: String,
    /// Our version.
    pub(crate) version: &'static str,
}

/// Why there is no telemetry.
#[derive(Debug, thiserror::Error)]
#[error(
    "[telemetry] otlp_endpoint: {0}; expected is the root of a collector for OTLP over HTTP, e.g. \"http://localhost:4318\""
)]
pub(crate) struct TelemetryError(String);

/// A request on its way through; dropped before its end it counts as cancelled.
#[derive(Debug)]
pub(crate) struct Trace {
    telemetry: Telemetry,
    span: Option<Span>,
    incoming: SpanContext,
    began: SystemTime,
    started: Instant,
    operation: Operation,
}

/// What a request asks for, in names that are known beforehand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Operation {
    method: Option<&'static str>,
    tool: Option<String>,
    protocol: Option<String>,
}

/// Names our spans.
const SCOPE: &str = "m365-remote";

impl Telemetry {
    /// Sends nothing.
    pub(crate) const fn off() -> Self {
        Self(None)
    }

    /// Starts to send to a collector, with clients that `http` begins; call it on the runtime that is to
    /// carry them.
    ///
    /// # Errors
    ///
    /// The endpoint cannot be used.
    pub(crate) fn start(
        options: &TelemetryOptions,
        http: reqwest::ClientBuilder,
        metrics: &Metrics,
    ) -> Result<Self, TelemetryError> {
        let transport = transport::Transport::new(http).map_err(TelemetryError)?;
        let to = export::Exporters::new(&options.endpoint, transport, metrics.clone());
        let resource = resource(options);
        let traces = to.traces(resource.clone()).map_err(TelemetryError)?;
        let meters = to.meters(resource).map_err(TelemetryError)?;
        let instruments = Instruments::new(&meters);
        let tracer = traces.tracer(SCOPE);
        Ok(Self(Some(Arc::new(Inner { tracer, traces, meters, instruments }))))
    }

    /// Begins to trace a request, which belongs to what its header says unless its message says otherwise.
    pub(crate) fn request(&self, headers: &HeaderMap) -> Trace {
        Trace {
            telemetry: self.clone(),
            span: None,
            incoming: parent::of(headers),
            began: parts::clock().now().into(),
            started: Instant::now(),
            operation: Operation::default(),
        }
    }

    /// Notes a request to Graph that has ended: `GET /me/messages`, without ids.
    pub(crate) fn graph_request(
        &self,
        template: &str,
        status: Option<u16>,
        error: Option<&'static str>,
        elapsed: Duration,
    ) {
        if let Some(inner) = &self.0 {
            inner.instruments.client(template, status, error, elapsed);
        }
    }

    /// Sends what is left, and no more afterwards; it takes no longer than `patience`.
    pub(crate) async fn shutdown(&self, patience: Duration) {
        let Some(inner) = self.0.clone() else { return };
        let end = tokio::task::spawn_blocking(move || {
            let _ = inner.traces.shutdown_with_timeout(patience);
            let _ = inner.meters.shutdown_with_timeout(patience);
        });
        let _ = tokio::time::timeout(patience, end).await;
    }
}

impl Inner {
    fn span(&self, parent: &SpanContext, began: SystemTime) -> Span {
        // A parent that is none would count as one that is not sampled.
        let context = match parent.is_valid() {
            true => opentelemetry::Context::new().with_remote_span_context(parent.clone()),
            false => opentelemetry::Context::new(),
        };
        let builder = self.tracer.span_builder("mcp").with_kind(SpanKind::Server);
        let builder = builder.with_start_time(began);
        self.tracer.build_with_context(builder, &context)
    }
}

impl Trace {
    /// Begins the span, once the message was read: its parent is what `_meta` says, or else the header.
    pub(crate) fn belongs_to(&mut self, meta: Option<&str>) {
        if let Some(parent) = meta.and_then(parent::in_message) {
            self.incoming = parent;
        }
        self.begin();
    }

    /// A parent cannot be given to a span later, so it begins as late as it can.
    fn begin(&mut self) {
        if let (None, Some(inner)) = (&self.span, &self.telemetry.0) {
            self.span = Some(inner.span(&self.incoming, self.began));
        }
    }

    /// Says what the request asks for, once its body was read.
    pub(crate) fn operation(&mut self, operation: Operation) {
        self.operation = operation;
    }

    /// Returns the `traceparent` for requests that serve this one; `None` where nobody traces.
    pub(crate) fn traceparent(&self) -> Option<String> {
        let context = self.span.as_ref().map_or(&self.incoming, |span| span.span_context());
        context.is_valid().then(|| parent::text(context))
    }

    /// Ends the span: with the HTTP status, and the kind of error if it was one. A tool's error counts
    /// although its status is 200.
    pub(crate) fn finished(mut self, status: http::StatusCode, error: Option<&str>) {
        self.end(Some(status), error);
        // What is dropped now has ended already.
        self.telemetry = Telemetry::off();
    }

    fn end(&mut self, status: Option<http::StatusCode>, error: Option<&str>) {
        self.begin();
        let (Some(mut span), Some(inner)) = (self.span.take(), &self.telemetry.0) else { return };
        let operation = self.operation.attributes(error);
        inner.instruments.server(&operation, status, error, self.started.elapsed());
        span.update_name(self.operation.name());
        span.set_attributes(operation);
        if let Some(status) = status {
            let status = i64::from(status.as_u16());
            span.set_attribute(KeyValue::new("http.response.status_code", status));
        }
        if let Some(error) = error {
            span.set_status(Status::error(error.to_owned()));
        }
        span.end();
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        self.end(None, Some("cancelled"));
    }
}

impl Operation {
    /// Describes a request by its method and tool. Methods that MCP does not know share a name; `tool`
    /// must be one of ours or `other`.
    pub(crate) fn new(method: &str, tool: Option<&str>, protocol: Option<&str>) -> Self {
        let known = METHODS.iter().find(|known| **known == method);
        let revision = |protocol: &&str| protocol.len() == 10 && protocol.starts_with("20");
        Self {
            method: Some(known.copied().unwrap_or("other")),
            tool: tool.map(str::to_owned),
            protocol: protocol.filter(revision).map(str::to_owned),
        }
    }

    fn name(&self) -> String {
        let method = self.method.unwrap_or("mcp");
        self.tool.as_ref().map_or_else(|| method.to_owned(), |tool| format!("{method} {tool}"))
    }

    fn attributes(&self, error: Option<&str>) -> Vec<KeyValue> {
        let tool = self.tool.clone();
        let named = tool.is_some().then_some("execute_tool");
        let optional = [
            self.method.map(|method| KeyValue::new("mcp.method.name", method)),
            tool.map(|tool| KeyValue::new("gen_ai.tool.name", tool)),
            named.map(|operation| KeyValue::new("gen_ai.operation.name", operation)),
            self.protocol.clone().map(|it| KeyValue::new("mcp.protocol.version", it)),
            error.map(|error| KeyValue::new("error.type", error.to_owned())),
        ];
        let transport = KeyValue::new("network.transport", "tcp");
        optional.into_iter().flatten().chain([transport]).collect()
    }
}

/// The methods that hosts use, and that are worth a series of their own.
const METHODS: [&str; 14] = [
    "completion/complete",
    "initialize",
    "logging/setLevel",
    "notifications/cancelled",
    "notifications/initialized",
    "notifications/progress",
    "ping",
    "prompts/list",
    "resources/list",
    "resources/read",
    "resources/templates/list",
    "server/discover",
    "tools/call",
    "tools/list",
];

fn resource(options: &TelemetryOptions) -> Resource {
    Resource::builder()
        .with_service_name(options.service_name.clone())
        .with_attribute(KeyValue::new("service.version", options.version))
        .with_attribute(KeyValue::new("service.instance.id", options.instance.clone()))
        .build()
}

#[cfg(test)]
mod tests;
