use std::fmt;

use serde_json::json;

use crate::{
    GraphClient, Message, MessageHit, MessageId, Result, SearchPage,
    models::SearchAnswer,
    request::{Action, Request},
};

/// The most hits that one page of a message search may have.
const MAX_SIZE: u32 = 25;

/// A search of the signed-in user's own mailbox, newest first.
#[derive(Clone)]
#[must_use = "a search does nothing until it is handed to a client"]
pub struct MessageSearch {
    query: String,
    skip: u32,
    size: u32,
    top_results: bool,
}

impl MessageSearch {
    /// Looks for what matches `query`, Keyword Query Language; see [`kql`](crate::kql).
    pub fn new(query: impl Into<String>) -> Self {
        Self { query: query.into(), skip: 0, size: MAX_SIZE, top_results: false }
    }

    /// Leaves out the first `count` hits: a multiple of the size, reached page by page.
    pub const fn skip(mut self, count: u32) -> Self {
        self.skip = count;
        self
    }

    /// Asks for up to `size` hits, lowered to Graph's maximum of 25.
    pub const fn size(mut self, size: u32) -> Self {
        self.size = if size < MAX_SIZE { size } else { MAX_SIZE };
        self
    }

    /// Puts the three most relevant hits first.
    pub const fn top_results(mut self) -> Self {
        self.top_results = true;
        self
    }

    fn request(&self) -> Request {
        let mut search = json!({
            "entityTypes": ["message"],
            "query": {"queryString": self.query},
            "from": self.skip,
            "size": self.size,
        });
        if self.top_results {
            search["enableTopResults"] = true.into();
        }
        Request::read(Action::Search, json!({"requests": [search]}))
    }
}

/// Shows nothing of the query.
impl fmt::Debug for MessageSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("MessageSearch");
        shown.field("skip", &self.skip).field("size", &self.size).finish_non_exhaustive()
    }
}

impl GraphClient {
    /// Searches the signed-in user's own mailbox with
    /// [`POST /search/query`](https://learn.microsoft.com/graph/api/search-query).
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without `Mail.Read`,
    /// [`BadRequest`](crate::ErrorKind::BadRequest) for an empty query, and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn search_messages(&self, search: &MessageSearch) -> Result<SearchPage<MessageHit>> {
        let answer: SearchAnswer<Message, MessageId> = self.entity(&search.request()).await?;
        Ok(answer.into_page())
    }
}
