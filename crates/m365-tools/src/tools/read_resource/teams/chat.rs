//! The messages of a chat, newest first.

use jiff::tz::TimeZone;
use m365_graph::{self as graph, Chat, ChatId, ChatMessage, ErrorKind, Page};
use serde_json::json;

use super::{
    super::{
        item::Item,
        reader::{Read, moment},
    },
    Source,
    list::List,
    shown,
};
use crate::{
    ToolError,
    teams::{
        access::{Access, CHAT},
        chats,
        place::Place,
    },
    uri::TeamsUri,
};

/// How many messages a page has.
const PAGE: u32 = 25;

/// How many members a description names.
const MEMBERS: usize = 25;

/// Reads who takes part in a chat, and its newest messages.
pub(super) async fn read(source: &Source<'_>, id: &ChatId) -> Result<Read, ToolError> {
    source.request.refuse_format("a chat")?;
    source.request.refuse_pages("a chat")?;
    let place: Place = source.request.list_place();
    let (chat, (zone, _)) = tokio::join!(chats::get(source.reader.ctx, id), source.reader.zone());
    let chat = chat.map_err(|error| source.explain(error, "chat"))?;
    let item = describe(source, &chat, zone);
    if source.access == Access::Basic {
        let notice = format!("Missing scope '{CHAT}': messages are left out.");
        return Ok(Read { item, notices: vec![notice], ..Read::default() });
    }
    let page = page(source, id, &place).await.map_err(|error| source.explain(error, "chat"))?;
    let mut list = List::new(source.reader, item, place);
    list.add(page, |message| {
        let id = message.id.clone()?;
        let uri = TeamsUri::ChatMessage { chat: chat.id.clone()?, message: id };
        let text = shown::short_block(message, &chat.members, zone, None);
        Some((shown::entry(&uri, message, &chat.members, zone), text))
    });
    Ok(list.finish())
}

fn describe(source: &Source<'_>, chat: &Chat, zone: &TimeZone) -> Item {
    let members = chats::members(chat, &source.own);
    let more = members.len().saturating_sub(MEMBERS);
    let named: Vec<_> = members.into_iter().take(MEMBERS).collect();
    let item = Item {
        web_url: chat.web_url.clone(),
        ..Item::new(source.uri.to_string(), "chat", chats::title(chat, &source.own))
    };
    item.with_details(json!({
        "chatType": chat.chat_type,
        "createdDateTime": moment(chat.created_date_time, zone),
        "members": named,
        "moreMembers": (more > 0).then_some(more),
    }))
}

/// Reads a page by when the messages were sent, or by their last change where a cloud knows no other
/// order.
async fn page(source: &Source<'_>, id: &ChatId, place: &Place) -> graph::Result<Page<ChatMessage>> {
    let api = source.api();
    if let Some(link) = &place.link {
        return api.next_messages(link).await;
    }
    match api.chat(id).messages().newest_first().top(PAGE).page().await {
        Err(error) if error.kind() == ErrorKind::BadRequest => {
            api.chat(id).messages().top(PAGE).page().await
        }
        page => page,
    }
}
