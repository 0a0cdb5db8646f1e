//! Reads page after page, newest first, and keeps what fits.

use std::collections::HashSet;

use jiff::Timestamp;
use m365_graph::{ErrorKind, Incomplete, Message, NextLink, Page};

use super::{
    filter,
    input::Conditions,
    kql::Dates,
    list,
    plan::{Edge, Found, Next, Place, ScanPlace},
    search::{Failure, Search},
};
use crate::time::Interval;

/// How many messages a page has when some of them will not fit.
const WIDE_PAGE: usize = 50;

/// The most messages in a page, reached only where an offset has to be skipped.
const MAX_PAGE: usize = 250;

/// Where Graph ends a text search, whether or not there is more.
pub(super) const SEARCH_END: usize = 1_000;

/// Goes on from `place` until enough messages fit, none are left, or the call has done enough.
pub(super) async fn run(search: &Search<'_>, place: ScanPlace) -> Result<Found, Failure> {
    let mut scan =
        Scan { search, place, found: Found::default(), trail: Trail::default(), edge: None };
    let mut pages = 0;
    loop {
        let page = match scan.page().await {
            Err(Failure::Graph(error)) if pages > 0 && can_wait(error.kind()) => {
                return Ok(scan.stop("Graph was too slow to read all pages"));
            }
            Err(Failure::Graph(error)) if scan.is_refused(error.kind()) => {
                scan.place.exact = false;
                continue;
            }
            page => page?,
        };
        pages += 1;
        search.ctx.progress(pages, None, "Searching mail").await;
        if scan.take(page) {
            return Ok(scan.found);
        }
        if search.is_spent(pages) {
            return Ok(scan.stop("Not all messages were looked at"));
        }
    }
}

/// Tells whether what was found so far is worth more than the error.
pub(super) const fn can_wait(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Timeout | ErrorKind::Throttled | ErrorKind::TooLarge)
}

struct Scan<'a> {
    search: &'a Search<'a>,
    place: ScanPlace,
    found: Found,
    trail: Trail,
    /// The last message that was looked at.
    edge: Option<Edge>,
}

/// The links that were followed, so that none is followed twice.
#[derive(Debug, Default)]
pub(super) struct Trail(HashSet<NextLink>);

impl Trail {
    /// Takes the link to the page after `page`, unless it leads back; then the page says so.
    pub(super) fn next(&mut self, page: &mut Page<Message>) -> Option<NextLink> {
        let link = page.next.take()?;
        if self.0.insert(link.clone()) {
            return Some(link);
        }
        page.incomplete = Some(Incomplete::RepeatedLink);
        None
    }
}

impl Scan<'_> {
    async fn page(&self) -> Result<Page<Message>, Failure> {
        if let Some(link) = &self.place.link {
            return Ok(self.search.mail().next_page(link).await?);
        }
        let query = self.search.messages().top(self.page_size());
        let interval = self.interval();
        if !self.place.listing {
            let dates = if self.place.exact { Dates::ExactEnd } else { Dates::Days };
            return Ok(query.search(&self.search.kql(&interval, dates)?).page().await?);
        }
        let query = query.order_by(list::order(self.search));
        match filter::build(&Conditions::default(), &interval) {
            Some(filter) => Ok(query.filter(&filter).page().await?),
            None => Ok(query.page().await?),
        }
    }

    /// As many as are wanted, or more where some will not fit; the same for the same arguments.
    fn page_size(&self) -> u32 {
        let plan = self.search.plan;
        let rough =
            plan.conditions.unread_only || !self.search.interval.is_open() || self.place.listing;
        let least = if rough { WIDE_PAGE } else { 0 };
        let wanted = plan.limit.saturating_add(plan.offset as usize);
        u32::try_from(wanted.clamp(least, MAX_PAGE)).unwrap_or(u32::MAX)
    }

    /// The interval asked for, up to where an earlier search was cut off.
    fn interval(&self) -> Interval {
        let edge = self.place.until.as_ref();
        let edge = edge.and_then(|edge| Timestamp::from_second(edge.second + 1).ok());
        let ends = [self.search.interval.end, edge];
        Interval { end: ends.into_iter().flatten().min(), ..self.search.interval }
    }

    /// Takes what fits from a page; says whether the answer is complete.
    fn take(&mut self, mut page: Page<Message>) -> bool {
        if self.misses_its_end(&page) {
            self.place.exact = false;
            return false;
        }
        if !self.place.listing {
            page.items.sort_by(newest_first);
        }
        let next = self.trail.next(&mut page);
        let count = page.items.len();
        let edge = page.items.last().map(|last| self.edge_at(&page.items, last));
        self.edge = edge.or(self.edge.take());
        let start = self.start(&page.items);
        for (at, message) in page.items.into_iter().enumerate().skip(start) {
            if !self.fits(&message) {
                continue;
            }
            if self.found.hits.len() == self.search.plan.limit {
                self.place.index = at;
                self.place.last = self.found.hits.last().and_then(id);
                self.found.next = Next::Place(Place::Scan(self.place.clone()));
                return true;
            }
            self.found.hits.push(message);
        }
        self.found.notices.extend(page.incomplete.map(incomplete));
        self.place.index = self.place.index.saturating_sub(count);
        self.place.last = None;
        self.place.seen += count;
        self.place.link = next;
        self.turn()
    }

    /// Where in a page to go on.
    fn start(&self, items: &[Message]) -> usize {
        let is_last = |item: &Message| self.place.last.is_some() && id(item) == self.place.last;
        items.iter().position(is_last).map_or(self.place.index, |at| at + 1)
    }

    /// Goes to the next page, or to a new search where Graph cut this one off.
    fn turn(&mut self) -> bool {
        if self.place.link.is_none() {
            let Some(edge) = self.edge.take().filter(|_| self.is_cut_off()) else { return true };
            self.place = self.search_behind(edge);
            // The new search may well have the links of this one.
            self.trail = Trail::default();
        }
        let full = self.found.hits.len() == self.search.plan.limit;
        if full {
            self.found.next = Next::Place(Place::Scan(self.place.clone()));
        }
        full
    }

    fn is_cut_off(&self) -> bool {
        !self.place.listing && self.place.seen >= SEARCH_END
    }

    /// Where to go on behind the edge of a search that was cut off.
    fn search_behind(&mut self, edge: Edge) -> ScanPlace {
        match self.place.until.take() {
            Some(last) if !edge.is_beyond(&last) => self.way_around(last),
            _ => ScanPlace { until: Some(edge), exact: true, ..ScanPlace::default() },
        }
    }

    /// Goes on where more messages lie close together than a search can pass: in a list, if all that
    /// is asked for can be compared here, and else with the day before.
    fn way_around(&mut self, last: Edge) -> ScanPlace {
        if self.search.plan.conditions.query.is_none() {
            return ScanPlace { until: Some(last), ..ScanPlace::listing() };
        }
        self.found.notices.push(too_many(last.second));
        let second = last.second - last.second.rem_euclid(24 * 60 * 60) - 1;
        ScanPlace { until: Some(Edge { second, ids: Vec::new() }), ..ScanPlace::default() }
    }

    /// Tells whether a search up to a second does not find even what is known to be there: then this
    /// service reads dates in another way.
    fn misses_its_end(&self, page: &Page<Message>) -> bool {
        let edge = self.place.until.as_ref().filter(|_| self.is_first_exact());
        edge.is_some_and(|edge| !page.items.iter().any(|message| edge.has(message)))
    }

    fn is_refused(&self, kind: ErrorKind) -> bool {
        self.is_first_exact() && kind == ErrorKind::BadRequest
    }

    const fn is_first_exact(&self) -> bool {
        self.place.exact && self.place.link.is_none()
    }

    fn fits(&self, message: &Message) -> bool {
        (!self.place.listing || self.search.header_fits(message))
            && self.search.keeps(message)
            && self.place.until.as_ref().is_none_or(|edge| edge.is_before(message))
    }

    /// The moment of the last message, with all of this search that bear it.
    fn edge_at(&self, items: &[Message], last: &Message) -> Edge {
        let second = second(last);
        let earlier = self.place.until.iter().filter(|edge| edge.second == second);
        let mut ids: Vec<String> = earlier.flat_map(|edge| edge.ids.iter().cloned()).collect();
        ids.extend(items.iter().filter(|item| self::second(item) == second).filter_map(id));
        Edge { second, ids }
    }

    fn stop(mut self, reason: &str) -> Found {
        let given = self.found.hits.len();
        self.found.notices.push(format!(
            "{reason}: {given} that fit were found so far, and nextCursor goes on from there."
        ));
        self.found.next = Next::Place(Place::Scan(self.place));
        self.found
    }
}

impl Edge {
    /// Tells whether a message is still to be given, when newest come first.
    fn is_before(&self, message: &Message) -> bool {
        let second = second(message);
        second < self.second || (second == self.second && !self.has(message))
    }

    /// Tells whether a search that ended here saw something that the one up to `last` did not.
    fn is_beyond(&self, last: &Self) -> bool {
        self.second < last.second
            || (self.second == last.second && self.ids.iter().any(|id| !last.ids.contains(id)))
    }

    /// Tells whether the message was given already.
    pub(super) fn has(&self, message: &Message) -> bool {
        id(message).is_some_and(|id| self.ids.contains(&id))
    }
}

pub(super) fn second(message: &Message) -> i64 {
    message.received_date_time.map_or(i64::MIN, Timestamp::as_second)
}

pub(super) fn id(message: &Message) -> Option<String> {
    message.id.as_ref().map(|id| id.as_str().to_owned())
}

fn newest_first(one: &Message, other: &Message) -> std::cmp::Ordering {
    other.received_date_time.cmp(&one.received_date_time).then_with(|| id(one).cmp(&id(other)))
}

/// Says that more messages lie close together than Graph gives.
pub(super) fn too_many(second: i64) -> String {
    let day = Timestamp::from_second(second).unwrap_or_default().strftime("%Y-%m-%d");
    format!(
        "Around {day} more messages match than Graph gives of one search, and some are left out; \
         narrower conditions find them."
    )
}

/// Says why a list ends before its end.
pub(super) fn incomplete(reason: Incomplete) -> String {
    format!("The list may be incomplete: {reason}.")
}
