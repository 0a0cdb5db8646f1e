//! `POST /search/query`.

mod hit;
mod request;

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use serde_json::{Value, json};

use self::{hit::Found, request::SearchRequest};
use crate::{
    data::random::mix,
    directory::Kind,
    graph::{
        call::{Call, ok},
        fail::Fail,
        mail::{Indexed, Mailbox, View},
    },
    http::Response,
    kql,
};

/// The queries whose first page was given out.
#[derive(Debug, Default)]
pub(crate) struct Earlier {
    first_pages: Mutex<BTreeSet<u64>>,
}

impl Earlier {
    /// Remembers a first page, and tells of a later one whether there was a first.
    fn admits(&self, query: u64, from: usize) -> bool {
        let mut first_pages = self.first_pages.lock().unwrap_or_else(PoisonError::into_inner);
        if from == 0 {
            first_pages.insert(query);
        }
        first_pages.contains(&query)
    }
}

/// Answers a request below `/search`.
pub(crate) fn route(call: &Call<'_>, path: &[&str]) -> Result<Response, Fail> {
    match path {
        ["query" | "microsoft.graph.query"] => query(call),
        [segment, ..] => Err(Fail::no_segment(segment)),
        [] => Err(Fail::not_here("/search")),
    }
}

fn query(call: &Call<'_>) -> Result<Response, Fail> {
    let posted = call.posted()?;
    let request = SearchRequest::read(&posted)?;
    permitted(call, &request)?;
    request.check()?;
    let container = messages(call, &request)?;
    let terms: Vec<_> = request.words(call.now())?;
    Ok(ok(&json!({
        "value": [{"searchTerms": terms, "hitsContainers": [container]}],
        "@odata.context":
            format!("{}/$metadata#Collection(microsoft.graph.searchResponse)", call.root()),
    })))
}

/// What each type of hit needs: all of several lists, one of each list.
fn permitted(call: &Call<'_>, request: &SearchRequest<'_>) -> Result<(), Fail> {
    for kind in &request.kinds {
        let (name, needed): (_, &[&[&str]]) = match *kind {
            "message" => ("Message", &[&["Mail.Read", "Mail.ReadWrite"]]),
            "event" => ("Event", &[&["Calendars.Read", "Calendars.ReadWrite"]]),
            "chatMessage" => {
                ("ChatMessage", &[&["Chat.Read", "Chat.ReadWrite"], &["ChannelMessage.Read.All"]])
            }
            "driveItem" | "drive" => ("OneDriveFile", &[&["Files.Read.All", "Sites.Read.All"]]),
            "list" | "listItem" | "site" => ("ListItem", &[&["Sites.Read.All"]]),
            "person" => ("People", &[&["People.Read"]]),
            _ => ("ExternalItem", &[&["ExternalItem.Read.All"]]),
        };
        if !needed.iter().all(|scopes| call.has(scopes)) {
            return Err(forbidden(call, name, needed));
        }
    }
    let caller = call.state.directory.find(&call.grant.user_id);
    match caller.map(|user| user.kind) {
        Some(Kind::Guest) => Err(Fail::search_forbidden("Guests cannot search.".to_owned())),
        _ => Ok(()),
    }
}

fn forbidden(call: &Call<'_>, name: &str, needed: &[&[&str]]) -> Fail {
    let needed: Vec<_> = needed.iter().map(|scopes| scopes.join(" or ")).collect();
    let granted: Vec<_> = call.grant.scopes.iter().map(String::as_str).collect();
    Fail::search_forbidden(format!(
        "Access to {name} in Graph API requires the following permissions: {}. However, the application only has the following permissions granted: {}",
        needed.join(", "),
        granted.join(", "),
    ))
}

fn messages(call: &Call<'_>, request: &SearchRequest<'_>) -> Result<Value, Fail> {
    let mailbox = call.state.mail.mailbox(&call.grant.user_id).ok_or_else(Fail::no_mailbox)?;
    let query = request.parse(call.now())?;
    let same = mix_text(&format!("{}\n{}", call.grant.user_id, request.query));
    if !call.state.mail.searched.admits(same, request.from) {
        return Err(Fail::search_entity("The first page must start at from=0"));
    }
    let found = found(mailbox, &query, request);
    let view = View::new(call, mailbox, false);
    Ok(container(&view, &found, &query, request))
}

/// Newest first, after the best three where those are asked for; no further than needed.
fn found<'a>(
    mailbox: &'a Mailbox,
    query: &kql::Query,
    request: &SearchRequest<'_>,
) -> Vec<Indexed<'a>> {
    let matching = mailbox.indexed().filter(|indexed| query.matches(indexed));
    if !request.top_results {
        return matching.take(request.from + request.size + 1).collect();
    }
    let mut all: Vec<_> = matching.collect();
    let words = query.words();
    let weight =
        |indexed: &Indexed<'_>| words.iter().map(|word| indexed.weight(word)).sum::<usize>();
    for place in 0..all.len().min(3) {
        let rest = all[place..].iter().enumerate();
        let best = rest.max_by_key(|(at, indexed)| (weight(indexed), std::cmp::Reverse(*at)));
        let best = best.map_or(0, |(at, _)| at);
        all[place..=place + best].rotate_right(1);
    }
    all
}

/// The index still lists what is gone from the mailbox; such a place on a page stays empty.
fn container(
    view: &View<'_>,
    found: &[Indexed<'_>],
    query: &kql::Query,
    request: &SearchRequest<'_>,
) -> Value {
    let page = found.iter().skip(request.from).take(request.size);
    let words = query.words();
    let present = page.filter(|indexed| !indexed.message.gone);
    let hits: Vec<_> = (request.from + 1..)
        .zip(present)
        .map(|(rank, indexed)| Found { view, indexed, rank, words: &words }.write(request))
        .collect();
    let more = found.len() > request.from + request.size;
    if hits.is_empty() {
        return json!({"total": 0, "moreResultsAvailable": more});
    }
    json!({"total": hits.len(), "hits": hits, "moreResultsAvailable": more})
}

fn mix_text(text: &str) -> u64 {
    text.bytes().fold(0, |sum, byte| mix(sum ^ u64::from(byte)))
}
