//! `findMeetingTimes`: when people could meet.
//!
//! | Rule | What |
//! |---|---|
//! | S26 | times are local to the zone that is preferred, and zones are those that are offered |
//! | S29 | a token without `Calendars.Read.Shared` is refused with `ErrorAccessDenied` (*switch*) |
//! | S53 | five requests to one mailbox at a time are one too many |
//! | S58 | government clouds leave the order out |

mod minds;
mod request;
mod slots;

use jiff::Timestamp;
use serde_json::{Value, json};

use self::{
    minds::{Availability, Mind},
    request::MeetingRequest,
    slots::slots,
};
use crate::{
    cloud::SimCloud,
    graph::{
        call::{Call, ok},
        fail::Fail,
        owner::Owner,
        schedule::zone::Zone,
    },
    http::Response,
};

/// Answers a request to `findMeetingTimes`.
pub(crate) fn route(call: &Call<'_>, owner: &Owner<'_>) -> Result<Response, Fail> {
    let posted = call.posted()?;
    check_scope(call)?;
    if !owner.is_caller {
        return Err(Fail::access_denied());
    }
    let calendars = call.grant.tenant.calendars.of(&owner.user.oid).ok_or_else(Fail::no_mailbox)?;
    let zone = Zone::preferred(call)?;
    let request = MeetingRequest::read(&posted, call.now())?;
    let organizer = Mind::of_organizer(calendars, &request);
    let attendees = Mind::of_attendees(call, &request);
    let found = if request.has_location(call) {
        find(&request, owner, &organizer, &attendees)
    } else {
        Err("LocationsUnavailable")
    };
    Ok(Zone::applied(call, ok(&answer(call, &request, &zone, found))))
}

fn check_scope(call: &Call<'_>) -> Result<(), Fail> {
    if call.state.strictness.find_meeting_times_scope {
        call.need(&["Calendars.Read.Shared"])
    } else {
        call.need(&["Calendars.Read.Shared", "Calendars.Read"])
    }
}

fn answer(
    call: &Call<'_>,
    request: &MeetingRequest,
    zone: &Zone,
    found: Result<Vec<Suggestion<'_>>, &str>,
) -> Value {
    let reason = found.as_ref().err().copied().unwrap_or_default();
    let suggestions = (1..).zip(found.iter().flatten());
    let written = suggestions.map(|(order, own)| own.written(call, request, zone, order));
    json!({
        "@odata.context":
            format!("{}/$metadata#microsoft.graph.meetingTimeSuggestionsResult", call.root()),
        "emptySuggestionsReason": reason,
        "meetingTimeSuggestions": written.collect::<Vec<_>>(),
    })
}

/// A time at which people could meet.
struct Suggestion<'a> {
    start: Timestamp,
    end: Timestamp,
    confidence: f64,
    organizer: Availability,
    attendees: Vec<(&'a str, Availability)>,
}

/// Returns the best times first, or why there is none.
fn find<'a>(
    request: &MeetingRequest,
    owner: &Owner<'_>,
    organizer: &Mind<'_>,
    attendees: &'a [Mind<'_>],
) -> Result<Vec<Suggestion<'a>>, &'static str> {
    let mut reason = "Unknown";
    let mut found = Vec::new();
    for (start, end) in slots(request, owner.user) {
        let own = organizer.at(start, end);
        if !own.can_come() && !request.organizer_optional {
            reason = if reason == "Unknown" { "OrganizerUnavailable" } else { reason };
            continue;
        }
        let attendees: Vec<_> =
            attendees.iter().map(|mind| (mind.address, mind.at(start, end))).collect();
        let confidence = mean(&attendees);
        if confidence < request.minimum {
            let unknown = attendees.iter().any(|(_, own)| *own == Availability::Unknown);
            reason = if unknown { "AttendeesUnavailableOrUnknown" } else { "AttendeesUnavailable" };
            continue;
        }
        found.push(Suggestion { start, end, confidence, organizer: own, attendees });
    }
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(a.start.cmp(&b.start)));
    found.truncate(request.max);
    if found.is_empty() { Err(reason) } else { Ok(found) }
}

fn mean(attendees: &[(&str, Availability)]) -> f64 {
    let Ok(count) = u32::try_from(attendees.len()) else { return 0.0 };
    if count == 0 {
        return 100.0;
    }
    attendees.iter().map(|(_, own)| own.chance()).sum::<f64>() / f64::from(count)
}

impl Suggestion<'_> {
    fn written(&self, call: &Call<'_>, request: &MeetingRequest, zone: &Zone, order: u32) -> Value {
        let attendees = self.attendees.iter().map(|(address, own)| {
            let who = json!({"emailAddress": {"address": address}});
            json!({"availability": own.name(), "attendee": who})
        });
        let mut out = json!({
            "confidence": self.confidence,
            "order": order,
            "organizerAvailability": self.organizer.name(),
            "locations": request.locations,
            "meetingTimeSlot": {"start": zone.written(self.start), "end": zone.written(self.end)},
            "attendeeAvailability": attendees.collect::<Vec<_>>(),
        });
        if call.state.cloud != SimCloud::Global {
            out.as_object_mut().map(|members| members.remove("order"));
        }
        if request.gives_reasons {
            out["suggestionReason"] = self.reason().into();
        }
        out
    }

    fn reason(&self) -> String {
        let comes = self.attendees.iter().filter(|(_, own)| own.can_come()).count();
        match self.attendees.len() {
            0 => "Suggested because it is one of the nearest times.".to_owned(),
            all if all == comes => {
                "Suggested because it is one of the nearest times when all attendees are available."
                    .to_owned()
            }
            all => format!("Suggested because {comes} of {all} attendees are available."),
        }
    }
}
