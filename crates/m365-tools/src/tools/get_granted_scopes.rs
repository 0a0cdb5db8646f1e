//! Says what the user has permitted, and which tools that is enough for.

use async_trait::async_trait;
use m365_auth::AccessToken;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Answer, Results, Tool, ToolContext, ToolError, context::Offered};

/// Asks for a refresh token; no token for Graph ever names it.
const NEVER_GRANTED: &str = "offline_access";

/// The tool `get_granted_scopes`.
#[derive(Debug)]
pub(crate) struct GetGrantedScopes;

/// What `get_granted_scopes` is asked for: nothing.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetGrantedScopesInput {}

/// What is permitted.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Granted {
    granted: Vec<String>,
    configured_not_granted: Vec<String>,
    tools: Vec<ToolState>,
}

/// Whether a tool will work.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(crate) struct ToolState {
    tool: &'static str,
    works: bool,
    /// What is missing: any one of these.
    needs_one_of: Vec<String>,
}

#[async_trait]
impl Tool for GetGrantedScopes {
    type Input = GetGrantedScopesInput;
    type Output = Results<Granted>;

    const NAME: &'static str = "get_granted_scopes";
    const TITLE: &'static str = "Granted permissions";
    const DESCRIPTION: &'static str = "Lists the scopes that the user has granted, those configured but not \
        granted, and for each tool whether it will work. Use it when a tool answers FORBIDDEN.";
    const NEEDS: &'static [&'static [&'static str]] = &[];

    async fn call(&self, ctx: &ToolContext, _: Self::Input) -> Result<Answer, ToolError> {
        let token = ctx.token().await?;
        let configured = ctx.configured_scopes();
        let missing = configured
            .iter()
            .filter(|scope| !token.grants(scope) && !scope.eq_ignore_ascii_case(NEVER_GRANTED));
        let granted = Granted {
            granted: token.scopes().iter().cloned().collect(),
            configured_not_granted: missing.cloned().collect(),
            tools: ctx.offered().iter().map(|tool| state(ctx, tool, &token)).collect(),
        };
        let mut answer = Answer::new();
        answer.hit(json!(granted), json!(granted));
        Ok(answer)
    }
}

fn state(ctx: &ToolContext, tool: &Offered, token: &AccessToken) -> ToolState {
    let usable = |scope: &&str| ctx.is_configured(scope) && token.grants(scope);
    let works = tool.needs.is_empty() || tool.needs.iter().any(|set| set.iter().all(usable));
    let needed = if works { &[] } else { tool.needs };
    let needs_one_of = needed.iter().map(|set| set.join(" and ")).collect();
    ToolState { tool: tool.name, works, needs_one_of }
}
