//! What reached the servers, and what should not have.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use http::{HeaderMap, Method, header};
use jiff::Timestamp;

use crate::{
    http::{Origin, Request},
    random,
    state::State,
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
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// All requests so far.
#[derive(Debug, Default)]
pub(crate) struct Records {
    all: Mutex<Vec<Record>>,
    cleared: Mutex<u64>,
    violations: Mutex<Vec<String>>,
}

/// Where an answer's status belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    index: usize,
    generation: u64,
}

impl Records {
    /// Records an arrival, and breaches of the rules for clients.
    pub(crate) fn arrive(&self, request: &Request, now: Timestamp) -> Slot {
        breaches(request).into_iter().for_each(|breach| self.violation(breach));
        let generation = *lock(&self.cleared);
        let mut all = lock(&self.all);
        all.push(Record::new(request, now));
        Slot { index: all.len() - 1, generation }
    }

    /// Records the status of an answer.
    pub(crate) fn answered(&self, slot: Slot, status: u16) {
        if slot.generation != *lock(&self.cleared) {
            return;
        }
        if let Some(record) = lock(&self.all).get_mut(slot.index) {
            record.status = Some(status);
        }
    }

    /// Returns one server's requests, oldest first.
    pub(crate) fn of(&self, origin: Origin) -> Vec<Record> {
        lock(&self.all).iter().filter(|record| record.origin == origin).cloned().collect()
    }

    /// Counts one server's requests.
    pub(crate) fn count(&self, origin: Origin) -> usize {
        lock(&self.all).iter().filter(|record| record.origin == origin).count()
    }

    /// Forgets one server's requests.
    pub(crate) fn clear(&self, origin: Origin) {
        *lock(&self.cleared) += 1;
        lock(&self.all).retain(|record| record.origin != origin);
    }

    /// Notes that a client did what the product must never do.
    pub(crate) fn violation(&self, text: impl Into<String>) {
        lock(&self.violations).push(text.into());
    }

    /// Returns what clients did that they must never do.
    pub(crate) fn violations(&self) -> Vec<String> {
        lock(&self.violations).clone()
    }
}

impl State {
    /// Notes that a client did what the product must never do.
    pub(crate) fn violation(&self, text: impl Into<String>) {
        self.records.violation(text);
    }

    /// Remembers a secret, so that tests can look for it where it must not be.
    pub(crate) fn secret(&self, text: &str) {
        self.entra.with(|memory| memory.secrets.push(text.to_owned()));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
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

fn breaches(request: &Request) -> Vec<String> {
    let Request { origin, method, .. } = request;
    let route = route(&request.path);
    let bearer = request.headers.contains_key(header::AUTHORIZATION);
    let prefer = request.headers.get_all("prefer").iter();
    let redeems = prefer
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.to_ascii_lowercase().contains("redeemsharinglink"));
    let decoded = request.path.replace("%24", "$");
    let post = *method == Method::POST && READS.iter().any(|read| decoded.ends_with(read));
    let write = *origin == Origin::Graph && !(*method == Method::GET || post);
    let led_astray = matches!(origin, Origin::Download | Origin::Foreign) && bearer;
    let mut breaches = Vec::new();
    if write {
        breaches.push(format!("S59: {method} {route} is not a read"));
    }
    if led_astray {
        breaches.push(format!("S41: {origin:?} received an Authorization header at {route}"));
    }
    if redeems {
        breaches.push(format!("S45: Prefer: redeemSharingLink at {route} is a write"));
    }
    breaches
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
