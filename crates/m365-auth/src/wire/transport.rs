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
use crate::{Clock, Error, ErrorKind, Hindrance, Timeouts};

/// The longest answer that is read, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// Sends single requests to Entra ID, each bounded in time and size.
#[derive(Clone)]
pub(crate) struct Transport {
    http: HttpFactory,
    client: Arc<OnceLock<Client>>,
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

/// Why there is no answer, as a sentence.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoReply {
    #[error("No answer came from Entra ID within {} s; check the network and try again", .0.as_secs())]
    TimedOut(Duration),
    #[error("Entra ID's answer is larger than {MAX_BODY} bytes; check proxies, and try again")]
    TooLarge,
    #[error("Entra ID cannot be reached; check the network and try again")]
    Failed(#[source] reqwest::Error),
    #[error("Entra ID cannot be reached: {0}. {advice}", advice = .0.advice())]
    Hindered(Hindrance, #[source] reqwest::Error),
    #[error("A connection to Entra ID cannot be prepared; check proxies and trusted certificates")]
    Unprepared(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Transport {
    /// Prepares requests; reading the system's trust store waits for the first.
    pub(crate) fn new(http: HttpFactory, clock: Arc<dyn Clock>, timeouts: Timeouts) -> Self {
        Self { http, client: Arc::default(), clock, timeouts }
    }

    /// Returns the client; one that is ready too late for its attempt serves the next.
    async fn client(&self) -> Result<Client, NoReply> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let (ready, http, connect) =
            (self.client.clone(), self.http.clone(), self.timeouts.connect);
        let preparing = tokio::task::spawn_blocking(move || {
            let client = prepare(&http, connect)?;
            Ok(ready.get_or_init(|| client).clone())
        });
        preparing.await.unwrap_or_else(|broken| Err(NoReply::Unprepared(broken.into())))
    }

    /// Posts a form to the token endpoint.
    pub(crate) async fn post(
        &self,
        url: &Url,
        form: &Form,
        ids: &RequestIds<'_>,
    ) -> Result<Reply, NoReply> {
        self.send(ids, |http| {
            let request = http.post(url.clone()).body(form.body());
            request.header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        })
        .await
    }

    /// Gets a document.
    pub(crate) async fn get(&self, url: &Url, ids: &RequestIds<'_>) -> Result<Reply, NoReply> {
        self.send(ids, |http| http.get(url.clone())).await
    }

    async fn send(
        &self,
        ids: &RequestIds<'_>,
        request: impl FnOnce(&Client) -> RequestBuilder,
    ) -> Result<Reply, NoReply> {
        let attempt = async {
            let request = request(&self.client().await?).header(ACCEPT, "application/json");
            self.exchange(ids.apply(request)).await
        };
        let in_time = tokio::time::timeout(self.timeouts.attempt, attempt).await;
        in_time.unwrap_or(Err(NoReply::TimedOut(self.timeouts.attempt)))
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

/// Makes a client that follows no redirect and keeps no cookie; reads the system's trust store.
fn prepare(http: &HttpFactory, connect: Duration) -> Result<Client, NoReply> {
    // Only the first installation counts, and any provider will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = http().redirect(redirect::Policy::none()).connect_timeout(connect);
    builder.build().map_err(|error| NoReply::Unprepared(error.without_url().into()))
}

impl Reply {
    #[cfg(feature = "client")]
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
        let error = error.without_url();
        match Hindrance::of(&error) {
            Some(hindrance) => Self::Hindered(hindrance, error),
            None => Self::Failed(error),
        }
    }
}

impl NoReply {
    pub(crate) fn into_error(self) -> Error {
        let kind = match self {
            Self::TooLarge => ErrorKind::Protocol,
            Self::TimedOut(_) | Self::Failed(_) | Self::Hindered(..) | Self::Unprepared(_) => {
                ErrorKind::Unavailable
            }
        };
        let error = Error::new(kind).with_message(self.to_string());
        match self {
            Self::Failed(source) | Self::Hindered(_, source) => error.with_source(source),
            Self::Unprepared(source) => error.with_source(source),
            Self::TimedOut(_) | Self::TooLarge => error,
        }
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
