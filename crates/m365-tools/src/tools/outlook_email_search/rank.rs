//! Text search, best first: Graph's ranking, completed with what its hits lack.

use m365_graph::{ErrorKind, MailApi, Message, MessageHit, MessageSearch};

use super::{
    filter,
    input::Conditions,
    kql::Dates,
    plan::{Found, Next, Place, RankedPlace},
    search::{Failure, Search},
};
use crate::mail::hit::FIELDS;

/// The page size, which stays the same so that pages join without a gap.
const PAGE: u32 = 25;

/// How many messages are completed at once: the most in one `$batch`.
const BATCH: usize = 20;

const STOPPED: &str = "Not all hits were looked at; nextCursor goes on with the rest.";
const GONE: &str = "Messages that the search index still lists but that are gone were left out.";
const UNREAD: &str = "Of some messages only what the search index holds could be read.";

/// Goes on from `place` until enough messages fit, none are left, or the call has done enough.
pub(super) async fn run(search: &Search<'_>, mut place: RankedPlace) -> Result<Found, Failure> {
    let kql = search.kql(&search.interval, Dates::Days)?;
    let mut found = Found::default();
    let mut pages = 0;
    loop {
        pages += 1;
        search.ctx.progress(pages, None, "Searching mail").await;
        let query = MessageSearch::new(kql.as_str()).from(place.from).size(PAGE).top_results();
        let page = search.ctx.graph().search_messages(&query).await?;
        let count = page.hits.len();
        if let Some(index) = take(search, &mut found, page.hits, place.index).await? {
            place.index = index;
            break;
        }
        if !page.more {
            return Ok(found);
        }
        place = RankedPlace { from: place.from + PAGE, index: place.index.saturating_sub(count) };
        if found.hits.len() == search.plan.limit {
            break;
        }
        if search.is_spent(pages) {
            found.notices.push(STOPPED.to_owned());
            break;
        }
    }
    found.next = Next::Place(Place::Ranked(place));
    Ok(found)
}

/// Takes what fits of a page's hits; returns the index of the first that fits but is not taken.
async fn take(
    search: &Search<'_>,
    found: &mut Found,
    hits: Vec<MessageHit>,
    skip: usize,
) -> Result<Option<usize>, Failure> {
    let indexed = hits.into_iter().enumerate().skip(skip);
    let mut fitting = indexed.filter(|(_, hit)| may_fit(search, &hit.message)).peekable();
    while let Some((next, _)) = fitting.peek() {
        let room = search.plan.limit - found.hits.len();
        if room == 0 {
            return Ok(Some(*next));
        }
        let wanted = if search.plan.conditions.unread_only { BATCH } else { room.min(BATCH) };
        let some: Vec<_> = fitting.by_ref().take(wanted).collect();
        for (index, message) in complete(&search.mail(), search, some, found).await? {
            if !search.keeps(&message) {
                continue;
            }
            if found.hits.len() == search.plan.limit {
                return Ok(Some(index));
            }
            found.hits.push(message);
        }
    }
    Ok(None)
}

/// Compares what the index holds; the read state is not among it.
fn may_fit(search: &Search<'_>, message: &Message) -> bool {
    let known = Conditions { unread_only: false, ..search.plan.conditions.clone() };
    filter::keeps(&known, &search.interval, message)
}

/// Reads the messages behind hits in one request; one that cannot be read now stays as the index has
/// it, and one that is gone is left out.
async fn complete(
    mail: &MailApi,
    search: &Search<'_>,
    hits: Vec<(usize, MessageHit)>,
    found: &mut Found,
) -> Result<Vec<(usize, Message)>, Failure> {
    let parts = hits.iter().map(|(_, hit)| mail.message(&hit.id).select(&FIELDS).batched());
    let answers = search.ctx.graph().batch(parts.collect()).await?;
    let mut messages = Vec::with_capacity(hits.len());
    for ((index, hit), answer) in hits.into_iter().zip(answers) {
        match answer {
            Ok(read) => messages.push((index, joined(hit, Some(read)))),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                found.notices.push(GONE.to_owned())
            }
            Err(_) => {
                found.notices.push(UNREAD.to_owned());
                messages.push((index, joined(hit, None)));
            }
        }
    }
    Ok(messages)
}

/// Puts the words around what was found where the preview would stand.
fn joined(hit: MessageHit, read: Option<Message>) -> Message {
    let mut message = read.unwrap_or(hit.message);
    message.id = Some(hit.id);
    if !hit.summary.is_empty() {
        message.body_preview = Some(hit.summary);
    }
    message
}
