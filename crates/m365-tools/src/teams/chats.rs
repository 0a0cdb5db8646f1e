//! Chats: their titles, lists of them, and finding one by name.

use m365_extract::excerpt;
use m365_graph::{self as graph, Chat, ChatId, ChatMember, ErrorKind, NextLink, Page};

use super::{
    access::{self, Access},
    people::{self, Own, is_person},
};
use crate::{
    Cloud, ToolContext, ToolError,
    mail::fields::{line, one_line},
    named,
    uri::{ResourceUri, TeamsUri},
    words::fold,
};

/// How many chats a page has: with members, more are not safe.
const PAGE: u32 = 25;

/// How many pages of chats are looked through for a name.
const PAGES: usize = 10;

/// How many members a title names.
const NAMED: usize = 4;

/// The longest title, in characters.
const TITLE: usize = 120;

/// Returns what a chat is called: its topic, or else the others who take part.
pub(crate) fn title(chat: &Chat, own: &Own) -> String {
    let topic = line(chat.topic.as_deref());
    if !topic.is_empty() {
        return excerpt(&topic, TITLE);
    }
    let others = chat.members.iter().filter(|member| !own.is(member)).map(people::name);
    let names: Vec<String> = others.filter(|name| !name.is_empty()).collect();
    match names.len().checked_sub(NAMED) {
        None | Some(0) if names.is_empty() => unnamed(chat).to_owned(),
        None | Some(0) => excerpt(&names.join(", "), TITLE),
        Some(more) => {
            let some = names.get(..NAMED).unwrap_or_default().join(", ");
            excerpt(&format!("{some} and {more} more"), TITLE)
        }
    }
}

fn unnamed(chat: &Chat) -> &'static str {
    match chat.id.as_ref().map(ChatId::as_str) {
        Some("48:notes") => "Notes to oneself",
        _ => "Chat without a name",
    }
}

/// Reads the first page of the user's chats, those with the newest messages first where the cloud
/// knows that order.
pub(crate) async fn first_page(ctx: &ToolContext, access: Access) -> graph::Result<Page<Chat>> {
    let query = ctx.graph().teams().chats().top(PAGE);
    let query = match access {
        Access::Full => query.expanded(),
        Access::Basic => query.with_members(),
    };
    let query = if is_ordered(ctx, access) { query.newest_first() } else { query };
    query.page().await
}

/// Tells whether lists of chats begin with the newest messages.
pub(crate) fn is_ordered(ctx: &ToolContext, access: Access) -> bool {
    ctx.cloud() == Cloud::Global && access == Access::Full
}

/// Reads a page of the user's chats.
pub(crate) async fn page(
    ctx: &ToolContext,
    access: Access,
    link: Option<&NextLink>,
) -> graph::Result<Page<Chat>> {
    match link {
        Some(link) => ctx.graph().teams().next_chats(link).await,
        None => first_page(ctx, access).await,
    }
}

/// Reads a chat with its members, or without where Graph cannot give them.
pub(crate) async fn get(ctx: &ToolContext, id: &ChatId) -> graph::Result<Chat> {
    let request = ctx.graph().teams().chat(id);
    match request.clone().get().await {
        Err(error) if error.kind() == ErrorKind::Unavailable => {
            request.without_members().get().await
        }
        read => read,
    }
}

/// A chat that was asked for.
#[derive(Clone, Debug)]
pub(crate) struct FoundChat {
    pub(crate) chat: Chat,
    /// What was not looked at although the name fits it, too.
    pub(crate) notice: Option<String>,
}

/// Finds the chat that is meant by its topic, by a member's name, or by its id or address.
///
/// # Errors
///
/// `NOT_FOUND` with the nearest names, `VALIDATION_ERROR` that lists the chats a name fits.
pub(crate) async fn find(ctx: &ToolContext, own: &Own, name: &str) -> Result<FoundChat, ToolError> {
    if let Some(id) = named_by_id(ctx, name)? {
        let chat = get(ctx, &id).await.map_err(|error| access::explain(ctx, error, "chat"))?;
        return Ok(FoundChat { chat, notice: None });
    }
    let (chats, complete) = all(ctx).await?;
    choose(&chats, own, name).unwrap_or_else(|| Err(unknown(&chats, own, name, complete)))
}

/// Reads an id or address in place of a name; another kind of id is refused by what it is.
fn named_by_id(ctx: &ToolContext, name: &str) -> Result<Option<ChatId>, ToolError> {
    if let Ok(id) = ChatId::new(name) {
        return Ok(Some(id));
    }
    match ResourceUri::parse(name, ctx.cloud()) {
        Ok(ResourceUri::Teams(TeamsUri::Chat(chat) | TeamsUri::ChatMessage { chat, .. })) => {
            Ok(Some(chat))
        }
        Ok(_) => Err(ToolError::validation(format!(
            "chatName: {:?} names no chat; a topic, a member's name or the uri of a chat is accepted.",
            excerpt(name, 100)
        ))),
        Err(_) if graph::TeamId::new(name).is_ok() || graph::ChannelId::new(name).is_ok() => {
            Err(ToolError::validation(format!(
                "chatName: {name:?} is the id of a team, channel or person; a chat's id (19:…@thread.v2) \
                 or its topic is accepted."
            )))
        }
        Err(_) => Ok(None),
    }
}

/// Reads the chats with the newest messages; says whether these are all.
async fn all(ctx: &ToolContext) -> Result<(Vec<Chat>, bool), ToolError> {
    let granted = access::check(ctx).await?;
    let mut chats = Vec::new();
    let mut link = None;
    for _ in 0..PAGES {
        let page = page(ctx, granted, link.as_ref()).await;
        let page = page.map_err(|error| access::explain_list(ctx, error, "chats"))?;
        chats.extend(page.items);
        link = page.next;
        if link.is_none() {
            break;
        }
    }
    Ok((chats, link.is_none()))
}

/// Takes the chats that fit best: by topic, then those between two, then by a part of the topic, then
/// by who takes part.
fn choose(chats: &[Chat], own: &Own, name: &str) -> Option<Result<FoundChat, ToolError>> {
    let wanted = fold(&one_line(name));
    let topic = |chat: &Chat| fold(&line(chat.topic.as_deref()));
    let title = |chat: &Chat| fold(&title(chat, own));
    let of_two = |chat: &Chat| chat.chat_type.as_deref() == Some("oneOnOne");
    let with = |chat: &Chat| has_member(chat, own, name);
    let ways: [&dyn Fn(&Chat) -> bool; 5] = [
        &|chat| topic(chat) == wanted || title(chat) == wanted,
        &|chat| of_two(chat) && with(chat),
        &|chat| topic(chat).contains(&wanted),
        &|chat| !of_two(chat) && with(chat),
        &|chat| title(chat).contains(&wanted),
    ];
    let found = ways.iter().map(|fits| chats.iter().filter(|chat| fits(chat)).collect::<Vec<_>>());
    let best = found.into_iter().find(|found| !found.is_empty())?;
    Some(match best.as_slice() {
        [only] => Ok(FoundChat { chat: (*only).clone(), notice: others(chats, own, name, only) }),
        several => {
            let each = several.iter().map(|chat| described(chat, own));
            Err(named::ambiguous("chatName", "chat", name, each))
        }
    })
}

fn has_member(chat: &Chat, own: &Own, name: &str) -> bool {
    let mut others = chat.members.iter().filter(|member| !own.is(member));
    others.any(|one| is_person(&people::name(one), one.email.as_deref(), name))
}

/// Says that a person whose chat was taken takes part in others, too.
fn others(chats: &[Chat], own: &Own, name: &str, taken: &Chat) -> Option<String> {
    if taken.chat_type.as_deref() != Some("oneOnOne") {
        return None;
    }
    let more = chats.iter().filter(|chat| chat.id != taken.id && has_member(chat, own, name));
    let more = more.count();
    (more > 0).then(|| {
        format!(
            "Only the one-to-one chat with {} was searched, and not the {more} other chats with this \
             person: these are searched by their topics, or all by leaving chatName out.",
            title(taken, own)
        )
    })
}

fn unknown(chats: &[Chat], own: &Own, name: &str, complete: bool) -> ToolError {
    let mut known: Vec<String> = chats.iter().map(|chat| title(chat, own)).collect();
    known.extend(chats.iter().flat_map(|chat| chat.members.iter().map(people::name)));
    let kind = match complete {
        true => "chat with the topic or member".to_owned(),
        false => format!("chat among the {} newest with the topic or member", chats.len()),
    };
    named::not_found("chatName", &kind, name, known.iter().map(String::as_str))
}

/// Tells a chat from others of the same name.
fn described(chat: &Chat, own: &Own) -> String {
    let uri = chat.id.clone().map(|id| TeamsUri::Chat(id).to_string()).unwrap_or_default();
    let last = chat.last_message_preview.as_ref().and_then(|last| last.created_date_time);
    let last = last.map(|last| format!(", last message {}", last.strftime("%Y-%m-%d")));
    format!(
        "{} ({} members{}) {uri}",
        title(chat, own),
        chat.members.len(),
        last.unwrap_or_default()
    )
}

/// Returns the names of those who take part, the user left out.
pub(crate) fn members(chat: &Chat, own: &Own) -> Vec<String> {
    let others = chat.members.iter().filter(|member: &&ChatMember| !own.is(member));
    others.map(people::name).filter(|name| !name.is_empty()).collect()
}
