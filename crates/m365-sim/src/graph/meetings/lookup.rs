//! The way from a join address to the meeting.

use std::borrow::Cow;

use serde_json::json;

use crate::{
    graph::{
        call::{Call, ok},
        fail::Fail,
        meetings::{
            MEETINGS, any,
            meeting::{Meeting, State},
            meeting_json::written,
        },
        teams::{Condition, Operand, need, only},
    },
    http::Response,
};

/// Answers with the one meeting that `$filter` names; nothing else can be asked of the list.
pub(super) fn route(call: &Call<'_>) -> Result<Response, Fail> {
    only(call, &["$filter"])?;
    need(call, MEETINGS)?;
    let meeting = named(call)?;
    match meeting.state {
        State::Expired => Err(Fail::teams_not_found("The meeting has expired.")),
        State::Here if meeting.invites(&call.grant.user_id) => {
            let user = &call.grant.user_id;
            let context = format!("{}/$metadata#users('{user}')/onlineMeetings", call.root());
            Ok(ok(&json!({"@odata.context": context, "value": [written(&meeting)]})))
        }
        State::Here | State::Elsewhere => {
            Err(Fail::teams_forbidden("3003: User does not have access to lookup meeting."))
        }
    }
}

/// Finds a meeting by its address, letter by letter, or by the number that one joins with.
fn named<'a>(call: &Call<'a>) -> Result<Cow<'a, Meeting>, Fail> {
    let unsupported = || {
        Fail::bad_request(
            "Filter expression expected - JoinWebUrl eq '' or joinMeetingIdSettings/joinMeetingId eq ''.",
        )
    };
    let condition = Condition::read(call, |_| true)?.ok_or_else(unsupported)?;
    let one = condition.only().filter(|one| one.op == "eq").ok_or_else(unsupported)?;
    let Operand::Text(wanted) = &one.literal else { return Err(unsupported()) };
    let found = match one.path.to_ascii_lowercase().as_str() {
        "joinweburl" => any(call, |meeting| meeting.join_url == *wanted),
        "joinmeetingidsettings/joinmeetingid" => any(call, |meeting| meeting.join_id == *wanted),
        _ => return Err(unsupported()),
    };
    found.ok_or_else(|| {
        Fail::bad_request("1026: the meeting could not be resolved from this join URL.")
    })
}
