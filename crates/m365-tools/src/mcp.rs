//! Serves a [`Catalog`] over the Model Context Protocol, to hosts of both protocol eras.
//!
//! This module and what is below it are the only code that names rmcp. [`Server`] is a handler for any
//! of rmcp's transports; [`serve_stdio`] serves one host over a pair of streams, and `HttpService` (feature
//! `http`) many hosts over Streamable HTTP.
//!
//! ```
//! use std::sync::Arc;
//!
//! use async_trait::async_trait;
//! use m365_tools::{
//!     CallInput, Catalog, CatalogOptions,
//!     mcp::{CallerSource, ErrorData, Extensions, Server, serve_stdio},
//! };
//! use rmcp::ServiceExt;
//!
//! /// The one user of a device, whose Graph client is built once.
//! struct User(CallInput);
//!
//! #[async_trait]
//! impl CallerSource for User {
//!     async fn call_input(&self, _: &Extensions) -> Result<CallInput, ErrorData> {
//!         Ok(self.0.clone())
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let token = m365_auth::AccessToken::new("secret", jiff::Timestamp::MAX, ["Mail.Read"]);
//! # let tokens = Arc::new(m365_auth::FixedToken::new(token));
//! # let graph = m365_graph::GraphClient::builder(tokens.clone()).build()?;
//! # let user = User(CallInput::new(m365_tools::Caller::new("tenant", "user"), graph, tokens));
//! # let extractor = m365_tools::Extractor::in_process();
//! # let options = CatalogOptions::with_random_key(extractor)?.with_scopes(["Mail.Read"]);
//! let server = Server::builder(Catalog::new(options), Arc::new(user))
//!     .identity("my-server", "1.0.0")
//!     .build();
//!
//! // `serve_process` takes the process's own streams; here a host is connected in memory.
//! let (host, ours) = tokio::io::duplex(1 << 16);
//! let (input, output) = tokio::io::split(ours);
//! tokio::spawn(serve_stdio(server, input, output));
//! let tools = ().serve(host).await?.list_all_tools().await?;
//! assert!(tools.iter().any(|tool| tool.name == "outlook_email_search"));
//! # Ok(())
//! # }
//! ```

use std::{borrow::Cow, fmt, sync::Arc};

use rmcp::{
    RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult,
        CustomRequest, CustomResult, DiscoverResult, ListPromptsRequestMethod, ListPromptsResult,
        ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
        ProtocolVersion, ReadResourceRequestParams, ReadResourceResponse, ServerConfig, Tool,
    },
    service::RequestContext,
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::{CallObserver, Catalog};

mod approval;
mod builder;
mod callers;
mod completion;
mod host;
#[cfg(feature = "http")]
mod http;
mod info;
mod lists;
mod progress;
mod question;
mod resources;
mod scan;
mod sign_in;
mod stdio;
mod trace;
mod turn;
mod watch;
mod wire;

#[cfg(feature = "http")]
pub use self::http::{HttpOptions, HttpResponse, HttpService, Incoming};
pub use builder::ServerBuilder;
pub use callers::CallerSource;
pub use rmcp::{ErrorData, model::Extensions};
pub use sign_in::{SignInPrompt, SignInRequest};
pub use stdio::{StdioError, serve_process, serve_stdio};
pub use wire::result_json;

use turn::{Outcome, Turn};

/// An MCP server for one catalog; clones share everything.
#[derive(Clone)]
pub struct Server(Arc<Inner>);

struct Inner {
    catalog: Catalog,
    callers: Arc<dyn CallerSource>,
    sign_in: Option<Arc<dyn SignInPrompt>>,
    observer: Option<Arc<dyn CallObserver>>,
    policy_by_host: bool,
    permits: Semaphore,
    stop: CancellationToken,
    config: ServerConfig,
    tools: Vec<Tool>,
}

impl Server {
    /// Starts building a server of `catalog` for the callers that `callers` knows.
    #[must_use]
    pub fn builder(catalog: Catalog, callers: Arc<dyn CallerSource>) -> ServerBuilder {
        ServerBuilder::new(catalog, callers)
    }

    /// Returns the protocol versions that are spoken, oldest first.
    #[must_use]
    pub fn protocol_versions() -> Vec<&'static str> {
        info::versions().iter().map(ProtocolVersion::as_str).collect()
    }

    /// Stops all running calls and lets no new one begin.
    pub fn stop(&self) {
        self.0.stop.cancel();
    }

    /// Returns the `tools` of `tools/list` as JSON, as every transport sends them.
    #[must_use]
    pub fn tools_json(&self) -> serde_json::Value {
        serde_json::to_value(&self.0.tools).unwrap_or_default()
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("catalog", &self.0.catalog).finish_non_exhaustive()
    }
}

type Context = RequestContext<RoleServer>;
type Page = Option<PaginatedRequestParams>;

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        self.0.config.clone()
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        Cow::Borrowed(info::versions())
    }

    async fn discover(&self, _: Context) -> Result<DiscoverResult, ErrorData> {
        Ok(info::discovery(self.0.config.clone()))
    }

    async fn list_tools(&self, page: Page, ctx: Context) -> Result<ListToolsResult, ErrorData> {
        lists::tools(&self.0, page, &ctx)
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.0.tools.iter().find(|tool| tool.name == name).cloned()
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        ctx: Context,
    ) -> Result<CallToolResponse, ErrorData> {
        let turn = Turn {
            server: &self.0,
            ctx: &ctx,
            tool: &request.name,
            arguments: request.arguments.unwrap_or_default(),
            state: request.request_state,
            answers: request.input_responses.unwrap_or_default(),
            policy: <_>::default(),
        };
        Ok(match turn.take().await? {
            Outcome::Done(reply) => host::stamped_reply(&self.0, &ctx, reply).into(),
            Outcome::Ask(question) => host::stamped_question(&self.0, *question).into(),
        })
    }

    async fn list_resources(
        &self,
        page: Page,
        ctx: Context,
    ) -> Result<ListResourcesResult, ErrorData> {
        lists::resources(&self.0, page, &ctx)
    }

    async fn list_resource_templates(
        &self,
        page: Page,
        ctx: Context,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        lists::templates(&self.0, page, &ctx)
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        ctx: Context,
    ) -> Result<ReadResourceResponse, ErrorData> {
        resources::read(&self.0, request, &ctx).await
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        ctx: Context,
    ) -> Result<CompleteResult, ErrorData> {
        // Boxed, since the type of what it awaits is deeper than the compiler follows.
        Box::pin(completion::complete(&self.0, &request, &ctx)).await
    }

    /// Prompts are not offered, and rmcp would answer an empty list.
    async fn list_prompts(&self, _: Page, _: Context) -> Result<ListPromptsResult, ErrorData> {
        Err(ErrorData::method_not_found::<ListPromptsRequestMethod>())
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        ctx: Context,
    ) -> Result<CustomResult, ErrorData> {
        Err(wire::misunderstood(&request.method, host::is_modern(&ctx)))
    }
}
