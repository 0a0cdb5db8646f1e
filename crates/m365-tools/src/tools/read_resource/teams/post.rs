//! One post in a channel, with all its replies.

use std::iter;

use m365_graph::{
    ChannelId, ChatMessage, ChatMessageId, Error, ErrorKind, Incomplete, NextLink, TeamId,
};
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
    let (found, title, _) = tokio::join!(
        request.clone().get(),
        channel::title(source, team, channel),
        source.reader.zone()
    );
    let root = match &found {
        Ok(post) => post.reply_to_id.clone().filter(|root| root != id),
        Err(error) if is_missing(error) => root_of(source, team, channel, id).await,
        Err(_) => None,
    };
    if let Some(root) = root {
        return Box::pin(reply_of(source, team, channel, root, id)).await;
    }
    let post = found.map_err(|error| source.explain(error, "message"))?;
    source.request.refuse_format("a post with its replies")?;
    let (replies, incomplete) = replies(source, team, channel, id).await?;
    let mut read = thread(source, title, &post, &replies).await?;
    if source.request.text_place().is_none() {
        let images = body::markdown(&post).images;
        message::add_images(source, &mut read, &images, &request).await;
    }
    let left_out = incomplete.map(|reason| format!("The oldest replies are left out: {reason}."));
    read.notices.extend(left_out);
    Ok(read)
}

/// Graph says of a reply that is asked for as a post what it says of none.
fn is_missing(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::BadRequest)
}

/// Finds the post that a message replies to.
async fn root_of(
    source: &Source<'_>,
    team: &TeamId,
    channel: &ChannelId,
    id: &ChatMessageId,
) -> Option<ChatMessageId> {
    let (ctx, wanted) = (source.reader.ctx, [id.clone()]);
    let found = names::find_replies(ctx, (team, channel), &wanted, || false).await;
    found.into_iter().next().map(|(post, _)| post)
}

/// Describes a post, and gives what fits of it and of its replies.
async fn thread(
    source: &Source<'_>,
    channel: String,
    post: &ChatMessage,
    replies: &[ChatMessage],
) -> Result<Read, ToolError> {
    let (zone, _) = source.reader.zone().await;
    let (cloud, total) = (source.reader.ctx.cloud(), replies.len());
    let subject = line(post.subject.as_deref());
    let heading = if subject.is_empty() { channel.clone() } else { subject };
    let item = shown::item(&source.uri, heading, post, &[], (zone, cloud));
    let item = item.with_details(json!({"channel": channel, "replyCount": total}));
    let places = (1..=total).map(|at| format!("reply {at} of {total}"));
    let places = iter::once("post".to_owned()).chain(places);
    let messages = iter::once(post).chain(replies);
    let block = |(message, place)| shown::block(message, &[], zone, Some(place));
    let pages: Vec<_> = messages.zip(places).map(block).collect();
    source.reader.with_pages(source.request, item, &pages)
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
