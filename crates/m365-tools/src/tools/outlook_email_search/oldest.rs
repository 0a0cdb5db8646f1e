//! Text search, oldest first: Graph gives only the newest first, so time is cut into stretches that
//! are small enough to be read whole, and read from the earliest on.

use jiff::{SignedDuration, Timestamp};
use m365_graph::{ErrorKind, Message, Page};

use super::{
    kql::Dates,
    plan::{Edge, Found, Next, OldestPlace, Place},
    scan::{SEARCH_END, Trail, can_wait, id, incomplete, second, too_many},
    search::{Failure, Search},
};
use crate::time::Interval;

/// How many messages a stretch may have to be read in one page.
const PAGE: u32 = 250;

/// The shortest stretch where dates are compared as days.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The shortest stretch where dates are compared to the second.
const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// How far ahead of now an interval is walked.
const FAR: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Mail may bear a date that is a little ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(48);

/// Goes on from `place` until enough messages fit, none are left, or the call has done enough.
pub(super) async fn run(search: &Search<'_>, place: OldestPlace) -> Result<Found, Failure> {
    let Some(start) = start(search, &place.edge).await? else { return Ok(Found::default()) };
    let end = end(search);
    let mut walk = Walk::new(search, place, end.duration_since(start));
    let mut from = start;
    while from < end {
        let stretch = match walk.stretch(from, end).await {
            Err(Failure::Graph(error)) if from > start && can_wait(error.kind()) => None,
            stretch => stretch?,
        };
        let Some((messages, reached)) = stretch else { return Ok(walk.stop(from)) };
        if messages.len() < PAGE as usize / 4 {
            walk.length = walk.length.saturating_mul(4);
        }
        if walk.take(messages) {
            break;
        }
        from = reached;
    }
    Ok(walk.found)
}

struct Walk<'a> {
    search: &'a Search<'a>,
    edge: Edge,
    skip: usize,
    /// How long the next stretch is to be.
    length: SignedDuration,
    /// Whether dates are compared to the second.
    exact: bool,
    requests: u32,
    found: Found,
}

impl<'a> Walk<'a> {
    fn new(search: &'a Search<'a>, place: OldestPlace, all: SignedDuration) -> Self {
        let OldestPlace { edge, skip, length, exact } = place;
        let length = length.map_or(all, |seconds| SignedDuration::from_secs(seconds.max(1)));
        Self { search, edge, skip, length, exact, requests: 1, found: Found::default() }
    }

    /// Reads all messages from `from` on, up to `end` or to an earlier moment where they are too many.
    ///
    /// Returns them with the moment reached, or `None` when the call has done enough.
    async fn stretch(
        &mut self,
        from: Timestamp,
        end: Timestamp,
    ) -> Result<Option<(Vec<Message>, Timestamp)>, Failure> {
        while !self.search.is_spent(self.requests) {
            let to = end.min(add(from, self.length));
            let page = self.page(from, to).await?;
            self.length = to.duration_since(from);
            if page.next.is_none() {
                return Ok(Some((within(page.items, from, to), to)));
            }
            if !self.exact && self.length <= DAY {
                self.exact = self.can_be_exact(&page).await?;
            }
            if self.length <= self.shortest() {
                let messages = self.rest(page).await?;
                return Ok(messages.map(|messages| (within(messages, from, to), to)));
            }
            self.length = self.shorter(&page, to);
        }
        Ok(None)
    }

    const fn shortest(&self) -> SignedDuration {
        if self.exact { SECOND } else { DAY }
    }

    /// A shorter stretch: as long as the one that the page's messages cover, at most half of it.
    fn shorter(&self, page: &Page<Message>, to: Timestamp) -> SignedDuration {
        let earliest = page.items.iter().filter_map(|message| message.received_date_time).min();
        let covered = earliest.map_or(self.length, |earliest| to.duration_since(earliest));
        covered.min(self.length / 2).max(self.shortest())
    }

    async fn page(&mut self, from: Timestamp, to: Timestamp) -> Result<Page<Message>, Failure> {
        self.requests += 1;
        self.search.ctx.progress(self.requests, None, "Searching mail").await;
        let dates = if self.exact { Dates::Exact } else { Dates::Days };
        let kql = self.search.kql(&Interval { start: Some(from), end: Some(to) }, dates)?;
        Ok(self.search.messages().search(&kql).top(PAGE).page().await?)
    }

    /// Tells whether dates are compared to the second and in UTC: then a message is found by its own.
    async fn can_be_exact(&mut self, page: &Page<Message>) -> Result<bool, Failure> {
        let known = page.items.iter().find_map(|one| Some((id(one)?, one.received_date_time?)));
        let Some((known, received)) = known else { return Ok(false) };
        self.requests += 1;
        let moment = Interval { start: Some(received), end: Some(add(received, SECOND)) };
        let kql = self.search.kql(&moment, Dates::Exact)?;
        match self.search.messages().search(&kql).top(PAGE).page().await {
            Err(error) if error.kind() == ErrorKind::BadRequest => Ok(false),
            found => Ok(found?.items.iter().any(|one| id(one).as_ref() == Some(&known))),
        }
    }

    /// Reads the further pages of a stretch that cannot be shorter; `None` when there are more than
    /// the call may read.
    async fn rest(&mut self, mut page: Page<Message>) -> Result<Option<Vec<Message>>, Failure> {
        let mut messages = std::mem::take(&mut page.items);
        let mut trail = Trail::default();
        while let Some(link) = trail.next(&mut page) {
            if self.search.is_spent(self.requests) {
                return Ok(None);
            }
            self.requests += 1;
            page = self.search.mail().next_page(&link).await?;
            messages.append(&mut page.items);
            self.found.notices.extend(page.incomplete.map(incomplete));
        }
        if messages.len() >= SEARCH_END {
            let earliest = messages.iter().map(second).min().unwrap_or_default();
            self.found.notices.push(too_many(earliest));
        }
        Ok(Some(messages))
    }

    /// Takes what fits; says whether the answer is full and there is more.
    fn take(&mut self, mut messages: Vec<Message>) -> bool {
        messages.sort_by_key(|message| (second(message), id(message)));
        for message in messages {
            if !self.search.keeps(&message) || self.edge.has(&message) {
                continue;
            }
            if self.skip > 0 {
                self.skip -= 1;
            } else if self.found.hits.len() == self.search.plan.limit {
                self.found.next = self.place_at(second(&message));
                return true;
            } else {
                self.found.hits.push(message);
            }
        }
        false
    }

    /// Goes on at a moment, of which some messages may have been given.
    fn place_at(&self, moment: i64) -> Next {
        let given = self.found.hits.iter().filter(|hit| second(hit) == moment).filter_map(id);
        let earlier = self.edge.ids.iter().filter(|_| self.edge.second == moment).cloned();
        let edge = Edge { second: moment, ids: earlier.chain(given).collect() };
        let (length, exact) = (Some(self.length.as_secs()), self.exact);
        Next::Place(Place::Oldest(OldestPlace { edge, skip: self.skip, length, exact }))
    }

    fn stop(mut self, from: Timestamp) -> Found {
        self.found.next = self.place_at(from.as_second());
        self.found.notices.push(
            "Not all messages were looked at; nextCursor goes on with later ones.".to_owned(),
        );
        self.found
    }
}

/// The first moment that is still to be read; `None` when there is no message at all.
async fn start(search: &Search<'_>, edge: &Edge) -> Result<Option<Timestamp>, Failure> {
    if edge.second != 0 {
        return Ok(Timestamp::from_second(edge.second).ok());
    }
    // From long before the first mail there would be too many stretches.
    if let Some(start) = search.interval.start.filter(|start| *start > Timestamp::UNIX_EPOCH) {
        return Ok(Some(start));
    }
    let query = search.messages().order_by("receivedDateTime asc").top(1);
    let first = query.page().await?.items.into_iter().next();
    Ok(first.and_then(|message| message.received_date_time))
}

fn end(search: &Search<'_>) -> Timestamp {
    let now = search.ctx.now();
    search.interval.end.map_or_else(|| add(now, AHEAD), |end| end.min(add(now, FAR)))
}

fn within(messages: Vec<Message>, from: Timestamp, to: Timestamp) -> Vec<Message> {
    let stretch = Interval { start: Some(from), end: Some(to) };
    let inside =
        |message: &Message| message.received_date_time.is_some_and(|at| stretch.contains(at));
    messages.into_iter().filter(inside).collect()
}

fn add(moment: Timestamp, duration: SignedDuration) -> Timestamp {
    moment.saturating_add(duration).unwrap_or(Timestamp::MAX)
}
