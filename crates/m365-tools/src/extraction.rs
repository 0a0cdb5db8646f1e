//! Reading documents, side by side only as far as the machine bears it.

mod metrics;
mod queue;

use std::sync::Arc;

use m365_extract::{
    Document, Options, Refusal,
    isolation::{Extractor, File},
};
use tokio::sync::OwnedSemaphorePermit;

use self::{metrics::Counters, queue::Queue};
pub use self::{
    metrics::{ExtractionMetrics, FormatSeconds, Refused},
    queue::ExtractionLimits,
};
use crate::ToolError;

/// Reads documents for the calls of a catalog, and for programs beside it.
///
/// What is downloaded and read at the same time is limited in bytes, and the readers in number; whoever
/// comes when all is taken waits a while, in turn. Tools that read no documents never wait for it. Clones
/// share the limits and the [`metrics`](Extraction::metrics).
///
/// ```
/// use m365_extract::{Options, isolation::File};
/// use m365_tools::{Extraction, Extractor};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let extractor = Extractor::in_process();
/// let extraction = Extraction::new(extractor);
/// let page = "<h1>Plan</h1>";
///
/// let admitted = extraction.admit(page.len() as u64).await.map_err(|error| error.to_string())?;
/// let document = admitted.extract(File::new(page), &Options::default()).await;
/// println!("{document:?}");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Extraction(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    extractor: Extractor,
    /// In units of [`UNIT`] bytes.
    bytes: Queue,
    readers: Queue,
    counters: Counters,
}

/// What bytes are counted in.
const UNIT: u64 = 1024;

impl Extraction {
    /// Reads by `extractor`, within the limits that are usual.
    #[must_use]
    pub fn new(extractor: Extractor) -> Self {
        Self::with_limits(extractor, &ExtractionLimits::default())
    }

    /// Reads by `extractor`, within `limits`.
    #[must_use]
    pub fn with_limits(extractor: Extractor, limits: &ExtractionLimits) -> Self {
        let bytes = u32::try_from(limits.bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        Self(Arc::new(Inner {
            extractor,
            bytes: Queue::new(bytes, limits),
            readers: Queue::new(limits.readers, limits),
            counters: Counters::default(),
        }))
    }

    /// Waits until a file of `size` bytes may be downloaded; give the largest size that is possible where
    /// nobody says how large it is.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Throttled`](crate::ErrorCode) when that takes too long, or too many wait.
    pub async fn admit(&self, size: u64) -> Result<Admitted, ToolError> {
        let place = self.0.bytes.enter(units(size)).await;
        let place = place.inspect_err(|_| self.0.counters.busy())?;
        Ok(Admitted { place, extraction: self.clone() })
    }

    /// Returns the figures of all that was read so far.
    #[must_use]
    pub fn metrics(&self) -> ExtractionMetrics {
        let Inner { bytes, readers, counters, .. } = &*self.0;
        ExtractionMetrics {
            bytes_in_flight: u64::from(bytes.taken()) * UNIT,
            readers: u64::from(readers.taken()),
            waiting: bytes.waiting() + readers.waiting(),
            ..counters.snapshot()
        }
    }
}

impl From<Extractor> for Extraction {
    fn from(extractor: Extractor) -> Self {
        Self::new(extractor)
    }
}

/// Leave to hold a file in memory, until it is dropped.
#[derive(Debug)]
pub struct Admitted {
    place: OwnedSemaphorePermit,
    extraction: Extraction,
}

impl Admitted {
    /// Reads the file when it is its turn.
    ///
    /// # Errors
    ///
    /// A tool error when it is never its turn; inside, the [`Refusal`] of a file that gives no text.
    ///
    /// Dropping the future ends the reading, which is counted as `cancelled`.
    pub async fn extract(
        mut self,
        file: File,
        options: &Options,
    ) -> Result<Result<Document, Refusal>, ToolError> {
        let Inner { extractor, bytes, readers, counters } = &*self.extraction.0;
        let busy = |_: &ToolError| counters.busy();
        self.place = bytes.change(self.place, units(file.len() as u64)).await.inspect_err(busy)?;
        let reader = readers.enter(1).await.inspect_err(busy)?;
        let started = counters.started();
        let reading = extractor.read(file, options).await;
        drop(reader);
        started.ended(&reading);
        Ok(reading.result)
    }
}

fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}
