//! Serves a [`Catalog`] over the Model Context Protocol, to hosts of both protocol eras.
//!
//! This module and what is below it are the only code that names rmcp. [`Server`] is a handler for any
//! of rmcp's transports; [`serve_stdio`] serves one host over a pair of streams.
//!
//! ```
//! use std::sync::Arc;
//!
//! use async_trait::async_trait;
//! use m365_tools::{
//!     CallInput, Catalog, CatalogOptions,
//!     mcp::{CallerSource, ErrorData, Extensions, Server, StdioError, serve_process},
//! };
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
//! async fn serve(user: User, options: CatalogOptions) -> Result<(), StdioError> {
//!     let server = Server::builder(Catalog::new(options), Arc::new(user))
//!         .identity("my-server", "1.0.0")
//!         .build();
//!     serve_process(server).await
//! }
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

use crate::Catalog;

mod approval;
mod callers;
mod completion;
mod host;
mod info;
mod lists;
mod progress;
mod question;
mod resources;
mod sign_in;
mod stdio;
mod turn;
mod wire;

pub use callers::CallerSource;
pub use rmcp::{ErrorData, model::Extensions};
pub use sign_in::{SignInPrompt, SignInRequest};
pub use stdio::{StdioError, serve_process, serve_stdio};
pub use wire::result_json;

use turn::{Outcome, Turn};

/// How many calls run at once unless configured otherwise.
const IN_FLIGHT: usize = 64;

/// An MCP server for one catalog; clones share everything.
#[derive(Clone)]
pub struct Server(Arc<Inner>);

struct Inner {
    catalog: Catalog,
    callers: Arc<dyn CallerSource>,
    sign_in: Option<Arc<dyn SignInPrompt>>,
    policy_by_host: bool,
    permits: Semaphore,
    stop: CancellationToken,
    config: ServerConfig,
    tools: Vec<Tool>,
}

/// Builds a [`Server`].
#[derive(Clone)]
pub struct ServerBuilder {
    catalog: Catalog,
    callers: Arc<dyn CallerSource>,
    sign_in: Option<Arc<dyn SignInPrompt>>,
    policy_by_host: bool,
    in_flight: usize,
    name: String,
    version: String,
}

impl ServerBuilder {
    /// Says how the server calls itself, e.g. `m365-local` and its version.
    #[must_use]
    pub fn identity(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        (self.name, self.version) = (name.into(), version.into());
        self
    }

    /// Asks the user to sign in through `prompt` when a call needs it and the host can show it.
    #[must_use]
    pub fn sign_in(mut self, prompt: Arc<dyn SignInPrompt>) -> Self {
        self.sign_in = Some(prompt);
        self
    }

    /// Leaves the questions of a policy of `ask` to the host, which knows the policy itself.
    #[must_use]
    pub const fn policy_by_host(mut self, by_host: bool) -> Self {
        self.policy_by_host = by_host;
        self
    }

    /// Bounds how many calls run at once; the others wait a second at most.
    #[must_use]
    pub const fn in_flight(mut self, calls: usize) -> Self {
        self.in_flight = calls;
        self
    }

    /// Builds the server; it asks nobody and opens nothing.
    #[must_use]
    pub fn build(self) -> Server {
        let tools: Vec<_> = self.catalog.definitions().map(wire::tool).collect();
        let config = info::config(&self.catalog, &self.name, &self.version);
        Server(Arc::new(Inner {
            catalog: self.catalog,
            callers: self.callers,
            sign_in: self.sign_in,
            policy_by_host: self.policy_by_host,
            permits: Semaphore::new(self.in_flight),
            stop: CancellationToken::new(),
            config,
            tools,
        }))
    }
}

impl Server {
    /// Starts building a server of `catalog` for the callers that `callers` knows.
    #[must_use]
    pub fn builder(catalog: Catalog, callers: Arc<dyn CallerSource>) -> ServerBuilder {
        ServerBuilder {
            catalog,
            callers,
            sign_in: None,
            policy_by_host: false,
            in_flight: IN_FLIGHT,
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
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

impl fmt::Debug for ServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBuilder").field("catalog", &self.catalog).finish_non_exhaustive()
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
        _: Context,
    ) -> Result<CustomResult, ErrorData> {
        Err(wire::misunderstood(&request.method))
    }
}
