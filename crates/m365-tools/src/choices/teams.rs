use m365_graph::{Channel, Chat, Team, TeamId};

use super::Choice;
use crate::{ToolContext, ToolError};

/// How many chats are proposed, the latest first.
const CHATS: u32 = 25;

/// Returns the user's teams.
pub(super) async fn teams(ctx: &ToolContext) -> Result<Vec<Choice>, ToolError> {
    ctx.require_scope("Team.ReadBasic.All").await?;
    let joined = ctx.graph().teams().joined().await?.items;
    let choice = |team: Team| Some(Choice::new(team.id?, team.display_name.unwrap_or_default()));
    Ok(joined.into_iter().filter_map(choice).collect())
}

/// Returns the channels of a team.
pub(super) async fn channels(ctx: &ToolContext, team: &TeamId) -> Result<Vec<Choice>, ToolError> {
    ctx.require_scope("Channel.ReadBasic.All").await?;
    let channels = ctx.graph().teams().channels(team).await?.items;
    let choice =
        |channel: Channel| Some(Choice::new(channel.id?, channel.display_name.unwrap_or_default()));
    Ok(channels.into_iter().filter_map(choice).collect())
}

/// Returns the user's latest chats, by topic or members.
pub(super) async fn chats(ctx: &ToolContext) -> Result<Vec<Choice>, ToolError> {
    ctx.require_any_scope(&["Chat.Read", "Chat.ReadBasic"]).await?;
    let chats = ctx.graph().teams().chats().with_members().top(CHATS).page().await?.items;
    let choice = |chat: Chat| {
        let name = named(&chat);
        Some(Choice::new(chat.id?, name))
    };
    Ok(chats.into_iter().filter_map(choice).collect())
}

fn named(chat: &Chat) -> String {
    let members = chat.members.iter().filter_map(|member| member.display_name.as_deref());
    chat.topic.clone().unwrap_or_else(|| members.collect::<Vec<_>>().join(" "))
}
