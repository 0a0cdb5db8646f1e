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
    input::OutlookEmailSearchInput,
    plan::{Found, Next, Plan},
    search::Search,
};
use crate::{
    Answer, Results, Tool, ToolContext, ToolError, asked,
    mail::{
        access::{READ, READ_BASIC, READ_SHARED},
        hit::{self, Hit},
    },
    paging,
    time::{self, Interval},
};

/// The tool `outlook_email_search`.
#[derive(Debug)]
pub(crate) struct OutlookEmailSearch;

#[async_trait]
impl Tool for OutlookEmailSearch {
    type Input = OutlookEmailSearchInput;
    type Output = Results<Hit>;

    const NAME: &'static str = "outlook_email_search";
    const TITLE: &'static str = "Search mail";
    const DESCRIPTION: &'static str = "Finds mail in the user's Outlook mailbox or a shared one, by any \
        combination of conditions; without any the newest. Read a hit in full with read_resource and its \
        uri. Not for events, chats or files.";
    const NEEDS: &'static [&'static [&'static str]] = &[&[READ], &[READ_BASIC]];
    const USES: &'static [&'static str] = &[READ_SHARED];

    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError> {
        let mut answer = Answer::new();
        let limit = paging::limit(input.limit, 10, 25, &mut answer)?;
        let limit = asked::fitting(ctx, limit, hit::ROOM, &mut answer);
        let offset = paging::offset(input.offset)?;
        let plan = Plan::new(ctx, &input, limit, offset)?;
        let unknown = plan.conditions.query.as_deref().map(kql::unknown).transpose()?;
        let (zone, notice, interval, found) = answered(ctx, &input, &plan).await?;
        fill(ctx, &mut answer, found, &zone)?;
        asked::echo(&mut answer, interval, &zone, ctx);
        for notice in notice.into_iter().chain(unknown.unwrap_or_default()) {
            answer.notice(notice);
        }
        Ok(answer)
    }
}

type Answered = (TimeZone, Option<String>, Interval, Found);

/// Runs the search beside the look-up of the zone, or behind it where the dates depend on it.
async fn answered(
    ctx: &ToolContext,
    input: &OutlookEmailSearchInput,
    plan: &Plan,
) -> Result<Answered, ToolError> {
    let after = asked::given(input.after_date_time.as_ref());
    let before = asked::given(input.before_date_time.as_ref());
    let dates = [after.as_deref(), before.as_deref()];
    if dates.iter().flatten().any(|date| time::needs_zone(date)) {
        let (zone, notice) = ctx.time_zone().await;
        let interval = asked::interval(dates, ctx, &zone)?;
        let found = Search::run(ctx, plan, interval).await?;
        return Ok((zone, notice, interval, found));
    }
    let interval = asked::interval(dates, ctx, &TimeZone::UTC)?;
    let ((zone, notice), found) = tokio::join!(ctx.time_zone(), Search::run(ctx, plan, interval));
    Ok((zone, notice, interval, found?))
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
