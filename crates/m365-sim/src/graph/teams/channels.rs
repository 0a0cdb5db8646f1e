//! The routes of teams and their channels.

use serde_json::{Value, json};

use crate::{
    graph::{
        call::Call,
        drives::{self, store::At},
        fail::Fail,
        sites::site::Site,
        teams::{
            access::{self, CHANNEL_MEMBERS, CHANNELS, FILES, TEAMS},
            chat_json::member,
            list::{entity, page, selected},
            message_json::{encoded, host},
            need, only,
            options::filter,
            posts,
            property::Membership,
            team::{Access, Channel, Team},
        },
    },
    http::Response,
};

/// Teams, channels and members are given all at once.
const ALL: usize = 1000;

/// Answers a request below `/teams`.
pub(crate) fn route(call: &Call<'_>, path: &[&str]) -> Result<Response, Fail> {
    match path {
        [] => Err(Fail::not_here("/teams")),
        [team] => one(call, team),
        [team, "channels"] => list(call, team),
        [team, "channels", id] => channel(call, team, id),
        [team, "channels", id, "members"] => members(call, team, id),
        [team, "channels", id, "messages", rest @ ..] => posts::route(call, team, id, rest),
        [team, "channels", id, "filesFolder", rest @ ..] => files(call, team, id, rest),
        [_, "channels", _, "sharedWithTeams" | "tabs" | "members", ..] => {
            Err(Fail::not_here("this part of a channel"))
        }
        [_, "channels", _, segment, ..] => Err(Fail::no_segment(segment)),
        [_, "allChannels" | "group" | "installedApps" | "members" | "operations", ..]
        | [_, "photo" | "primaryChannel" | "schedule" | "tags" | "template", ..] => {
            Err(Fail::not_here("this part of a team"))
        }
        [_, segment, ..] => Err(Fail::no_segment(segment)),
    }
}

/// Answers with the teams that the caller is in, of which little is told.
pub(crate) fn joined(call: &Call<'_>) -> Result<Response, Fail> {
    only(call, &[])?;
    need(call, TEAMS)?;
    let teams: Vec<_> = own_teams(call).collect();
    page(call, "teams", &teams, ALL, |team| {
        json!({
            "id": team.id, "createdDateTime": null, "displayName": team.name,
            "description": team.description, "internalId": null, "classification": null,
            "specialization": null, "visibility": null, "webUrl": null, "isArchived": false,
            "tenantId": call.tenant_id(), "isMembershipLimitedToOwners": null,
        })
    })
}

/// Answers with these and the teams that share a channel with the caller.
pub(crate) fn associated(call: &Call<'_>) -> Result<Response, Fail> {
    only(call, &[])?;
    need(call, TEAMS)?;
    let user = &call.grant.user_id;
    let all = call.grant.tenant.teams.teams().iter();
    let teams: Vec<_> = all
        .filter(|team| team.has(user) || access::channels(call, team).next().is_some())
        .collect();
    let context = format!("users('{user}')/teamwork/associatedTeams");
    page(
        call,
        &context,
        &teams,
        ALL,
        |team| json!({"id": team.id, "displayName": team.name, "tenantId": call.tenant_id()}),
    )
}

fn own_teams<'a>(call: &Call<'a>) -> impl Iterator<Item = &'a Team> {
    let user = call.grant.user_id.as_str();
    call.grant.tenant.teams.teams().iter().filter(move |team| team.has(user))
}

fn one(call: &Call<'_>, id: &str) -> Result<Response, Fail> {
    only(call, &["$select"])?;
    need(call, TEAMS)?;
    let team = access::team(call, id)?;
    let general = team.channels.first().map(|channel| encoded(&channel.id)).unwrap_or_default();
    let body = json!({
        "id": team.id, "createdDateTime": team.created.to_string(), "displayName": team.name,
        "description": team.description, "internalId": team.channels.first().map(|one| &one.id),
        "classification": null, "specialization": "none", "visibility": "private",
        "webUrl": format!(
            "https://{}/l/team/{general}/conversations?groupId={}&tenantId={}",
            host(call), team.id, call.tenant_id(),
        ),
        "isArchived": false, "tenantId": call.tenant_id(), "isMembershipLimitedToOwners": false,
    });
    Ok(entity(call, "teams", selected(call, body)))
}

fn list(call: &Call<'_>, id: &str) -> Result<Response, Fail> {
    only(call, &["$filter", "$select"])?;
    need(call, CHANNELS)?;
    let team = access::any_team(call, id)?;
    let mut channels: Vec<_> = access::channels(call, team).collect();
    if channels.is_empty() {
        return Err(Fail::not_a_member());
    }
    if let Some(condition) = filter::<Membership>(call)? {
        channels.retain(|channel| condition.passes(|own| own.value(channel)));
    }
    let context = format!("teams('{}')/channels", team.id);
    page(call, &context, &channels, ALL, |channel| selected(call, written(call, team, channel)))
}

fn channel(call: &Call<'_>, team: &str, id: &str) -> Result<Response, Fail> {
    only(call, &["$select"])?;
    need(call, CHANNELS)?;
    let (team, channel) = access::channel(call, team, id)?;
    let context = format!("teams('{}')/channels", team.id);
    Ok(entity(call, &context, selected(call, written(call, team, channel))))
}

fn written(call: &Call<'_>, team: &Team, channel: &Channel) -> Value {
    json!({
        "id": channel.id,
        "createdDateTime": channel.created.to_string(),
        "displayName": channel.name,
        "description": channel.description,
        "isFavoriteByDefault": null,
        "email": "",
        "tenantId": call.tenant_id(),
        "webUrl": format!(
            "https://{}/l/channel/{}/{}?groupId={}&tenantId={}&allowXTenantAccess={}",
            host(call), encoded(&channel.id), encoded(&channel.name), team.id, call.tenant_id(),
            if channel.access == Access::Shared { "True" } else { "False" },
        ),
        "membershipType": channel.access.name(),
        "isArchived": false,
    })
}

fn members(call: &Call<'_>, team: &str, id: &str) -> Result<Response, Fail> {
    only(call, &[])?;
    need(call, CHANNEL_MEMBERS)?;
    let (team, channel) = access::channel(call, team, id)?;
    let context = format!("teams('{}')/channels('{}')/members", team.id, encoded(&channel.id));
    page(call, &context, team.members_of(channel), ALL, |one| member(call, &channel.id, one))
}

/// The folder of a channel has its name, in the first library of the team's site.
fn files(call: &Call<'_>, team: &str, id: &str, path: &[&str]) -> Result<Response, Fail> {
    need(call, FILES)?;
    let (team, channel) = access::channel(call, team, id)?;
    let view = drives::View::new(call)?;
    let contents = view.contents;
    let is_own = |site: &Site| site.group == Some(team.id.as_str());
    let folder = contents.sites.iter().position(is_own).and_then(|site| {
        let drive = contents.drives_of(site).next()?;
        let item = contents.drives[drive].walk(0, &[&channel.name])?;
        Some(At { drive, item })
    });
    let missing = || Fail::teams_not_found("The folder of the channel was not made yet.");
    drives::item(&view, view.sees(folder.ok_or_else(missing)?)?, path)
}
