//! The chats that are read together.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use m365_graph::{Chat, ChatId, ChatMember, NextLink};

use super::super::find::Finder;
use crate::{
    ToolError,
    teams::{
        access::{self, Access},
        chats,
        people::{self, is_person},
    },
};

/// How many chats are read together at most: three pages of a list.
pub(super) const CHATS: usize = 75;

/// How many members come with a chat in a list; a chat that has as many may have more.
const MEMBERS: usize = 25;

/// How many chats' members are read side by side: Teams throttles by the second.
const PARALLEL: usize = 4;

/// Chats to be read together.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) chats: Vec<OpenChat>,
    /// Where the chats behind these are.
    pub(super) next: Option<NextLink>,
    pub(super) notice: Option<String>,
}

/// A chat that may have messages that fit.
#[derive(Clone, Debug)]
pub(super) struct OpenChat {
    pub(super) id: ChatId,
    pub(super) title: String,
    pub(super) members: Arc<[ChatMember]>,
    /// When the newest message was sent, where that is known.
    pub(super) newest: Option<Timestamp>,
}

impl Block {
    /// Reads the chats from `link` on, or the one chat that is asked for; `known` is which one that was.
    pub(super) async fn read(
        finder: &Finder<'_>,
        link: Option<&NextLink>,
        known: Option<&ChatId>,
    ) -> Result<Self, ToolError> {
        match (&finder.chat, known) {
            (Some(_), Some(id)) => Self::known(finder, id).await,
            (Some(name), None) => Self::named(finder, name).await,
            (None, _) => Self::listed(finder, link).await,
        }
    }

    /// The one chat that is asked for.
    pub(super) fn only(&self, finder: &Finder<'_>) -> Option<ChatId> {
        finder.chat.as_ref().and_then(|_| Some(self.chats.first()?.id.clone()))
    }

    async fn known(finder: &Finder<'_>, id: &ChatId) -> Result<Self, ToolError> {
        let chat = chats::get(finder.ctx, id).await;
        let chat = chat.map_err(|error| access::explain(finder.ctx, error, "chat"))?;
        let mut block = Self::default();
        block.add(finder, vec![chat]).await;
        Ok(block)
    }

    async fn named(finder: &Finder<'_>, name: &str) -> Result<Self, ToolError> {
        let found = chats::find(finder.ctx, &finder.own, name).await?;
        let mut block = Self { notice: found.notice, ..Self::default() };
        block.add(finder, vec![found.chat]).await;
        Ok(block)
    }

    async fn listed(finder: &Finder<'_>, link: Option<&NextLink>) -> Result<Self, ToolError> {
        let mut block = Self { next: link.cloned(), ..Self::default() };
        let mut listed = 0;
        loop {
            let page = chats::page(finder.ctx, Access::Full, block.next.as_ref()).await;
            let page = page.map_err(|error| access::explain_list(finder.ctx, error, "chats"))?;
            block.next = page.next;
            listed += page.items.len();
            let (old, chats): (Vec<_>, Vec<_>) =
                page.items.into_iter().partition(|chat| is_too_old(finder, chat));
            block.add(finder, chats).await;
            // Behind an old one, where the list is ordered, are only older ones.
            if !old.is_empty() && chats::is_ordered(finder.ctx, Access::Full) {
                block.next = None;
            }
            if block.next.is_none() || listed + MEMBERS > CHATS {
                return Ok(block);
            }
        }
    }

    /// Adds the chats that the recipient, if one is asked for, takes part in.
    async fn add(&mut self, finder: &Finder<'_>, chats: Vec<Chat>) {
        let chats = stream::iter(chats).map(|chat| with_members(finder, chat)).buffered(PARALLEL);
        let chats: Vec<_> = chats.collect().await;
        let wanted = finder.recipient.as_deref();
        let takes_part = |chat: &Chat| {
            wanted.is_none_or(|wanted| chat.members.iter().any(|one| is_member(one, wanted)))
        };
        let open = |chat: Chat| OpenChat::of(finder, chat);
        self.chats.extend(chats.into_iter().filter(takes_part).filter_map(open));
    }
}

impl OpenChat {
    fn of(finder: &Finder<'_>, chat: Chat) -> Option<Self> {
        let (newest, title) = (newest(&chat), chats::title(&chat, &finder.own));
        Some(Self { id: chat.id?, title, members: chat.members.into(), newest })
    }
}

/// Reads all members where a recipient is asked for who may be among those that a list leaves out.
async fn with_members(finder: &Finder<'_>, mut chat: Chat) -> Chat {
    let Some(id) = chat.id.clone() else { return chat };
    if finder.recipient.is_some() && chat.members.len() >= MEMBERS {
        let all = finder.ctx.graph().teams().chat(&id).members().await;
        chat.members = all.map_or(chat.members, |all| all.items);
    }
    chat
}

fn is_member(member: &ChatMember, wanted: &str) -> bool {
    is_person(&people::name(member), member.email.as_deref(), wanted)
}

fn newest(chat: &Chat) -> Option<Timestamp> {
    chat.last_message_preview.as_ref()?.created_date_time
}

fn is_too_old(finder: &Finder<'_>, chat: &Chat) -> bool {
    let newest = newest(chat);
    finder.interval.start.is_some_and(|start| newest.is_some_and(|newest| newest < start))
}
