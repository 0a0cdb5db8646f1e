use std::{
    future::Future,
    marker::PhantomData,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use reqwest::Response;

use crate::{
    Download, Limits,
    allowance::Allowance,
    failure::Failure,
    json,
    models::Resource,
    transport::{
        Connection, Transport, body,
        download::{self, Part},
    },
};

/// What was read, and how long its body was.
pub(super) struct Read<T> {
    pub(super) output: T,
    pub(super) bytes: usize,
}

/// How an answer is read.
pub(super) trait Reader: Sync {
    type Output: Send;

    /// What is asked of Graph in `Accept`.
    const ACCEPT: &'static str;

    /// Tells what to do with a redirect: nothing, unless bytes are wanted. Leaves in `used` what
    /// brought the last answer.
    fn arrive(
        &self,
        transport: &Transport,
        response: Response,
        used: &mut Connection,
    ) -> impl Future<Output = Result<Response, Failure>> + Send;

    /// Reads a success.
    fn read(
        &self,
        response: Response,
        allowance: &Allowance,
        limits: &Limits,
    ) -> impl Future<Output = Result<Read<Self::Output>, Failure>> + Send;
}

/// Reads a resource as JSON.
pub(super) struct Json<T>(PhantomData<fn() -> T>);

impl<T> Json<T> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Resource> Reader for Json<T> {
    type Output = T;

    const ACCEPT: &'static str = "application/json";

    async fn arrive(
        &self,
        _: &Transport,
        response: Response,
        _: &mut Connection,
    ) -> Result<Response, Failure> {
        Ok(response)
    }

    async fn read(
        &self,
        response: Response,
        allowance: &Allowance,
        limits: &Limits,
    ) -> Result<Read<T>, Failure> {
        let mut taken = allowance.taken();
        let bytes = body::read(response, &mut taken, limits).await?;
        let output = parse(&bytes).ok_or(Failure::Garbled)?;
        taken.keep();
        Ok(Read { output, bytes: bytes.len() })
    }
}

fn parse<T: Resource>(bytes: &[u8]) -> Option<T> {
    let shallow = Some(bytes).filter(|bytes| json::is_shallow(bytes))?;
    T::read(shallow).filter(T::is_whole)
}

/// Reads bytes, at most so many, from Graph or from where it sends us. What a broken connection
/// brought is kept, and the next attempt asks for the rest.
pub(super) struct Bytes {
    cap: usize,
    part: Mutex<Part>,
}

impl Bytes {
    pub(super) fn new(cap: usize) -> Self {
        Self { cap, part: Mutex::default() }
    }

    fn part(&self) -> MutexGuard<'_, Part> {
        self.part.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader for Bytes {
    type Output = Download;

    const ACCEPT: &'static str = "*/*";

    async fn arrive(
        &self,
        transport: &Transport,
        response: Response,
        used: &mut Connection,
    ) -> Result<Response, Failure> {
        let rest = self.part().request();
        transport.follow(response, used, &rest).await
    }

    async fn read(
        &self,
        response: Response,
        _: &Allowance,
        limits: &Limits,
    ) -> Result<Read<Download>, Failure> {
        let mut part = mem::take(&mut *self.part());
        let content_type = download::content_type(&response);
        part.prepare(&response)?;
        let read = part.read(response, self.cap, limits).await;
        if let Err(failure) = read {
            *self.part() = part;
            return Err(failure);
        }
        let output = Download::new(content_type, part.into_bytes());
        Ok(Read { bytes: output.bytes.len(), output })
    }
}
