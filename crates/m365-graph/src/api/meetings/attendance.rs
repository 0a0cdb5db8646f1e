use super::{MeetingsApi, meeting_path};
use crate::{
    AttendanceRecord, AttendanceReport, AttendanceReportId, OnlineMeetingId, Page, Result,
};

impl MeetingsApi {
    /// Lists the attendance reports, one for each occurrence, up to the limit on pages.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without `OnlineMeetingArtifact.Read.All`, and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn attendance_reports(&self, id: &OnlineMeetingId) -> Result<Page<AttendanceReport>> {
        self.all(meeting_path(id).literal("attendanceReports")).await
    }

    /// Lists who was there, up to the limit on pages.
    ///
    /// # Errors
    ///
    /// As [`Self::attendance_reports`].
    pub async fn attendance(
        &self,
        meeting: &OnlineMeetingId,
        report: &AttendanceReportId,
    ) -> Result<Page<AttendanceRecord>> {
        let report =
            meeting_path(meeting).literal("attendanceReports").id("report", report.as_str());
        self.all(report.literal("attendanceRecords")).await
    }
}
