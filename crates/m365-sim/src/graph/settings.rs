//! A mailbox's settings.

use jiff::civil::{Time, Weekday, time};
use serde_json::{Value, json};

use crate::{
    directory::User,
    graph::{
        call::{Call, ok},
        fail::Fail,
        owner::Owner,
    },
    http::Response,
};

/// Answers a request to `mailboxSettings`, or to one of them.
pub(crate) fn route(call: &Call<'_>, owner: &Owner<'_>, path: &[&str]) -> Result<Response, Fail> {
    call.reading()?;
    call.need(&["MailboxSettings.Read"])?;
    if !owner.is_caller {
        return Err(Fail::access_denied());
    }
    let all = settings(owner.user);
    let context = format!("{}/$metadata#users('{}')/mailboxSettings", call.root(), owner.user.oid);
    match path {
        [] => {
            let mut body = all;
            body["@odata.context"] = context.into();
            Ok(ok(&body))
        }
        [name] if all.get(name).is_some() => {
            let context = format!("{context}/{name}");
            Ok(ok(&json!({"@odata.context": context, "value": all[name]})))
        }
        [name, ..] => Err(Fail::no_segment(name)),
    }
}

fn settings(user: &User) -> Value {
    json!({
        "timeZone": user.time_zone,
        "dateFormat": "yyyy-MM-dd",
        "timeFormat": "HH:mm",
        "language": {"locale": user.language, "displayName": user.language},
        "userPurpose": if user.signs_in() { "user" } else { "shared" },
        "workingHours": working_hours(user),
    })
}

/// When someone works, on the clocks of the own zone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hours {
    pub(crate) days: [Weekday; 5],
    pub(crate) start: Time,
    pub(crate) end: Time,
}

impl Hours {
    /// Returns a user's working hours.
    pub(crate) fn of(user: &User) -> Self {
        let sunday = user.language == "he-IL";
        Self {
            days: if sunday { SUNDAY_TO_THURSDAY } else { MONDAY_TO_FRIDAY },
            start: time(8, 0, 0, 0),
            end: time(16, 0, 0, 0),
        }
    }
}

const MONDAY_TO_FRIDAY: [Weekday; 5] =
    [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];

const SUNDAY_TO_THURSDAY: [Weekday; 5] =
    [Weekday::Sunday, Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday];

/// Writes when a user works.
pub(crate) fn working_hours(user: &User) -> Value {
    let hours = Hours::of(user);
    let written = |time: Time| time.strftime("%H:%M:%S.0000000").to_string();
    json!({
        "daysOfWeek": hours.days.map(weekday_name),
        "startTime": written(hours.start),
        "endTime": written(hours.end),
        "timeZone": {"name": user.time_zone},
    })
}

/// Returns Graph's word for a weekday.
pub(crate) fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    }
}
