//! `getSchedule`: when people are busy, and when they work.

mod busy;
mod request;
pub(crate) mod zone;

use serde_json::{Value, json};

use self::{
    busy::{Item, items},
    request::ScheduleRequest,
    zone::Zone,
};
use crate::{
    directory::{Kind, User},
    graph::{
        call::{Call, ok},
        fail::Fail,
        owner::Owner,
        settings::working_hours,
    },
    http::Response,
};

/// Answers a request to `calendar/getSchedule`.
pub(crate) fn route(call: &Call<'_>, owner: &Owner<'_>) -> Result<Response, Fail> {
    let posted = call.posted()?;
    call.need(&["Calendars.ReadBasic", "Calendars.Read", "Calendars.Read.Shared"])?;
    if !owner.is_caller {
        return Err(Fail::access_denied());
    }
    let zone = Zone::named(call.prefers("outlook.timezone").as_deref().unwrap_or("UTC"))?;
    let request = ScheduleRequest::read(&posted, call.state.strictness.schedule_limit)?;
    let value: Vec<_> =
        request.addresses.iter().map(|address| entry(call, &request, &zone, address)).collect();
    let context =
        format!("{}/$metadata#Collection(microsoft.graph.scheduleInformation)", call.root());
    Ok(ok(&json!({"@odata.context": context, "value": value})))
}

fn entry(call: &Call<'_>, request: &ScheduleRequest, zone: &Zone, address: &str) -> Value {
    let user = call.state.directory.find(address);
    let Some(user) = user.filter(|user| user.has_mailbox() || user.kind == Kind::Group) else {
        return json!({
            "scheduleId": address, "availabilityView": "", "scheduleItems": null,
            "error": {
                "message": "No mailbox could be resolved for this address.",
                "responseCode": "ErrorMailRecipientNotFound",
            },
        });
    };
    let items = items(user, call.state.seed, request.start, request.end);
    let is_caller = user.oid == call.grant.user_id;
    json!({
        "scheduleId": address,
        "availabilityView": request.view(&items),
        "scheduleItems":
            items.iter().map(|item| written(item, zone, is_caller)).collect::<Vec<_>>(),
        "workingHours": hours(user),
    })
}

/// A person who set up a zone by hand has one that no table knows.
fn hours(user: &User) -> Value {
    let mut hours = working_hours(user);
    if user.language == "he-IL" {
        hours["daysOfWeek"] = json!(["sunday", "monday", "tuesday", "wednesday", "thursday"]);
    }
    if user.language == "en-IN" {
        hours["timeZone"] = json!({
            "@odata.type": "#microsoft.graph.customTimeZone", "bias": -330,
            "name": "Customized Time Zone",
            "standardOffset": {"time": "00:00:00.0000000", "dayOccurrence": 0,
                "dayOfWeek": "sunday", "month": 0, "year": 0},
            "daylightOffset": {"daylightBias": 0, "time": "00:00:00.0000000",
                "dayOccurrence": 0, "dayOfWeek": "sunday", "month": 0, "year": 0},
        });
    }
    hours
}

/// Others see when someone is busy; with what, only the owner.
fn written(item: &Item, zone: &Zone, details: bool) -> Value {
    let mut out = json!({
        "status": item.status, "start": zone.written(item.start), "end": zone.written(item.end),
    });
    if details {
        out["isPrivate"] = false.into();
        out["subject"] = item.subject.into();
        out["location"] = item.location.into();
    }
    out
}
