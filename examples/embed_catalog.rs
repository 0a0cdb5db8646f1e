//! Calls the tools from a Rust host: the catalog without MCP, as a function from JSON to JSON.

#![expect(clippy::print_stdout, reason = "the program's output")]

use std::{error::Error, sync::Arc, time::Duration};

use m365_auth::{AccessToken, Clock, FixedToken, SystemClock};
use m365_graph::GraphClient;
use m365_sim::Sim;
use m365_tools::{Block, CallInput, Caller, Catalog, CatalogOptions};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let tenant = Sim::start().await;
    let scopes = ["User.Read", "Mail.Read", "Calendars.Read"];
    let secret = tenant.issue_token("mira.solberg@fjordlight.example", &scopes);
    let expires = SystemClock::default().now() + Duration::from_secs(3600);
    let tokens = Arc::new(FixedToken::new(AccessToken::new(secret, expires, scopes)));
    let graph =
        GraphClient::builder(tokens.clone()).base_url(tenant.graph_endpoint().parse()?).build()?;
    let catalog = Catalog::new(CatalogOptions::with_random_key()?.with_scopes(scopes));

    for tool in catalog.definitions() {
        println!("{}: {}", tool.name(), tool.title());
    }
    let caller = Caller::new(tenant.tenant_id(), "mira");
    let arguments =
        json!({ "query": "budget", "limit": 3 }).as_object().cloned().unwrap_or_default();
    let input = CallInput::new(caller, graph, tokens);
    let reply = catalog.call("outlook_email_search", arguments, input).await?;
    for block in &reply.content {
        if let Block::Json(text) | Block::Text(text) = block {
            println!("{text}");
        }
    }
    Ok(())
}
