use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    AttendanceReportId,
    models::{Resource, lenient},
};

/// Who was there, of one occurrence:
/// [meetingAttendanceReport](https://learn.microsoft.com/graph/api/resources/meetingattendancereport).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AttendanceReport {
    /// The id.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<AttendanceReportId>,
    /// How many were there.
    pub total_participant_count: Option<u32>,
    /// When the first came.
    #[serde(deserialize_with = "lenient::moment")]
    pub meeting_start_date_time: Option<Timestamp>,
    /// When the last left.
    #[serde(deserialize_with = "lenient::moment")]
    pub meeting_end_date_time: Option<Timestamp>,
}

impl Resource for AttendanceReport {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

/// One who was there:
/// [attendanceRecord](https://learn.microsoft.com/graph/api/resources/attendancerecord).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AttendanceRecord {
    /// The address; absent for guests.
    pub email_address: Option<String>,
    /// Who it was.
    pub identity: Option<Attendant>,
    /// `Organizer`, `Presenter` or `Attendee`.
    pub role: Option<String>,
    /// How long they were there, in seconds.
    pub total_attendance_in_seconds: Option<u64>,
}

impl Resource for AttendanceRecord {
    fn is_whole(&self) -> bool {
        self.identity.is_some() || self.email_address.is_some()
    }
}

/// The name of one who was there.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Attendant {
    /// The name to show.
    pub display_name: Option<String>,
}
