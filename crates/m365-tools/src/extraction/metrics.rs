use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use m365_extract::{Format, isolation::Reading};

/// Figures about the documents that were read; the counters only grow.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ExtractionMetrics {
    /// `m365_extraction_seconds`: how long reading took, by format.
    pub seconds: Vec<FormatSeconds>,
    /// `m365_extraction_refused_total`: files that gave no text, by format and reason.
    pub refused: Vec<Refused>,
    /// `m365_extraction_busy_total`: files that were not read since too many were.
    pub busy: u64,
    /// `m365_extraction_waiting`: calls that wait to download or to read.
    pub waiting: u64,
    /// `m365_extraction_bytes_in_flight`: bytes of files that are held or were promised a place.
    pub bytes_in_flight: u64,
    /// `m365_extraction_readers`: files that are being read.
    pub readers: u64,
}

/// How long the files of one format took: a histogram.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FormatSeconds {
    /// The label `format`, e.g. `docx`; `unknown` where the content does not tell.
    pub format: &'static str,
    /// How many took at most as long as each of [`FormatSeconds::BOUNDS`].
    pub buckets: [u64; FormatSeconds::BOUNDS.len()],
    /// All of them.
    pub count: u64,
    /// The sum of their times.
    pub sum: Duration,
}

impl FormatSeconds {
    /// The upper bounds of the buckets, in seconds.
    pub const BOUNDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0];

    const fn new(format: &'static str) -> Self {
        Self { format, buckets: [0; Self::BOUNDS.len()], count: 0, sum: Duration::ZERO }
    }

    fn add(&mut self, took: Duration) {
        self.count += 1;
        self.sum += took;
        for (bucket, bound) in self.buckets.iter_mut().zip(Self::BOUNDS) {
            *bucket += u64::from(took.as_secs_f64() <= bound);
        }
    }
}

/// How many files of one format gave no text for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// The label `format`, as in [`FormatSeconds`].
    pub format: &'static str,
    /// The label `reason`, e.g. `encrypted` or `timed_out`; `cancelled` where nobody waited for the end.
    pub reason: &'static str,
    /// How many.
    pub count: u64,
}

/// The label of a format that the content does not tell.
const UNKNOWN: &str = "unknown";

/// Counts what is read.
#[derive(Debug, Default)]
pub(super) struct Counters {
    busy: AtomicU64,
    read: Mutex<Read>,
}

#[derive(Debug, Default)]
struct Read {
    seconds: BTreeMap<&'static str, FormatSeconds>,
    refused: BTreeMap<(&'static str, &'static str), u64>,
}

impl Counters {
    /// Counts a file that nobody had time for.
    pub(super) fn busy(&self) {
        self.busy.fetch_add(1, Ordering::Relaxed);
    }

    /// Begins to read a file.
    pub(super) const fn started(&self) -> Started<'_> {
        Started(Some(self))
    }

    /// Counts a file that was read, or refused.
    fn note(&self, reading: &Reading) {
        let format = reading.format.map_or(UNKNOWN, Format::extension);
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds = read.seconds.entry(format).or_insert_with(|| FormatSeconds::new(format));
        seconds.add(reading.took);
        if let Err(refusal) = &reading.result {
            *read.refused.entry((format, refusal.kind().label())).or_default() += 1;
        }
    }

    /// Counts a file that nobody waits for any more; nothing is known of it.
    fn cancelled(&self) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        *read.refused.entry((UNKNOWN, "cancelled")).or_default() += 1;
    }

    /// The counters as they are; what is in flight is known to the queues.
    pub(super) fn snapshot(&self) -> ExtractionMetrics {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = |(labels, count): (&(&'static str, &'static str), &u64)| {
            let (format, reason) = *labels;
            Refused { format, reason, count: *count }
        };
        ExtractionMetrics {
            seconds: read.seconds.values().cloned().collect(),
            refused: read.refused.iter().map(refused).collect(),
            busy: self.busy.load(Ordering::Relaxed),
            ..ExtractionMetrics::default()
        }
    }
}

/// A file that is being read: it is counted when that has ended, or when it is dropped before.
#[derive(Debug)]
pub(super) struct Started<'a>(Option<&'a Counters>);

impl Started<'_> {
    /// Counts what came of the file.
    pub(super) fn ended(mut self, reading: &Reading) {
        if let Some(counters) = self.0.take() {
            counters.note(reading);
        }
    }
}

impl Drop for Started<'_> {
    fn drop(&mut self) {
        if let Some(counters) = self.0 {
            counters.cancelled();
        }
    }
}
