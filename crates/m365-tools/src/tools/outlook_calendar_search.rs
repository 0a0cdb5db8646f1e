//! Finds events: words, people and places in the calendar of a stretch of time.
//!
//! | Asked for | Requests |
//! |---|---|
//! | anything in one's own or a shared calendar | `GET …/calendarView`, in pages of 50 to 100 until enough fit |
//! | `calendarName` | one `GET …/calendars` more |
//! | occurrences among the hits | one `$batch` more, of the masters that know how a series repeats |
//! | a calendar that is not shared | `POST …/getSchedule`, for each 59 days |
//! | the first dated answer in an hour | `GET /me` and `getSchedule`, for the mailbox's zone |
//!
//! Graph expands series, but knows no search in a calendar, compares no attendees or bodies, and takes
//! whole days for midnights in UTC. So everything that is asked for is compared here, and events are put
//! into order by when they start in the answer's zone. Pages are read until enough fit or a cap is
//! reached, from where a cursor goes on: it holds a moment and an id, and no link.

mod filter;
mod input;
mod plan;
mod query;
mod scan;
mod search;
mod source;
mod windows;

use self::{
    input::OutlookCalendarSearchInput,
    plan::{Place, Plan, Span},
    scan::Scanned,
    search::Search,
};
use crate::{
    Answer, Results, Tool, ToolContext, ToolError,
    asked::{self, given},
    calendar::{
        self,
        access::{self, MEETINGS, READ, READ_SHARED, TRANSCRIPTS},
        hit::{EventHit, Telling},
        series::{self, Series},
    },
    output, paging,
};
use async_trait::async_trait;

/// What the trailer of an answer may take, in characters.
const TRAILER: usize = 1_500;

const OUT_OF_RANGE: &str = "Calendars are searched from 1950 on and for 50 years ahead: interval says what \
     was searched.";

/// The tool `outlook_calendar_search`.
#[derive(Debug)]
pub(crate) struct OutlookCalendarSearch;

#[async_trait]
impl Tool for OutlookCalendarSearch {
    type Input = OutlookCalendarSearchInput;
    type Output = Results<EventHit>;

    const NAME: &'static str = "outlook_calendar_search";
    const TITLE: &'static str = "Search calendars";
    const DESCRIPTION: &'static str = "Finds meetings and appointments, each occurrence of a series by \
        itself, in the user's calendar or a shared one. For free time use find_meeting_availability. Pass \
        a hit's uri to read_resource for details, its meetingTranscriptUrl for what was said.";
    const NEEDS: &'static [&'static [&'static str]] = &[&[READ]];
    const USES: &'static [&'static str] = &[READ_SHARED, MEETINGS, TRANSCRIPTS];

    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError> {
        let mut answer = Answer::new();
        let limit = paging::limit(input.limit, 10, 50, &mut answer)?;
        let plan = Plan::new(ctx, &input, limit, paging::offset(input.offset)?)?;
        let (zone, notice) = calendar::zone(ctx, input.time_zone.as_ref()).await?;
        let after = given(input.after_date_time.as_ref());
        let before = given(input.before_date_time.as_ref());
        let asked = asked::interval([after.as_deref(), before.as_deref()], ctx, &zone)?;
        let search = Search::new(ctx, &plan, Span::of(asked, ctx.now(), zone)).await?;
        let scanned = search.run().await?;
        fill(&search, &mut answer, scanned).await?;
        if search.span.is_cut {
            answer.notice(OUT_OF_RANGE);
        }
        asked::echo(&mut answer, search.span.as_interval(), &search.span.zone, ctx);
        notice.into_iter().for_each(|notice| {
            answer.notice(notice);
        });
        Ok(answer)
    }
}

async fn fill(search: &Search<'_>, answer: &mut Answer, scanned: Scanned) -> Result<(), ToolError> {
    let Scanned { hits, mut next, notices } = scanned;
    let events = hits.iter().map(|found| &found.event);
    let series = Series::read(search.ctx.graph(), &search.mailbox, events).await;
    let transcripts = access::opens_transcripts(search.ctx).await?;
    let telling = telling(search, transcripts);
    let mut last = None;
    for found in &hits {
        let recurrence = series.phrase(&found.event);
        let hit = EventHit::new(&found.event, found.when, recurrence, &telling);
        if !add(search.ctx, answer, hit, last.is_none())? {
            next = last.or(Some(search.plan.place.clone()));
            break;
        }
        last = Some(Place::behind(found));
    }
    for notice in notices.into_iter().chain(series.partial.then(|| series::UNREAD.to_owned())) {
        answer.notice(notice);
    }
    if let Some(place) = next {
        answer.trailer().continues_with(search.ctx.seal_cursor(&place)?);
    }
    Ok(())
}

/// Adds a hit unless the answer is full; the first one always has room.
fn add(
    ctx: &ToolContext,
    answer: &mut Answer,
    hit: EventHit,
    is_first: bool,
) -> Result<bool, ToolError> {
    let (text, structured) = hit.values()?;
    let taken = answer.characters_within(ctx.boundary()) + TRAILER;
    let room = ctx.limits().answer.saturating_sub(taken);
    if !is_first && output::length(&text, ctx.boundary()) > room {
        answer.notice("The answer is full, with fewer events than the limit; nextCursor goes on.");
        return Ok(false);
    }
    answer.hit(text, structured);
    Ok(true)
}

fn telling<'a>(search: &'a Search<'_>, transcripts: bool) -> Telling<'a> {
    Telling {
        mailbox: &search.mailbox,
        zone: &search.span.zone,
        calendar: search.calendar.as_ref().map(|calendar| calendar.name.as_str()),
        transcripts: transcripts.then(|| search.ctx.now()),
    }
}
