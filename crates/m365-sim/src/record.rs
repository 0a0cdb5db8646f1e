//! What reached the servers, and what should not have.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, header};
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    graph::action::unqualified,
    http::{Origin, Request},
    random,
};

/// A request that reached one of the servers.
///
/// `Debug` shows names of parameters and headers, never values.
#[derive(Clone)]
#[non_exhaustive]
pub struct Record {
    /// The server that was asked.
    pub origin: Origin,
    /// The method, e.g. `GET`.
    pub method: String,
    /// The path with `{id}` for ids and addresses, e.g. `/v1.0/me/messages/{id}`.
    pub route: String,
    /// The path as it was sent.
    pub path: String,
    /// The query as it was sent, without `?`; empty if there was none.
    pub query: String,
    /// The names of the form's parameters, in the order in which they were sent.
    pub form: Vec<String>,
    /// Whether there was an `Authorization` header.
    pub has_authorization: bool,
    /// The status of the answer; `None` while there is none, or after a reset.
    pub status: Option<u16>,
    /// How many bytes the body of the answer has; 0 while there is none.
    pub answered: usize,
    /// When it arrived, on the demo tenant's clock.
    pub at: Timestamp,
    headers: HeaderMap,
    body: Bytes,
}

impl Record {
    fn new(request: &Request, at: Timestamp) -> Self {
        let form = form(request).map(|(name, _)| name).collect();
        Self {
            origin: request.origin,
            method: request.method.to_string(),
            route: route(&request.path),
            path: request.path.clone(),
            query: request.query.clone().unwrap_or_default(),
            form,
            has_authorization: request.headers.contains_key(header::AUTHORIZATION),
            status: None,
            answered: 0,
            at,
            headers: request.headers.clone(),
            body: request.body.clone(),
        }
    }

    /// Returns a header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns the value of a parameter of the form.
    #[must_use]
    pub fn form_value(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(&self.body);
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Returns the value of a parameter of the query.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Returns the tenant that a request to the sign-in host names, by id or domain or as
    /// `common`.
    #[must_use]
    pub fn tenant(&self) -> &str {
        self.path.split('/').nth(1).unwrap_or_default()
    }

    /// Returns tenant and object id of the user whose token was exchanged, if this asked for one
    /// on behalf of another.
    #[must_use]
    pub fn on_behalf_of(&self) -> Option<(String, String)> {
        let assertion = self.form_value("assertion")?;
        let payload = URL_SAFE_NO_PAD.decode(assertion.split('.').nth(1)?).ok()?;
        let claims: Value = serde_json::from_slice(&payload).ok()?;
        let text = |name: &str| Some(claims.get(name)?.as_str()?.to_owned());
        Some((text("tid")?, text("oid")?))
    }

    /// Returns the body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("origin", &self.origin)
            .field("method", &self.method)
            .field("route", &self.route)
            .field("form", &self.form)
            .field("has_authorization", &self.has_authorization)
            .field("status", &self.status)
            .field("answered", &self.answered)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// How many requests are remembered, so that a long run does not fill the memory.
const LIMIT: usize = 10_000;

/// The latest requests.
#[derive(Debug, Default)]
pub(crate) struct Records {
    log: Mutex<Log>,
    violations: Mutex<Violations>,
}

#[derive(Debug, Default)]
struct Violations {
    all: Vec<String>,
    /// How many of them somebody has looked at.
    seen: usize,
}

#[derive(Debug, Default)]
struct Log {
    records: VecDeque<(u64, Record)>,
    arrived: u64,
    /// How many came to each server since the start, however few are remembered.
    counts: BTreeMap<&'static str, u64>,
}

impl Records {
    /// Records an arrival, and breaches of the rules for clients; returns its number.
    pub(crate) fn arrive(&self, request: &Request, now: Timestamp) -> u64 {
        lock(&self.violations).all.extend(breaches(request));
        let record = Record::new(request, now);
        let mut log = lock(&self.log);
        log.arrived += 1;
        *log.counts.entry(request.origin.name()).or_default() += 1;
        let number = log.arrived;
        log.records.push_back((number, record));
        if log.records.len() > LIMIT {
            log.records.pop_front();
        }
        number
    }

    /// Records an answer: its status and the length of its body.
    pub(crate) fn answered(&self, number: u64, status: u16, length: usize) {
        let mut log = lock(&self.log);
        if let Some((_, record)) = log.records.iter_mut().rev().find(|(own, _)| *own == number) {
            record.status = Some(status);
            record.answered = length;
        }
    }

    /// Returns one server's requests, oldest first.
    pub(crate) fn of(&self, origin: Origin) -> Vec<Record> {
        let log = lock(&self.log);
        let records = log.records.iter().map(|(_, record)| record);
        records.filter(|record| record.origin == origin).cloned().collect()
    }

    /// Returns how many requests came to each server since the start.
    pub(crate) fn counts(&self) -> BTreeMap<&'static str, u64> {
        lock(&self.log).counts.clone()
    }

    /// Counts one server's requests.
    pub(crate) fn count(&self, origin: Origin) -> usize {
        lock(&self.log).records.iter().filter(|(_, record)| record.origin == origin).count()
    }

    /// Forgets one server's requests.
    pub(crate) fn clear(&self, origin: Origin) {
        lock(&self.log).records.retain(|(_, record)| record.origin != origin);
    }

    /// Returns what clients did that they must never do, which counts as seen from now on.
    pub(crate) fn violations(&self) -> Vec<String> {
        let mut violations = lock(&self.violations);
        violations.seen = violations.all.len();
        violations.all.clone()
    }

    /// Returns the violations that nobody has looked at.
    pub(crate) fn unseen_violations(&self) -> Vec<String> {
        let violations = lock(&self.violations);
        violations.all.iter().skip(violations.seen).cloned().collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn form(request: &Request) -> impl Iterator<Item = (String, String)> {
    let kind = request.header(header::CONTENT_TYPE).unwrap_or_default();
    let is_form = kind.starts_with("application/x-www-form-urlencoded");
    let body: &[u8] = if is_form { &request.body } else { &[] };
    url::form_urlencoded::parse(body).into_owned()
}

/// Graph's operations by POST that change nothing.
const READS: &[&str] =
    &["/search/query", "/getSchedule", "/findMeetingTimes", "/translateExchangeIds", "/$batch"];

/// Names the rules of the product that a request breaks, by their numbers in the fact sheet.
fn breaches(request: &Request) -> Vec<String> {
    let Request { origin, method, path, .. } = request;
    let route = route(path);
    let mut breaches = Vec::new();
    if *origin == Origin::Graph && !(reads(method.as_str(), path) && parts_read(request)) {
        breaches.push(format!("S59: {method} {route} is not a read"));
    }
    let stranger = matches!(origin, Origin::Download | Origin::Foreign);
    if stranger && request.headers.contains_key(header::AUTHORIZATION) {
        breaches.push(format!("S41: {origin:?} received an Authorization header at {route}"));
    }
    if redeems(&request.headers) {
        breaches.push(format!("S45: Prefer: redeemSharingLink at {route} is a write"));
    }
    breaches
}

fn reads(method: &str, path: &str) -> bool {
    let path = path.replace("%24", "$");
    let (front, last) = path.rsplit_once('/').unwrap_or_default();
    let path = format!("{front}/{}", unqualified(last));
    method == "GET" || method == "POST" && READS.iter().any(|read| path.ends_with(read))
}

/// Returns whether each part of a batch is a GET, for which alone batches are; what is no batch
/// has no parts.
fn parts_read(request: &Request) -> bool {
    if !request.path.ends_with("batch") {
        return true;
    }
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let mut parts = body["requests"].as_array().into_iter().flatten();
    let is_get = |method: &str| method.eq_ignore_ascii_case("GET");
    parts.all(|part| part["method"].as_str().is_none_or(is_get))
}

fn redeems(headers: &HeaderMap) -> bool {
    let prefer = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    prefer.map(str::to_ascii_lowercase).any(|value| value.contains("redeemsharinglink"))
}

fn route(path: &str) -> String {
    let segment = |part: &str| if is_id(part) { "{id}".to_owned() } else { part.to_owned() };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

fn is_id(part: &str) -> bool {
    random::is_guid(part)
        || part.contains(['@', '!', ','])
        || part.contains("%40")
        || part.len() > 40
}
