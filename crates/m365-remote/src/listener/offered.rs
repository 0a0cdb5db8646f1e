use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt;

use super::activity::Running;
use crate::answer::{Answer, Body};

/// Watches from now on whether the peer takes an answer; over HTTP/2 it need not.
pub(super) fn offered(answer: Answer, mut running: Running) -> Answer {
    running.offers();
    answer.map(|body| Offered { body, running }.boxed())
}

struct Offered {
    body: Body,
    running: Running,
}

impl HttpBody for Offered {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        // Asked for more, the peer has taken what there was.
        let next = Pin::new(&mut self.body).poll_frame(context);
        match next.is_ready() {
            true => self.running.offers(),
            false => self.running.makes(),
        }
        next
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
