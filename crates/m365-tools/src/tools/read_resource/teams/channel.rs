//! The posts of a channel, those with the latest activity first.

use m365_graph::{self as graph, ChannelId, ChatMessage, Page, TeamId};
use serde_json::json;

use super::{
    super::{item::Item, reader::Read},
    Source,
    list::List,
    shown,
};
use crate::{
    ToolError,
    mail::fields::line,
    teams::{access::CHANNELS, place::Place},
    uri::TeamsUri,
};

/// How many posts a page has: each may bring hundreds of replies along.
const PAGE: u32 = 10;

/// How many of the newest replies stand below a post in the list.
const REPLIES: usize = 3;

/// Lists posts, each with its newest replies.
pub(super) async fn read(
    source: &Source<'_>,
    team: &TeamId,
    channel: &ChannelId,
) -> Result<Read, ToolError> {
    source.request.refuse_format("a channel")?;
    source.request.refuse_pages("a channel")?;
    let place: Place = source.request.list_place();
    let (page, (zone, _), title) = tokio::join!(
        page(source, team, channel, &place),
        source.reader.zone(),
        title(source, team, channel)
    );
    let page = page.map_err(|error| source.explain(error, "channel"))?;
    let item = Item::new(source.uri.to_string(), "channel", title);
    let mut list = List::new(source.reader, item, place);
    list.add(page, |post| {
        let message = post.id.clone()?;
        let uri =
            TeamsUri::ChannelMessage { team: team.clone(), channel: channel.clone(), message };
        let mut entry = shown::entry(&uri, post, &[], zone);
        let replies = post.replies.len();
        if replies > 0 {
            let more = if post.more_replies.is_some() { "more than " } else { "" };
            entry.insert("replies".to_owned(), json!(format!("{more}{replies}")));
        }
        let mut text = shown::short_block(post, &[], zone, None);
        text.extend(newest_replies(post).map(|reply| {
            format!("\n\n{}", shown::short_block(reply, &[], zone, Some("reply".to_owned())))
        }));
        Some((entry, text))
    });
    Ok(list.finish())
}

/// The newest replies, in the order in which they were written.
fn newest_replies(post: &ChatMessage) -> impl Iterator<Item = &ChatMessage> {
    let mut replies: Vec<_> = post.replies.iter().collect();
    replies.sort_by_key(|reply| reply.created_date_time);
    let skip = replies.len().saturating_sub(REPLIES);
    replies.into_iter().skip(skip)
}

async fn page(
    source: &Source<'_>,
    team: &TeamId,
    channel: &ChannelId,
    place: &Place,
) -> graph::Result<Page<ChatMessage>> {
    let request = source.api().channel(team, channel);
    match &place.link {
        Some(link) => request.next_page(link).await,
        None => request.posts_with_replies().top(PAGE).page().await,
    }
}

/// Returns the name of a channel, where the scope to read it is there.
pub(super) async fn title(source: &Source<'_>, team: &TeamId, channel: &ChannelId) -> String {
    if !source.reader.ctx.has_scope(CHANNELS).await.unwrap_or_default() {
        return "Channel".to_owned();
    }
    let read = source.api().channel(team, channel).get().await;
    let name = read.ok().map(|channel| line(channel.display_name.as_deref()));
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "Channel".to_owned())
}
