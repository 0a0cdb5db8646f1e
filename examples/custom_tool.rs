//! Adds a host's own tool to the catalog: `unread_mail_count`, listed and called like ours.

#![expect(clippy::print_stdout, reason = "the program's output")]

use std::{error::Error, sync::Arc};

use async_trait::async_trait;
use m365_auth::{AccessToken, FixedToken};
use m365_graph::{GraphClient, Mailbox, WellKnownFolder};
use m365_tools::{
    Answer, CallInput, Caller, Catalog, CatalogOptions, Extractor, Results, Tool, ToolContext,
    ToolError,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

#[derive(Deserialize, JsonSchema)]
struct Nothing {}

#[derive(Serialize, JsonSchema)]
struct Count {
    unread: u64,
}

struct UnreadMailCount;

#[async_trait]
impl Tool for UnreadMailCount {
    type Input = Nothing;
    type Output = Results<Count>;

    const NAME: &'static str = "unread_mail_count";
    const TITLE: &'static str = "Count unread mail";
    const DESCRIPTION: &'static str = "Counts the unread messages of the user's inbox.";
    const NEEDS: &'static [&'static [&'static str]] = &[&["Mail.ReadBasic"], &["Mail.Read"]];

    async fn call(&self, ctx: &ToolContext, _: Nothing) -> Result<Answer, ToolError> {
        ctx.require_any_scope(&["Mail.ReadBasic", "Mail.Read"]).await?;
        let inbox = ctx.graph().mail(&Mailbox::Me).folder(&WellKnownFolder::Inbox.into()).await?;
        let count = json!({ "unread": inbox.unread_item_count });
        Ok(Answer::new().hit(count.clone(), count).clone())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // Documents are read by this program, started anew: such a child never gets past this line.
    run(Extractor::this_program()?)
}

#[tokio::main]
async fn run(extractor: Extractor) -> Result<(), Box<dyn Error>> {
    let (tenant, scopes) = (m365_sim::Sim::start().await, ["User.Read", "Mail.Read"]);
    let secret = tenant.issue_token("mira.solberg@fjordlight.example", &scopes);
    let token = AccessToken::new(secret, jiff::Timestamp::MAX, scopes);
    let tokens = Arc::new(FixedToken::new(token));
    let graph =
        GraphClient::builder(tokens.clone()).base_url(tenant.graph_endpoint().parse()?).build()?;
    let options = CatalogOptions::with_random_key(extractor)?.with_scopes(scopes);
    let catalog = Catalog::new(options.with_tool(UnreadMailCount)?);
    let input = CallInput::new(Caller::new(tenant.tenant_id(), "mira"), graph, tokens);
    let reply = catalog.call(UnreadMailCount::NAME, Map::new(), input).await?;
    println!("{}: {}", UnreadMailCount::TITLE, reply.structured.unwrap_or_default());
    Ok(())
}
