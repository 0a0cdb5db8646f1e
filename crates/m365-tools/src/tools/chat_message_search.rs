//! Finds messages in chats and channels.
//!
//! | Scopes | Way |
//! |---|---|
//! | `Chat.Read` and `ChannelMessage.Read.All` | `POST /search/query`, completed by one `$batch` a page |
//! | `Chat.Read`, or one chat that is named | a scan of chats, each message compared here |
//!
//! A scan takes 75 chats at a time, those with the latest activity first, and merges them by time: the
//! message given next is the newest of all that are left in them, and a chat is opened only when it may
//! hold it. So a cursor is a moment among these chats, and what it goes on with is what was sent before,
//! then the next 75 chats. That the order begins anew there is said in a notice.

mod complete;
mod find;
mod found;
mod index;
mod input;
mod query;
mod scan;

use async_trait::async_trait;

use self::{find::Finder, found::Found, input::ChatMessageSearchInput};
use crate::{
    Answer, Results, Tool, ToolContext, ToolError, asked, paging,
    teams::{
        access::{CHANNEL_MESSAGES, CHANNELS, CHAT, TEAMS},
        hit::{self, Hit},
    },
};

/// The tool `chat_message_search`.
#[derive(Debug)]
pub(crate) struct ChatMessageSearch;

#[async_trait]
impl Tool for ChatMessageSearch {
    type Input = ChatMessageSearchInput;
    type Output = Results<Hit>;

    const NAME: &'static str = "chat_message_search";
    const TITLE: &'static str = "Search Teams messages";
    const DESCRIPTION: &'static str = "Finds messages in Teams chats and channels, newest first; without \
        conditions the most recent ones. For mail use outlook_email_search. Read a hit with \
        read_resource and its uri.";
    const NEEDS: &'static [&'static [&'static str]] = &[&[CHAT]];
    const USES: &'static [&'static str] = &[CHANNEL_MESSAGES, TEAMS, CHANNELS];

    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError> {
        let mut answer = Answer::new();
        let limit = paging::limit(input.limit, 10, 25, &mut answer)?;
        let limit = asked::fitting(ctx, limit, hit::ROOM, &mut answer);
        ctx.require_scope(CHAT).await?;
        let (zone, notice) = ctx.time_zone().await;
        let finder = Finder::new(ctx, &input, limit as usize, &zone).await?;
        let found = finder.run().await?;
        let (interval, nobody) = (finder.interval(), finder.nobody(&found));
        fill(ctx, &mut answer, found, &zone)?;
        if let Some(notice) = nobody {
            answer.notice(notice);
        }
        asked::echo(&mut answer, interval, &zone, ctx);
        if let Some(notice) = notice {
            answer.notice(notice);
        }
        Ok(answer)
    }
}

fn fill(
    ctx: &ToolContext,
    answer: &mut Answer,
    found: Found,
    zone: &jiff::tz::TimeZone,
) -> Result<(), ToolError> {
    for message in found.messages {
        let (text, structured) = message.hit(ctx.cloud(), zone).values()?;
        answer.hit(text, structured);
    }
    for notice in found.notices {
        answer.notice(notice);
    }
    if let Some(place) = found.next {
        answer.trailer().continues_with(ctx.seal_cursor(&place)?);
    }
    Ok(())
}
