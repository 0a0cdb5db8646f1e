//! Microsoft Graph, version 1.0.
//!
//! A request passes through here: its path is cut into segments, its bearer looked up, its mailbox
//! entered, and the area that its path belongs to answers it. Each area is a file of its own, and
//! [`area`] and [`owner::route`] are where they are hung in. What Graph has and the demo tenant has
//! not answers 501 with the name of the route.
//!
//! # Rules
//!
//! Rules are numbered S1 to S60. Those of one area stand in its module and have tests by their
//! numbers. Of those that concern all, S58 has the national clouds' hosts and tokens, and what they
//! lack of mail, calendars, Teams, meetings and search; S41 and S45 are watched for on each host. S58
//! speaks of the cloud in China too, which is not here on purpose: the product does not know that
//! cloud.

pub(crate) mod action;
mod batch;
pub(crate) mod calendar;
mod call;
pub(crate) mod drives;
mod fail;
mod filter;
mod gate;
mod html_text;
mod links;
pub(crate) mod mail;
mod meeting_times;
pub(crate) mod meetings;
mod owner;
mod page;
mod people;
mod query;
pub(crate) mod schedule;
mod search;
mod select;
pub(crate) mod settings;
mod shares;
pub(crate) mod sites;
pub(crate) mod teams;
mod time_zones;
pub(crate) mod trace;
mod translate;
pub(crate) mod wait;
mod workload;

use std::{sync::Arc, time::Duration};

use http::{StatusCode, header};
use jiff::Timestamp;

use self::{
    action::unqualified,
    call::Call,
    fail::Fail,
    owner::Owner,
    query::{Query, decode},
    trace::Trace,
    workload::Workload,
};
use crate::{
    http::{Request, Response},
    state::{Grant, State},
};

/// How long the service thinks about each request, so that parallel ones meet.
const THINKING: Duration = Duration::from_millis(1);

/// What Graph has at its root and the demo tenant has not.
const ELSEWHERE: &[&str] = &[
    "admin",
    "applications",
    "appCatalogs",
    "communications",
    "contacts",
    "devices",
    "directory",
    "directoryObjects",
    "domains",
    "drive",
    "education",
    "external",
    "identity",
    "oauth2PermissionGrants",
    "organization",
    "places",
    "planner",
    "reports",
    "security",
    "servicePrincipals",
    "solutions",
    "storage",
    "subscribedSkus",
    "subscriptions",
    "teamsTemplates",
    "teamwork",
];

/// Answers a request to Graph, after `delay` on top of the usual time.
pub(crate) async fn handle(state: &Arc<State>, request: Request, delay: Duration) -> Response {
    let request = links::asked(state.cloud, request);
    let trace = Trace::new(&request.headers, state.clock.now());
    let response = match state.grant(&request.headers, &trace) {
        Ok(grant) => {
            let answer = outer(state, &grant, &request, THINKING + delay).await;
            answer.unwrap_or_else(|fail| fail.response(&trace))
        }
        Err(refusal) => refusal,
    };
    trace.finish(links::answered(state.cloud, response))
}

/// A batch is answered here, since it cannot stand inside another one.
async fn outer(
    state: &Arc<State>,
    grant: &Grant,
    request: &Request,
    thinking: Duration,
) -> Result<Response, Fail> {
    if request.path != "/v1.0/$batch" && request.path != "/v1.0/%24batch" {
        return answer(state, grant, request, thinking).await;
    }
    check_wait(state, grant, &["$batch"])?;
    let query = Query::parse(request.query.as_deref())?;
    let call = Call {
        state,
        grant,
        method: &request.method,
        path: "/$batch",
        query: &query,
        headers: &request.headers,
        body: &request.body,
    };
    batch::route(&call, state, request, thinking).await
}

/// Answers one request, or one part of a batch.
async fn answer(
    state: &Arc<State>,
    grant: &Grant,
    request: &Request,
    thinking: Duration,
) -> Result<Response, Fail> {
    let (path, segments) = below_version(&request.path)?;
    let segments: Vec<_> = segments.iter().map(String::as_str).collect();
    check_wait(state, grant, &segments)?;
    let query = Query::parse(request.query.as_deref())?;
    let call = Call {
        state,
        grant,
        method: &request.method,
        path,
        query: &query,
        headers: &request.headers,
        body: &request.body,
    };
    let _inside = match mailbox(&call, &segments) {
        Some(oid) => {
            Some(grant.tenant.mail.gates.enter(&oid, call.now()).map_err(Fail::throttled)?)
        }
        None => None,
    };
    tokio::time::sleep(thinking).await;
    area(&call, &segments)
}

/// Refuses who was told to wait, and did not.
fn check_wait(state: &State, grant: &Grant, segments: &[&str]) -> Result<(), Fail> {
    let workload = Workload::of(segments);
    let wait = state.waits.check(&(grant.user(), workload), state.clock.now());
    wait.map_err(|wait| Fail::status(workload, StatusCode::TOO_MANY_REQUESTS).after(wait))
}

/// Notes that a request was told to wait from `now` on, and returns for how long: longer than
/// `length` if it came while it should have waited already.
pub(crate) fn ask_to_wait(
    state: &State,
    request: &Request,
    length: Duration,
    now: Timestamp,
) -> Duration {
    let trace = Trace::new(&request.headers, now);
    let Ok(grant) = state.grant(&request.headers, &trace) else { return length };
    let Some(workload) = workload(request) else { return length };
    state.waits.ask((grant.user(), workload), length, now)
}

/// Makes the refusal that a request asking for a fault gets, in the words of the service that its
/// path belongs to. What lies below no version is the download of a file.
pub(crate) fn refusal(
    state: &State,
    request: &Request,
    status: StatusCode,
    after: Option<Duration>,
) -> Response {
    let workload = workload(request).unwrap_or(Workload::Files);
    let fail = Fail::status(workload, status);
    let fail = after.into_iter().fold(fail, Fail::after);
    let trace = Trace::new(&request.headers, state.clock.now());
    let response = trace.named(fail.response(&trace));
    if (workload, status) != (Workload::Files, StatusCode::GONE) {
        return response;
    }
    let anew = format!("{}{}?token=", state.origins.graph, request.path);
    response.header(header::LOCATION, anew)
}

fn workload(request: &Request) -> Option<Workload> {
    let (_, segments) = below_version(&request.path).ok()?;
    let segments: Vec<_> = segments.iter().map(String::as_str).collect();
    Some(Workload::of(&segments))
}

/// Hands a request to the area that its first segment belongs to.
fn area(call: &Call<'_>, segments: &[&str]) -> Result<Response, Fail> {
    match segments {
        [] => Err(Fail::not_here("the service document")),
        ["me", rest @ ..] => owner::route(call, &Owner::find(call, None)?, rest),
        ["users"] => people::users(call),
        ["users", name] => owner::of(call, name),
        ["users", name, rest @ ..] => owner::route(call, &Owner::find(call, Some(name))?, rest),
        ["search", rest @ ..] => search::route(call, rest),
        ["chats"] => teams::chat_list(call),
        ["chats", rest @ ..] => teams::chats(call, rest),
        ["teams", rest @ ..] => teams::teams(call, rest),
        ["drives", rest @ ..] => drives::route(call, rest),
        ["groups", rest @ ..] => drives::of_group(call, rest),
        ["shares", rest @ ..] => shares::route(call, rest),
        ["sites", rest @ ..] => sites::route(call, rest),
        ["copilot", rest @ ..] => meetings::copilot(call, rest),
        ["$batch", ..] => Err(Fail::bad_request("A batch cannot stand inside another one.")),
        [first, ..] if ELSEWHERE.contains(first) => Err(Fail::not_here(&format!("/{first}"))),
        [first, ..] => Err(Fail::no_segment(first)),
    }
}

/// Returns the path below the version, and its segments, each decoded once; actions are without
/// their namespace.
fn below_version(path: &str) -> Result<(&str, Vec<String>), Fail> {
    if path == "/beta" || path.starts_with("/beta/") {
        return Err(Fail::not_here("the beta version"));
    }
    let wrong_version = || Fail::bad_request("Invalid version.");
    let below = path.strip_prefix("/v1.0").ok_or_else(wrong_version)?;
    if !below.is_empty() && !below.starts_with('/') {
        return Err(wrong_version());
    }
    let segments = below.split('/').filter(|segment| !segment.is_empty());
    let plain = |segment| decode(segment).map(|segment| unqualified(&segment).to_owned());
    Ok((below, segments.map(plain).collect::<Result<_, _>>()?))
}

/// Returns the object id of the mailbox whose limits a request counts against.
fn mailbox(call: &Call<'_>, segments: &[&str]) -> Option<String> {
    let (owner, rest) = match segments {
        ["me", rest @ ..] => (Owner::find(call, None), rest),
        ["users", name, rest @ ..] => (Owner::find(call, Some(name)), rest),
        _ => return None,
    };
    let of_mailbox = matches!(
        rest.first(),
        Some(
            &("calendar"
                | "calendarView"
                | "calendars"
                | "events"
                | "findMeetingTimes"
                | "mailFolders"
                | "mailboxSettings"
                | "messages"
                | "translateExchangeIds")
        )
    );
    of_mailbox.then(|| owner.ok().map(|owner| owner.user.oid.clone()))?
}
