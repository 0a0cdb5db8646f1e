use jiff::SignedDuration;
use m365_graph::{
    self as graph, Address, CalendarApi, Event, Incomplete, Mailbox, NextLink, Page, Schedule,
    ScheduleItem, ViewQuery,
};

use super::{input::Order, search::Search, windows::Window};
use crate::{
    ErrorCode, ToolError,
    availability::{
        State,
        schedules::{self, is_whole_days},
    },
    calendar::{access, hit},
};

/// Where events are read from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// The calendar itself.
    View,
    /// The free and busy times of somebody who does not share the calendar.
    Busy(Address),
}

/// Graph refuses views of more than 1825 days.
const LONGEST_VIEW: SignedDuration = SignedDuration::from_hours(24 * 1800);

/// How many events a page has: as many as are surely enough, or more where some will not fit.
const LEAST_PAGE: usize = 50;
const MOST_PAGE: usize = 100;

/// What is asked of each event beside what every reader of events asks.
const PREVIEW: &str = "bodyPreview";
const BODY: &str = "body";

/// Why a page could not be read: Graph's answer, kept until it is known what to make of it, or ours.
#[derive(Debug)]
pub(super) enum Failure {
    Graph(graph::Error),
    Tool(ToolError),
}

impl From<graph::Error> for Failure {
    fn from(error: graph::Error) -> Self {
        Self::Graph(error)
    }
}

/// Some of the events of a window.
#[derive(Debug, Default)]
pub(super) struct Events {
    pub(super) items: Vec<Event>,
    pub(super) next: Option<NextLink>,
    pub(super) incomplete: Option<Incomplete>,
}

impl From<Page<Event>> for Events {
    fn from(page: Page<Event>) -> Self {
        Self { items: page.items, next: page.next, incomplete: page.incomplete }
    }
}

impl Source {
    pub(super) const fn longest(&self) -> SignedDuration {
        match self {
            Self::View => LONGEST_VIEW,
            Self::Busy(_) => schedules::DAYS,
        }
    }

    /// Reads the first page of a window, or the one that `link` leads to.
    pub(super) async fn page(
        &self,
        search: &Search<'_>,
        window: Window,
        link: Option<&NextLink>,
    ) -> Result<Events, Failure> {
        match (self, link) {
            (Self::View, Some(link)) => Ok(calendar(search).next_page(link).await?.into()),
            (Self::View, None) => Ok(view(search, window).page().await?.into()),
            (Self::Busy(owner), _) => busy(search, window, owner).await,
        }
    }
}

fn calendar(search: &Search<'_>) -> CalendarApi {
    search.ctx.graph().calendar(&search.mailbox)
}

fn view(search: &Search<'_>, window: Window) -> ViewQuery {
    let calendar = calendar(search);
    let query = match &search.calendar {
        Some(named) if !named.is_usual_of(&search.mailbox) => {
            calendar.view_in(&named.id, window.start, window.end)
        }
        _ => calendar.view(window.start, window.end),
    };
    let order = match search.plan.order {
        Order::Oldest => "start/dateTime",
        Order::Newest => "start/dateTime desc",
    };
    query.order_by(order).top(page_size(search)).select(&fields(search)).prefer_text()
}

fn page_size(search: &Search<'_>) -> u32 {
    let plan = search.plan;
    let rough = plan.filter.needs_details() || plan.place.skip > 0;
    let size = if rough { MOST_PAGE } else { (plan.limit * 2).clamp(LEAST_PAGE, MOST_PAGE) };
    u32::try_from(size).unwrap_or(u32::MAX)
}

/// What is asked of each event: bodies only where words are looked for in them.
fn fields(search: &Search<'_>) -> Vec<&'static str> {
    let body = search.plan.filter.has_query().then_some(BODY);
    hit::FIELDS.into_iter().chain([PREVIEW]).chain(body).collect()
}

async fn busy(search: &Search<'_>, window: Window, owner: &Address) -> Result<Events, Failure> {
    let span = (window.start, window.end);
    let schedules = schedules::ask(search.ctx.graph(), std::slice::from_ref(owner), span).await?;
    let schedule = schedules.into_iter().next().unwrap_or_default();
    if schedule.error.is_some() {
        let message = access::no_calendar(owner);
        return Err(Failure::Tool(ToolError::new(ErrorCode::NotFound, message)));
    }
    Ok(page(schedule, search.plan.order))
}

/// Makes events of busy times, in order.
fn page(schedule: Schedule, order: Order) -> Events {
    let mut items: Vec<_> =
        schedule.schedule_items.into_iter().filter(is_taken).map(event).collect();
    let start = |event: &Event| event.start.as_ref().map(|start| start.date_time.clone());
    items.sort_by_key(start);
    if order == Order::Newest {
        items.reverse();
    }
    Events { items, ..Events::default() }
}

fn is_taken(item: &ScheduleItem) -> bool {
    item.status.as_deref().is_none_or(|status| State::of(status) != State::Free)
}

fn event(item: ScheduleItem) -> Event {
    let mut event = Event::default();
    event.is_all_day =
        item.start.as_ref().zip(item.end.as_ref()).map(|(start, end)| is_whole_days(start, end));
    event.show_as = item.status.map(|status| State::of(&status).as_str().to_owned());
    event.subject = item.subject;
    event.location = item.location.map(|name| {
        let mut place = graph::Location::default();
        place.display_name = Some(name);
        place
    });
    (event.start, event.end) = (item.start, item.end);
    event
}

/// Tells whether somebody's free and busy times can stand for the calendar.
pub(super) fn fallback(search: &Search<'_>, error: &graph::Error) -> Option<Source> {
    match &search.mailbox {
        Mailbox::Of(owner) if access::is_unshared(error, &search.mailbox) => {
            Some(Source::Busy(owner.clone()))
        }
        _ => None,
    }
}
