//! The floor: the same catalog over rmcp's own HTTP service, with nobody asked who he is.

use std::{convert::Infallible, error::Error, fs, io::Write, net::SocketAddr, sync::Arc};

use async_trait::async_trait;
use http::request::Parts;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use m365_auth::{AccessToken, FixedToken, Scope, ScopeSet, TokenProvider};
use m365_graph::GraphPool;
use m365_tools::{
    CallInput, Caller, Catalog, CatalogOptions, Extractor,
    mcp::{CallerSource, ErrorData, Extensions, Server},
};
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
};
use tokio::net::TcpListener;

/// Users whose tokens are there from the start; a header tells which of them calls.
struct Users {
    pool: GraphPool,
    tokens: Vec<Arc<dyn TokenProvider>>,
}

#[async_trait]
impl CallerSource for Users {
    async fn call_input(&self, extensions: &Extensions) -> Result<CallInput, ErrorData> {
        let parts = extensions.get::<Parts>();
        let header = parts.and_then(|parts| parts.headers.get("x-caller")?.to_str().ok());
        let user = header.unwrap_or("0");
        let tokens = user.parse().ok().and_then(|at: usize| self.tokens.get(at)).cloned();
        let tokens =
            tokens.ok_or_else(|| ErrorData::internal_error("there is no such user", None))?;
        let graph = self.pool.client(user, user, tokens.clone());
        Ok(CallInput::new(Caller::new(user, user), graph, tokens))
    }
}

/// Runs the floor, which this program is when it is started as `floor`.
pub(crate) async fn serve(graph: &str, tokens: &str) -> Result<(), Box<dyn Error>> {
    let token = |secret: &str| -> Arc<dyn TokenProvider> {
        let scopes = ["Mail.Read", "User.Read"];
        Arc::new(FixedToken::new(AccessToken::new(secret, Timestamp::MAX, scopes)))
    };
    let tokens = fs::read_to_string(tokens)?.lines().map(token).collect();
    let pool = GraphPool::builder().base_url(graph.parse()?).build()?;
    let options = CatalogOptions::with_random_key(Extractor::in_process())?;
    let scopes = ScopeSet::default();
    let catalog = Catalog::new(options.with_scopes(scopes.iter().map(Scope::name)));
    let server = Server::builder(catalog, Arc::new(Users { pool, tokens })).build();
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    listen(listener, server).await
}

async fn listen(listener: TcpListener, server: Server) -> Result<(), Box<dyn Error>> {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true);
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::<NeverSessionManager>::default(),
        config,
    );
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let service = service.clone();
        let answer = service_fn(move |request| {
            let service = service.clone();
            async move { Ok::<_, Infallible>(service.handle(request).await) }
        });
        let mut connection = http1::Builder::new();
        connection.timer(TokioTimer::new());
        tokio::spawn(connection.serve_connection(TokioIo::new(stream), answer));
    }
}
