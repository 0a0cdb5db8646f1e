//! The body of `getSchedule`.

use http::StatusCode;
use jiff::{SignedDuration, Timestamp, civil::DateTime};
use serde_json::Value;

use crate::graph::{
    call::Call,
    fail::Fail,
    schedule::{addressee, busy::Item, zone::Zone},
};

/// The most addresses of one request by the documentation.
const MAX_ADDRESSES: usize = 20;
/// The most addresses of one request in practice.
const HARD_LIMIT: usize = 100;
/// The longest window, exclusive.
const MAX_WINDOW: SignedDuration = SignedDuration::from_hours(62 * 24);

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct ScheduleRequest {
    pub(crate) addresses: Vec<String>,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    /// The length of a slot.
    interval: SignedDuration,
}

impl ScheduleRequest {
    /// Reads the body; its members may be spelled in any case.
    pub(crate) fn read(call: &Call<'_>, posted: &Value) -> Result<Self, Fail> {
        let addresses = addresses(member(posted, "schedules"))?;
        check_count(count(call, &addresses), call.state.strictness.schedule_limit)?;
        let start = moment(member(posted, "startTime"))?;
        let end = moment(member(posted, "endTime"))?;
        check_window(start, end)?;
        let minutes = member(posted, "availabilityViewInterval");
        let minutes = if minutes.is_null() { Some(30) } else { minutes.as_i64() };
        let minutes = minutes.filter(|minutes| (5..=1440).contains(minutes));
        let minutes = minutes.ok_or_else(|| invalid("availabilityViewInterval"))?;
        Ok(Self { addresses, start, end, interval: SignedDuration::from_mins(minutes) })
    }

    /// Writes one digit for each slot of the window.
    pub(crate) fn view(&self, items: &[Item<'_>]) -> String {
        let mut out = String::new();
        let mut slot = self.start;
        while slot < self.end {
            let next = slot.checked_add(self.interval).unwrap_or(Timestamp::MAX);
            let busy = items.iter().filter(|item| item.start < next && slot < item.end);
            let digit = busy.map(Item::digit).max().unwrap_or('0');
            out.push(digit);
            slot = next;
        }
        out
    }
}

fn addresses(value: &Value) -> Result<Vec<String>, Fail> {
    let rows = value.as_array().ok_or_else(|| invalid("schedules"))?;
    let address = |row: &Value| row.as_str().map(str::to_owned).ok_or_else(|| invalid("schedules"));
    rows.iter().map(address).collect()
}

/// Counts whose schedules are asked for: all who are in it, for a group.
fn count(call: &Call<'_>, addresses: &[String]) -> usize {
    let behind = |address: &String| {
        let user = addressee(call, address);
        user.map_or(1, |user| call.grant.tenant.calendars.behind(&user.oid).len().max(1))
    };
    addresses.iter().map(behind).sum()
}

/// Only a strict tenant holds requests to the documented number.
fn check_count(count: usize, strict: bool) -> Result<(), Fail> {
    let limit = if strict { MAX_ADDRESSES } else { HARD_LIMIT };
    match count {
        0 => Err(invalid("schedules")),
        _ if count <= limit => Ok(()),
        _ if count <= HARD_LIMIT => Err(Fail::bad_request(format!(
            "A request takes up to {MAX_ADDRESSES} schedules, members of lists among them, and this one asks for {count}."
        ))),
        _ => Err(Fail::new(
            StatusCode::BAD_REQUEST,
            "ErrorMailboxDataArrayTooBig",
            "The number of mailboxes is larger than allowed.",
        )),
    }
}

fn check_window(start: Timestamp, end: Timestamp) -> Result<(), Fail> {
    if end <= start {
        return Err(invalid("endTime"));
    }
    if end.duration_since(start) < MAX_WINDOW {
        return Ok(());
    }
    let message = "The requested time window is longer than the allowed one.";
    Err(Fail::new(StatusCode::BAD_REQUEST, "ErrorTimeIntervalTooBig", message))
}

/// Refuses a member that is missing or not valid.
pub(crate) fn invalid(name: &str) -> Fail {
    let message = format!("The value of '{name}' is missing or not valid.");
    Fail::new(StatusCode::BAD_REQUEST, "ErrorInvalidRequest", message)
}

/// Returns a member in whatever case it is spelled, or null.
pub(crate) fn member<'a>(object: &'a Value, name: &str) -> &'a Value {
    let members = object.as_object().into_iter().flatten();
    let mut found = members.filter(|(own, _)| own.eq_ignore_ascii_case(name));
    found.next().map_or(&Value::Null, |(_, value)| value)
}

/// A wall-clock time without an offset, in a zone that is named beside it.
pub(crate) fn moment(value: &Value) -> Result<Timestamp, Fail> {
    let zone = Zone::named(text(value, "timeZone")?)?;
    let local = local(text(value, "dateTime")?).ok_or_else(|| invalid("dateTime"))?;
    zone.timestamp(local).ok_or_else(|| invalid("dateTime"))
}

fn text<'a>(object: &'a Value, name: &str) -> Result<&'a str, Fail> {
    member(object, name).as_str().ok_or_else(|| invalid(name))
}

/// Reads `{date}T{time}`. The parser would read over an offset and the name of a zone.
fn local(text: &str) -> Option<DateTime> {
    let (_, time) = text.split_once('T')?;
    let is_bare = time.bytes().all(|byte| byte.is_ascii_digit() || b":.".contains(&byte));
    text.parse().ok().filter(|_| is_bare)
}
