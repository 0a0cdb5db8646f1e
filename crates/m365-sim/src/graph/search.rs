//! `POST /search/query`.
//!
//! | Rule | What |
//! |---|---|
//! | S3 | a missing scope is named |
//! | S7 | one request, types that go together, a query, no page that is too long or has no first |
//! | S8 | mail, events, messages of chats, people and what connectors bring are not sorted |
//! | S9 | a region is not for users |
//! | S10 | messages of chats need the scopes of chats and of channels |
//! | S11 | where nothing is found there is no list of hits |
//! | S12 | a hit of mail or a calendar is less than what was found, and spelled differently |
//! | S13 | the total is that of the page, but for what lies in SharePoint |
//! | S14 | mailboxes and calendars of others are not searched |
//! | S47 | `Sites.Selected` searches nothing |

mod files;
mod hit;
mod message;
pub(crate) mod request;
mod spelling;
pub(crate) mod summary;

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use serde_json::{Value, json};

use self::request::{Group, SearchRequest};
use crate::{
    cloud::SimCloud,
    data::random::mix,
    directory::Kind,
    graph::{
        calendar,
        call::{Call, ok},
        fail::Fail,
        teams,
    },
    http::Response,
};

/// What guests find nothing of; sites and files are theirs as far as they are shared with them.
const NOT_FOR_GUESTS: [&str; 5] = ["chatMessage", "event", "externalItem", "message", "person"];

/// The queries whose first page was given out, by [`same`].
#[derive(Debug, Default)]
pub(crate) struct Earlier {
    first_pages: Mutex<BTreeSet<u64>>,
}

impl Earlier {
    /// Remembers a first page, and tells of a later one whether there was a first.
    pub(crate) fn admits(&self, query: u64, from: usize) -> bool {
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
        ["query"] => query(call),
        [segment, ..] => Err(Fail::no_segment(segment)),
        [] => Err(Fail::not_here("/search")),
    }
}

/// Permissions and rules are the same for all; what is found is each area's own.
fn query(call: &Call<'_>) -> Result<Response, Fail> {
    let posted = call.posted()?;
    if let Some(option) = call.query.other_than(&[]) {
        return Err(Fail::bad_request(format!("Query option '{option}' is not supported.")));
    }
    let request = SearchRequest::read(&posted)?;
    present(call, &request)?;
    permitted(call, &request)?;
    request.check()?;
    let answer = match request.group() {
        Group::Message => corrected(call, &request, message::container, message::vocabulary)?,
        Group::Event => {
            let search = calendar::search::container;
            corrected(call, &request, search, calendar::search::vocabulary)?
        }
        Group::ChatMessage => {
            with_terms(call, &request, teams::search::container(call, &request)?)?
        }
        Group::SharePoint => files::answer(call, &request)?,
        Group::Elsewhere => {
            return Err(Fail::not_here(&format!("/search/query for {}", request.kinds.join(", "))));
        }
    };
    Ok(ok(&json!({
        "value": [answer],
        "@odata.context":
            format!("{}/$metadata#Collection(microsoft.graph.searchResponse)", call.root()),
    })))
}

/// Government clouds have neither acronyms nor bookmarks.
fn present(call: &Call<'_>, request: &SearchRequest<'_>) -> Result<(), Fail> {
    let absent = |kind: &&&str| matches!(**kind, "acronym" | "bookmark");
    match request.kinds.iter().find(absent).filter(|_| call.state.cloud != SimCloud::Global) {
        Some(kind) => Err(request::no_kind(kind)),
        None => Ok(()),
    }
}

/// Answers with what a search finds, or where it finds nothing with what a correction of the query
/// is or finds, as the caller wishes.
fn corrected(
    call: &Call<'_>,
    request: &SearchRequest<'_>,
    search: impl Fn(&Call<'_>, &SearchRequest<'_>) -> Result<Value, Fail>,
    known: impl FnOnce(&Call<'_>) -> BTreeSet<String>,
) -> Result<Value, Fail> {
    let container = search(call, request)?;
    let finds = request.from > 0 || container.get("hits").is_some();
    let alteration = (!finds).then(|| spelling::alteration(request, || known(call))).flatten();
    let Some(alteration) = alteration else { return with_terms(call, request, container) };
    let mut answer = if request.modifies() {
        let altered = request.asking(&alteration.text);
        with_terms(call, &altered, search(call, &altered)?)?
    } else {
        with_terms(call, request, container)?
    };
    answer["queryAlterationResponse"] = alteration.json(request);
    Ok(answer)
}

fn with_terms(
    call: &Call<'_>,
    request: &SearchRequest<'_>,
    container: Value,
) -> Result<Value, Fail> {
    let terms = request.words(call.now())?;
    Ok(json!({"searchTerms": terms, "hitsContainers": [container]}))
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
    let caller = call.grant.tenant.directory.find(&call.grant.user_id);
    let is_guest = caller.is_some_and(|user| user.kind == Kind::Guest);
    match request.kinds.iter().find(|kind| is_guest && NOT_FOR_GUESTS.contains(kind)) {
        Some(kind) => Err(Fail::search_forbidden(format!("Guests cannot search {kind}."))),
        None => Ok(()),
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

/// Puts the hits of a page into their container, ranked in their order. Of `found`, which counts
/// all pages, it tells no more than whether another one follows.
pub(crate) fn container(
    request: &SearchRequest<'_>,
    found: usize,
    hits: impl Iterator<Item = Value>,
) -> Value {
    let mut hits: Vec<_> = hits.collect();
    for (rank, hit) in (request.from + 1..).zip(&mut hits) {
        hit["rank"] = rank.into();
    }
    let more = found > request.from + request.size;
    let mut container = json!({"total": hits.len(), "moreResultsAvailable": more});
    if !hits.is_empty() {
        container["hits"] = hits.into();
    }
    container
}

/// Returns what is the same for all pages of one user's query.
pub(crate) fn same(call: &Call<'_>, request: &SearchRequest<'_>) -> u64 {
    let text = format!("{}\n{}\n{}", call.grant.user_id, request.kinds.join(","), request.query);
    text.bytes().fold(0, |sum, byte| mix(sum ^ u64::from(byte)))
}
