//! A body that can be slow, or end before its end.

use std::{
    error::Error,
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

use crate::fault::apply::Wire;

/// How much is sent at a time.
const CHUNK: usize = 64 << 10;

/// How often a dripping body sends something.
const DROPS_PER_SECOND: u32 = 10;

/// The connection ends here on purpose.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is broken")
    }
}

impl Error for Broken {}

/// A response's body on its way.
#[derive(Debug)]
pub(crate) struct WireBody {
    rest: Bytes,
    wire: Wire,
    pause: Option<Pin<Box<Sleep>>>,
    length: u64,
}

impl WireBody {
    /// Sends `bytes` in the given manner.
    pub(crate) fn new(bytes: Bytes, wire: Wire) -> Self {
        let length = bytes.len() as u64;
        let half = bytes.len() / 2;
        let rest =
            if matches!(wire, Wire::Half | Wire::Short) { bytes.slice(..half) } else { bytes };
        Self { rest, wire, pause: None, length }
    }

    fn next(&mut self) -> Option<Bytes> {
        if self.rest.is_empty() {
            return None;
        }
        let all = self.rest.len();
        let size = match self.wire {
            Wire::Drip(rate) => all.min((rate / DROPS_PER_SECOND).max(1) as usize),
            _ => all.min(CHUNK),
        };
        Some(self.rest.split_to(size))
    }

    fn pause_length(&self) -> Option<Duration> {
        match self.wire {
            Wire::Drip(rate) => Some(Duration::from_secs(1) / rate.clamp(1, DROPS_PER_SECOND)),
            // Time for the first half to leave before the connection goes.
            Wire::Half | Wire::Short if self.rest.is_empty() => Some(Duration::from_millis(50)),
            _ => None,
        }
    }
}

impl Body for WireBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if let Some(pause) = &mut self.pause {
            std::task::ready!(pause.as_mut().poll(cx));
            self.pause = None;
        }
        let next = self.next();
        self.pause = self.pause_length().map(|time| Box::pin(tokio::time::sleep(time)));
        match next {
            Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            None if self.wire == Wire::Half => Poll::Ready(Some(Err(Broken))),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && matches!(self.wire, Wire::Whole | Wire::Drip(_))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
