//! Finds times at which people can meet.
//!
//! | Asked for | Requests |
//! |---|---|
//! | up to 20 participants, with `Calendars.Read.Shared` | one `POST /me/findMeetingTimes` |
//! | more, without that scope, or where Graph gives no answer or no times | one `POST …/getSchedule` for each 20 participants and 59 days, and the search in [`availability`](crate::availability) |
//! | names in place of addresses | one search in the directory for each |

mod graph;
mod input;
mod own;
mod suggestion;

use async_trait::async_trait;

use self::{
    graph::Asked,
    input::FindMeetingAvailabilityInput,
    suggestion::{Suggested, Suggestion, Suggestions},
};
use crate::{
    Answer, Tool, ToolContext, ToolError,
    asked::{self, given},
    availability::{self, Guests, Meeting, NoTime, minutes, span::Span},
    calendar::{
        self,
        access::{READ, READ_SHARED},
    },
    paging, people,
};

/// The tool `find_meeting_availability`.
#[derive(Debug)]
pub(crate) struct FindMeetingAvailability;

const NONE: &str = "Graph found no meeting times";

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
        fill(ctx, &mut answer, found, &plan)?;
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
        counts_unknown: input.minimum_attendee_percentage.is_some(),
        firm: false,
    })
}

/// Asks Graph, and looks in the agendas where that gives no answer.
async fn suggested(
    ctx: &ToolContext,
    plan: &Plan,
    answer: &mut Answer,
) -> Result<Suggested, ToolError> {
    let (why, found) = match graph::ask(ctx, plan).await? {
        Asked::Answered(found) => return Ok(found),
        Asked::Unanswered(why) => (why, own::find(ctx, plan).await?),
        Asked::Empty(reason) => match own::find(ctx, plan).await {
            Ok(found) => (NONE.to_owned(), found),
            Err(_) if !reason.is_empty() => {
                return Ok(Suggested { reason, ..Suggested::default() });
            }
            Err(error) => return Err(error),
        },
    };
    answer.notice(format!(
        "{why}, so they were worked out here from free and busy times, with the working hours of each \
         participant."
    ));
    Ok(found)
}

fn fill(
    ctx: &ToolContext,
    answer: &mut Answer,
    found: Suggested,
    plan: &Plan,
) -> Result<(), ToolError> {
    if found.cause == Some(NoTime::OrganizerAtWork) {
        answer.notice(format!(
            "There is no free time of {} minutes within the user's working hours; workingHoursOnly false \
             looks at all hours.",
            plan.meeting.minutes
        ));
    }
    answer.fact("emptySuggestionsReason", found.reason.into());
    availability::given::unavailable(ctx, answer, found.unavailable)?;
    let times = found.suggestions.iter().map(|one| Suggestion::of(one, &plan.span.zone)).collect();
    availability::given::times(ctx, answer, times, (plan.most, found.is_cut))
}
