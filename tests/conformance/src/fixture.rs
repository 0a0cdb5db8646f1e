use std::borrow::Cow;

use m365_tools::mcp::Server;
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult,
        CustomRequest, CustomResult, DiscoverResult, GetPromptRequestParams, GetPromptResponse,
        ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
        PaginatedRequestParams, PromptsCapability, ProtocolVersion, ReadResourceRequestParams,
        ReadResourceResponse, RequestStateError, ServerConfig, Tool,
    },
    service::RequestContext,
};

use crate::{
    lists, prompts,
    questions::{self, Seal},
    resources, tools,
};

pub(crate) type Context = RequestContext<RoleServer>;
type Page = Option<PaginatedRequestParams>;

/// The server that we ship, and beside it what the suite wants to find.
#[derive(Clone)]
pub(crate) struct Fixture {
    server: Server,
    seal: Seal,
}

impl Fixture {
    pub(crate) fn new(server: Server) -> Result<Self, RequestStateError> {
        Ok(Self { server, seal: Seal::new()? })
    }
}

impl ServerHandler for Fixture {
    fn get_info(&self) -> ServerConfig {
        let mut config = self.server.get_info();
        config.capabilities.prompts = Some(PromptsCapability::default());
        config
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        self.server.supported_protocol_versions()
    }

    async fn discover(&self, ctx: Context) -> Result<DiscoverResult, ErrorData> {
        let mut found = self.server.discover(ctx).await?;
        found.capabilities = self.get_info().capabilities;
        Ok(found)
    }

    async fn list_tools(&self, page: Page, ctx: Context) -> Result<ListToolsResult, ErrorData> {
        let mut list = self.server.list_tools(page, ctx).await?;
        list.tools.extend(tools::all()?);
        Ok(list)
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        let ours = || tools::all().ok()?.into_iter().find(|tool| tool.name == name);
        self.server.get_tool(name).or_else(ours)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        ctx: Context,
    ) -> Result<CallToolResponse, ErrorData> {
        if let Some(answer) = questions::tool(&self.seal, &request, &ctx) {
            return answer;
        }
        match tools::call(&request, &ctx).await {
            Some(answer) => answer.map(Into::into),
            None => self.server.call_tool(request, ctx).await,
        }
    }

    async fn list_resources(
        &self,
        page: Page,
        ctx: Context,
    ) -> Result<ListResourcesResult, ErrorData> {
        let mut list = self.server.list_resources(page, ctx).await?;
        list.resources.extend(resources::all()?);
        Ok(list)
    }

    async fn list_resource_templates(
        &self,
        page: Page,
        ctx: Context,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let mut list = self.server.list_resource_templates(page, ctx).await?;
        list.resource_templates.extend(resources::templates()?);
        Ok(list)
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        ctx: Context,
    ) -> Result<ReadResourceResponse, ErrorData> {
        match resources::read(&request.uri, &ctx) {
            Some(answer) => answer.map(Into::into),
            None => self.server.read_resource(request, ctx).await,
        }
    }

    async fn list_prompts(&self, _: Page, ctx: Context) -> Result<ListPromptsResult, ErrorData> {
        lists::prompts(prompts::all()?, &ctx)
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        ctx: Context,
    ) -> Result<GetPromptResponse, ErrorData> {
        if let Some(answer) = questions::prompt(&request, &ctx) {
            return answer;
        }
        prompts::get(&request).map(Into::into)
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        ctx: Context,
    ) -> Result<CompleteResult, ErrorData> {
        match prompts::complete(&request) {
            Some(answer) => answer,
            None => self.server.complete(request, ctx).await,
        }
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        ctx: Context,
    ) -> Result<CustomResult, ErrorData> {
        self.server.on_custom_request(request, ctx).await
    }
}
