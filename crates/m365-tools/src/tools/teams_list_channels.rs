//! Lists the channels of a team.

use async_trait::async_trait;
use m365_extract::excerpt;
use m365_graph::{Channel, ChannelId, TeamId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::teams_list_teams::DESCRIPTION;
use crate::{
    Answer, Listing, Results, Tool, ToolContext, ToolError,
    mail::fields::line,
    paging,
    teams::{
        access::{CHANNELS, TEAMS},
        names,
    },
    uri::TeamsUri,
};

/// The tool `teams_list_channels`.
#[derive(Debug)]
pub(crate) struct TeamsListChannels;

/// What `teams_list_channels` is asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TeamsListChannelsInput {
    /// The team's name or id.
    team_id: String,
}

/// A channel.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChannelHit {
    uri: String,
    name: String,
    description: String,
    membership_type: Option<String>,
    id: Option<String>,
    web_url: Option<String>,
}

#[async_trait]
impl Tool for TeamsListChannels {
    type Input = TeamsListChannelsInput;
    type Output = Results<ChannelHit>;

    const NAME: &'static str = "teams_list_channels";
    const TITLE: &'static str = "List channels";
    const DESCRIPTION: &'static str =
        "Lists the channels of a team. Read one with read_resource and its uri.";
    const NEEDS: &'static [&'static [&'static str]] = &[&[CHANNELS]];
    const USES: &'static [&'static str] = &[TEAMS];
    const LISTING: Listing = Listing::WithScope;

    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError> {
        ctx.require_scope(CHANNELS).await?;
        let team = names::team(ctx, "teamId", input.team_id.trim()).await?;
        let mut answer = Answer::new();
        let page = names::channels(ctx, &team.id).await?;
        paging::left_out(page.left_out, "channels", &mut answer);
        for channel in page.items {
            let mut hit = ChannelHit::of(channel, &team.id);
            let whole = json!(hit);
            (hit.id, hit.web_url) = (None, None);
            answer.hit(json!(hit), whole);
        }
        Ok(answer)
    }
}

impl ChannelHit {
    fn of(channel: Channel, team: &TeamId) -> Self {
        let id = channel.id.clone();
        let uri = id.map(|channel| TeamsUri::Channel { team: team.clone(), channel }.to_string());
        Self {
            uri: uri.unwrap_or_default(),
            name: line(channel.display_name.as_deref()),
            description: excerpt(&line(channel.description.as_deref()), DESCRIPTION),
            membership_type: channel.membership_type.filter(|kind| kind != "standard"),
            id: channel.id.as_ref().map(ChannelId::to_string),
            web_url: channel.web_url,
        }
    }
}
