use std::time::Duration;

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response, ResponseBodyTooLarge};
use reqwest::{Client, ClientBuilder, redirect::Policy};
use tokio::runtime::Handle;

/// Sends exports with our own HTTP client. The exporters run in threads of their own, so requests are
/// carried by the runtime of the connector.
#[derive(Clone, Debug)]
pub(super) struct Transport {
    client: Client,
    runtime: Handle,
}

/// How long one export may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How much of an answer is read.
const ANSWER: usize = 64 * 1024;

impl Transport {
    pub(super) fn new(http: ClientBuilder) -> Result<Self, String> {
        let client = http.redirect(Policy::none()).timeout(TIMEOUT).build();
        let client = client.map_err(|error| error.without_url().to_string())?;
        Ok(Self { client, runtime: Handle::current() })
    }
}

#[async_trait]
impl HttpClient for Transport {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        self.runtime.spawn(send(self.client.clone(), request)).await?
    }
}

async fn send(client: Client, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let mut response = client.execute(request.try_into()?).await.map_err(nameless)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(nameless)? {
        if body.len() + chunk.len() > ANSWER {
            return Err(ResponseBodyTooLarge::new().into());
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = Response::builder().status(response.status()).body(Bytes::from(body))?;
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    Ok(answer)
}

/// The address of a collector may hold a key.
fn nameless(error: reqwest::Error) -> HttpError {
    error.without_url().into()
}
