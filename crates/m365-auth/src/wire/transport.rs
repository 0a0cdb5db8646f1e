use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use jiff::Timestamp;
use reqwest::{
    Client, ClientBuilder, RequestBuilder,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap},
    redirect,
};
use url::Url;

use super::{form::Form, time};
use crate::{Clock, Error, ErrorKind, Timeouts};

/// The longest answer that is read, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// Sends single requests to Entra ID, each bounded in time and size.
#[derive(Clone)]
pub(crate) struct Transport {
    http: HttpFactory,
    client: OnceLock<Client>,
    clock: Arc<dyn Clock>,
    timeouts: Timeouts,
}

/// Prepares an HTTP client: proxies and trusted roots are set there.
pub(crate) type HttpFactory = Arc<dyn Fn() -> ClientBuilder + Send + Sync>;

/// An answer, whatever its status.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) received_at: Timestamp,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("timeouts", &self.timeouts).finish_non_exhaustive()
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoReply {
    #[error("no answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    #[error("the answer is larger than {MAX_BODY} bytes")]
    TooLarge,
    #[error("the connection failed")]
    Failed(#[source] reqwest::Error),
}

impl Transport {
    /// Prepares requests; reading the system's trust store waits for the first.
    pub(crate) fn new(http: HttpFactory, clock: Arc<dyn Clock>, timeouts: Timeouts) -> Self {
        Self { http, client: OnceLock::new(), clock, timeouts }
    }

    /// Returns the client, which follows no redirect and keeps no cookie.
    fn client(&self) -> Result<&Client, NoReply> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        // Only the first installation counts, and any provider will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = (self.http)().redirect(redirect::Policy::none());
        let client = builder.connect_timeout(self.timeouts.connect).build()?;
        Ok(self.client.get_or_init(|| client))
    }

    /// Posts a form to the token endpoint.
    pub(crate) async fn post(
        &self,
        url: &Url,
        form: &Form,
        ids: &RequestIds<'_>,
    ) -> Result<Reply, NoReply> {
        let request = self.client()?.post(url.clone()).body(form.body());
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(ids.apply(request)).await
    }

    /// Gets a document.
    pub(crate) async fn get(&self, url: &Url, ids: &RequestIds<'_>) -> Result<Reply, NoReply> {
        self.send(ids.apply(self.client()?.get(url.clone()))).await
    }

    async fn send(&self, request: RequestBuilder) -> Result<Reply, NoReply> {
        let request = request.header(ACCEPT, "application/json");
        let exchange = tokio::time::timeout(self.timeouts.attempt, self.exchange(request)).await;
        exchange.unwrap_or(Err(NoReply::TimedOut(self.timeouts.attempt)))
    }

    async fn exchange(&self, request: RequestBuilder) -> Result<Reply, NoReply> {
        let mut response = request.send().await?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_BODY {
                return Err(NoReply::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let headers = std::mem::take(response.headers_mut());
        let status = response.status().as_u16();
        Ok(Reply { status, headers, body, received_at: self.clock.now() })
    }
}

impl Reply {
    pub(crate) fn server_time(&self) -> Option<Timestamp> {
        time::server_time(&self.headers)
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        time::retry_after(&self.headers, self.received_at)
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        Some(self.headers.get(name)?.to_str().ok()?.to_owned())
    }
}

impl From<reqwest::Error> for NoReply {
    fn from(error: reqwest::Error) -> Self {
        Self::Failed(error.without_url())
    }
}

impl NoReply {
    pub(crate) fn into_error(self) -> Error {
        let kind = match self {
            Self::TooLarge => ErrorKind::Protocol,
            Self::TimedOut(_) | Self::Failed(_) => ErrorKind::Unavailable,
        };
        let message =
            format!("Entra ID cannot be reached ({self}); check the network and try again");
        Error::new(kind).with_message(message).with_source(self)
    }
}

/// The headers under which Entra ID logs and routes a request.
pub(crate) struct RequestIds<'a> {
    pub(crate) client_request_id: &'a str,
    /// `oid@tid` of the account, so that the request finds the place that knows it.
    pub(crate) anchor: Option<String>,
}

impl RequestIds<'_> {
    fn apply(&self, request: RequestBuilder) -> RequestBuilder {
        let request = request
            .header("client-request-id", self.client_request_id)
            .header("return-client-request-id", "true")
            .header("x-client-sku", "m365-connector")
            .header("x-client-ver", env!("CARGO_PKG_VERSION"))
            .header("x-app-name", "m365-connector");
        match &self.anchor {
            Some(anchor) => request.header("x-anchormailbox", format!("Oid:{anchor}")),
            None => request,
        }
    }
}
