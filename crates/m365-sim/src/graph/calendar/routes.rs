//! The routes below calendars and events.

use http::StatusCode;
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

use crate::{
    graph::{
        calendar::{
            Calendars, Rights, View, attachments, book,
            event::{Kind, Occasion},
            get, list,
        },
        call::Call,
        fail::Fail,
        mail::ids::Item,
        owner::Owner,
        schedule,
    },
    http::Response,
};

/// The longest window of a view, in days.
const MAX_DAYS: i64 = 1825;
const MAX_WINDOW: SignedDuration = SignedDuration::from_hours(MAX_DAYS * 24);

/// Answers a request to the calendars or events of a user.
pub(crate) fn route(call: &Call<'_>, owner: &Owner<'_>, path: &[&str]) -> Result<Response, Fail> {
    if let ["calendar", "getSchedule"] = path {
        return schedule::route(call, owner);
    }
    call.reading()?;
    let (calendars, basic) = open(call, owner, path)?;
    let view = View::new(call, calendars, basic)?;
    match path {
        ["calendar", rest @ ..] => calendar(&view, 0, rest),
        ["calendars"] => book::list(&view),
        ["calendars", id, rest @ ..] => calendar(&view, view.calendar(id)?, rest),
        ["calendarView"] => window(&view, 0, "/calendarView"),
        ["calendarView", "delta" | "delta()"] => Err(Fail::not_here("/me/calendarView/delta")),
        ["events", "delta" | "delta()"] => Err(Fail::not_here("/me/events/delta")),
        ["events"] => list::events(&view, 0, "/events"),
        ["events", id, rest @ ..] => event(&view, id, rest),
        _ => Err(Fail::no_segment(path.last().unwrap_or(&""))),
    }
}

/// Opens calendars, and tells whether bodies stay closed.
fn open<'a>(
    call: &Call<'a>,
    owner: &Owner<'_>,
    path: &[&str],
) -> Result<(&'a Calendars, bool), Fail> {
    let calendars = call.grant.tenant.calendars.of(&owner.user.oid);
    if owner.is_caller {
        // Calendars that others share stand in the own list.
        let listing = path == ["calendars"] && call.has(&["Calendars.Read.Shared"]);
        if !listing {
            call.need(&["Calendars.Read", "Calendars.ReadBasic"])?;
        }
        return Ok((calendars.ok_or_else(Fail::no_mailbox)?, !call.has(&["Calendars.Read"])));
    }
    call.need(&["Calendars.Read.Shared"])?;
    let calendars = calendars.ok_or_else(Fail::no_mailbox)?;
    match calendars.rights_of(&call.grant.upn) {
        Rights::Details => Ok((calendars, false)),
        Rights::FreeBusy => Err(Fail::access_denied()),
        Rights::None => Err(Fail::item_not_found()),
    }
}

fn calendar(view: &View<'_>, place: usize, rest: &[&str]) -> Result<Response, Fail> {
    let tail = |name: &str| format!("/calendars('{}')/{name}", view.calendar_id(place));
    match rest {
        [] => book::get(view, place),
        ["calendarPermissions" | "multiValueExtendedProperties", ..] => {
            Err(Fail::not_here(&format!("/me/calendar/{}", rest[0])))
        }
        _ if view.calendars.list.get(place).is_some_and(|own| !own.is_own) => {
            Err(cannot_be_reached())
        }
        ["calendarView"] => window(view, place, &tail("calendarView")),
        ["events"] => list::events(view, place, &tail("events")),
        ["events", id, rest @ ..] => event(view, id, rest),
        [segment, ..] => Err(Fail::no_segment(segment)),
    }
}

/// What Graph says of somebody else's calendar that was added in the manner of old.
fn cannot_be_reached() -> Fail {
    let message = "Cannot open mailbox. The operation failed with a transient error.";
    Fail::new(StatusCode::INTERNAL_SERVER_ERROR, "ErrorInternalServerTransientError", message)
}

fn window(view: &View<'_>, place: usize, tail: &str) -> Result<Response, Fail> {
    let (start, end) = bounds(view)?;
    list::answer(view, view.calendars.between(place, start, end), tail, true)
}

fn event(view: &View<'_>, id: &str, rest: &[&str]) -> Result<Response, Fail> {
    let occasion = view.occasion(id)?;
    match rest {
        [] => get::event(view, &occasion),
        ["instances"] => instances(view, &occasion),
        ["attachments", ..] if view.basic => Err(Fail::access_denied()),
        ["attachments", ..] if view.hides(&occasion) => Err(Fail::item_not_found()),
        ["attachments"] => attachments::list(view, &occasion),
        ["attachments", id, rest @ ..] => attachment(view, &occasion, id, rest),
        [
            "calendar" | "exceptionOccurrences" | "extensions" | "singleValueExtendedProperties",
            ..,
        ] => Err(Fail::not_here(&format!("/events/{{id}}/{}", rest[0]))),
        [segment, ..] => Err(Fail::no_segment(segment)),
    }
}

fn attachment(
    view: &View<'_>,
    occasion: &Occasion<'_>,
    id: &str,
    rest: &[&str],
) -> Result<Response, Fail> {
    let place = match view.parse(id)? {
        Some(Item::EventAttachment(key, place)) if key == occasion.event.key => place,
        _ => return Err(Fail::item_not_found()),
    };
    match rest {
        [] => attachments::get(view, occasion, place),
        ["$value"] => attachments::value(occasion, place),
        [segment, ..] => Err(Fail::no_segment(segment)),
    }
}

fn instances(view: &View<'_>, occasion: &Occasion<'_>) -> Result<Response, Fail> {
    if occasion.kind != Kind::Master {
        return Err(invalid("Your request can't be completed. The event is not a series."));
    }
    let (start, end) = bounds(view)?;
    let tail = format!("/events('{}')/instances", view.id(occasion));
    list::answer(view, occasion.event.between(start, end), &tail, true)
}

/// Reads the window that a view needs.
fn bounds(view: &View<'_>) -> Result<(Timestamp, Timestamp), Fail> {
    let bound = |name: &str| view.call.query.get(name).filter(|value| !value.is_empty());
    let (Some(start), Some(end)) = (bound("startdatetime"), bound("enddatetime")) else {
        return Err(invalid(
            "This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.",
        ));
    };
    let (start, end) = (moment(start)?, moment(end)?);
    if end <= start {
        return Err(invalid("The end of the time window must lie after its start."));
    }
    if end.duration_since(start) > MAX_WINDOW {
        return Err(invalid(&format!(
            "Your request can't be completed. The range between the start and end dates is greater than the allowed range. Maximum number of days: {MAX_DAYS}"
        )));
    }
    Ok((start, end))
}

/// Reads a bound; without an offset it is in UTC.
fn moment(text: &str) -> Result<Timestamp, Fail> {
    let zoned = text.parse::<Timestamp>().ok();
    let local = || text.parse::<DateTime>().ok();
    let moment = zoned.or_else(|| {
        let local = local().filter(|_| !text.contains(' '))?;
        local.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    });
    moment.ok_or_else(|| {
        let message = format!("The value '{text}' of a bound of the time window is not valid.");
        Fail::new(StatusCode::BAD_REQUEST, "ErrorInvalidParameter", message)
    })
}

fn invalid(message: &str) -> Fail {
    Fail::new(StatusCode::BAD_REQUEST, "ErrorInvalidRequest", message)
}
