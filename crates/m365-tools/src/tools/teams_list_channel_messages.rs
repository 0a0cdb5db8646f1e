//! Lists the posts of a channel with their replies.

use async_trait::async_trait;
use jiff::tz::TimeZone;
use m365_extract::excerpt;
use m365_graph::{ChatMessage, NextLink, Page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Answer, Listing, Results, Tool, ToolContext, ToolError,
    asked::{self, given},
    paging,
    teams::{
        access::{self, CHANNEL_MESSAGES, CHANNELS, TEAMS},
        fields,
        hit::{self, Hit},
        names::{self, FoundChannel},
    },
    time,
    uri::TeamsUri,
};

/// The most characters that a post with its replies takes in an answer.
const ROOM: usize = 3_200;

/// How many posts a page of Graph's has: each may bring hundreds of replies along.
const PAGE: u32 = 10;

/// How many of the newest replies are listed below a post, and how long each is.
const REPLIES: usize = 5;
const REPLY: usize = 200;

/// The tool `teams_list_channel_messages`.
#[derive(Debug)]
pub(crate) struct TeamsListChannelMessages;

/// What `teams_list_channel_messages` is asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TeamsListChannelMessagesInput {
    /// The team's name or id.
    team_id: String,
    /// The channel's name or id.
    channel_id: String,
    /// 1 to 50; 10 unless given.
    #[schemars(range(min = 1))]
    limit: Option<i64>,
    /// The `nextCursor` of an earlier answer.
    cursor: Option<String>,
}

/// A post with its newest replies.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PostHit {
    #[serde(flatten)]
    post: Hit,
    reply_count: Option<usize>,
    /// Whether the post has more replies than were counted.
    more_replies: Option<bool>,
    replies: Vec<ReplyHit>,
}

/// A reply to a post.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(crate) struct ReplyHit {
    from: String,
    created_date_time: Option<String>,
    summary: String,
}

/// Where a list goes on; it travels sealed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Place {
    link: Option<NextLink>,
    index: usize,
}

#[async_trait]
impl Tool for TeamsListChannelMessages {
    type Input = TeamsListChannelMessagesInput;
    type Output = Results<PostHit>;

    const NAME: &'static str = "teams_list_channel_messages";
    const TITLE: &'static str = "List channel messages";
    const DESCRIPTION: &'static str = "Lists posts of a Teams channel with their newest replies, latest \
        activity first. Read one with all replies with read_resource and its uri; for words use \
        chat_message_search.";
    const NEEDS: &'static [&'static [&'static str]] = &[&[CHANNEL_MESSAGES]];
    const USES: &'static [&'static str] = &[TEAMS, CHANNELS];
    const LISTING: Listing = Listing::WithScope;

    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError> {
        let mut answer = Answer::new();
        let limit = paging::limit(input.limit, 10, 50, &mut answer)?;
        let limit = asked::fitting(ctx, limit, ROOM, &mut answer) as usize;
        ctx.require_scope(CHANNEL_MESSAGES).await?;
        let cursor = given(input.cursor.as_ref());
        let place = cursor.map(|cursor| ctx.open_cursor(&cursor)).transpose()?;
        let team = names::team(ctx, "teamId", input.team_id.trim()).await?;
        let channel = names::channel(ctx, team, "channelId", input.channel_id.trim()).await?;
        let (zone, notice) = ctx.time_zone().await;
        fill(ctx, &mut answer, &channel, place.unwrap_or_default(), limit, &zone).await?;
        answer.trailer().dated(&zone, ctx.now());
        if let Some(notice) = notice {
            answer.notice(notice);
        }
        Ok(answer)
    }
}

/// Adds posts until there are enough or none are left; what Teams itself writes is no post.
async fn fill(
    ctx: &ToolContext,
    answer: &mut Answer,
    channel: &FoundChannel,
    mut place: Place,
    limit: usize,
    zone: &TimeZone,
) -> Result<(), ToolError> {
    let mut given = 0;
    loop {
        let page = page(ctx, channel, &place).await?;
        for (at, post) in page.items.iter().enumerate().skip(place.index) {
            if !fields::is_written(post) && post.replies.iter().all(|one| !fields::is_written(one))
            {
                continue;
            }
            if given == limit {
                answer.trailer().continues_with(ctx.seal_cursor(&Place { index: at, ..place })?);
                return Ok(());
            }
            let (text, whole) = values(ctx, channel, post, zone)?;
            answer.hit(text, whole);
            given += 1;
        }
        let Some(link) = page.next else { return Ok(()) };
        place = Place { link: Some(link), index: 0 };
        if given == limit {
            answer.trailer().continues_with(ctx.seal_cursor(&place)?);
            return Ok(());
        }
    }
}

async fn page(
    ctx: &ToolContext,
    channel: &FoundChannel,
    place: &Place,
) -> Result<Page<ChatMessage>, ToolError> {
    let request = ctx.graph().teams().channel(&channel.team.id, &channel.id);
    let page = match &place.link {
        Some(link) => request.next_page(link).await,
        None => request.posts_with_replies().top(PAGE).page().await,
    };
    page.map_err(|error| access::explain(ctx, error, "channel"))
}

/// Returns what the model sees of a post, and the whole.
fn values(
    ctx: &ToolContext,
    channel: &FoundChannel,
    post: &ChatMessage,
    zone: &TimeZone,
) -> Result<(Value, Value), ToolError> {
    let Some(message) = post.id.clone() else { return Ok((json!({}), json!({}))) };
    let (team, channel) = (channel.team.id.clone(), channel.id.clone());
    let uri = TeamsUri::ChannelMessage { team, channel, message };
    let hit = Hit::new(&uri, post, &[], ctx.cloud(), zone);
    let (mut text, mut whole) = hit.values()?;
    let mut replies: Vec<_> = post.replies.iter().filter(|one| fields::is_written(one)).collect();
    replies.sort_by_key(|reply| reply.created_date_time);
    let newest = replies.len().saturating_sub(REPLIES);
    let listed: Vec<_> = replies.iter().map(|one| reply(one, zone)).collect();
    for (value, from) in [(&mut text, newest), (&mut whole, 0)] {
        value["replyCount"] = json!((!listed.is_empty()).then_some(listed.len()));
        value["moreReplies"] = json!(post.more_replies.as_ref().map(|_| true));
        value["replies"] = json!(listed.get(from..).unwrap_or_default());
    }
    Ok((text, whole))
}

fn reply(reply: &ChatMessage, zone: &TimeZone) -> ReplyHit {
    ReplyHit {
        from: fields::sender(reply, &[]).map(|sender| sender.name).unwrap_or_default(),
        created_date_time: reply.created_date_time.map(|sent| time::format(sent, zone)),
        summary: excerpt(&hit::summary(reply), REPLY),
    }
}
