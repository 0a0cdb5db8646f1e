use std::time::Duration;

use http::{HeaderMap, Version, header, request::Parts};
use http_body::Body;
use http_body_util::BodyExt;
use hyper::body::Incoming as Received;
use tokio::time::timeout;

use crate::answer::{self, Answer};

/// How much of a body is still taken in whose request is answered already, and for how long.
const MOST: u64 = 64 * 1024;
const PATIENCE: Duration = Duration::from_millis(500);

/// Ends requests whose answer did not need the whole body.
///
/// Over HTTP/1 the next request comes after the rest of this one. So a short rest is read, and before a long
/// one the connection ends, which the answer says: a client that does not know it would use it again.
pub(super) struct Unread {
    shares_connection: bool,
    waits_for_us: bool,
}

impl Unread {
    pub(super) fn of(parts: &Parts) -> Self {
        Self {
            shares_connection: parts.version != Version::HTTP_2,
            waits_for_us: expects_continue(&parts.headers),
        }
    }

    /// Reads the rest of `body`, or announces the end of the connection.
    pub(super) async fn end(&self, body: &mut Received, answer: Answer) -> Answer {
        if self.shares_connection && !self.is_read(body).await {
            return answer::last(answer);
        }
        answer
    }

    async fn is_read(&self, body: &mut Received) -> bool {
        if body.is_end_stream() {
            return true;
        }
        // To read would ask for a body that nobody wants.
        let is_short = !self.waits_for_us && body.size_hint().lower() <= MOST;
        is_short && timeout(PATIENCE, drained(body)).await.unwrap_or(false)
    }
}

fn expects_continue(headers: &HeaderMap) -> bool {
    headers.contains_key(header::EXPECT)
}

async fn drained(body: &mut Received) -> bool {
    let mut read = 0;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return false };
        read += frame.data_ref().map_or(0, |data| data.len() as u64);
        if read > MOST {
            return false;
        }
    }
    true
}
