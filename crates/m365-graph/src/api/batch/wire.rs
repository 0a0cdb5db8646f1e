use jiff::Timestamp;
use reqwest::{
    StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    error::body::ErrorBody, failure::Refusal, models::Resource, request::Request,
    retry_after::retry_after,
};

/// The body of a batch: each part bears its place in the list as its id.
pub(super) fn envelope<'a>(parts: impl IntoIterator<Item = (usize, &'a Request)>) -> Value {
    let entries = parts.into_iter().map(|(place, part)| entry(place, part));
    json!({"requests": entries.collect::<Vec<_>>()})
}

fn entry(place: usize, part: &Request) -> Value {
    let mut entry = json!({"id": place.to_string(), "method": "GET", "url": part.target});
    if !part.prefer.is_empty() {
        entry["headers"] = json!({"Prefer": part.prefer.join(", ")});
    }
    entry
}

/// The answer to a batch, in any order.
#[derive(Debug, Deserialize)]
pub(super) struct BatchAnswer {
    responses: Vec<PartAnswer>,
}

/// The answer to one part.
#[derive(Debug, Deserialize)]
pub(super) struct PartAnswer {
    id: String,
    status: u16,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body: Value,
}

impl Resource for BatchAnswer {
    fn is_whole(&self) -> bool {
        true
    }
}

impl BatchAnswer {
    /// Takes the answer to the part at `place` out.
    pub(super) fn take(&mut self, place: usize) -> Option<PartAnswer> {
        let id = place.to_string();
        let at = self.responses.iter().position(|part| part.id == id)?;
        Some(self.responses.swap_remove(at))
    }
}

impl PartAnswer {
    /// Returns the resource, `None` for a success that cannot be read, or why Graph refused.
    pub(super) fn into_result<T: Resource>(self, now: Timestamp) -> Result<Option<T>, Refusal> {
        match self.status {
            200..=299 => Ok(serde_json::from_value(self.body).ok().filter(T::is_whole)),
            300..=399 => Ok(None),
            _ => Err(self.into_refusal(now)),
        }
    }

    fn into_refusal(self, now: Timestamp) -> Refusal {
        Refusal {
            status: StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_GATEWAY),
            elsewhere: false,
            body: ErrorBody::of(&self.body),
            retry_after: retry_after(&header_map(&self.headers), now),
            claims: None,
        }
    }
}

fn header_map(headers: &Map<String, Value>) -> HeaderMap {
    let pairs = headers.iter().filter_map(|(name, value)| {
        let value = value.as_str().map(str::to_owned).unwrap_or_else(|| value.to_string());
        Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
    });
    pairs.collect()
}
