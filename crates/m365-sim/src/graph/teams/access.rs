//! Who may ask Teams for what.

use crate::{
    cloud::SimCloud,
    directory::Kind,
    graph::{
        call::Call,
        fail::Fail,
        teams::{
            chat::Chat,
            team::{Access, Channel, Team},
        },
    },
};

/// What lists chats.
pub(super) const CHATS: &[&str] = &["Chat.ReadBasic", "Chat.Read", "Chat.ReadWrite"];
/// What tells the members of a chat.
pub(super) const CHAT_MEMBERS: &[&str] =
    &["ChatMember.Read", "ChatMember.ReadWrite", "Chat.ReadBasic", "Chat.Read", "Chat.ReadWrite"];
/// What reads the messages of a chat.
pub(super) const CHAT_MESSAGES: &[&str] = &["Chat.Read", "Chat.ReadWrite"];
/// What lists teams.
pub(super) const TEAMS: &[&str] = &[
    "Team.ReadBasic.All",
    "TeamSettings.Read.All",
    "User.Read.All",
    "Directory.Read.All",
    "Group.Read.All",
];
/// What lists channels.
pub(super) const CHANNELS: &[&str] =
    &["Channel.ReadBasic.All", "ChannelSettings.Read.All", "Directory.Read.All", "Group.Read.All"];
/// What tells the members of a channel.
pub(super) const CHANNEL_MEMBERS: &[&str] =
    &["ChannelMember.Read.All", "ChannelMember.ReadWrite.All"];
/// What opens the folder of a channel.
pub(super) const FILES: &[&str] = &["Files.Read.All", "Files.Read", "Sites.Read.All"];
/// What reads the messages of a channel.
pub(super) const POSTS: &[&str] =
    &["ChannelMessage.Read.All", "ChannelMessage.Read.Group", "Group.Read.All"];

/// Refuses a token without any of `scopes`, as Teams does, and users without a licence.
pub(crate) fn need(call: &Call<'_>, scopes: &[&str]) -> Result<(), Fail> {
    if !call.has(scopes) {
        return Err(Fail::teams_forbidden(format!(
            "Missing scope permissions on the request. API requires one of '{}'. Scopes on the request '{}'",
            scopes.join(", "),
            granted(call),
        )));
    }
    match call.grant.tenant.directory.find(&call.grant.user_id).map(|user| user.kind) {
        Some(Kind::Kiosk) => Err(Fail::teams_forbidden(
            "Failed to get license information for the user. Ensure user has a valid Office365 license assigned to them.",
        )),
        _ => Ok(()),
    }
}

/// Returns the token's scopes as error messages list them.
fn granted(call: &Call<'_>) -> String {
    let scopes: Vec<_> = call.grant.scopes.iter().map(String::as_str).collect();
    scopes.join(", ")
}

/// Finds a chat that the caller is in.
pub(super) fn chat<'a>(call: &Call<'a>, id: &str) -> Result<&'a Chat, Fail> {
    if !id.starts_with("19:") || !id.contains('@') {
        return Err(Fail::bad_request("Invalid ThreadId."));
    }
    let chat = call.grant.tenant.teams.chats().iter().find(|chat| chat.id == id);
    let chat = chat.ok_or_else(|| Fail::teams_not_found("No chat found with this id."))?;
    if chat.has(&call.grant.user_id) { Ok(chat) } else { Err(Fail::not_a_member()) }
}

/// Returns the chats that the caller is in.
pub(super) fn chats<'a>(call: &Call<'a>) -> impl Iterator<Item = &'a Chat> {
    let user = call.grant.user_id.as_str();
    call.grant.tenant.teams.chats().iter().filter(move |chat| chat.has(user))
}

/// Finds a team, whoever is in it.
pub(super) fn any_team<'a>(call: &Call<'a>, id: &str) -> Result<&'a Team, Fail> {
    let team = call.grant.tenant.teams.teams().iter().find(|team| team.id.eq_ignore_ascii_case(id));
    team.ok_or_else(|| Fail::teams_not_found("No team found with this group id."))
}

/// Finds a team that the caller is in.
pub(super) fn team<'a>(call: &Call<'a>, id: &str) -> Result<&'a Team, Fail> {
    let team = any_team(call, id)?;
    if team.has(&call.grant.user_id) { Ok(team) } else { Err(Fail::not_a_member()) }
}

/// Returns the channels of a team that the caller reads.
pub(super) fn channels<'a>(
    call: &Call<'a>,
    team: &'a Team,
) -> impl Iterator<Item = &'a Channel> + use<'a> {
    let user = call.grant.user_id.as_str();
    let has_shared = call.state.cloud == SimCloud::Global;
    team.channels.iter().filter(move |channel| {
        team.shows(channel, user) && (has_shared || channel.access != Access::Shared)
    })
}

/// Finds a channel that the caller reads.
pub(super) fn channel<'a>(
    call: &Call<'a>,
    team: &str,
    id: &str,
) -> Result<(&'a Team, &'a Channel), Fail> {
    let team = any_team(call, team)?;
    if let Some(channel) = channels(call, team).find(|channel| channel.id == id) {
        return Ok((team, channel));
    }
    if team.channels.iter().any(|channel| channel.id == id) {
        return Err(Fail::not_a_member());
    }
    Err(Fail::teams_not_found("No channel found with this id."))
}
