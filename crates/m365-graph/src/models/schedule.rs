use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{DateTimeZone, Resource, lenient};

/// When someone is busy:
/// [scheduleInformation](https://learn.microsoft.com/graph/api/resources/scheduleinformation).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Schedule {
    /// The address that was asked for.
    #[serde(deserialize_with = "lenient::nullable")]
    pub schedule_id: String,
    /// One digit per slot: 0 free, 1 tentative, 2 busy, 3 out of office, 4 working elsewhere.
    #[serde(deserialize_with = "lenient::nullable")]
    pub availability_view: String,
    /// The single blocks.
    #[serde(deserialize_with = "lenient::list")]
    pub schedule_items: Vec<ScheduleItem>,
    /// The usual hours, with the owner's zone.
    pub working_hours: Option<WorkingHours>,
    /// Why nothing is known of this address.
    pub error: Option<ScheduleError>,
}

impl Resource for Schedule {
    fn is_whole(&self) -> bool {
        !self.schedule_id.is_empty()
    }
}

/// One block of a schedule.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ScheduleItem {
    /// `free`, `tentative`, `busy`, `oof` or `workingElsewhere`, in any case of letters.
    pub status: Option<String>,
    /// The subject, if the owner shares it.
    pub subject: Option<String>,
    /// The place, if the owner shares it.
    pub location: Option<String>,
    /// Whether the owner marked it private.
    pub is_private: Option<bool>,
    /// When it starts.
    pub start: Option<DateTimeZone>,
    /// When it ends.
    pub end: Option<DateTimeZone>,
}

/// When someone usually works, in their own zone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct WorkingHours {
    /// The days, e.g. `monday`.
    #[serde(deserialize_with = "lenient::list")]
    pub days_of_week: Vec<String>,
    /// When the day starts, e.g. `08:00:00.0000000`.
    pub start_time: Option<String>,
    /// When it ends.
    pub end_time: Option<String>,
    /// The zone of these times, which is the mailbox's own.
    pub time_zone: Option<ZoneName>,
}

/// A zone by name, or by its rules where it has none.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ZoneName {
    /// `#microsoft.graph.customTimeZone` when the rules count and not the name.
    #[serde(rename = "@odata.type")]
    pub odata_type: Option<String>,
    /// The Windows or IANA name.
    #[serde(deserialize_with = "lenient::nullable")]
    pub name: String,
    /// Minutes to be added to local standard time to get UTC, e.g. -60 for Central Europe.
    pub bias: Option<i32>,
    /// When standard time begins.
    pub standard_offset: Option<ZoneRule>,
    /// When daylight-saving time begins.
    pub daylight_offset: Option<ZoneRule>,
}

/// The yearly moment at which a zone changes its offset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ZoneRule {
    /// Wall-clock time, e.g. `03:00:00.0000000`.
    pub time: Option<String>,
    /// Which of the month's days of this name, 1 to 5; 5 is the last.
    pub day_occurrence: Option<i8>,
    /// The day of the week, e.g. `sunday`.
    pub day_of_week: Option<String>,
    /// The month, 1 to 12; 0 where there is no daylight-saving time.
    pub month: Option<i8>,
    /// The year; 0 for every year.
    pub year: Option<i16>,
    /// Minutes to be added to the zone's bias, in a rule for daylight-saving time.
    pub daylight_bias: Option<i32>,
}

/// Why there is no schedule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ScheduleError {
    /// For people; may be localised.
    pub message: Option<String>,
    /// A number in text (`5016`) or a name (`ErrorMailRecipientNotFound`).
    #[serde(deserialize_with = "code")]
    pub response_code: Option<String>,
}

fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}
