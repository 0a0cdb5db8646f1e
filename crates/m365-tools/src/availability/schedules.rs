use futures_util::{FutureExt, StreamExt, TryStreamExt, future::BoxFuture, stream};
use jiff::{SignedDuration, Timestamp, Unit, tz::TimeZone};
use m365_graph::{
    Address, DateTimeZone, ErrorKind, GraphClient, Result, Schedule, ScheduleItem, ScheduleRequest,
};

use super::{Agenda, State, agenda::Block, hours::Hours, span::Span};
use crate::{calendar::when, zones};

/// How many addresses Graph takes at once.
const ADDRESSES: usize = 20;

/// Graph refuses 62 days; a day on either side is for whole days, which begin elsewhere earlier.
pub(crate) const DAYS: SignedDuration = SignedDuration::from_hours(24 * 59);
const MARGIN: SignedDuration = SignedDuration::from_hours(24);

/// How many requests are sent side by side; Exchange bounds them per mailbox.
const PARALLEL: usize = 3;

/// Reads the agendas of `who` in `span`, in the same order, with one request for each 20 addresses and
/// 59 days.
///
/// # Errors
///
/// What a request to Graph can meet; an address that is not known is an agenda that cannot be seen.
pub(crate) async fn read(graph: &GraphClient, who: &[Address], span: &Span) -> Result<Vec<Agenda>> {
    let requests: Vec<_> =
        windows(span).into_iter().flat_map(|window| parts(who, window)).collect();
    let asked = requests.into_iter().map(|part| part.read(graph));
    let answers: Vec<(Part, Vec<Schedule>)> =
        stream::iter(asked).buffered(PARALLEL).try_collect().await?;
    let mut agendas: Vec<Agenda> = Vec::new();
    for (part, schedules) in answers {
        for (at, address) in part.who.iter().enumerate() {
            let agenda = agenda(address, find(&schedules, at, address));
            match agendas.get_mut(part.first + at) {
                Some(known) => known.extend(agenda),
                None => agendas.push(agenda),
            }
        }
    }
    Ok(agendas)
}

/// What one request asks for.
struct Part {
    /// The place of the first address among all.
    first: usize,
    who: Vec<Address>,
    window: (Timestamp, Timestamp),
}

fn parts(who: &[Address], window: (Timestamp, Timestamp)) -> Vec<Part> {
    let chunks = who.chunks(ADDRESSES).enumerate();
    chunks.map(|(at, some)| Part { first: at * ADDRESSES, who: some.to_vec(), window }).collect()
}

impl Part {
    async fn read(self, graph: &GraphClient) -> Result<(Self, Vec<Schedule>)> {
        let schedules = match ask(graph, &self.who, self.window).await {
            Err(error) if error.kind() == ErrorKind::BadRequest && self.who.len() > 1 => {
                by_halves(graph, &self.who, self.window).await?
            }
            asked => asked?,
        };
        Ok((self, schedules))
    }
}

/// Asks for each half of what was too much: the members of a list count as addresses. A list that is too
/// much by itself has no agenda that can be seen.
fn by_halves<'a>(
    graph: &'a GraphClient,
    who: &'a [Address],
    window: (Timestamp, Timestamp),
) -> BoxFuture<'a, Result<Vec<Schedule>>> {
    let (left, right) = who.split_at(who.len() / 2);
    async move {
        let mut schedules = Vec::new();
        for half in [left, right] {
            match ask(graph, half, window).await {
                Ok(some) => schedules.extend(some),
                Err(error) if error.kind() != ErrorKind::BadRequest => return Err(error),
                Err(_) if half.len() > 1 => schedules.extend(by_halves(graph, half, window).await?),
                Err(_) => {}
            }
        }
        Ok(schedules)
    }
    .boxed()
}

/// Asks for up to [`DAYS`] of free and busy times, to whole seconds and in UTC.
///
/// # Errors
///
/// What a request to Graph can meet.
pub(crate) async fn ask(
    graph: &GraphClient,
    who: &[Address],
    (start, end): (Timestamp, Timestamp),
) -> Result<Vec<Schedule>> {
    let whole = |moment: Timestamp| moment.round(Unit::Second).unwrap_or(moment);
    let local = |moment: Timestamp| whole(moment).to_zoned(TimeZone::UTC).datetime();
    let request = ScheduleRequest::new(who.to_vec(), local(start), local(end), "UTC");
    graph.schedule(&request).await
}

/// Divides a time into what Graph takes at once.
fn windows(span: &Span) -> Vec<(Timestamp, Timestamp)> {
    let start = span.start.saturating_sub(MARGIN).unwrap_or(span.start);
    let end = span.end.saturating_add(MARGIN).unwrap_or(span.end);
    let starts = std::iter::successors(Some(start), |start| start.checked_add(DAYS).ok());
    let window = |start: Timestamp| (start, start.saturating_add(DAYS).unwrap_or(end).min(end));
    starts.take_while(|start| *start < end).map(window).collect()
}

/// Finds the answer for an address; Graph gives them in the order asked, and names each.
fn find<'a>(schedules: &'a [Schedule], at: usize, address: &Address) -> Option<&'a Schedule> {
    let is_it = |one: &&Schedule| one.schedule_id.eq_ignore_ascii_case(address.as_str());
    schedules.get(at).filter(is_it).or_else(|| schedules.iter().find(is_it))
}

fn agenda(address: &Address, schedule: Option<&Schedule>) -> Agenda {
    let Some(schedule) = schedule.filter(|one| one.error.is_none()) else {
        return Agenda::unknown(address.clone());
    };
    let hours = schedule.working_hours.as_ref();
    let zone = hours.and_then(|hours| zones::of_mailbox(hours.time_zone.as_ref()?));
    let blocks =
        schedule.schedule_items.iter().filter_map(|item| block(item, zone.as_ref())).collect();
    Agenda::new(address.clone(), blocks, hours.and_then(Hours::of))
}

fn block(item: &ScheduleItem, zone: Option<&TimeZone>) -> Option<Block> {
    let (start, end) = (item.start.as_ref()?, item.end.as_ref()?);
    let place = |time: &DateTimeZone| match zone {
        Some(zone) if is_whole_days(start, end) => {
            Some(when::local(time)?.date().to_zoned(zone.clone()).ok()?.timestamp())
        }
        _ => when::moment(time),
    };
    let state = item.status.as_deref().map_or(State::Busy, State::of);
    Some(Block { start: place(start)?, end: place(end)?, state })
}

/// Exchange gives whole days as midnights of the zone that was asked for; they are the owner's days.
pub(crate) fn is_whole_days(start: &DateTimeZone, end: &DateTimeZone) -> bool {
    let midnight = |time: &DateTimeZone| time.date_time.contains("T00:00:00");
    midnight(start) && midnight(end) && start != end
}
