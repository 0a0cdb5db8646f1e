use std::fmt;

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
};

/// Writes a gauge that was just read.
pub(super) fn gauge(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    value: f64,
) -> fmt::Result {
    let gauge = ConstGauge::new(value);
    gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)
}

/// Writes a counter that was just read; `_total` is added to its name.
pub(super) fn counter(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    value: f64,
) -> fmt::Result {
    let counter = ConstCounter::new(value);
    counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)
}

/// A gauge that is read at each scrape.
pub(super) struct Figure<F> {
    name: &'static str,
    help: &'static str,
    read: F,
}

impl<F: Fn() -> Option<f64> + Send + Sync + 'static> Figure<F> {
    pub(super) const fn new(name: &'static str, help: &'static str, read: F) -> Self {
        Self { name, help, read }
    }
}

impl<F: Fn() -> Option<f64> + Send + Sync + 'static> Collector for Figure<F> {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        (self.read)().map_or(Ok(()), |value| gauge(&mut encoder, self.name, self.help, value))
    }
}

impl<F> fmt::Debug for Figure<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Figure").field("name", &self.name).finish_non_exhaustive()
    }
}
