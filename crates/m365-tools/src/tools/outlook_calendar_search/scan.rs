//! Reads page after page and puts what fits into order.

use std::collections::{BTreeMap, HashSet};

use m365_graph::{ErrorKind, Event, Incomplete, NextLink};

use super::{
    plan::{Found, Key, Place, rank},
    search::Search,
    source::{Events, Failure, Source},
    windows::{SHIFT, Window, Windows},
};
use crate::calendar::when::Stretch;

const SLOW: &str = "Graph was too slow to read all events";
const SPENT: &str = "Not all events were looked at";
const UNREADABLE: &str = "Events whose times cannot be read were left out.";

/// What a scan found.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    pub(super) hits: Vec<Found>,
    /// Where to go on; `None` at the end.
    pub(super) next: Option<Place>,
    pub(super) notices: Vec<String>,
}

/// Goes on from the place of the plan until enough events fit, none are left, or the call has done
/// enough.
pub(super) async fn run(search: &Search<'_>, source: &Source) -> Result<Scanned, Failure> {
    let place = search.plan.place.clone();
    let mut scan = Scan::new(search, place);
    for window in Windows::new(&search.span, &scan.place, search.plan.order, source.longest()) {
        if let Some(reason) = scan.read(source, window).await? {
            return Ok(scan.stop(reason));
        }
        if scan.is_full() {
            break;
        }
    }
    Ok(scan.finish())
}

/// Tells whether what was found so far is worth more than the error.
const fn can_wait(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Timeout | ErrorKind::Throttled | ErrorKind::TooLarge)
}

struct Scan<'a> {
    search: &'a Search<'a>,
    /// Up to where everything was looked at.
    place: Place,
    /// Whether that is further than where the scan began.
    advanced: bool,
    /// How many pages were read.
    pages: u32,
    /// What fits, as long as something may come that ranks before it.
    held: BTreeMap<Key, Found>,
    seen: HashSet<String>,
    links: HashSet<NextLink>,
    scanned: Scanned,
}

impl<'a> Scan<'a> {
    fn new(search: &'a Search<'a>, place: Place) -> Self {
        Self {
            search,
            place,
            advanced: false,
            pages: 0,
            held: BTreeMap::new(),
            seen: HashSet::new(),
            links: HashSet::new(),
            scanned: Scanned::default(),
        }
    }

    /// Reads a window to its end, or until there are enough; returns why it stopped before.
    async fn read(
        &mut self,
        source: &Source,
        window: Window,
    ) -> Result<Option<&'static str>, Failure> {
        let mut link = None;
        loop {
            let page = match source.page(self.search, window, link.as_ref()).await {
                Err(Failure::Graph(error)) if self.advanced && can_wait(error.kind()) => {
                    return Ok(Some(SLOW));
                }
                page => page?,
            };
            self.pages += 1;
            self.search.ctx.progress(self.pages, None, "Searching the calendar").await;
            link = self.take(page, window);
            if self.is_full() || (link.is_none() && window.is_last) {
                return Ok(None);
            }
            if self.search.is_spent(self.pages, self.advanced) {
                return Ok(Some(SPENT));
            }
            if link.is_none() {
                return Ok(None);
            }
        }
    }

    /// Takes what fits from a page; returns where the window goes on.
    fn take(&mut self, page: Events, window: Window) -> Option<NextLink> {
        let last = page.items.last().and_then(|event| self.graph_rank(event));
        page.items.into_iter().for_each(|event| self.hold(event));
        let leads_back = page.next.as_ref().is_some_and(|link| self.links.contains(link));
        let incomplete = page.incomplete.or(leads_back.then_some(Incomplete::RepeatedLink));
        if let Some(reason) = incomplete {
            self.note(&format!("The list may be incomplete: {reason}."));
        }
        let next = page.next.filter(|link| self.links.insert(link.clone()));
        match (&next, last) {
            (None, _) => self.settle(window.settled(self.search.plan.order)),
            (Some(_), Some(last)) => self.settle(last.saturating_sub(SHIFT)),
            (Some(_), None) => {}
        }
        next
    }

    /// Where Graph sorts an event: whole days are midnights in UTC for it.
    fn graph_rank(&self, event: &Event) -> Option<i64> {
        let when = Stretch::of(event, &jiff::tz::TimeZone::UTC)?;
        Some(rank(when.start, self.search.plan.order))
    }

    fn hold(&mut self, event: Event) {
        let span = &self.search.span;
        let Some(when) = Stretch::of(&event, &span.zone) else {
            return self.note(UNREADABLE);
        };
        let key = (rank(when.start, self.search.plan.order), name(&event, when));
        let fits = when.overlaps(span.start, span.end)
            && self.place.is_before(&key)
            && self.search.plan.filter.fits(&event);
        if fits && self.seen.insert(key.1.clone()) {
            self.held.insert(key.clone(), Found { key, when, event });
        }
    }

    /// Gives what ranks before `barrier`, as nothing can come any more that ranks before that.
    fn settle(&mut self, barrier: i64) {
        while !self.is_full() {
            let Some(first) = self.held.first_entry().filter(|first| first.key().0 < barrier)
            else {
                break;
            };
            let found = first.remove();
            if self.place.skip > 0 {
                self.place.skip -= 1;
            } else {
                self.scanned.hits.push(found);
            }
        }
        if !self.is_full() && self.place.rank().is_none_or(|rank| rank < barrier) {
            self.place = Place::before(barrier, self.place.skip);
            self.advanced = true;
        }
    }

    /// Tells whether there is one more than is wanted, so that it is known that there is more.
    fn is_full(&self) -> bool {
        self.scanned.hits.len() > self.search.plan.limit
    }

    fn finish(mut self) -> Scanned {
        if self.is_full() {
            self.scanned.hits.truncate(self.search.plan.limit);
            self.scanned.next = self.scanned.hits.last().map(Place::behind);
        }
        self.scanned
    }

    fn stop(mut self, reason: &str) -> Scanned {
        let given = self.scanned.hits.len();
        self.scanned.notices.push(format!(
            "{reason}: {given} that fit were found so far, and nextCursor goes on from there."
        ));
        self.scanned.next = Some(self.place);
        self.scanned
    }

    fn note(&mut self, notice: &str) {
        if !self.scanned.notices.iter().any(|one| one == notice) {
            self.scanned.notices.push(notice.to_owned());
        }
    }
}

/// What tells an event from others of the same start; free and busy times have no ids.
fn name(event: &Event, when: Stretch) -> String {
    match &event.id {
        Some(id) => id.as_str().to_owned(),
        None => {
            let shown = event.show_as.as_deref().unwrap_or_default();
            format!("{} {} {shown}", when.start.as_second(), when.end.as_second())
        }
    }
}
