//! The way from a join address to the meeting.

use std::borrow::Cow;

use serde_json::json;

use crate::{
    graph::{
        call::{Call, ok},
        fail::Fail,
        filter::{Op, Property, Value},
        meetings::{
            MEETINGS, any,
            meeting::{Meeting, State},
            meeting_json::written,
        },
        teams::{filter, need, only},
    },
    http::Response,
};

/// What a meeting is found by.
#[derive(Clone, Copy, PartialEq)]
enum Key {
    /// The address, letter by letter.
    JoinUrl,
    /// The number that one joins with.
    JoinId,
}

impl Property for Key {
    const EXACT: bool = true;

    fn named(path: &str) -> Result<Self, Fail> {
        match path.to_ascii_lowercase().as_str() {
            "joinweburl" => Ok(Self::JoinUrl),
            "joinmeetingidsettings/joinmeetingid" => Ok(Self::JoinId),
            _ => Err(unsupported()),
        }
    }

    fn typed(self, literal: Value) -> Option<Value> {
        matches!(literal, Value::Text(_)).then_some(literal)
    }
}

impl Key {
    fn of(self, meeting: &Meeting) -> &str {
        match self {
            Self::JoinUrl => &meeting.join_url,
            Self::JoinId => &meeting.join_id,
        }
    }
}

fn unsupported() -> Fail {
    Fail::bad_request(
        "Filter expression expected - JoinWebUrl eq '' or joinMeetingIdSettings/joinMeetingId eq ''.",
    )
}

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

/// Finds the meeting that the filter names.
fn named<'a>(call: &Call<'a>) -> Result<Cow<'a, Meeting>, Fail> {
    let condition = filter::<Key>(call)?.ok_or_else(unsupported)?;
    let Some((key, Op::Equal, Value::Text(wanted))) = condition.only() else {
        return Err(unsupported());
    };
    let found = any(call, |meeting| key.of(meeting) == wanted);
    found.ok_or_else(|| {
        Fail::bad_request("1026: the meeting could not be resolved from this join URL.")
    })
}
