//! Lists the user's teams.

use async_trait::async_trait;
use m365_extract::excerpt;
use m365_graph::TeamId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Answer, Listing, Results, Tool, ToolContext, ToolError,
    mail::fields::line,
    paging,
    teams::{access::TEAMS, names},
};

/// The longest description of a team or channel, in characters.
pub(super) const DESCRIPTION: usize = 200;

/// The tool `teams_list_teams`.
#[derive(Debug)]
pub(crate) struct TeamsListTeams;

/// What `teams_list_teams` is asked for: nothing.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TeamsListTeamsInput {}

/// A team.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TeamHit {
    id: Option<String>,
    name: String,
    description: String,
}

#[async_trait]
impl Tool for TeamsListTeams {
    type Input = TeamsListTeamsInput;
    type Output = Results<TeamHit>;

    const NAME: &'static str = "teams_list_teams";
    const TITLE: &'static str = "List teams";
    const DESCRIPTION: &'static str =
        "Lists the teams that the user is in. Pass a name or id to teams_list_channels.";
    const NEEDS: &'static [&'static [&'static str]] = &[&[TEAMS]];
    const LISTING: Listing = Listing::WithScope;

    async fn call(&self, ctx: &ToolContext, _: Self::Input) -> Result<Answer, ToolError> {
        let mut answer = Answer::new();
        let page = names::teams(ctx).await?;
        paging::left_out(page.left_out, "teams", &mut answer);
        for team in page.items {
            let hit = TeamHit {
                id: team.id.as_ref().map(TeamId::to_string),
                name: line(team.display_name.as_deref()),
                description: excerpt(&line(team.description.as_deref()), DESCRIPTION),
            };
            answer.hit(json!(hit), json!(hit));
        }
        Ok(answer)
    }
}
