//! Chats side by side, of which the newest message comes next.

use std::collections::VecDeque;

use futures_util::future::join_all;
use jiff::Timestamp;
use m365_graph::{self as graph, ChatMessage, ErrorKind, NextLink, Page};

use super::{super::find::Finder, block::OpenChat};

/// How many chats are read side by side: Teams throttles by the second.
const PARALLEL: usize = 4;

/// How many messages a page has.
const PAGE: u32 = 25;

/// The chats of a block, and how far each was read.
pub(super) struct Lanes<'a> {
    finder: &'a Finder<'a>,
    chats: Vec<OpenChat>,
    lanes: Vec<Lane>,
    /// The first moment that is not wanted any more.
    end: Option<Timestamp>,
    refused: usize,
    unordered: bool,
}

/// How far one chat was read.
#[derive(Debug)]
struct Lane {
    messages: VecDeque<ChatMessage>,
    next: Next,
    /// No message that is still to be read was sent after this.
    bound: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Next {
    First,
    Page(NextLink),
    End,
}

impl Lane {
    fn new(chat: &OpenChat, end: Option<Timestamp>) -> Self {
        let bound = [chat.newest, end].into_iter().flatten().min().unwrap_or(Timestamp::MAX);
        Self { messages: VecDeque::new(), next: Next::First, bound }
    }

    /// The moment before which nothing of this chat can come next.
    fn newest(&self) -> Option<Timestamp> {
        let front = self.messages.front().and_then(|message| message.created_date_time);
        let bound = (self.next != Next::End).then_some(self.bound);
        front.max(bound)
    }

    /// Tells whether its newest message is at hand.
    fn is_ready(&self) -> bool {
        let front = self.messages.front().and_then(|message| message.created_date_time);
        front.is_some_and(|front| self.next == Next::End || front >= self.bound)
    }

    /// Takes a page in; whatever order it has, the newest come first, and the rest is not newer than
    /// the page's last message, or its last change.
    fn take(&mut self, page: Page<ChatMessage>, end: Option<Timestamp>, unordered: bool) {
        let sent = |message: &ChatMessage| message.created_date_time;
        let changed =
            |message: &ChatMessage| message.last_modified_date_time.or_else(|| sent(message));
        let last =
            page.items.iter().filter_map(|one| if unordered { changed(one) } else { sent(one) });
        self.bound = last.min().map_or(self.bound, |last| last.min(self.bound));
        let wanted = page
            .items
            .into_iter()
            .filter(|one| sent(one).is_some_and(|sent| end.is_none_or(|end| sent < end)));
        self.messages.extend(wanted);
        self.messages.make_contiguous().sort_by_key(|one| std::cmp::Reverse(sent(one)));
        self.next = page.next.map_or(Next::End, Next::Page);
    }
}

impl<'a> Lanes<'a> {
    pub(super) fn new(
        finder: &'a Finder<'a>,
        chats: Vec<OpenChat>,
        end: Option<Timestamp>,
    ) -> Self {
        let lanes = chats.iter().map(|chat| Lane::new(chat, end)).collect();
        Self { finder, chats, lanes, end, refused: 0, unordered: false }
    }

    pub(super) fn chat(&self, at: usize) -> &OpenChat {
        &self.chats[at]
    }

    /// Takes the newest message of all, unless a page has to be read first.
    pub(super) fn pop(&mut self) -> Option<(usize, ChatMessage)> {
        let newest =
            self.lanes.iter().enumerate().filter_map(|(at, one)| Some((one.newest()?, at)));
        let (_, at) = newest.max_by_key(|(sent, at)| (*sent, std::cmp::Reverse(*at)))?;
        let lane = self.lanes.get_mut(at).filter(|lane| lane.is_ready())?;
        lane.messages.pop_front().map(|message| (at, message))
    }

    /// Reads the pages that may hold the newest message, a few side by side; returns how many there
    /// were.
    pub(super) async fn load(&mut self) -> graph::Result<usize> {
        let wanted = self.wanted();
        let pages = join_all(wanted.iter().map(|at| self.page(*at))).await;
        let count = pages.len();
        for (at, page) in wanted.into_iter().zip(pages) {
            match page {
                Ok((page, unordered)) => {
                    self.unordered |= unordered;
                    self.lanes[at].take(page, self.end, unordered);
                    self.end_if_too_old(at);
                }
                Err(error) if is_of_one_chat(error.kind()) => {
                    self.refused += 1;
                    self.lanes[at].next = Next::End;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }

    /// The chats whose next page may hold something newer than all that is at hand.
    fn wanted(&self) -> Vec<usize> {
        let start = self.finder.interval.start;
        let at_hand =
            self.lanes.iter().filter(|lane| lane.is_ready()).filter_map(Lane::newest).max();
        let mut open: Vec<_> = self
            .lanes
            .iter()
            .enumerate()
            .filter(|(_, lane)| lane.next != Next::End && !lane.is_ready())
            .filter_map(|(at, lane)| Some((lane.newest()?, at)))
            .filter(|(newest, _)| {
                Some(*newest) >= at_hand && start.is_none_or(|start| *newest >= start)
            })
            .collect();
        open.sort_by_key(|(newest, at)| (std::cmp::Reverse(*newest), *at));
        open.into_iter().take(PARALLEL).map(|(_, at)| at).collect()
    }

    /// Reads a page; says whether it is ordered by the last change, which is all that some clouds know.
    async fn page(&self, at: usize) -> graph::Result<(Page<ChatMessage>, bool)> {
        let api = self.finder.ctx.graph().teams();
        let chat = &self.chats[at].id;
        match &self.lanes[at].next {
            Next::Page(link) => Ok((api.next_messages(link).await?, self.unordered)),
            _ => {
                let query = api.chat(chat).messages().top(PAGE).newest_first();
                let ordered = match self.end {
                    Some(end) => query.before(end),
                    None => query,
                };
                match ordered.page().await {
                    Err(error) if error.kind() == ErrorKind::BadRequest => {
                        Ok((api.chat(chat).messages().top(PAGE).page().await?, true))
                    }
                    page => Ok((page?, false)),
                }
            }
        }
    }

    /// Leaves out the rest of a chat whose messages are all older than is asked for.
    fn end_if_too_old(&mut self, at: usize) {
        let lane = &mut self.lanes[at];
        if self.finder.interval.start.is_some_and(|start| lane.bound < start) {
            lane.next = Next::End;
        }
    }

    /// Says which chats could not be read.
    pub(super) fn notices(&self) -> Option<String> {
        (self.refused > 0).then(|| {
            format!("{} chats could not be read: Teams refused their messages.", self.refused)
        })
    }
}

/// Tells whether a failure says something of one chat alone.
const fn is_of_one_chat(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::BadRequest | ErrorKind::Gone
    )
}
