use std::{future::Future, marker::PhantomData};

use reqwest::Response;

use crate::{
    Download, Limits,
    allowance::Allowance,
    failure::Failure,
    json,
    models::Resource,
    transport::{
        Connection, Transport,
        body::{self, Cap},
        download,
    },
};

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
    ) -> impl Future<Output = Result<Self::Output, Failure>> + Send;
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
    ) -> Result<T, Failure> {
        let mut taken = allowance.taken();
        let bytes = body::read(response, &mut taken, limits).await?;
        let resource = parse(&bytes).ok_or(Failure::Garbled)?;
        taken.keep();
        Ok(resource)
    }
}

fn parse<T: Resource>(bytes: &[u8]) -> Option<T> {
    let shallow = Some(bytes).filter(|bytes| json::is_shallow(bytes))?;
    serde_json::from_slice(shallow).ok().filter(T::is_whole)
}

/// Reads bytes, at most so many, from Graph or from where it sends us.
pub(super) struct Bytes(pub(super) usize);

impl Reader for Bytes {
    type Output = Download;

    const ACCEPT: &'static str = "*/*";

    async fn arrive(
        &self,
        transport: &Transport,
        response: Response,
        used: &mut Connection,
    ) -> Result<Response, Failure> {
        transport.follow(response, used).await
    }

    async fn read(
        &self,
        response: Response,
        _: &Allowance,
        limits: &Limits,
    ) -> Result<Download, Failure> {
        let content_type = download::content_type(&response);
        let bytes = body::read(response, &mut Cap(self.0), limits).await?;
        Ok(Download::new(content_type, bytes))
    }
}
