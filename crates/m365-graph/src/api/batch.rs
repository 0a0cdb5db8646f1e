use std::marker::PhantomData;

use crate::{GraphClient, Result, models::Resource, request::Request};

mod round;
mod wire;

use round::Batch;

/// One `GET` of a batch, e.g. from [`MessageRequest::batched`](crate::MessageRequest::batched).
#[derive(Clone, Debug)]
#[must_use = "a part does nothing until it is handed to a client"]
pub struct BatchGet<T> {
    request: Request,
    answer: PhantomData<fn() -> T>,
}

impl<T> BatchGet<T> {
    pub(crate) const fn new(request: Request) -> Self {
        Self { request, answer: PhantomData }
    }
}

impl GraphClient {
    /// Sends `parts` with as few requests as
    /// [`$batch`](https://learn.microsoft.com/graph/json-batching) allows, 20 in each, and returns
    /// their answers in the same order.
    ///
    /// A part that is throttled is sent again, after the longest wait that any of them asks for.
    ///
    /// # Errors
    ///
    /// For the whole batch [what any request can meet](crate::ErrorKind), unless some part was
    /// answered before that; each part has its own.
    #[expect(private_bounds, reason = "only this crate's models come in batches")]
    pub async fn batch<T: Resource>(&self, parts: Vec<BatchGet<T>>) -> Result<Vec<Result<T>>> {
        let requests = parts.into_iter().map(|part| part.request).collect();
        Batch::new(self.in_one_call(), requests).run().await
    }
}
