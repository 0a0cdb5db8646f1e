use std::{convert::Infallible, fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::Request;
use http_body::Body;
use http_body_util::{Full, combinators::BoxBody};
use rmcp::{
    ServerHandler,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
    },
};

use super::Server;

mod answer;
mod body;
mod head;
mod incoming;

pub use incoming::Incoming;

/// An answer over HTTP: one JSON object, or a stream of events where the host asked for progress.
pub type HttpResponse = http::Response<BoxBody<Bytes, Infallible>>;

/// How long a stream of events may be silent before a comment keeps it open.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How long the body of a request may be unless configured otherwise, in bytes.
const BODY_BYTES: usize = 1 << 20;

/// Who may reach a [`HttpService`], and with how much.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpOptions {
    hosts: Vec<String>,
    origins: Vec<String>,
    body_bytes: usize,
}

impl HttpOptions {
    /// Starts with a service for this machine: requests have to name it by a name of loopback, and no web
    /// page may call.
    #[must_use]
    pub fn new() -> Self {
        let hosts = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).into();
        Self { hosts, origins: Vec::new(), body_bytes: BODY_BYTES }
    }

    /// Names the hosts as which requests may address us: `m365.example.com`, which stands for every port,
    /// or `m365.example.com:8443`.
    #[must_use]
    pub fn allowed_hosts<S: Into<String>>(mut self, hosts: impl IntoIterator<Item = S>) -> Self {
        self.hosts = hosts.into_iter().map(Into::into).collect();
        self
    }

    /// Names the origins of web pages that may call, each with its port: `https://app.example.com:443`, or
    /// `http://localhost:*` for any. Requests that name no origin are not from web pages.
    #[must_use]
    pub fn allowed_origins<S: Into<String>>(
        mut self,
        origins: impl IntoIterator<Item = S>,
    ) -> Self {
        self.origins = origins.into_iter().map(Into::into).collect();
        self
    }

    /// Bounds the body of a request, in bytes; 1 MiB unless given.
    #[must_use]
    pub const fn body_bytes(mut self, bytes: usize) -> Self {
        self.body_bytes = bytes;
        self
    }

    fn config(&self) -> StreamableHttpServerConfig {
        // An empty list would admit every host; one without a name admits none.
        let none = self.hosts.is_empty().then(String::new);
        StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .with_sse_keep_alive(Some(KEEP_ALIVE))
            .with_allowed_hosts(self.hosts.iter().cloned().chain(none))
            .with_allowed_origins(self.origins.iter().cloned())
            .enforce_origin_validation()
            .with_max_request_body_bytes(self.body_bytes)
    }
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// A [`Server`] over Streamable HTTP, in both eras and without sessions: each request stands alone, so any
/// replica with the same key answers any of them. Clones share everything.
///
/// It knows nothing of tokens or limits. Layers in front of it put what they know of the caller into the
/// extensions of the request, where the [`CallerSource`](super::CallerSource) finds it within the
/// `http::request::Parts`.
///
/// ```
/// # use std::sync::Arc;
/// use bytes::Bytes;
/// use http_body_util::{BodyExt, Full};
/// use m365_tools::mcp::{HttpOptions, HttpResponse, HttpService, Incoming, Server};
/// # use m365_tools::{CallInput, Catalog, CatalogOptions, Extractor, mcp};
///
/// #[derive(Clone)]
/// struct UserId(String);
///
/// /// What stands behind the layers of a server: here the user is known.
/// async fn answer(service: &HttpService, request: http::Request<Full<Bytes>>) -> HttpResponse {
///     let mut incoming = match Incoming::read(request, 1 << 20).await {
///         Ok(incoming) => incoming,
///         Err(refused) => return refused,
///     };
///     incoming.extensions_mut().insert(UserId("mira".into()));
///     service.serve(incoming).await
/// }
///
/// # struct Nobody;
/// # #[async_trait::async_trait]
/// # impl mcp::CallerSource for Nobody {
/// #     async fn call_input(&self, _: &mcp::Extensions) -> Result<CallInput, mcp::ErrorData> {
/// #         Err(mcp::ErrorData::invalid_request("nobody is signed in", None))
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let options = CatalogOptions::with_random_key(Extractor::in_process())?;
/// # let server = Server::builder(Catalog::new(options), Arc::new(Nobody)).build();
/// let service = HttpService::new(server, HttpOptions::new());
/// let request = http::Request::post("/mcp")
///     .header("host", "localhost:8080")
///     .header("accept", "application/json, text/event-stream")
///     .header("content-type", "application/json")
///     .header("mcp-protocol-version", "2025-11-25")
///     .body(Full::from(r#"{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}"#))?;
///
/// let response = answer(&service, request).await;
///
/// assert_eq!(response.status(), 200);
/// let body = response.into_body().collect().await?.to_bytes();
/// assert!(String::from_utf8_lossy(&body).contains("get_granted_scopes"));
/// # Ok(())
/// # }
/// ```
pub struct HttpService<S = Server> {
    inner: Arc<StreamableHttpService<S, NeverSessionManager>>,
    body_bytes: usize,
}

impl<S: ServerHandler + Clone> HttpService<S> {
    /// Serves `server`, or another handler that was built around one, to whom the options admit.
    #[must_use]
    pub fn new(server: S, options: HttpOptions) -> Self {
        let factory = move || Ok(server.clone());
        let inner = StreamableHttpService::new(factory, <_>::default(), options.config());
        Self { inner: Arc::new(inner), body_bytes: options.body_bytes }
    }

    /// Reads a request and answers it.
    pub async fn handle<B>(&self, request: Request<B>) -> HttpResponse
    where
        B: Body + Send,
        B::Error: fmt::Display,
    {
        match Incoming::read(request, self.body_bytes).await {
            Ok(incoming) => self.serve(incoming).await,
            Err(refused) => refused,
        }
    }

    /// Answers a request; dropping the answer, or the wait for it, cancels the call.
    pub async fn serve(&self, incoming: Incoming) -> HttpResponse {
        let (request, id) = incoming.into_request();
        let response = self.inner.handle(request.map(Full::new)).await;
        answer::in_protocol(response, id.as_ref()).await
    }
}

impl<S> Clone for HttpService<S> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), body_bytes: self.body_bytes }
    }
}

impl<S> fmt::Debug for HttpService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpService").field("body_bytes", &self.body_bytes).finish_non_exhaustive()
    }
}
