//! Meeting times as Graph works them out.

use m365_graph::{
    self as graph, ErrorKind, MeetingTimeSuggestion, MeetingTimes, MeetingTimesRequest,
};

use super::{
    Plan,
    suggestion::{Possible, Suggested},
};
use crate::{
    ToolContext, ToolError,
    availability::{Slot, State, Unavailable},
    calendar::{access::READ_SHARED, when},
};

/// Graph does not say how many attendees it takes; more are known to be too many in places.
const MOST: usize = 20;

/// How Graph took the question.
pub(super) enum Asked {
    Answered(Suggested),
    /// It found no times, and why in its words, if it says so.
    Empty(String),
    /// It gave no answer, and why.
    Unanswered(String),
}

/// Asks Graph. It has half of the call's time, so that enough is left to work the times out here.
///
/// # Errors
///
/// Those that another way would meet too: the sign-in's, and throttling.
pub(super) async fn ask(ctx: &ToolContext, plan: &Plan) -> Result<Asked, ToolError> {
    if !ctx.has_scope(READ_SHARED).await? {
        return Ok(unanswered(format!("Missing scope '{READ_SHARED}'")));
    }
    if plan.guests.others.len() > MOST {
        return Ok(unanswered(format!("Graph finds meeting times for up to {MOST} participants")));
    }
    let request = request(plan);
    let clock = ctx.clock();
    let answer = tokio::select! {
        answer = ctx.graph().find_meeting_times(&request) => answer,
        () = clock.sleep(ctx.limits().deadline / 2) => {
            return Ok(unanswered("Graph took too long to find meeting times".to_owned()));
        }
    };
    match answer {
        Ok(times) => Ok(answered(times, plan)),
        Err(error) => refused(error),
    }
}

const fn unanswered(reason: String) -> Asked {
    Asked::Unanswered(reason)
}

fn request(plan: &Plan) -> MeetingTimesRequest {
    let Plan { guests, span, meeting, .. } = plan;
    let request =
        MeetingTimesRequest::new(guests.others.clone(), span.start, span.end, meeting.minutes);
    let request = request.candidates(plan.most);
    let request = match plan.least {
        Some(least) => request.least_percentage(f64::from(least)),
        None => request,
    };
    if meeting.hours_only { request } else { request.any_hour() }
}

fn refused(error: graph::Error) -> Result<Asked, ToolError> {
    let reason = match error.kind() {
        ErrorKind::Auth | ErrorKind::Throttled => return Err(error.into()),
        ErrorKind::Timeout => "Graph took too long to find meeting times".to_owned(),
        ErrorKind::Forbidden => "Graph does not let meeting times be found".to_owned(),
        _ => format!("Graph could not find meeting times ({error})"),
    };
    Ok(unanswered(reason))
}

fn answered(times: MeetingTimes, plan: &Plan) -> Asked {
    let suggestions: Vec<_> = times.suggestions.iter().filter_map(possible).collect();
    if suggestions.is_empty() {
        let reason = reason(times.empty_suggestions_reason.as_deref().unwrap_or_default());
        return Asked::Empty(if reason == "unknown" { String::new() } else { reason });
    }
    let unavailable = unknown(&suggestions, plan);
    let is_cut = suggestions.len() >= plan.most as usize;
    Asked::Answered(Suggested { suggestions, unavailable, is_cut, ..Suggested::default() })
}

/// Graph starts a reason with a capital letter at times.
fn reason(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters.filter(char::is_ascii_alphanumeric)).collect()
}

fn possible(suggestion: &MeetingTimeSuggestion) -> Option<Possible> {
    let slot = &suggestion.meeting_time_slot;
    let state = |text: &Option<String>| text.as_deref().map_or(State::Unknown, State::of);
    let attendees = suggestion.attendee_availability.iter().filter_map(|one| {
        Some((one.attendee.email_address.address.clone()?, state(&one.availability)))
    });
    Some(Possible {
        slot: Slot {
            start: when::moment(slot.start.as_ref()?)?,
            end: when::moment(slot.end.as_ref()?)?,
        },
        confidence: suggestion.confidence.unwrap_or_default(),
        organizer: state(&suggestion.organizer_availability),
        attendees: attendees.collect(),
    })
}

/// Those of whom Graph knows nothing at any of the times.
fn unknown(suggestions: &[Possible], plan: &Plan) -> Vec<Unavailable> {
    let is_unknown = |address: &str| {
        let states = suggestions.iter().flat_map(|one| &one.attendees);
        let mut own = states.filter(|(one, _)| one.eq_ignore_ascii_case(address)).peekable();
        own.peek().is_some() && own.all(|(_, state)| *state == State::Unknown)
    };
    let others = plan.guests.others.iter().map(m365_graph::Address::as_str);
    others.filter(|address| is_unknown(address)).map(Unavailable::unknown).collect()
}
