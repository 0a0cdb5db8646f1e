use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use opentelemetry::Context;
use opentelemetry_otlp::{
    MetricExporter, Protocol, SpanExporter as OtlpSpans, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    metrics::{
        PeriodicReader, SdkMeterProvider, Temporality, data::ResourceMetrics,
        exporter::PushMetricExporter,
    },
    trace::{
        BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, Span, SpanData, SpanExporter,
        SpanProcessor,
    },
};
use url::Url;

use super::transport::Transport;
use crate::metrics::Metrics;

/// How many spans wait for export.
const QUEUE: usize = 4_096;

/// Builds what sends to one collector.
#[derive(Debug)]
pub(super) struct Exporters<'a> {
    endpoint: &'a Url,
    transport: Transport,
    health: Health,
}

impl<'a> Exporters<'a> {
    pub(super) fn new(endpoint: &'a Url, transport: Transport, metrics: Metrics) -> Self {
        let is_failing = Arc::new(AtomicBool::new(false));
        Self { endpoint, transport, health: Health { is_failing, metrics } }
    }

    pub(super) fn traces(&self, resource: Resource) -> Result<SdkTracerProvider, String> {
        let exporter = OtlpSpans::builder()
            .with_http()
            .with_http_client(self.transport.clone())
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(self.address("traces"))
            .build()
            .map_err(|error| error.to_string())?;
        let waiting = Arc::new(AtomicUsize::new(0));
        let health = self.health.clone();
        let exporter = Counted { exporter, waiting: Arc::clone(&waiting), health: health.clone() };
        let config = BatchConfigBuilder::default().with_max_queue_size(QUEUE).build();
        let processor = BatchSpanProcessor::builder(exporter).with_batch_config(config).build();
        let processor = Bounded { processor, waiting, health };
        Ok(SdkTracerProvider::builder()
            .with_span_processor(processor)
            .with_resource(resource)
            .build())
    }

    pub(super) fn meters(&self, resource: Resource) -> Result<SdkMeterProvider, String> {
        let exporter = MetricExporter::builder()
            .with_http()
            .with_http_client(self.transport.clone())
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(self.address("metrics"))
            .build()
            .map_err(|error| error.to_string())?;
        let exporter = Watched { exporter, health: self.health.clone() };
        let reader = PeriodicReader::builder(exporter).build();
        Ok(SdkMeterProvider::builder().with_reader(reader).with_resource(resource).build())
    }

    /// The root may have a path; the signal's is added to it.
    fn address(&self, signal: &str) -> String {
        let mut address = self.endpoint.clone();
        let path = format!("{}/v1/{signal}", address.path().trim_end_matches('/'));
        address.set_path(&path);
        address.to_string()
    }
}

/// Whether the collector takes what it is sent; both kinds of export share it.
#[derive(Clone, Debug)]
struct Health {
    is_failing: Arc<AtomicBool>,
    metrics: Metrics,
}

impl Health {
    fn note(&self, result: &OTelSdkResult) -> &'static str {
        let was_failing = self.is_failing.swap(result.is_err(), Ordering::Relaxed);
        match result {
            Ok(()) if was_failing => {
                tracing::info!(
                    event = "telemetry_recovered",
                    "the collector takes telemetry again"
                );
            }
            Err(error) if !was_failing => {
                tracing::warn!(event = "telemetry_failed", %error, "the collector takes no telemetry");
            }
            _ => {}
        }
        if result.is_ok() { "exported" } else { "failed" }
    }
}

/// Counts the spans that the collector took, and those it did not.
#[derive(Debug)]
struct Counted {
    exporter: OtlpSpans,
    waiting: Arc<AtomicUsize>,
    health: Health,
}

impl SpanExporter for Counted {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        self.waiting.fetch_sub(spans, Ordering::Relaxed);
        let result = self.exporter.export(batch).await;
        self.health.metrics.telemetry_spans(self.health.note(&result), spans);
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// Drops spans and counts them where too many wait; the processor itself would not tell.
#[derive(Debug)]
struct Bounded {
    processor: BatchSpanProcessor,
    waiting: Arc<AtomicUsize>,
    health: Health,
}

impl SpanProcessor for Bounded {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.processor.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if !span.span_context.is_sampled() {
            return;
        }
        if self.waiting.fetch_add(1, Ordering::Relaxed) < QUEUE {
            self.processor.on_end(span);
        } else {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.health.metrics.telemetry_spans("dropped", 1);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.processor.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.processor.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.processor.set_resource(resource);
    }
}

/// Counts exports of metrics.
#[derive(Debug)]
struct Watched {
    exporter: MetricExporter,
    health: Health,
}

impl PushMetricExporter for Watched {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let result = self.exporter.export(metrics).await;
        self.health.metrics.telemetry_export(self.health.note(&result));
        result
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.exporter.temporality()
    }
}
