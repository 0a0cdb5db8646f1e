//! Graph's search of messages, newest first: what it finds is read in one batch a page, and compared.

use m365_graph::{self as graph, ChatMessageHit, ErrorKind};
use serde::{Deserialize, Serialize};

use super::{
    complete::Completer,
    find::Finder,
    found::{Found, FoundMessage, Place},
    query::{ANY, Facts, Known, Query},
};
use crate::{
    Cloud, ErrorCode, ToolError,
    kql::{self, Dates},
    teams::{access, people::is_person},
};

/// The page size, which stays the same so that pages join without a gap.
const PAGE: u32 = 25;

/// How many pages one call reads before it answers with what it has.
const MAX_PAGES: u32 = 10;

const UNAVAILABLE: &str = "Graph's search of messages is not available to this account, and channels cannot \
                           be searched without it; read one with read_resource and its uri.";
const STOPPED: &str = "Not all hits were looked at; nextCursor goes on with the rest.";
const RECIPIENT: &str = "Graph's search knows the recipients of one-to-one chats only; name a group chat in \
                         chatName to search it by recipient.";

/// A place in the results of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct IndexPlace {
    /// Where the page starts.
    from: u32,
    /// How many of the page's hits were looked at.
    index: usize,
}

/// Why a search failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// Graph offers no search here, or not to this account.
    Unavailable(ToolError),
    Other(ToolError),
}

impl Failure {
    pub(super) fn into_error(self) -> ToolError {
        match self {
            Self::Unavailable(error) | Self::Other(error) => error,
        }
    }
}

impl From<ToolError> for Failure {
    fn from(error: ToolError) -> Self {
        Self::Other(error)
    }
}

/// Goes on from `place` until enough messages fit, none are left, or the call has done enough.
pub(super) async fn run(finder: &Finder<'_>, mut place: IndexPlace) -> Result<Found, Failure> {
    let kql = kql(finder)?;
    let mut completer = Completer::new(finder).await?;
    let mut found = Found::default();
    if finder.recipient.is_some() {
        found.notices.push(RECIPIENT.to_owned());
    }
    let mut pages = 0;
    loop {
        pages += 1;
        finder.ctx.progress(pages, None, "Searching messages").await;
        let search = graph::ChatMessageSearch::new(kql.as_str()).skip(place.from).size(PAGE);
        let page = finder.ctx.graph().teams().search(&search).await;
        let page = page.map_err(|error| explain(finder, error))?;
        let count = page.hits.len();
        if let Some(index) =
            take(finder, &mut completer, &mut found, page.hits, place.index).await?
        {
            place.index = index;
            break;
        }
        if !page.more {
            completer.conclude(&mut found);
            return Ok(found);
        }
        place = IndexPlace { from: place.from + PAGE, index: place.index.saturating_sub(count) };
        if found.messages.len() == finder.limit {
            break;
        }
        if pages >= MAX_PAGES || finder.is_late() {
            found.notices.push(STOPPED.to_owned());
            break;
        }
    }
    completer.conclude(&mut found);
    found.next = Some(Place::Index(place));
    Ok(found)
}

/// Takes what fits of a page's hits; returns the index of the first that was not looked at.
async fn take(
    finder: &Finder<'_>,
    completer: &mut Completer<'_>,
    found: &mut Found,
    hits: Vec<ChatMessageHit>,
    skip: usize,
) -> Result<Option<usize>, Failure> {
    let indexed = hits.into_iter().enumerate().skip(skip);
    let mut fitting = indexed.filter(|(_, hit)| may_fit(finder, hit)).peekable();
    while fitting.peek().is_some() {
        let room = finder.limit - found.messages.len();
        if room == 0 {
            return Ok(fitting.peek().map(|(index, _)| *index));
        }
        let some: Vec<_> = fitting.by_ref().take(room).collect();
        let messages = completer.complete(some.into_iter().map(|(_, hit)| hit).collect()).await?;
        found.messages.extend(messages.into_iter().filter(|message| keeps(finder, message)));
    }
    Ok(None)
}

/// Compares what the index holds.
fn may_fit(finder: &Finder<'_>, hit: &ChatMessageHit) -> bool {
    let from = |wanted: &String| {
        let name = hit.from.name.as_deref().unwrap_or_default();
        name.is_empty() && hit.from.address.is_none()
            || is_person(name, hit.from.address.as_deref(), wanted)
    };
    hit.created_date_time.is_none_or(|sent| finder.interval.contains(sent))
        && finder.within.as_ref().is_none_or(|within| within.has(&hit.channel))
        && finder.sender.as_ref().is_none_or(from)
}

/// Compares what was read since, with its exact time and mentions.
fn keeps(finder: &Finder<'_>, found: &FoundMessage) -> bool {
    let read = found.indexed.as_ref().is_some_and(|indexed| indexed.read);
    let known = if read { Known::Searched } else { Known::Indexed };
    let facts = Facts::new(&found.message, &found.members, &finder.own, known);
    let sent = found.message.created_date_time;
    sent.is_none_or(|sent| finder.interval.contains(sent))
        && finder.query.as_ref().is_none_or(|query| query.fits(&facts) != Some(false))
}

/// Joins all conditions that Graph's search can express; `ANY` where there are none, since Graph refuses
/// an empty query.
fn kql(finder: &Finder<'_>) -> Result<String, ToolError> {
    let mut parts: Vec<String> = finder.query.iter().map(Query::to_kql).collect();
    parts.extend(kql::restriction("sender", "from", finder.sender.as_deref())?);
    parts.extend(kql::restriction("recipient", "to", finder.recipient.as_deref())?);
    parts.extend(kql::dates("sent", &finder.interval, Dates::Days));
    Ok(if parts.is_empty() { ANY.to_owned() } else { parts.join(" AND ") })
}

/// Tells whether another way is worth trying: guests and some clouds have no search.
fn explain(finder: &Finder<'_>, error: graph::Error) -> Failure {
    let missing = match error.kind() {
        ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::NotSupported => true,
        ErrorKind::BadRequest => finder.ctx.cloud() != Cloud::Global,
        _ => false,
    };
    let malformed = error.kind() == ErrorKind::BadRequest;
    let told = access::explain(finder.ctx, error, "search of messages");
    if missing {
        return Failure::Unavailable(told.with_message(UNAVAILABLE));
    }
    if !malformed {
        return Failure::Other(told);
    }
    let message = "query: Graph does not accept this search. Plain words, from:, to:, sent>=2026-11-01, \
                   hasAttachment:true and mentions: are accepted.";
    Failure::Other(told.with_code(ErrorCode::ValidationError).with_message(message))
}
