//! Finds times at which people can meet.
//!
//! | Asked for | Requests |
//! |---|---|
//! | up to 20 participants, with `Calendars.Read.Shared` | one `POST /me/findMeetingTimes` |
//! | more, without that scope, or where Graph gives no answer or none for a technical reason | one `POST …/getSchedule` for each 20 participants and 59 days, and the search in [`availability`](crate::availability) |
//! | names in place of addresses | one search in the directory for each |

mod graph;
mod input;
mod own;
mod suggestion;

use async_trait::async_trait;
use serde_json::Value;

use self::{
    graph::Asked,
    input::FindMeetingAvailabilityInput,
    suggestion::{Suggested, Suggestion, Suggestions},
};
use crate::{
    Answer, Tool, ToolContext, ToolError,
    asked::{self, given},
    availability::{Guests, Meeting, minutes, span::Span},
    calendar::{
        self,
        access::{READ, READ_SHARED},
    },
    paging, people,
};

/// The tool `find_meeting_availability`.
#[derive(Debug)]
pub(crate) struct FindMeetingAvailability;

/// What is asked for, checked and looked up.
struct Plan {
    guests: Guests,
    span: Span,
    meeting: Meeting,
    /// The least confidence, where one was asked for.
    least: Option<u32>,
    most: u32,
}

#[async_trait]
impl Tool for FindMeetingAvailability {
    type Input = FindMeetingAvailabilityInput;
    type Output = Suggestions;

    const NAME: &'static str = "find_meeting_availability";
    const TITLE: &'static str = "Find meeting times";
    const DESCRIPTION: &'static str = "Finds times at which the user and others can meet, best first, with \
        everybody's availability. It plans nothing. What is on a calendar: outlook_calendar_search.";
    const NEEDS: &'static [&'static [&'static str]] = &[&[READ_SHARED], &[READ]];
    const USES: &'static [&'static str] = &[people::DIRECTORY, people::RELEVANT];

    async fn call(&self, ctx: &ToolContext, input: Self::Input) -> Result<Answer, ToolError> {
        let mut answer = Answer::new();
        answer.listing("suggestions");
        let most = paging::at_most("maxCandidates", input.max_candidates, 10, 50, &mut answer)?;
        let meeting = meeting(&input)?;
        ctx.require_any_scope(&[READ_SHARED, READ]).await?;
        let (zone, notice) = calendar::zone(ctx, input.time_zone.as_ref()).await?;
        let after = given(input.after_date_time.as_ref());
        let before = given(input.before_date_time.as_ref());
        let span = Span::read(ctx, [after.as_deref(), before.as_deref()], zone)?;
        span.hold(meeting.minutes)?;
        let guests = Guests::find(ctx, input.participants.as_deref().unwrap_or_default()).await?;
        let least = input.least()?;
        let plan = Plan { guests, span, meeting, least, most };
        let found = suggested(ctx, &plan, &mut answer).await?;
        fill(&mut answer, found, &plan)?;
        asked::echo(&mut answer, plan.span.as_interval(), &plan.span.zone, ctx);
        notice.into_iter().for_each(|notice| {
            answer.notice(notice);
        });
        Ok(answer)
    }
}

fn meeting(input: &FindMeetingAvailabilityInput) -> Result<Meeting, ToolError> {
    Ok(Meeting {
        minutes: minutes(input.duration_minutes)?,
        hours_only: input.working_hours_only.unwrap_or(true),
        least: input.least()?.unwrap_or(50),
        firm: false,
    })
}

/// Asks Graph, and looks in the agendas where that gives no answer.
async fn suggested(
    ctx: &ToolContext,
    plan: &Plan,
    answer: &mut Answer,
) -> Result<Suggested, ToolError> {
    match graph::ask(ctx, plan).await? {
        Asked::Answered(found) => Ok(found),
        Asked::Unanswered(reason) => {
            answer.notice(format!(
                "{reason}, so the times were worked out here from free and busy times, with the working \
                 hours of each participant."
            ));
            own::find(ctx, plan).await
        }
    }
}

fn fill(answer: &mut Answer, found: Suggested, plan: &Plan) -> Result<(), ToolError> {
    for one in &found.suggestions {
        let written = value(Suggestion::of(one, &plan.span.zone))?;
        answer.hit(written.clone(), written);
    }
    answer.fact("emptySuggestionsReason", found.reason.into());
    answer.fact("unavailableParticipants", value(found.unavailable)?);
    Ok(())
}

fn value<T: serde::Serialize>(written: T) -> Result<Value, ToolError> {
    serde_json::to_value(written).map_err(|_| {
        ToolError::new(crate::ErrorCode::ServiceError, "A suggestion could not be written.")
    })
}
