//! Text search, oldest first: Graph gives only the newest first, so time is cut into stretches that
//! are small enough to be read whole, and read from the earliest on.

use jiff::{SignedDuration, Timestamp};
use m365_graph::{Message, Page};

use super::{
    plan::{Edge, Found, Next, OldestPlace, Place},
    scan::{Trail, can_wait, id, incomplete, second},
    search::{Failure, Search},
};
use crate::time::Interval;

/// How many messages a stretch may have to be read in one page.
const PAGE: u32 = 250;

/// The shortest stretch: KQL compares days.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How far ahead of now an interval is walked.
const FAR: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Mail may bear a date that is a little ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(48);

/// Goes on from `place` until enough messages fit, none are left, or the call has done enough.
pub(super) async fn run(search: &Search<'_>, place: OldestPlace) -> Result<Found, Failure> {
    let Some(start) = start(search, &place.edge).await? else { return Ok(Found::default()) };
    let end = end(search);
    let OldestPlace { edge, skip } = place;
    let mut walk = Walk { search, edge, skip, requests: 1, found: Found::default() };
    let (mut from, mut to) = (start, end);
    while from < end {
        let stretch = match walk.stretch(from, to).await {
            Err(Failure::Graph(error)) if from > start && can_wait(error.kind()) => None,
            stretch => stretch?,
        };
        let Some((messages, reached)) = stretch else { return Ok(walk.stop(from)) };
        let few = messages.len() < PAGE as usize / 4;
        if walk.take(messages) {
            break;
        }
        let length = reached.duration_since(from);
        from = reached;
        to = end.min(add(from, if few { length.saturating_mul(4) } else { length }));
    }
    Ok(walk.found)
}

struct Walk<'a> {
    search: &'a Search<'a>,
    edge: Edge,
    skip: usize,
    requests: u32,
    found: Found,
}

impl Walk<'_> {
    /// Reads all messages from `from` on, up to `to` or to an earlier moment where they are too many.
    ///
    /// Returns them with the moment reached, or `None` when the call has done enough.
    async fn stretch(
        &mut self,
        from: Timestamp,
        mut to: Timestamp,
    ) -> Result<Option<(Vec<Message>, Timestamp)>, Failure> {
        while !self.search.is_spent(self.requests) {
            let page = self.page(from, to).await?;
            let length = to.duration_since(from);
            if page.next.is_none() {
                return Ok(Some((within(page.items, from, to), to)));
            }
            if length <= DAY {
                return Ok(Some((within(self.rest(page).await?, from, to), to)));
            }
            to = add(from, shorter(&page, to, length));
        }
        Ok(None)
    }

    async fn page(&mut self, from: Timestamp, to: Timestamp) -> Result<Page<Message>, Failure> {
        self.requests += 1;
        self.search.ctx.progress(self.requests, None, "Searching mail").await;
        let kql = self.search.kql(&Interval { start: Some(from), end: Some(to) })?;
        Ok(self.search.messages().search(&kql).top(PAGE).page().await?)
    }

    /// Reads the further pages of one day.
    async fn rest(&mut self, mut page: Page<Message>) -> Result<Vec<Message>, Failure> {
        let mut messages = std::mem::take(&mut page.items);
        let mut trail = Trail::default();
        while let Some(link) = trail.next(&mut page) {
            if self.search.is_spent(self.requests) {
                self.found
                    .notices
                    .push("On one day there are more messages than were read.".into());
                break;
            }
            self.requests += 1;
            page = self.search.mail().next_page(&link).await?;
            messages.append(&mut page.items);
            self.found.notices.extend(page.incomplete.map(incomplete));
        }
        Ok(messages)
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
        Next::Place(Place::Oldest(OldestPlace { edge, skip: self.skip }))
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

/// A shorter stretch: as long as the one that the page's messages cover, at most half of it.
fn shorter(page: &Page<Message>, to: Timestamp, length: SignedDuration) -> SignedDuration {
    let earliest = page.items.iter().filter_map(|message| message.received_date_time).min();
    let covered = earliest.map_or(DAY, |earliest| to.duration_since(earliest));
    covered.min(length / 2).max(DAY)
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
