use bytes::Bytes;
use reqwest::{
    Method, Request, Response,
    header::{CONTENT_TYPE, HeaderMap, LOCATION},
};
use url::Url;

use super::{Connection, Server, Transport};
use crate::failure::Failure;

mod part;

pub(crate) use part::Part;

/// How many redirects a download may take.
const MAX_HOPS: usize = 3;

/// Bytes that were read whole.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Download {
    /// The MIME type that the server declared, without parameters, in lower case.
    pub content_type: Option<String>,
    /// The content.
    pub bytes: Bytes,
}

impl Download {
    pub(crate) fn new(content_type: Option<String>, bytes: Vec<u8>) -> Self {
        Self { content_type, bytes: bytes.into() }
    }
}

impl Transport {
    /// Follows redirects to download hosts, each checked; nothing of the first request goes along,
    /// least of all its token, only `headers`. Leaves in `used` what brought the last answer.
    pub(crate) async fn follow(
        &self,
        mut response: Response,
        used: &mut Connection,
        headers: &HeaderMap,
    ) -> Result<Response, Failure> {
        for _ in 0..MAX_HOPS {
            if !response.status().is_redirection() {
                return Ok(response);
            }
            let target = location(&response).filter(|target| self.hosts.allow(target));
            let target = target.ok_or(Failure::Misled)?;
            *used = self.connection(Server::Download);
            let mut request = Request::new(Method::GET, target);
            request.headers_mut().clone_from(headers);
            response = self.send(used, request).await?;
        }
        if response.status().is_redirection() { Err(Failure::Misled) } else { Ok(response) }
    }
}

fn location(response: &Response) -> Option<Url> {
    let target = response.headers().get(LOCATION)?.to_str().ok()?;
    response.url().join(target).ok()
}

/// Returns what the server says that the body is.
pub(crate) fn content_type(response: &Response) -> Option<String> {
    let declared = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    let essence = declared.split(';').next()?.trim().to_ascii_lowercase();
    (!essence.is_empty()).then_some(essence)
}
