//! Online meetings: found by their join address, with transcripts, recordings, attendance and
//! Copilot's notes of each time that they were held.
//!
//! Beside the meetings that have something to tell, there are those that the caller's calendar
//! invites to. Organizers and those who are invited may ask; of a meeting organised elsewhere
//! nothing is told.
//!
//! | Rule | What |
//! |---|---|
//! | S3 | each part needs a scope of its own |
//! | S48 | an address without a meeting is a 400, a meeting of others a 403 |
//! | S49 | addresses are compared letter by letter, decoded once |
//! | S50 | transcripts are closed unless the tenant opens them |
//! | S51 | who speaks is not told where the tenant forbids it |
//! | S52 | all times of a series are in one list, ten to a page |
//! | S56 | next links are bound to their query |
//! | S58 | government clouds have no notes of Copilot's |

mod attendance;
mod content;
mod insights;
pub(crate) mod invited;
mod lookup;
pub(crate) mod meeting;
mod meeting_json;
mod recordings;
mod transcripts;

use std::{borrow::Cow, sync::LazyLock};

use self::meeting::{Meeting, State};
use crate::{
    cloud::SimCloud,
    graph::{
        call::Call,
        fail::Fail,
        owner::Owner,
        teams::{need, only},
    },
    http::Response,
};

const MEETINGS: &[&str] = &["OnlineMeetings.Read", "OnlineMeetings.ReadWrite"];

type Filler = Box<dyn FnOnce() -> Vec<Meeting> + Send>;

/// All meetings of the tenant, made when somebody asks for them first.
#[derive(Debug)]
pub(crate) struct Store {
    meetings: LazyLock<Vec<Meeting>, Filler>,
}

impl Store {
    pub(crate) fn new(fill: impl FnOnce() -> Vec<Meeting> + Send + 'static) -> Self {
        Self { meetings: LazyLock::new(Box::new(fill) as Filler) }
    }

    /// Returns all meetings.
    pub(crate) fn all(&self) -> &[Meeting] {
        &self.meetings
    }
}

/// Answers a request to `onlineMeetings` of a user, or below.
pub(crate) fn route(call: &Call<'_>, owner: &Owner<'_>, path: &[&str]) -> Result<Response, Fail> {
    if !owner.is_caller {
        return Err(Fail::teams_forbidden("The user is not the one that the token is for."));
    }
    match path {
        [] => lookup::route(call),
        [id] => one(call, id),
        [id, "transcripts", rest @ ..] => transcripts::route(call, id, rest),
        [id, "recordings", rest @ ..] => recordings::route(call, id, rest),
        [id, "attendanceReports", rest @ ..] => attendance::route(call, id, rest),
        [_, "registration" | "sendVirtualAppointmentSms" | "attendeeReport", ..] => {
            Err(Fail::not_here("this part of a meeting"))
        }
        [_, segment, ..] => Err(Fail::no_segment(segment)),
    }
}

/// Answers a request below `/copilot`, which only the worldwide cloud has.
pub(crate) fn copilot(call: &Call<'_>, path: &[&str]) -> Result<Response, Fail> {
    if call.state.cloud != SimCloud::Global {
        return Err(Fail::no_segment("copilot"));
    }
    match path {
        ["users", user, "onlineMeetings", id, "aiInsights", rest @ ..] => {
            insights::route(call, &Owner::find(call, Some(user))?, id, rest)
        }
        _ => Err(Fail::not_here("/copilot")),
    }
}

fn one(call: &Call<'_>, id: &str) -> Result<Response, Fail> {
    only(call, &["$select"])?;
    need(call, MEETINGS)?;
    let meeting = find(call, id)?;
    Ok(meeting_json::entity(call, &meeting))
}

/// Finds a meeting that the caller may ask about.
fn find<'a>(call: &Call<'a>, id: &str) -> Result<Cow<'a, Meeting>, Fail> {
    let found = any(call, |meeting| meeting.id == id);
    let missing = || Fail::teams_not_found("The meeting does not exist or has expired.");
    let meeting = found.filter(|meeting| meeting.state == State::Here).ok_or_else(missing)?;
    if meeting.invites(&call.grant.user_id) {
        return Ok(meeting);
    }
    Err(Fail::teams_forbidden("The user is neither organizer nor attendee of the meeting."))
}

/// Finds a meeting, whoever is invited.
fn any<'a>(call: &Call<'a>, is: impl Fn(&Meeting) -> bool) -> Option<Cow<'a, Meeting>> {
    let known = call.grant.tenant.meetings.all().iter().find(|meeting| is(meeting));
    let invited = || invited::all(call).find(|meeting| is(meeting)).map(Cow::Owned);
    known.map(Cow::Borrowed).or_else(invited)
}

/// Returns where a meeting stands in the model, as contexts name it.
fn context(call: &Call<'_>, meeting: &Meeting, part: &str) -> String {
    let user = &call.grant.user_id;
    format!("users('{user}')/onlineMeetings('{}')/{part}", meeting.id)
}
