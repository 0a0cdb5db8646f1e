//! The chats that are read together.

use std::sync::Arc;

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
    /// Reads the chats from `link` on, or the one chat that is asked for.
    pub(super) async fn read(
        finder: &Finder<'_>,
        link: Option<&NextLink>,
    ) -> Result<Self, ToolError> {
        match &finder.chat {
            Some(name) => Self::named(finder, name).await,
            None => Self::listed(finder, link).await,
        }
    }

    async fn named(finder: &Finder<'_>, name: &str) -> Result<Self, ToolError> {
        let found = chats::find(finder.ctx, &finder.own, name).await?;
        let mut block = Self { notice: found.notice, ..Self::default() };
        block.add(finder, found.chat).await;
        Ok(block)
    }

    async fn listed(finder: &Finder<'_>, link: Option<&NextLink>) -> Result<Self, ToolError> {
        let mut block = Self { next: link.cloned(), ..Self::default() };
        let mut listed = 0;
        loop {
            let page = chats::page(finder.ctx, Access::Full, block.next.as_ref()).await;
            let page = page.map_err(|error| access::explain(finder.ctx, error, "list of chats"))?;
            block.next = page.next;
            listed += page.items.len();
            for chat in page.items {
                if is_too_old(finder, &chat) {
                    // Behind it, where the list is ordered, are only older ones.
                    if chats::is_ordered(finder.ctx, Access::Full) {
                        block.next = None;
                        return Ok(block);
                    }
                    continue;
                }
                block.add(finder, chat).await;
            }
            if block.next.is_none() || listed + MEMBERS > CHATS {
                return Ok(block);
            }
        }
    }

    async fn add(&mut self, finder: &Finder<'_>, mut chat: Chat) {
        let Some(id) = chat.id.clone() else { return };
        if let Some(wanted) = &finder.recipient {
            if chat.members.len() >= MEMBERS {
                let all = finder.ctx.graph().teams().chat(&id).members().await;
                chat.members = all.map_or(chat.members, |all| all.items);
            }
            if !chat.members.iter().any(|one| is_member(one, wanted)) {
                return;
            }
        }
        let newest = newest(&chat);
        let title = chats::title(&chat, &finder.own);
        self.chats.push(OpenChat { id, title, members: chat.members.into(), newest });
    }
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
