//! Teams and channels by their names or ids.

use futures_util::{StreamExt, TryStreamExt, stream};
use m365_extract::excerpt;
use m365_graph::{Channel, ChannelId, ChatId, ChatMessage, ChatMessageId, Page, Team, TeamId};

use super::access::{self, CHANNELS, TEAMS};
use crate::{
    ToolContext, ToolError, mail::fields::line, named, uri::ResourceUri, words::same_name,
};

/// How many teams' channels are listed side by side: Teams throttles by the second.
const PARALLEL: usize = 4;

/// A team that was asked for.
#[derive(Clone, Debug)]
pub(crate) struct FoundTeam {
    pub(crate) id: TeamId,
    /// Empty where only the id is known.
    pub(crate) name: String,
}

impl FoundTeam {
    fn of(team: Team) -> Option<Self> {
        Some(Self { id: team.id?, name: line(team.display_name.as_deref()) })
    }
}

/// A channel that was asked for, with its team.
#[derive(Clone, Debug)]
pub(crate) struct FoundChannel {
    pub(crate) team: FoundTeam,
    pub(crate) id: ChannelId,
}

/// Lists the user's teams.
///
/// # Errors
///
/// `FORBIDDEN` without `Team.ReadBasic.All`, and what a request can meet.
pub(crate) async fn teams(ctx: &ToolContext) -> Result<Page<Team>, ToolError> {
    ctx.require_scope(TEAMS).await?;
    let page = ctx.graph().teams().joined().await;
    page.map_err(|error| access::explain_list(ctx, error, "teams"))
}

/// Lists the channels of a team.
///
/// # Errors
///
/// `FORBIDDEN` without `Channel.ReadBasic.All`, and what a request can meet.
pub(crate) async fn channels(ctx: &ToolContext, team: &TeamId) -> Result<Page<Channel>, ToolError> {
    ctx.require_scope(CHANNELS).await?;
    let page = ctx.graph().teams().channels(team).await;
    page.map_err(|error| access::explain(ctx, error, "team"))
}

/// Finds the team that `wanted`, the value of the argument `field`, means: an id, which is taken as it
/// is, or a name.
///
/// # Errors
///
/// `NOT_FOUND` with the nearest names, `VALIDATION_ERROR` for a name that several teams have and for the
/// id of something else, and those of [`teams`].
pub(crate) async fn team(
    ctx: &ToolContext,
    field: &str,
    wanted: &str,
) -> Result<FoundTeam, ToolError> {
    if let Some(id) = team_id(ctx, field, wanted)? {
        return Ok(FoundTeam { id, name: String::new() });
    }
    let teams = teams(ctx).await?.items;
    let known =
        teams.iter().filter_map(|team| Some((team.id.clone()?, team.display_name.as_deref())));
    let named: Vec<_> = known.map(|(id, name)| (id, line(name))).collect();
    let (id, name) = pick(field, "team", wanted, &named)?;
    Ok(FoundTeam { id, name })
}

fn team_id(ctx: &ToolContext, field: &str, wanted: &str) -> Result<Option<TeamId>, ToolError> {
    if let Ok(id) = TeamId::new(wanted) {
        return Ok(Some(id));
    }
    if let Ok(ResourceUri::Teams(uri)) = ResourceUri::parse(wanted, ctx.cloud())
        && let Some((team, _)) = uri.channel()
    {
        return Ok(Some(team.clone()));
    }
    let other = ChannelId::new(wanted)
        .map(|_| "a channel")
        .or_else(|_| ChatId::new(wanted).map(|_| "a chat"));
    match other {
        Ok(kind) => Err(wrong_kind(field, wanted, kind, "a team's id (a GUID) or its name")),
        Err(_) => Ok(None),
    }
}

/// Finds the channel of `team` that `wanted` means: an id or a name.
///
/// # Errors
///
/// As [`team`].
pub(crate) async fn channel(
    ctx: &ToolContext,
    team: FoundTeam,
    field: &str,
    wanted: &str,
) -> Result<FoundChannel, ToolError> {
    if let Some(id) = channel_id(ctx, field, wanted)? {
        return Ok(FoundChannel { team, id });
    }
    let named = named_channels(ctx, &team.id).await?;
    let (id, _) = pick(field, "channel", wanted, &named)?;
    Ok(FoundChannel { team, id })
}

/// Finds the channel that `wanted` means in any of the user's teams.
///
/// # Errors
///
/// As [`team`]; `VALIDATION_ERROR` with the teams where several have such a channel.
pub(crate) async fn channel_anywhere(
    ctx: &ToolContext,
    field: &str,
    wanted: &str,
) -> Result<FoundChannel, ToolError> {
    let id = channel_id(ctx, field, wanted)?;
    let (mut found, mut known) = (Vec::new(), Vec::new());
    let teams = teams(ctx).await?.items.into_iter().filter_map(FoundTeam::of);
    let lists = stream::iter(teams).map(|team| async move {
        let channels = named_channels(ctx, &team.id).await?;
        Ok::<_, ToolError>((team, channels))
    });
    let lists: Vec<_> = lists.buffered(PARALLEL).try_collect().await?;
    for (team, channels) in lists {
        for (channel, name) in channels {
            let fits = id.as_ref().map_or_else(|| same_name(&name, wanted), |id| *id == channel);
            if fits {
                found.push(FoundChannel { team: team.clone(), id: channel });
            } else {
                known.push(name);
            }
        }
    }
    match found.as_slice() {
        [only] => Ok(only.clone()),
        [] => {
            let known = known.iter().map(String::as_str);
            Err(named::not_found(field, "channel", wanted, known))
        }
        several => {
            let teams = several.iter().map(|one| format!("in the team {}", one.team.name));
            Err(named::ambiguous(field, "channel", wanted, teams))
        }
    }
}

async fn named_channels(
    ctx: &ToolContext,
    team: &TeamId,
) -> Result<Vec<(ChannelId, String)>, ToolError> {
    let channels = channels(ctx, team).await?.items.into_iter();
    let named = |channel: Channel| Some((channel.id?, line(channel.display_name.as_deref())));
    Ok(channels.filter_map(named).collect())
}

fn channel_id(
    ctx: &ToolContext,
    field: &str,
    wanted: &str,
) -> Result<Option<ChannelId>, ToolError> {
    if let Ok(id) = ChannelId::new(wanted) {
        return Ok(Some(id));
    }
    if let Ok(ResourceUri::Teams(uri)) = ResourceUri::parse(wanted, ctx.cloud())
        && let Some((_, channel)) = uri.channel()
    {
        return Ok(Some(channel.clone()));
    }
    let other =
        TeamId::new(wanted).map(|_| "a team").or_else(|_| ChatId::new(wanted).map(|_| "a chat"));
    match other {
        Ok(kind) => {
            let expected = "a channel's id (19:…@thread.tacv2) or its name";
            Err(wrong_kind(field, wanted, kind, expected))
        }
        Err(_) => Ok(None),
    }
}

fn wrong_kind(field: &str, wanted: &str, kind: &str, expected: &str) -> ToolError {
    ToolError::validation(format!(
        "{field}: {:?} is the id of {kind}; {expected} is accepted.",
        excerpt(wanted, 100)
    ))
}

/// Takes the one of that name.
fn pick<I: Clone + std::fmt::Display>(
    field: &str,
    kind: &str,
    wanted: &str,
    known: &[(I, String)],
) -> Result<(I, String), ToolError> {
    let found: Vec<_> = known.iter().filter(|(_, name)| same_name(name, wanted)).collect();
    match found.as_slice() {
        [only] => Ok((*only).clone()),
        [] => {
            let names = known.iter().map(|(_, name)| name.as_str());
            Err(named::not_found(field, kind, wanted, names))
        }
        several => {
            let each = several.iter().map(|(id, name)| format!("{name} {id}"));
            Err(named::ambiguous(field, kind, wanted, each))
        }
    }
}

/// How many of the latest posts are looked through for replies, a page at a time; each post may bring
/// hundreds of replies along.
const POSTS: u32 = 20;
const PAGES: usize = 3;

/// A reply with the id of the post that it answers.
pub(crate) type FoundReply = (ChatMessageId, ChatMessage);

/// Finds replies, of which only their own ids are known, below the latest posts of a channel; begins no
/// page any more when it `is_late`.
pub(crate) async fn find_replies(
    ctx: &ToolContext,
    (team, channel): (&TeamId, &ChannelId),
    wanted: &[ChatMessageId],
    is_late: impl Fn() -> bool,
) -> Vec<FoundReply> {
    let (mut found, mut link) = (Vec::new(), None);
    for _ in 0..PAGES {
        if is_late() {
            return found;
        }
        let request = ctx.graph().teams().channel(team, channel);
        let page = match &link {
            Some(link) => request.next_page(link).await,
            None => request.posts_with_replies().top(POSTS).page().await,
        };
        let Ok(page) = page else { return found };
        found.extend(page.items.into_iter().flat_map(|post| among_replies(post, wanted)));
        link = page.next;
        if link.is_none() || found.len() >= wanted.len() {
            return found;
        }
    }
    found
}

fn among_replies(post: ChatMessage, wanted: &[ChatMessageId]) -> Vec<FoundReply> {
    let Some(id) = post.id else { return Vec::new() };
    let is_wanted = |reply: &ChatMessage| reply.id.as_ref().is_some_and(|id| wanted.contains(id));
    post.replies.into_iter().filter(is_wanted).map(|reply| (id.clone(), reply)).collect()
}
