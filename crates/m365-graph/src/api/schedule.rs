use jiff::civil::DateTime;
use serde_json::{Value, json};

use crate::{
    Address, GraphClient, Result, Schedule,
    api::pages::Collection,
    request::{Action, Request},
};

/// Asks when people are busy, and when and in which zone they work.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is handed to a client"]
pub struct ScheduleRequest {
    schedules: Vec<Address>,
    start: DateTime,
    end: DateTime,
    zone: String,
    interval: u32,
}

impl ScheduleRequest {
    /// Asks for up to 20 addresses and less than 62 days, in wall-clock times of `zone` (a
    /// Windows or IANA name), in which the answer's times are given too.
    pub fn new(
        schedules: impl IntoIterator<Item = Address>,
        start: DateTime,
        end: DateTime,
        zone: impl Into<String>,
    ) -> Self {
        let schedules = schedules.into_iter().collect();
        Self { schedules, start, end, zone: zone.into(), interval: 30 }
    }

    /// Divides the time into slots of `minutes`, 5 to 1440; 30 unless set.
    pub const fn interval(mut self, minutes: u32) -> Self {
        self.interval = minutes;
        self
    }

    fn request(&self) -> Request {
        let body = json!({
            "schedules": self.schedules.iter().map(Address::as_str).collect::<Vec<_>>(),
            "startTime": self.time(self.start),
            "endTime": self.time(self.end),
            "availabilityViewInterval": self.interval,
        });
        let zone = self.zone.replace(['"', '\\'], "");
        Request::read(Action::Schedule, body).prefer(format!("outlook.timezone=\"{zone}\""))
    }

    fn time(&self, time: DateTime) -> Value {
        json!({"dateTime": time.to_string(), "timeZone": self.zone})
    }
}

impl GraphClient {
    /// Reads schedules with
    /// [`getSchedule`](https://learn.microsoft.com/graph/api/calendar-getschedule), in the order
    /// asked; an address that is not known has an `error` in its schedule.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without a calendar permission,
    /// [`BadRequest`](crate::ErrorKind::BadRequest) for too many addresses, too long a time or a
    /// zone that Exchange does not know, and [what any request can meet](crate::ErrorKind).
    pub async fn schedule(&self, request: &ScheduleRequest) -> Result<Vec<Schedule>> {
        let answer: Collection<Schedule> = self.entity(&request.request()).await?;
        Ok(answer.into_items())
    }
}
