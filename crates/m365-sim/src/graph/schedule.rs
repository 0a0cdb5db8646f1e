//! `getSchedule`: when people are busy, and when they work.
//!
//! | Rule | What |
//! |---|---|
//! | S3 | a token without a scope for the own calendar is refused with `ErrorAccessDenied` |
//! | S26 | times are local to the zone that is preferred, and zones are those that are offered |
//! | S30 | up to 20 schedules, members of groups among them (*switch*), and never more than 100 |
//! | S31 | windows under 62 days, in slots of 5 to 1440 minutes |
//! | S32 | an address that is not known is an error of its entry |

pub(crate) mod busy;
pub(crate) mod request;
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
        calendar::{Calendars, Rights},
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
    call.need(&["Calendars.ReadBasic", "Calendars.Read"])?;
    if !owner.is_caller {
        return Err(Fail::access_denied());
    }
    let zone = Zone::preferred(call)?;
    let request = ScheduleRequest::read(call, &posted)?;
    let value: Vec<_> =
        request.addresses.iter().map(|address| entry(call, &request, &zone, address)).collect();
    let context =
        format!("{}/$metadata#Collection(microsoft.graph.scheduleInformation)", call.root());
    let response = ok(&json!({"@odata.context": context, "value": value}));
    Ok(Zone::applied(call, response))
}

/// Finds whom a mail address belongs to; an object id is none.
fn addressee<'a>(call: &Call<'a>, address: &str) -> Option<&'a User> {
    call.grant.tenant.directory.find(address).filter(|user| user.upn.eq_ignore_ascii_case(address))
}

fn entry(call: &Call<'_>, request: &ScheduleRequest, zone: &Zone, address: &str) -> Value {
    let user = addressee(call, address);
    let behind = user.map(|user| call.grant.tenant.calendars.behind(&user.oid)).unwrap_or_default();
    let Some(user) = user.filter(|_| !behind.is_empty()) else {
        return unresolved(address, user.is_some());
    };
    let all = behind.iter().flat_map(|own| items(own, &zone.tz, request.start, request.end));
    let mut items: Vec<_> = all.collect();
    items.sort_by_key(|item| (item.start, item.end));
    let details = user.kind != Kind::Group && behind.iter().all(|own| shows_details(call, own));
    json!({
        "scheduleId": address,
        "availabilityView": request.view(&items),
        "scheduleItems": items.iter().map(|item| written(item, zone, details)).collect::<Vec<_>>(),
        "workingHours": hours(user),
    })
}

/// Who is in the directory without a mailbox is told by a number, who is not by a name.
fn unresolved(address: &str, is_known: bool) -> Value {
    let code = if is_known { "5016" } else { "ErrorMailRecipientNotFound" };
    json!({
        "scheduleId": address, "availabilityView": "", "scheduleItems": null,
        "error": {
            "message": "No mailbox could be resolved for this address.",
            "responseCode": code,
        },
    })
}

fn shows_details(call: &Call<'_>, calendars: &Calendars) -> bool {
    calendars.owner.oid == call.grant.user_id
        || calendars.rights_of(&call.grant.upn) == Rights::Details
}

/// A person who set up a zone by hand has one that no table knows.
fn hours(user: &User) -> Value {
    let mut hours = working_hours(user);
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

/// Others see when someone is busy; with what, only those whom the owner lets, and nobody that
/// something private is, and what.
fn written(item: &Item<'_>, zone: &Zone, details: bool) -> Value {
    let mut out = json!({
        "status": item.status(), "start": zone.written(item.start), "end": zone.written(item.end),
    });
    if details && !item.occasion.event.meeting.private {
        out["isPrivate"] = false.into();
        out["subject"] = item.occasion.subject().into();
        out["location"] = item.occasion.locations().join("; ").into();
    }
    out
}
