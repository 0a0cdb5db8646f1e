use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use reqwest::Request;
use serde_json::Value;

use super::Answer;

/// What each server was asked and answered, by its address.
static TALLIES: Mutex<BTreeMap<String, Tally>> = Mutex::new(BTreeMap::new());

/// How many audit events the answers of one server must have left.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) calls: usize,
    /// Calls among them that went well.
    pub(crate) good: usize,
    pub(crate) rejected: usize,
    /// Calls with a token that was refused: by us, or by Entra when the call ran.
    pub(crate) unclear: usize,
    /// Calls that were no good message: some are refused before it is known that they are calls.
    pub(crate) odd: usize,
    pub(crate) limited: usize,
    pub(crate) switched: usize,
}

impl Tally {
    fn note(&mut self, request: &Request, answer: &Answer) {
        let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        let is_call = is_tool_call(request);
        let oauth = body["error"].as_str().unwrap_or_default();
        let was_recorded = !answer.text.contains("cannot record");
        match (answer.status, oauth, body["error"]["code"].as_i64()) {
            (401, "insufficient_claims", _) => self.calls += 1,
            (401, "invalid_token", _) if is_call => self.unclear += 1,
            (401, ..) | (403, "insufficient_scope" | "unauthorized_client", _) => {
                self.rejected += 1;
            }
            (400, "invalid_request", _) if is_about_token(&body) => self.rejected += 1,
            (503, "temporarily_unavailable", _) if was_recorded => self.rejected += 1,
            (_, _, Some(-31_001 | -31_002)) if was_recorded => self.limited += 1,
            (_, _, Some(-31_003)) => self.switched += 1,
            (200, ..) if is_call => {
                self.calls += 1;
                self.good += usize::from(is_good(&answer.text));
            }
            (202 | 400..=499, _, None | Some(-32_999..=-32_000)) if is_call => self.odd += 1,
            _ => {}
        }
    }

    /// Returns how many events of calls and rejections there must be at least, and at most.
    pub(crate) fn recorded(&self) -> (usize, usize) {
        let least = self.calls + self.rejected + self.unclear;
        (least, least + self.odd)
    }
}

/// Starts over with a server that has this address now.
pub(super) fn forget(address: &str) {
    tallies().remove(address);
}

/// Notes an answer.
pub(super) fn note(request: &Request, answer: &Answer) {
    if request.url().path() == "/mcp" {
        tallies().entry(address(request)).or_default().note(request, answer);
    }
}

/// Notes calls whose answer nobody waited for.
pub(super) fn note_left(address: &str, count: usize) {
    tallies().entry(address.to_owned()).or_default().calls += count;
}

/// Notes callers who were refused other than by a host of ours.
pub(super) fn note_rejected(address: &str, count: usize) {
    tallies().entry(address.to_owned()).or_default().rejected += count;
}

/// Returns what the server at `address` must have recorded.
pub(super) fn tally(address: &str) -> Tally {
    tallies().get(address).copied().unwrap_or_default()
}

fn tallies() -> MutexGuard<'static, BTreeMap<String, Tally>> {
    TALLIES.lock().unwrap()
}

fn address(request: &Request) -> String {
    request.url().origin().ascii_serialization()
}

fn is_tool_call(request: &Request) -> bool {
    let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
    let message: Value = serde_json::from_slice(body).unwrap_or_default();
    matches!(message["method"].as_str(), Some("tools/call" | "resources/read"))
}

fn is_about_token(body: &Value) -> bool {
    body["error_description"].as_str().is_some_and(|why| why.starts_with("Send "))
}

/// Tells whether a call ended with what was asked for; progress may have come before.
fn is_good(text: &str) -> bool {
    let last = text.lines().rev().find_map(|line| line.strip_prefix("data: "));
    let message: Value = serde_json::from_str(last.unwrap_or(text)).unwrap_or_default();
    let result = &message["result"];
    let is_whole = result["content"].is_array() || result["contents"].is_array();
    is_whole && result["isError"] != true
}
