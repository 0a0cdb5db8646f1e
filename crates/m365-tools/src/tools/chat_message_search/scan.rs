//! Reads the messages of many chats, 75 chats at a time, as one list, newest first.

mod block;
mod lane;

use jiff::{SignedDuration, Timestamp};
use m365_graph::{ChatId, ChatMessage, ErrorKind, NextLink};
use serde::{Deserialize, Serialize};

use self::{block::Block, lane::Lanes};
use super::{
    find::Finder,
    found::{Found, FoundMessage, Place},
    query::{Facts, Known},
};
use crate::{ToolError, teams::fields, time, uri::TeamsUri};

/// How many pages of messages one call reads before it answers with what it has: as many as there can
/// be chats in a block, and as many again, so that each call comes further.
const MAX_PAGES: usize = 2 * block::CHATS;

const NEXT_BLOCK: &str = "The chats are read 75 at a time, those with the latest activity first: messages are in \
                          order of time among 75 chats, and not over all.";

/// Where a scan stopped; it travels sealed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct ScanPlace {
    /// The page of chats that the block starts with; the first one has none.
    chats: Option<NextLink>,
    /// The one chat that is looked at, as its name was understood first.
    chat: Option<ChatId>,
    /// The message that was looked at last.
    edge: Option<Edge>,
    /// What was said of the scan when it began.
    pub(super) notice: Option<String>,
}

impl ScanPlace {
    /// Keeps what is said of the scan for the answers to come.
    pub(super) fn noticed(self, notice: Option<String>) -> Self {
        Self { notice, ..self }
    }
}

/// A moment down to which everything was looked at, and which messages of that moment were.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Edge {
    sent: Timestamp,
    /// Each with its chat, since ids are unique inside one only.
    seen: Vec<String>,
}

impl Edge {
    /// Tells whether a message is still to be looked at.
    fn is_before(&self, sent: Timestamp, key: &str) -> bool {
        sent < self.sent || (sent == self.sent && !self.seen.iter().any(|seen| seen == key))
    }
}

/// Goes on from `place` until enough messages fit, none are left, or the call has done enough.
pub(super) async fn run(finder: &Finder<'_>, place: ScanPlace) -> Result<Found, ToolError> {
    let mut scan =
        Scan { finder, place, found: Found::default(), looked_at: 0, chats: 0, pages: 0 };
    loop {
        let (link, chat) = (scan.place.chats.as_ref(), scan.place.chat.as_ref());
        let block = Block::read(finder, link, chat).await?;
        let next = block.next.clone();
        scan.place.chat = block.only(finder);
        scan.chats += block.chats.len();
        scan.found.notices.extend(block.notice.clone());
        let lanes = Lanes::new(finder, block.chats, scan.end());
        if !scan.read(lanes).await? {
            return Ok(scan.found);
        }
        let Some(next) = next else { return Ok(scan.found) };
        scan.go_on_with(next);
        if scan.is_spent() {
            scan.stop("Not all chats were looked at");
            return Ok(scan.found);
        }
    }
}

struct Scan<'a> {
    finder: &'a Finder<'a>,
    place: ScanPlace,
    found: Found,
    looked_at: usize,
    chats: usize,
    pages: usize,
}

impl Scan<'_> {
    /// The first moment that is not looked at any more, or was already.
    fn end(&self) -> Option<Timestamp> {
        let after = |edge: &Edge| edge.sent.checked_add(SignedDuration::from_millis(1)).ok();
        let edge = self.place.edge.as_ref().and_then(after);
        [edge, self.finder.interval.end].into_iter().flatten().min()
    }

    /// Goes on with the chats behind those of a block, whose messages may be newer than its last.
    fn go_on_with(&mut self, next: NextLink) {
        self.place.chats = Some(next);
        self.place.edge = None;
        if !self.found.messages.is_empty() {
            self.found.notices.push(NEXT_BLOCK.to_owned());
        }
    }

    /// Looks at the messages of a block; says whether it was read to its end.
    async fn read(&mut self, mut lanes: Lanes<'_>) -> Result<bool, ToolError> {
        let ended = self.merge(&mut lanes).await;
        self.found.notices.extend(lanes.notices());
        ended
    }

    async fn merge(&mut self, lanes: &mut Lanes<'_>) -> Result<bool, ToolError> {
        loop {
            while let Some((chat, message)) = lanes.pop() {
                if self.is_full_with(lanes.chat(chat), &message) {
                    return Ok(false);
                }
            }
            match lanes.load().await {
                Ok(0) => return Ok(true),
                Ok(pages) => self.pages += pages,
                Err(error) if self.looked_at > 0 && can_wait(error.kind()) => {
                    self.stop("Teams was too slow to read all messages");
                    return Ok(false);
                }
                Err(error) => return Err(error.into()),
            }
            self.progress().await;
            if self.looked_at > 0 && self.is_spent() {
                self.stop("Not all messages were looked at");
                return Ok(false);
            }
        }
    }

    /// Looks at one message; says whether it fits but finds no more room.
    fn is_full_with(&mut self, chat: &block::OpenChat, message: &ChatMessage) -> bool {
        let (Some(id), Some(sent)) = (message.id.clone(), message.created_date_time) else {
            return false;
        };
        let key = format!("{}/{id}", chat.id);
        if self.place.edge.as_ref().is_some_and(|edge| !edge.is_before(sent, &key)) {
            return false;
        }
        let fits = self.fits(chat, message);
        if fits && self.found.messages.len() == self.finder.limit {
            self.found.next = Some(Place::Scan(self.place.clone()));
            return true;
        }
        self.looked_at += 1;
        self.advance(sent, key);
        if fits {
            self.found.messages.push(found(chat, id, message.clone()));
        }
        false
    }

    fn advance(&mut self, sent: Timestamp, key: String) {
        match &mut self.place.edge {
            Some(edge) if edge.sent == sent => edge.seen.push(key),
            edge => *edge = Some(Edge { sent, seen: vec![key] }),
        }
    }

    fn fits(&self, chat: &block::OpenChat, message: &ChatMessage) -> bool {
        let finder = self.finder;
        let facts = Facts::new(message, &chat.members, &finder.own, Known::All);
        fields::is_written(message)
            && message.created_date_time.is_some_and(|sent| finder.interval.contains(sent))
            && finder.sender.as_ref().is_none_or(|wanted| facts.is_from(wanted))
            && finder.recipient.as_ref().is_none_or(|wanted| facts.is_to(wanted))
            && finder.query.as_ref().is_none_or(|query| query.fits(&facts) == Some(true))
    }

    fn is_spent(&self) -> bool {
        self.pages >= MAX_PAGES || self.finder.is_late()
    }

    async fn progress(&self) {
        let pages = u32::try_from(self.pages).unwrap_or(u32::MAX);
        self.finder.ctx.progress(pages, None, "Reading chats").await;
    }

    /// Ends the answer, and says how far it got.
    fn stop(&mut self, reason: &str) {
        let zone = self.finder.now.time_zone();
        let edge = self.place.edge.as_ref();
        let back = edge.map(|edge| format!(", back to {}", time::format(edge.sent, zone)));
        self.found.notices.push(format!(
            "{reason}: {} messages of {} chats were, newest activity first{}; nextCursor goes on from \
             there.",
            self.looked_at,
            self.chats,
            back.unwrap_or_default()
        ));
        self.found.next = Some(Place::Scan(self.place.clone()));
    }
}

fn found(
    chat: &block::OpenChat,
    id: m365_graph::ChatMessageId,
    message: ChatMessage,
) -> FoundMessage {
    FoundMessage {
        uri: TeamsUri::ChatMessage { chat: chat.id.clone(), message: id },
        message,
        members: chat.members.clone(),
        chat: Some(chat.title.clone()),
        team: None,
        channel: None,
        indexed: None,
    }
}

/// Tells whether what was found so far is worth more than the error.
const fn can_wait(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Timeout | ErrorKind::Throttled | ErrorKind::TooLarge)
}
