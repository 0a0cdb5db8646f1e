//! `POST /$batch`.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Map, Value, json};
use tokio::task::JoinHandle;

use crate::{
    data::random::mix,
    graph::{
        answer,
        call::{Call, ok},
        fail::Fail,
        trace::{JSON, Trace},
    },
    http::{Request, Response},
    state::{Grant, State},
};

/// The most parts of a batch.
const MAX_PARTS: usize = 20;

/// How many parts run at a time; whoever else asks the same mailbox meanwhile may be one too many.
const AT_A_TIME: usize = 4;

/// Answers a batch.
pub(crate) async fn route(
    call: &Call<'_>,
    state: &Arc<State>,
    request: &Request,
    thinking: Duration,
) -> Result<Response, Fail> {
    let posted = call.posted()?;
    let parts = parts(&posted)?;
    let mut batch = Batch {
        state,
        grant: call.grant,
        request,
        thinking,
        failed: BTreeSet::new(),
        answers: Vec::new(),
    };
    let mut rest = parts.as_slice();
    while !rest.is_empty() {
        let (now, later) = rest.split_at(together(rest));
        batch.run(now).await;
        rest = later;
    }
    Ok(ok(&json!({"responses": batch.shuffled()})))
}

/// Counts the parts at the front that need not wait for one another.
fn together(parts: &[Part<'_>]) -> usize {
    let waits = |(place, part): &(usize, &Part<'_>)| {
        parts[..*place].iter().any(|earlier| part.needs.contains(&earlier.id.to_ascii_lowercase()))
    };
    let first_waiting = parts.iter().enumerate().find(waits).map(|(place, _)| place);
    first_waiting.unwrap_or(parts.len()).min(AT_A_TIME)
}

struct Batch<'a> {
    state: &'a Arc<State>,
    grant: &'a Grant,
    request: &'a Request,
    thinking: Duration,
    failed: BTreeSet<String>,
    answers: Vec<Value>,
}

impl Batch<'_> {
    async fn run(&mut self, parts: &[Part<'_>]) {
        let running: Vec<_> = parts.iter().map(|part| self.start(part)).collect();
        for (part, running) in parts.iter().zip(running) {
            let response = match running {
                Some(running) => running.await.unwrap_or_else(|_| Err(stopped())),
                None => Err(dependency(part)),
            };
            self.keep(part, response);
        }
    }

    /// Starts a part, unless one that it depends on has failed.
    fn start(&self, part: &Part<'_>) -> Option<JoinHandle<Result<Response, Fail>>> {
        if part.needs.iter().any(|id| self.failed.contains(id)) {
            return None;
        }
        let (state, grant) = (Arc::clone(self.state), self.grant.clone());
        let (request, thinking) = (part.request(self.request), self.thinking);
        Some(tokio::spawn(async move { answer(&state, &grant, &request, thinking).await }))
    }

    fn keep(&mut self, part: &Part<'_>, response: Result<Response, Fail>) {
        let now = self.state.clock.now();
        let failed = |fail: Fail| fail.response(&Trace::new(&self.request.headers, now));
        let response = response.unwrap_or_else(failed);
        if response.status.as_u16() >= 400 {
            self.failed.insert(part.id.to_ascii_lowercase());
        }
        self.answers.push(written(part.id, &response));
    }

    /// Never in the order of the parts, always the same for the same batch.
    fn shuffled(mut self) -> Vec<Value> {
        self.answers.reverse();
        let count = self.answers.len();
        if count > 2 {
            self.answers.rotate_left(mix(count as u64 ^ self.state.seed) as usize % (count - 1));
        }
        self.answers
    }
}

fn stopped() -> Fail {
    let message = "The request was stopped.";
    Fail::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", message)
}

struct Part<'a> {
    id: &'a str,
    method: Method,
    url: &'a str,
    headers: Option<&'a Map<String, Value>>,
    body: &'a Value,
    needs: Vec<String>,
}

fn parts(posted: &Value) -> Result<Vec<Part<'_>>, Fail> {
    let raw = posted["requests"].as_array();
    let raw = raw.ok_or_else(|| Fail::bad_request("Invalid batch payload format."))?;
    if raw.is_empty() || raw.len() > MAX_PARTS {
        let message =
            format!("Number of batch request steps exceeds the maximum value of {MAX_PARTS}.");
        return Err(Fail::bad_request(message));
    }
    let mut ids = BTreeSet::new();
    let mut parts = Vec::new();
    for raw in raw {
        let part = Part::read(raw)?;
        if part.needs.iter().any(|id| !ids.contains(id)) {
            return Err(Fail::bad_request(
                "A request depends on one that does not come before it.",
            ));
        }
        if !ids.insert(part.id.to_ascii_lowercase()) {
            return Err(Fail::bad_request(format!("Duplicate request id '{}'.", part.id)));
        }
        parts.push(part);
    }
    let all_wait = parts.iter().skip(1).all(|part| !part.needs.is_empty());
    if parts.iter().any(|part| !part.needs.is_empty()) && !all_wait {
        return Err(Fail::bad_request("Requests depend on one another either all or not at all."));
    }
    Ok(parts)
}

impl<'a> Part<'a> {
    fn read(raw: &'a Value) -> Result<Self, Fail> {
        let text = |name: &str| raw[name].as_str().filter(|text| !text.is_empty());
        let missing = || Fail::bad_request("A request of the batch lacks its id, method or url.");
        let (id, url) = (text("id").ok_or_else(missing)?, text("url").ok_or_else(missing)?);
        let method = text("method").ok_or_else(missing)?.to_ascii_uppercase();
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| missing())?;
        if url.contains("://") || url.trim_start_matches('/').starts_with("$batch") {
            return Err(Fail::bad_request("Request url must be relative, and not a batch."));
        }
        let needs = raw["dependsOn"].as_array().into_iter().flatten();
        let needs = needs.filter_map(|id| id.as_str().map(str::to_ascii_lowercase)).collect();
        let headers = raw["headers"].as_object();
        Ok(Self { id, method, url, headers, body: &raw["body"], needs })
    }

    fn request(&self, outer: &Request) -> Request {
        let (path, query) = match self.url.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (self.url, None),
        };
        let body = if self.body.is_null() { String::new() } else { self.body.to_string() };
        Request {
            origin: outer.origin,
            method: self.method.clone(),
            path: format!("/v1.0/{}", path.trim_start_matches('/')),
            query,
            headers: self.header_map(),
            body: body.into(),
        }
    }

    fn header_map(&self) -> HeaderMap {
        let pairs = self.headers.into_iter().flatten().filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            Some((name, HeaderValue::from_str(value.as_str()?).ok()?))
        });
        pairs.collect()
    }
}

fn dependency(part: &Part<'_>) -> Fail {
    let message = format!("A request that {} depends on did not succeed.", part.id);
    Fail::new(StatusCode::FAILED_DEPENDENCY, "FailedDependency", message)
}

/// JSON stands in a part as it is, anything else as base64 text.
fn written(id: &str, response: &Response) -> Value {
    use base64::{Engine as _, prelude::BASE64_STANDARD};

    let headers: Map<String, Value> = response
        .headers
        .iter()
        .filter_map(|(name, value)| Some((part_header(name.as_str()), value.to_str().ok()?.into())))
        .collect();
    let mut out = json!({"id": id, "status": response.status.as_u16(), "headers": headers});
    let content_type = response.headers.get("content-type").and_then(|value| value.to_str().ok());
    if content_type == Some(JSON) {
        out["body"] = serde_json::from_slice(&response.body).unwrap_or_default();
    } else if !response.body.is_empty() {
        out["body"] = BASE64_STANDARD.encode(&response.body).into();
    }
    out
}

fn part_header(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{}{rest}", first.to_ascii_uppercase())
    });
    words.collect::<Vec<_>>().join("-")
}
