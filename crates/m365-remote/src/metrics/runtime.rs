use std::fmt;

use prometheus_client::{collector::Collector, encoding::DescriptorEncoder};
use tokio::runtime::RuntimeMetrics;

use super::collect::{counter, gauge};

/// Reads the figures of tokio's runtime at each scrape.
#[derive(Debug)]
pub(super) struct Runtime(RuntimeMetrics);

impl Runtime {
    pub(super) const fn new(metrics: RuntimeMetrics) -> Self {
        Self(metrics)
    }
}

impl Collector for Runtime {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let to = &mut encoder;
        let workers = 0..self.0.num_workers();
        let busy: f64 =
            workers.clone().map(|n| self.0.worker_total_busy_duration(n).as_secs_f64()).sum();
        let parked: u64 = workers.clone().map(|n| self.0.worker_park_count(n)).sum();
        gauge(to, "tokio_workers", "Threads that run tasks", workers.len() as f64)?;
        gauge(
            to,
            "tokio_alive_tasks",
            "Tasks that have not ended",
            self.0.num_alive_tasks() as f64,
        )?;
        let queued = self.0.global_queue_depth() as f64;
        gauge(to, "tokio_global_queue_depth", "Tasks in the global queue", queued)?;
        counter(to, "tokio_busy_seconds", "Time that threads were busy", busy)?;
        counter(to, "tokio_parks", "How often threads had nothing to do", parked as f64)
    }
}
