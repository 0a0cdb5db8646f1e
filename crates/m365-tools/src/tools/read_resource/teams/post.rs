//! One post in a channel, with all its replies.

use m365_graph::{ChannelId, ChatMessage, ChatMessageId, ErrorKind, Incomplete, NextLink, TeamId};
use serde_json::json;

use super::{super::reader::Read, Source, channel, message, shown};
use crate::{
    ToolError,
    mail::fields::line,
    teams::{body, names},
    uri::TeamsUri,
};

/// How many replies a page of Graph's has, and how many pages are read.
const PAGE: u32 = 50;
const PAGES: usize = 10;

/// Reads a post and its replies, oldest first; each is a page of the text.
pub(super) async fn read(
    source: &Source<'_>,
    team: &TeamId,
    channel: &ChannelId,
    id: &ChatMessageId,
) -> Result<Read, ToolError> {
    let request = source.api().channel(team, channel).post(id).message();
    let (found, title, (zone, _)) = tokio::join!(
        request.clone().get(),
        channel::title(source, team, channel),
        source.reader.zone()
    );
    let post = match found {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::BadRequest) => {
            let wanted = [id.clone()];
            let found =
                names::find_replies(source.reader.ctx, (team, channel), &wanted, || false).await;
            let Some((post, _)) = found.into_iter().next() else {
                return Err(source.explain(error, "message"));
            };
            return Box::pin(reply_of(source, team, channel, post, id)).await;
        }
        found => found.map_err(|error| source.explain(error, "message"))?,
    };
    if let Some(root) = post.reply_to_id.clone().filter(|root| root != id) {
        return Box::pin(reply_of(source, team, channel, root, id)).await;
    }
    source.request.refuse_format("a post with its replies")?;
    let (replies, incomplete) = replies(source, team, channel, id).await?;
    let subject = line(post.subject.as_deref());
    let heading = if subject.is_empty() { title.clone() } else { subject };
    let item = shown::item(&source.uri, heading, &post, &[], (zone, source.reader.ctx.cloud()));
    let item = item.with_details(json!({"channel": title, "replyCount": replies.len()}));
    let total = replies.len();
    let mut pages = vec![shown::block(&post, &[], zone, Some("post".to_owned()))];
    pages.extend(replies.iter().enumerate().map(|(at, reply)| {
        shown::block(reply, &[], zone, Some(format!("reply {} of {total}", at + 1)))
    }));
    let mut read = source.reader.with_pages(source.request, item, &pages)?;
    if source.request.text_place().is_none() {
        let images = body::markdown(&post).images;
        message::add_images(source, &mut read, &images, &request).await;
    }
    if let Some(reason) = incomplete {
        read.notices.push(format!("The oldest replies are left out: {reason}."));
    }
    Ok(read)
}

/// Reads a reply that was named as if it were a post.
async fn reply_of(
    source: &Source<'_>,
    team: &TeamId,
    channel: &ChannelId,
    post: ChatMessageId,
    id: &ChatMessageId,
) -> Result<Read, ToolError> {
    let (team, channel, message) = (team.clone(), channel.clone(), id.clone());
    let uri = TeamsUri::Reply { team, channel, post, message };
    super::read(source.reader, source.request, uri).await
}

/// Reads all replies within bounds, oldest first.
async fn replies(
    source: &Source<'_>,
    team: &TeamId,
    channel: &ChannelId,
    post: &ChatMessageId,
) -> Result<(Vec<ChatMessage>, Option<Incomplete>), ToolError> {
    let mut replies = Vec::new();
    let mut link: Option<NextLink> = None;
    for _ in 0..PAGES {
        let request = source.api().channel(team, channel);
        let page = match &link {
            Some(link) => request.next_page(link).await,
            None => request.post(post).replies().top(PAGE).page().await,
        };
        let page = page.map_err(|error| source.explain(error, "message"))?;
        replies.extend(page.items);
        link = page.next;
        if link.is_none() {
            replies.sort_by_key(|reply| reply.created_date_time);
            return Ok((replies, page.incomplete));
        }
    }
    replies.sort_by_key(|reply| reply.created_date_time);
    Ok((replies, Some(Incomplete::PageLimit)))
}
