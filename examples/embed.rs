//! Calls the tools from a Rust host and reads Graph beside them: catalog and client without MCP.
//!
//! The tenant is the demo one; with a token of your own, leave `base_url` out.

#![expect(clippy::print_stdout, reason = "the program's output")]

use std::{error::Error, sync::Arc, time::Duration};

use m365_auth::{AccessToken, Clock, FixedToken, SystemClock};
use m365_graph::{GraphClient, Mailbox};
use m365_sim::Sim;
use m365_tools::{Block, CallInput, Caller, Catalog, CatalogOptions, Extractor};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    // Documents are read by this program, started anew: such a child never gets past this line.
    run(Extractor::this_program()?)
}

#[tokio::main]
async fn run(extractor: Extractor) -> Result<(), Box<dyn Error>> {
    let tenant = Sim::start().await;
    let scopes = ["User.Read", "Mail.Read", "Calendars.Read"];
    let secret = tenant.issue_token("mira.solberg@fjordlight.example", &scopes);
    let expires = SystemClock::default().now() + Duration::from_secs(3600);
    let tokens = Arc::new(FixedToken::new(AccessToken::new(secret, expires, scopes)));
    let graph =
        GraphClient::builder(tokens.clone()).base_url(tenant.graph_endpoint().parse()?).build()?;

    // The catalog: JSON in, JSON out, the same tools that an MCP host sees. A model is given name,
    // description and input schema, and what it wants called comes back as name and arguments.
    let catalog = Catalog::new(CatalogOptions::with_random_key(extractor)?.with_scopes(scopes));
    for tool in catalog.definitions() {
        let fields = tool.input_schema().get("properties").and_then(Value::as_object);
        println!("{} takes {} arguments", tool.name(), fields.map_or(0, |fields| fields.len()));
    }
    let input = CallInput::new(Caller::new(tenant.tenant_id(), "mira"), graph.clone(), tokens);
    let arguments =
        json!({ "query": "budget", "limit": 3 }).as_object().cloned().unwrap_or_default();
    let reply = catalog.call("outlook_email_search", arguments, input).await?;
    for block in &reply.content {
        if let Block::Json(text) | Block::Text(text) = block {
            println!("{text}");
        }
    }

    // The client: typed pages, with its retries and limits.
    let mail = graph.mail(&Mailbox::Me);
    let unread = mail.messages().filter("isRead eq false").select(&["subject"]).top(50);
    let mut page = unread.page().await?;
    loop {
        for message in &page.items {
            println!("unread: {}", message.subject.as_deref().unwrap_or("(no subject)"));
        }
        let Some(next) = page.next.take() else { return Ok(()) };
        page = mail.next_page(&next).await?;
    }
}
