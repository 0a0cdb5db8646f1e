use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};

use super::{Message, Resource, lenient};
use crate::MessageId;

mod summary;

pub(crate) use summary::{marked, plain};

/// One page of search results.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SearchPage<T> {
    /// The hits in Graph's order; a page may be short although there are more.
    pub hits: Vec<T>,
    /// Whether the next page, which skips `size` hits more, has hits.
    pub more: bool,
    /// What the query may have been meant to be, where Graph was asked for that and has an idea.
    pub suggestion: Option<String>,
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

/// The body of an answer to `POST /search/query` with one request: hits whose resource is `R`, each
/// with an id that is read as `I`.
#[derive(Debug, Deserialize)]
#[serde(bound = "R: DeserializeOwned, I: DeserializeOwned")]
pub(crate) struct SearchAnswer<R, I = String> {
    #[serde(default, deserialize_with = "lenient::list")]
    value: Vec<SearchResponse<R, I>>,
    /// What breaks the answer off.
    error: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound = "R: DeserializeOwned, I: DeserializeOwned")]
struct SearchResponse<R, I> {
    #[serde(default, deserialize_with = "lenient::list")]
    hits_containers: Vec<HitsContainer<R, I>>,
    query_alteration_response: Option<AlterationResponse>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AlterationResponse {
    query_alteration: Option<Alteration>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Alteration {
    altered_query_string: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound = "R: DeserializeOwned, I: DeserializeOwned")]
struct HitsContainer<R, I> {
    #[serde(default, deserialize_with = "lenient::list")]
    hits: Vec<Hit<R, I>>,
    #[serde(default, deserialize_with = "lenient::nullable")]
    more_results_available: bool,
}

/// A hit as it arrives.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound = "R: DeserializeOwned, I: DeserializeOwned")]
pub(crate) struct Hit<R, I = String> {
    pub(crate) hit_id: I,
    #[serde(default, deserialize_with = "lenient::nullable")]
    pub(crate) rank: u32,
    /// With marks and entities; see [`plain`].
    #[serde(default, deserialize_with = "lenient::nullable")]
    pub(crate) summary: String,
    pub(crate) resource: R,
}

impl<R: DeserializeOwned + Send, I: DeserializeOwned + Send> Resource for SearchAnswer<R, I> {
    fn is_whole(&self) -> bool {
        self.error.is_none()
    }
}

impl<R, I> SearchAnswer<R, I> {
    /// Takes the hits of the one request; both lists around them may be missing.
    pub(crate) fn into_page<T: From<Hit<R, I>>>(self) -> SearchPage<T> {
        let none = SearchPage { hits: Vec::new(), more: false, suggestion: None };
        let Some(response) = self.value.into_iter().next() else { return none };
        let suggestion = response.suggestion();
        let Some(container) = response.hits_containers.into_iter().next() else {
            return SearchPage { suggestion, ..none };
        };
        let hits = container.hits.into_iter().map(T::from).collect();
        SearchPage { hits, more: container.more_results_available, suggestion }
    }
}

impl<R, I> SearchResponse<R, I> {
    fn suggestion(&self) -> Option<String> {
        let altered = self.query_alteration_response.as_ref()?.query_alteration.as_ref()?;
        altered.altered_query_string.clone().filter(|text| !text.is_empty())
    }
}

impl From<Hit<Message, MessageId>> for MessageHit {
    fn from(hit: Hit<Message, MessageId>) -> Self {
        let Hit { hit_id: id, rank, summary, resource: message } = hit;
        Self { id, rank, summary: plain(&summary), message }
    }
}
