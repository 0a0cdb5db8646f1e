use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json};

use crate::{
    Address, GraphClient, MeetingTimes, Result,
    request::{Action, Request},
};

/// Asks when the signed-in user and others could meet.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is handed to a client"]
pub struct MeetingTimesRequest {
    attendees: Vec<Address>,
    start: Timestamp,
    end: Timestamp,
    minutes: u32,
    any_hour: bool,
    candidates: Option<u32>,
    least_percentage: Option<f64>,
}

impl MeetingTimesRequest {
    /// Asks for a meeting of `minutes` (at least 1) with `attendees` between two moments. Keep to
    /// 20 attendees; the user is one beside them.
    pub fn new(
        attendees: impl IntoIterator<Item = Address>,
        start: Timestamp,
        end: Timestamp,
        minutes: u32,
    ) -> Self {
        let attendees = attendees.into_iter().collect();
        Self {
            attendees,
            start,
            end,
            minutes,
            any_hour: false,
            candidates: None,
            least_percentage: None,
        }
    }

    /// Takes any hour of any day, and not the user's working hours only.
    pub const fn any_hour(mut self) -> Self {
        self.any_hour = true;
        self
    }

    /// Asks for up to `count` times.
    pub const fn candidates(mut self, count: u32) -> Self {
        self.candidates = Some(count);
        self
    }

    /// Takes only times with at least this confidence, 0 to 100; 50 unless set.
    pub const fn least_percentage(mut self, percent: f64) -> Self {
        self.least_percentage = Some(percent);
        self
    }

    fn request(&self) -> Request {
        let domain = if self.any_hour { "unrestricted" } else { "work" };
        let slot = json!({"start": time(self.start), "end": time(self.end)});
        let mut body = Map::from_iter([
            ("attendees".to_owned(), self.attendees.iter().map(attendee).collect()),
            ("timeConstraint".to_owned(), json!({"activityDomain": domain, "timeSlots": [slot]})),
            ("meetingDuration".to_owned(), format!("PT{}M", self.minutes).into()),
            ("isOrganizerOptional".to_owned(), false.into()),
        ]);
        let candidates = self.candidates.map(|count| ("maxCandidates".to_owned(), count.into()));
        let least = self
            .least_percentage
            .map(|least| ("minimumAttendeePercentage".to_owned(), json!(least)));
        body.extend(candidates.into_iter().chain(least));
        Request::read(Action::MeetingTimes, Value::Object(body))
    }
}

fn attendee(address: &Address) -> Value {
    json!({"type": "required", "emailAddress": {"address": address.as_str()}})
}

/// Writes a moment as Graph takes it in a body: without an offset, beside the zone's name.
fn time(moment: Timestamp) -> Value {
    let local = moment.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S").to_string();
    json!({"dateTime": local, "timeZone": "UTC"})
}

impl GraphClient {
    /// Asks for meeting times with
    /// [`findMeetingTimes`](https://learn.microsoft.com/graph/api/user-findmeetingtimes), which
    /// gives them in UTC.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without `Calendars.Read.Shared`,
    /// [`BadRequest`](crate::ErrorKind::BadRequest) for members that Graph does not take, and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn find_meeting_times(&self, request: &MeetingTimesRequest) -> Result<MeetingTimes> {
        self.entity(&request.request()).await
    }
}
