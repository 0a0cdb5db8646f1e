use serde::Deserialize;

use super::{Message, Resource, lenient};
use crate::MessageId;

mod summary;

/// One page of search results.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SearchPage<T> {
    /// The hits in Graph's order; a page may be short although there are more.
    pub hits: Vec<T>,
    /// Whether the next page, which skips `size` hits more, has hits.
    pub more: bool,
}

/// A message that a search found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MessageHit {
    /// The message's id, converted to REST spelling.
    pub id: MessageId,
    /// The place in the ranking, from 1.
    pub rank: u32,
    /// The text around the words found, without marks and entities; may be empty.
    pub summary: String,
    /// What the index holds of the message: no body, no id, and recipients not for certain.
    pub message: Message,
}

/// The body of an answer to `POST /search/query` with one request.
#[derive(Debug, Deserialize)]
pub(crate) struct SearchAnswer {
    value: Vec<SearchResponse>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchResponse {
    #[serde(default, deserialize_with = "lenient::list")]
    hits_containers: Vec<HitsContainer>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct HitsContainer {
    #[serde(deserialize_with = "lenient::list")]
    hits: Vec<Hit>,
    more_results_available: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hit {
    hit_id: MessageId,
    #[serde(default)]
    rank: u32,
    #[serde(default, deserialize_with = "lenient::nullable")]
    summary: String,
    resource: Message,
}

impl Resource for SearchAnswer {
    fn is_whole(&self) -> bool {
        true
    }
}

impl SearchAnswer {
    pub(crate) fn into_messages(self) -> SearchPage<MessageHit> {
        let container = self.into_container();
        let hits = container.hits.into_iter().map(MessageHit::from).collect();
        SearchPage { hits, more: container.more_results_available }
    }

    fn into_container(self) -> HitsContainer {
        let response = self.value.into_iter().next();
        response
            .and_then(|response| response.hits_containers.into_iter().next())
            .unwrap_or_default()
    }
}

impl From<Hit> for MessageHit {
    fn from(hit: Hit) -> Self {
        let Hit { hit_id: id, rank, summary, resource: message } = hit;
        Self { id, rank, summary: summary::plain(&summary), message }
    }
}
