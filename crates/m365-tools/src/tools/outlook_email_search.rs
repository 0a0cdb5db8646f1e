//! Finds messages: every combination of conditions, by the cheapest way that Graph offers for it.
//!
//! | Asked for | Way |
//! |---|---|
//! | no words, recipients or names | `GET …/messages?$filter&$orderby`: exact, with a total and offsets |
//! | words, newest first | `GET …/messages?$search`: all fields of a hit in one round trip, in any mailbox and folder |
//! | words, best first, whole own mailbox | `POST /search/query` with its top results, completed by one `$batch` |
//! | words, oldest first | `$search` over stretches of time, from the earliest on |
//! | names and subjects, without the scope for texts | a list by date, its headers compared here |
//!
//! `$search` excludes `$filter` and `$orderby`, knows no read state, and compares dates by day and names
//! by word. So whatever KQL only approximates is compared again with the message, and pages are read
//! until enough fit or a cap is reached, from where a cursor goes on.

mod filter;
mod input;
mod kql;
mod list;
mod oldest;
mod plan;
mod rank;
mod scan;
mod search;

use async_trait::async_trait;
use jiff::tz::TimeZone;

use self::{
    input::{OutlookEmailSearchInput, given},
    plan::{Found, Next, Plan},
    search::Search,
};
use crate::{
    Answer, Interval as Echo, Results, Tool, ToolContext, ToolError,
    mail::{
        access::{READ, READ_BASIC, READ_SHARED},
        hit::{self, Hit},
    },
    paging,
    time::{self, BadInterval, Interval},
};

/// What the trailer of an answer may take, in characters.
const TRAILER: usize = 1_500;

/// The tool `outlook_email_search`.
#[derive(Debug)]
pub(crate) struct OutlookEmailSearch;

#[async_trait]
impl Tool for OutlookEmailSearch {
    type Input = OutlookEmailSearchInput;
    type Output = Results<Hit>;

    const NAME: &'static str = "outlook_email_search";
    const TITLE: &'static str = "Search mail";
    const DESCRIPTION: &'static str = "Finds messages in the user's Outlook mailbox, or in a shared one: by \
        words, people, folder, date, read state, attachments and importance, in any combination. \
        Without conditions it lists the newest. Read a hit in full with read_resource and its uri.";
    const SCOPES: &'static [&'static str] = &[READ, READ_BASIC, READ_SHARED];

    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError> {
        let mut answer = Answer::new();
        let limit = paging::limit(input.limit, 10, 25, &mut answer)?;
        let limit = fitting(ctx, limit, &mut answer);
        let offset = paging::offset(input.offset)?;
        let plan = Plan::new(ctx, &input, limit, offset)?;
        let (zone, notice, interval, found) = answered(ctx, &input, &plan).await?;
        fill(ctx, &mut answer, found, &zone)?;
        echo(&mut answer, interval, &zone, ctx);
        answer_notice(&mut answer, notice);
        Ok(answer)
    }
}

/// Returns how many of `limit` hits are sure to fit an answer.
fn fitting(ctx: &ToolContext, limit: u32, answer: &mut Answer) -> u32 {
    let room = ctx.limits().answer.saturating_sub(TRAILER) / hit::ROOM;
    let most = u32::try_from(room).unwrap_or(u32::MAX).max(1);
    if limit > most {
        answer
            .notice(format!("The limit was lowered to {most}, since answers are kept short here."));
    }
    limit.min(most)
}

type Answered = (TimeZone, Option<String>, Interval, Found);

/// Runs the search beside the look-up of the zone, or behind it where the dates depend on it.
async fn answered(
    ctx: &ToolContext,
    input: &OutlookEmailSearchInput,
    plan: &Plan,
) -> Result<Answered, ToolError> {
    let after = given(input.after_date_time.as_ref());
    let before = given(input.before_date_time.as_ref());
    let dates = [after.as_deref(), before.as_deref()];
    if dates.iter().flatten().any(|date| time::needs_zone(date)) {
        let (zone, notice) = ctx.time_zone().await;
        let interval = interval(dates, ctx, &zone)?;
        let found = Search::run(ctx, plan, interval).await?;
        return Ok((zone, notice, interval, found));
    }
    let interval = interval(dates, ctx, &TimeZone::UTC)?;
    let ((zone, notice), found) = tokio::join!(ctx.time_zone(), Search::run(ctx, plan, interval));
    Ok((zone, notice, interval, found?))
}

fn interval(
    [after, before]: [Option<&str>; 2],
    ctx: &ToolContext,
    zone: &TimeZone,
) -> Result<Interval, ToolError> {
    let now = ctx.now().to_zoned(zone.clone());
    Interval::parse(after, before, &now).map_err(|bad| match bad {
        BadInterval::After => bad_date("afterDateTime", after),
        BadInterval::Before => bad_date("beforeDateTime", before),
        BadInterval::Reversed => ToolError::validation(format!(
            "beforeDateTime: {:?} lies before afterDateTime {:?}; a later one is accepted.",
            before.unwrap_or_default(),
            after.unwrap_or_default()
        )),
    })
}

fn bad_date(field: &str, value: Option<&str>) -> ToolError {
    let shown = m365_extract::excerpt(value.unwrap_or_default(), 60);
    ToolError::validation(format!("{field}: {shown:?} is not accepted. {}", time::ACCEPTED))
}

fn fill(
    ctx: &ToolContext,
    answer: &mut Answer,
    found: Found,
    zone: &TimeZone,
) -> Result<(), ToolError> {
    for message in found.hits {
        let (text, structured) =
            Hit::new(message, found.folder.as_deref(), &found.mailbox, zone).values()?;
        answer.hit(text, structured);
    }
    for notice in found.notices {
        answer.notice(notice);
    }
    answer.trailer().total_result_count = found.total;
    match found.next {
        Next::End => {}
        Next::Offset(offset) => answer.trailer().continues_at(offset),
        Next::Place(place) => answer.trailer().continues_with(ctx.seal_cursor(&place)?),
    }
    Ok(())
}

fn echo(answer: &mut Answer, interval: Interval, zone: &TimeZone, ctx: &ToolContext) {
    answer.trailer().dated(zone, ctx.now());
    if !interval.is_open() {
        let bound =
            |moment: Option<jiff::Timestamp>| moment.map(|moment| time::format(moment, zone));
        let ends = (bound(interval.start), bound(interval.last_second()));
        answer.trailer().interval = Some(Echo::new(ends.0, ends.1));
    }
}

fn answer_notice(answer: &mut Answer, notice: Option<String>) {
    if let Some(notice) = notice {
        answer.notice(notice);
    }
}
