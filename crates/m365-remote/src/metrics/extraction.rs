use std::fmt;

use m365_tools::{Extraction, FormatSeconds, Refused};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric, NoLabelSet},
    metrics::{MetricType, counter::ConstCounter},
};

use super::collect::{counter, gauge};

/// Reads the figures of documents at each scrape.
#[derive(Debug)]
pub(super) struct Documents(Extraction);

impl Documents {
    pub(super) const fn new(extraction: Extraction) -> Self {
        Self(extraction)
    }
}

impl Collector for Documents {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let to = &mut encoder;
        let figures = self.0.metrics();
        seconds(to, &figures.seconds)?;
        refused(to, &figures.refused)?;
        let help = "Files that were not read since too many were";
        counter(to, "m365_extraction_busy", help, figures.busy as f64)?;
        let help = "Calls that wait to download or to read";
        gauge(to, "m365_extraction_waiting", help, figures.waiting as f64)?;
        let help = "Bytes of files that are held or were promised a place";
        gauge(to, "m365_extraction_bytes_in_flight", help, figures.bytes_in_flight as f64)?;
        let help = "Files that are being read";
        gauge(to, "m365_extraction_readers", help, figures.readers as f64)
    }
}

fn seconds(encoder: &mut DescriptorEncoder<'_>, formats: &[FormatSeconds]) -> fmt::Result {
    let help = "How long reading a document took";
    let mut family =
        encoder.encode_descriptor("m365_extraction_seconds", help, None, MetricType::Histogram)?;
    for format in formats {
        let labels = [("format", format.format)];
        let mut histogram = family.encode_family(&labels)?;
        let sum = format.sum.as_secs_f64();
        histogram.encode_histogram::<NoLabelSet>(sum, format.count, &buckets(format), None)?;
    }
    Ok(())
}

/// Ours count upwards, the encoder's are apart and end with one for all the rest.
fn buckets(format: &FormatSeconds) -> Vec<(f64, u64)> {
    let bounds = FormatSeconds::BOUNDS.into_iter().chain([f64::MAX]);
    let counts = format.buckets.iter().copied().chain([format.count]);
    let mut below = 0;
    let apart = |(bound, count): (f64, u64)| {
        let bucket = (bound, count.saturating_sub(below));
        below = count;
        bucket
    };
    bounds.zip(counts).map(apart).collect()
}

fn refused(encoder: &mut DescriptorEncoder<'_>, refused: &[Refused]) -> fmt::Result {
    let help = "Files that gave no text";
    let name = "m365_extraction_refused";
    let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
    for Refused { format, reason, count, .. } in refused {
        let labels = [("format", *format), ("reason", *reason)];
        ConstCounter::new(*count).encode(family.encode_family(&labels)?)?;
    }
    Ok(())
}
