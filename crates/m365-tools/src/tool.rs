use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Answer, ToolContext, ToolError};

/// One thing that a host may ask for: static data and one function.
///
/// Tools read and never write. Who is calling arrives in the [`ToolContext`], so one instance serves
/// every caller.
///
/// ```
/// # use std::sync::Arc;
/// use async_trait::async_trait;
/// use m365_tools::{Answer, CatalogOptions, Extractor, Results, Tool, ToolContext, ToolError};
/// use schemars::JsonSchema;
/// use serde::{Deserialize, Serialize};
/// use serde_json::json;
///
/// #[derive(Deserialize, JsonSchema)]
/// struct Nothing {}
///
/// #[derive(Serialize, JsonSchema)]
/// struct Office {
///     office: Option<String>,
/// }
///
/// /// Tells where the user's desk is.
/// struct WhereIsMyDesk;
///
/// #[async_trait]
/// impl Tool for WhereIsMyDesk {
///     type Input = Nothing;
///     type Output = Results<Office>;
///
///     const NAME: &'static str = "where_is_my_desk";
///     const TITLE: &'static str = "Find my desk";
///     const DESCRIPTION: &'static str = "Tells in which office the signed-in user works.";
///     const NEEDS: &'static [&'static [&'static str]] = &[&["User.Read"]];
///
///     async fn call(&self, ctx: &ToolContext, _: Nothing) -> Result<Answer, ToolError> {
///         ctx.require_scope("User.Read").await?;
///         let office = json!({ "office": ctx.graph().me().await?.office_location });
///         Ok(Answer::new().hit(office.clone(), office).clone())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let tenant = m365_sim::Sim::start().await;
/// # let scopes = ["User.Read", "Mail.Read"];
/// # let secret = tenant.issue_token("mira.solberg@fjordlight.example", &scopes);
/// # let token = m365_auth::AccessToken::new(secret, jiff::Timestamp::MAX, scopes);
/// # let tokens = Arc::new(m365_auth::FixedToken::new(token));
/// # let root = tenant.graph_endpoint().parse()?;
/// # let graph = m365_graph::GraphClient::builder(tokens.clone()).base_url(root).build()?;
/// let options = CatalogOptions::with_random_key(Extractor::in_process())?.with_scopes(scopes);
/// let catalog = m365_tools::Catalog::new(options.with_tool(WhereIsMyDesk)?);
/// # let caller = m365_tools::Caller::new(tenant.tenant_id(), "mira");
/// # let input = m365_tools::CallInput::new(caller, graph, tokens);
///
/// let reply = catalog.call("where_is_my_desk", serde_json::Map::new(), input).await?;
/// assert_eq!(reply.items, 1);
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait Tool: Send + Sync + 'static {
    /// The arguments. Their docs are the schema that the model reads.
    type Input: DeserializeOwned + JsonSchema + Send;
    /// The shape of the structured content, e.g. [`Results<Hit>`](crate::Results).
    type Output: Serialize + JsonSchema;

    /// The name that hosts call, e.g. `outlook_email_search`.
    const NAME: &'static str;
    /// The name that people see.
    const TITLE: &'static str;
    /// What the tool does and when to use it, for the model.
    const DESCRIPTION: &'static str;
    /// Sets of delegated permissions, by their short names, of which any one lets the tool work; empty
    /// where it needs none.
    const NEEDS: &'static [&'static [&'static str]];
    /// Further permissions that add to what it finds.
    const USES: &'static [&'static str] = &[];
    /// When hosts see the tool; always unless said.
    const LISTING: Listing = Listing::Always;

    /// Answers one call.
    ///
    /// # Errors
    ///
    /// Whatever the caller can mend or has to know, as a [`ToolError`] that says what to do next.
    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError>;
}

/// When hosts see a tool that the policy does not block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Listing {
    /// In every configuration.
    #[default]
    Always,
    /// Where one of the sets of scopes that it needs is configured.
    WithScope,
}
