use std::fmt;

use serde_json::json;

use super::TeamsApi;
use crate::{
    ChatMessageHit, Result, SearchPage,
    models::{IndexedMessage, SearchAnswer},
    request::{Action, Request},
};

/// The page size that is known to be accepted.
const MAX_SIZE: u32 = 25;

/// A search of the chats and channels that the user takes part in, newest first.
#[derive(Clone)]
#[must_use = "a search does nothing until it is handed to a client"]
pub struct ChatMessageSearch {
    query: String,
    skip: u32,
    size: u32,
}

impl ChatMessageSearch {
    /// Looks for what matches `query`, Keyword Query Language, which must not be empty; see
    /// [`kql`](crate::kql).
    pub fn new(query: impl Into<String>) -> Self {
        Self { query: query.into(), skip: 0, size: MAX_SIZE }
    }

    /// Leaves out the first `count` hits: a multiple of the size.
    pub const fn skip(mut self, count: u32) -> Self {
        self.skip = count;
        self
    }

    /// Asks for up to `size` hits, lowered to 25.
    pub const fn size(mut self, size: u32) -> Self {
        self.size = if size < MAX_SIZE { size } else { MAX_SIZE };
        self
    }

    fn request(&self) -> Request {
        let search = json!({
            "entityTypes": ["chatMessage"],
            "query": {"queryString": self.query},
            "from": self.skip,
            "size": self.size,
        });
        Request::read(Action::Search, json!({"requests": [search]}))
    }
}

/// Shows nothing of the query.
impl fmt::Debug for ChatMessageSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ChatMessageSearch");
        shown.field("skip", &self.skip).field("size", &self.size).finish_non_exhaustive()
    }
}

impl TeamsApi {
    /// Searches messages with
    /// [`POST /search/query`](https://learn.microsoft.com/graph/api/search-query).
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without both `Chat.Read` and
    /// `ChannelMessage.Read.All`, [`BadRequest`](crate::ErrorKind::BadRequest) for an empty query
    /// or one that does not parse, and [what any request can meet](crate::ErrorKind).
    pub async fn search(&self, search: &ChatMessageSearch) -> Result<SearchPage<ChatMessageHit>> {
        let answer: SearchAnswer<IndexedMessage> = self.client.entity(&search.request()).await?;
        Ok(answer.into_page())
    }
}
