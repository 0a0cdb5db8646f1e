use std::time::Duration;

use reqwest::Response;
use tokio::time::{Instant, timeout_at};

use crate::{Limits, allowance::Taken, failure::Failure};

/// The longest error body that is read, in bytes.
const MAX_ERROR: usize = 64 * 1024;

/// Who decides how much of a body is read.
pub(crate) trait Meter {
    /// Takes `bytes` more, or refuses.
    fn take(&mut self, bytes: usize) -> bool;

    /// Tells whether `bytes` are left, without taking them.
    fn fits(&self, bytes: usize) -> bool;
}

impl Meter for Taken<'_> {
    fn take(&mut self, bytes: usize) -> bool {
        Taken::take(self, bytes)
    }

    fn fits(&self, bytes: usize) -> bool {
        Taken::fits(self, bytes)
    }
}

/// So many bytes and no more.
#[derive(Debug)]
pub(crate) struct Cap(pub(crate) usize);

impl Meter for Cap {
    fn take(&mut self, bytes: usize) -> bool {
        let left = self.0.checked_sub(bytes);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }

    fn fits(&self, bytes: usize) -> bool {
        bytes <= self.0
    }
}

/// Reads a body whole, counting its bytes after decompression.
pub(crate) async fn read(
    response: Response,
    meter: &mut (impl Meter + Send),
    limits: &Limits,
) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    append(&mut body, response, meter, limits).await?;
    Ok(body)
}

/// Reads a body behind what is there already; what came before a failure stays.
pub(crate) async fn append(
    body: &mut Vec<u8>,
    mut response: Response,
    meter: &mut (impl Meter + Send),
    limits: &Limits,
) -> Result<(), Failure> {
    let declared = usize::try_from(response.content_length().unwrap_or_default());
    let declared = declared.ok().filter(|length| meter.fits(*length)).ok_or(Failure::TooLarge)?;
    // Doubling would hold a large file up to three times.
    body.try_reserve_exact(declared).map_err(|_| Failure::TooLarge)?;
    let mut pace = Pace::new(limits);
    while let Some(chunk) = pace.next(&mut response).await? {
        if !meter.take(chunk.len()) {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(())
}

/// Reads an error's body as far as it tells anything; a broken one tells nothing.
pub(crate) async fn read_error(response: Response, limits: &Limits) -> Vec<u8> {
    read(response, &mut Cap(MAX_ERROR), limits).await.unwrap_or_default()
}

/// Cuts a body that trickles: each window must bring its share, so one byte a second is silence.
struct Pace {
    window: Duration,
    share: usize,
    ends: Instant,
    brought: usize,
}

impl Pace {
    fn new(limits: &Limits) -> Self {
        let ends = Instant::now() + limits.silence;
        Self { window: limits.silence, share: limits.window_bytes, ends, brought: 0 }
    }

    async fn next(&mut self, response: &mut Response) -> Result<Option<bytes::Bytes>, Failure> {
        loop {
            if let Ok(chunk) = timeout_at(self.ends, response.chunk()).await {
                let chunk = chunk?;
                self.brought += chunk.as_ref().map_or(0, bytes::Bytes::len);
                return Ok(chunk);
            }
            if self.brought < self.share {
                return Err(Failure::Stalled);
            }
            (self.ends, self.brought) = (Instant::now() + self.window, 0);
        }
    }
}
