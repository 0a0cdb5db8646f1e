//! A server over stdio with one tool that does nothing: what the framework costs before we add anything.
//! `packaging/release/figures.py` measures it beside what ships.

use std::error::Error;

use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt,
    model::{ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool},
    service::RequestContext,
};

struct Floor;

impl ServerHandler for Floor {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tool = Tool::new("nothing", "Does nothing", serde_json::Map::new());
        Ok(ListToolsResult::with_all_items(vec![tool]))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    Floor.serve(rmcp::transport::stdio()).await?.waiting().await?;
    Ok(())
}
