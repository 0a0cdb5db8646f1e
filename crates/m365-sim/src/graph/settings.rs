//! A mailbox's settings.

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

/// Returns when a user works, in the user's own zone.
pub(crate) fn working_hours(user: &User) -> Value {
    json!({
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "startTime": "08:00:00.0000000",
        "endTime": "16:00:00.0000000",
        "timeZone": {"name": user.time_zone},
    })
}
