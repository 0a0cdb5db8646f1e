//! Lists the posts of a channel with their replies.

use async_trait::async_trait;
use jiff::tz::TimeZone;
use m365_extract::excerpt;
use m365_graph::{ChatMessage, Page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Answer, Listing, Results, Tool, ToolContext, ToolError,
    asked::{Filling, given},
    paging,
    teams::{
        access::{self, CHANNEL_MESSAGES, CHANNELS, TEAMS},
        fields,
        hit::{self, Hit},
        names::{self, FoundChannel},
        place::Place,
    },
    time,
    uri::TeamsUri,
};

/// How many posts a page of Graph's has: each may bring hundreds of replies along.
const PAGE: u32 = 10;

/// How many pages of posts one call looks through.
const PAGES: usize = 10;

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
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub(crate) struct ReplyHit {
    from: String,
    created_date_time: Option<String>,
    summary: String,
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
        let limit = paging::limit(input.limit, 10, 50, &mut answer)? as usize;
        ctx.require_scope(CHANNEL_MESSAGES).await?;
        let cursor = given(input.cursor.as_ref());
        let place = cursor.map(|cursor| ctx.open_cursor(&cursor)).transpose()?;
        let team = names::team(ctx, "teamId", input.team_id.trim()).await?;
        let channel = names::channel(ctx, team, "channelId", input.channel_id.trim()).await?;
        let (zone, notice) = ctx.time_zone().await;
        let lister = Lister { ctx, channel, zone, limit };
        lister.fill(&mut answer, place.unwrap_or_default()).await?;
        answer.trailer().dated(&lister.zone, ctx.now());
        if let Some(notice) = notice {
            answer.notice(notice);
        }
        Ok(answer)
    }
}

/// What is listed, and how many posts of it.
struct Lister<'a> {
    ctx: &'a ToolContext,
    channel: FoundChannel,
    zone: TimeZone,
    limit: usize,
}

impl Lister<'_> {
    /// Adds posts until there are enough, the answer is full, none are left, or enough pages were looked
    /// at; what Teams itself writes is no post.
    async fn fill(&self, answer: &mut Answer, mut place: Place) -> Result<(), ToolError> {
        let (mut given, mut filling) = (0, Filling::new(self.ctx, answer));
        for _ in 0..PAGES {
            let page = self.page(&place).await?;
            let start = place.start(page.items.iter().map(|post| post.id.as_ref()));
            let mut last = None;
            for (at, post) in page.items.iter().enumerate().skip(start) {
                if let Some(hit) = self.hit(post) {
                    if given == self.limit || !filling.add(answer, hit.values()?) {
                        return self.go_on(answer, &place.at(at, last));
                    }
                    given += 1;
                }
                last = post.id.as_ref();
            }
            let Some(link) = page.next else { return Ok(()) };
            place = place.next(link, last);
            if given == self.limit {
                return self.go_on(answer, &place);
            }
        }
        answer.notice("Not all posts were looked at; nextCursor goes on with the rest.");
        self.go_on(answer, &place)
    }

    fn go_on(&self, answer: &mut Answer, place: &Place) -> Result<(), ToolError> {
        answer.trailer().continues_with(self.ctx.seal_cursor(place)?);
        Ok(())
    }

    async fn page(&self, place: &Place) -> Result<Page<ChatMessage>, ToolError> {
        let FoundChannel { team, id } = &self.channel;
        let request = self.ctx.graph().teams().channel(&team.id, id);
        let page = match &place.link {
            Some(link) => request.next_page(link).await,
            None => request.posts_with_replies().top(PAGE).page().await,
        };
        page.map_err(|error| access::explain(self.ctx, error, "channel"))
    }

    /// Describes a post that somebody wrote or replied to.
    fn hit(&self, post: &ChatMessage) -> Option<PostHit> {
        let mut replies: Vec<_> =
            post.replies.iter().filter(|one| fields::is_written(one)).collect();
        if !fields::is_written(post) && replies.is_empty() {
            return None;
        }
        replies.sort_by_key(|reply| reply.created_date_time);
        let (team, channel) = (self.channel.team.id.clone(), self.channel.id.clone());
        let uri = TeamsUri::ChannelMessage { team, channel, message: post.id.clone()? };
        Some(PostHit {
            post: Hit::new(&uri, post, &[], self.ctx.cloud(), &self.zone),
            reply_count: (!replies.is_empty()).then_some(replies.len()),
            more_replies: post.more_replies.as_ref().map(|_| true),
            replies: replies.into_iter().map(|one| ReplyHit::of(one, &self.zone)).collect(),
        })
    }
}

impl PostHit {
    /// Returns what the model sees of a post, and the whole.
    fn values(mut self) -> Result<(Value, Value), ToolError> {
        let whole = hit::value(&self)?;
        let older = self.replies.len().saturating_sub(REPLIES);
        self.replies.drain(..older);
        Ok((hit::value(&Self { post: self.post.short(), ..self })?, whole))
    }
}

impl ReplyHit {
    fn of(reply: &ChatMessage, zone: &TimeZone) -> Self {
        Self {
            from: fields::sender(reply, &[]).map(|sender| sender.name).unwrap_or_default(),
            created_date_time: reply.created_date_time.map(|sent| time::format(sent, zone)),
            summary: excerpt(&hit::summary(reply), REPLY),
        }
    }
}
