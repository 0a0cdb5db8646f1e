use jiff::{Timestamp, tz::TimeZone};
use schemars::JsonSchema;
use serde::Serialize;

/// The end of each answer: whether there is more, how to get it, and what was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Trailer {
    /// Whether there is more than this answer has.
    pub more_results: bool,
    /// Pass as `offset`, with the same other arguments, to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_offset: Option<u32>,
    /// Pass as `cursor`, with the same other arguments, to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// How many there are in all; only where the service knows, which is seldom: so it is not in the
    /// published schemas.
    #[schemars(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_result_count: Option<u64>,
    /// The interval that was searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// The time zone of the dates in this answer, e.g. `Europe/Berlin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The present moment in that zone, e.g. `2026-11-21T09:00:00+01:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now_date_time: Option<String>,
    /// What was left out or changed, one sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
}

/// The interval that a search really used; an end that is absent is open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Interval {
    /// The first moment, e.g. `2026-11-16T00:00:00+01:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The last moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
}

impl Interval {
    /// Creates an interval from its ends, each with an offset.
    #[must_use]
    pub const fn new(after: Option<String>, before: Option<String>) -> Self {
        Self { after, before }
    }
}

impl Trailer {
    /// Says that there is more, from `offset` on.
    pub fn continues_at(&mut self, offset: u32) {
        (self.more_results, self.next_offset) = (true, Some(offset));
    }

    /// Says that there is more, behind `cursor`.
    pub fn continues_with(&mut self, cursor: String) {
        (self.more_results, self.next_cursor) = (true, Some(cursor));
    }

    /// Says in which zone the dates are, and what time it is there.
    pub fn dated(&mut self, zone: &TimeZone, now: Timestamp) {
        let now = now.to_zoned(zone.clone());
        self.now_date_time = Some(now.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string());
        self.time_zone = Some(match zone.iana_name() {
            Some(name) => name.to_owned(),
            None => now.strftime("UTC%:z").to_string(),
        });
    }
}
