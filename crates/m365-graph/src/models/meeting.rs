use jiff::Timestamp;
use serde::Deserialize;

use super::{Resource, lenient};
use crate::{OnlineMeetingId, TranscriptId};

mod attendance;
mod insight;

pub use attendance::{AttendanceRecord, AttendanceReport, Attendant};
pub use insight::{ActionItem, AiInsight, MeetingNote};

/// A meeting in Teams, one for all occurrences of a series:
/// [onlineMeeting](https://learn.microsoft.com/graph/api/resources/onlinemeeting).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct OnlineMeeting {
    /// The id.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<OnlineMeetingId>,
    /// The subject.
    pub subject: Option<String>,
    /// When it, or the first of its series, starts.
    #[serde(deserialize_with = "lenient::moment")]
    pub start_date_time: Option<Timestamp>,
    /// When it, or the last of its series, ends.
    #[serde(deserialize_with = "lenient::moment")]
    pub end_date_time: Option<Timestamp>,
}

impl Resource for OnlineMeeting {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

/// A transcript's metadata:
/// [callTranscript](https://learn.microsoft.com/graph/api/resources/calltranscript).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Transcript {
    /// The id.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<TranscriptId>,
    /// What it has in common with the recording and the insights of the same call.
    pub content_correlation_id: Option<String>,
    /// When it was started.
    #[serde(deserialize_with = "lenient::moment")]
    pub created_date_time: Option<Timestamp>,
    /// When it was ended.
    #[serde(deserialize_with = "lenient::moment")]
    pub end_date_time: Option<Timestamp>,
}

impl Resource for Transcript {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

/// A recording's metadata:
/// [callRecording](https://learn.microsoft.com/graph/api/resources/callrecording).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Recording {
    /// The id.
    pub id: Option<String>,
    /// When it was started.
    #[serde(deserialize_with = "lenient::moment")]
    pub created_date_time: Option<Timestamp>,
    /// When it was ended.
    #[serde(deserialize_with = "lenient::moment")]
    pub end_date_time: Option<Timestamp>,
    /// Gives the film, to who shows a token.
    pub recording_content_url: Option<String>,
}

impl Resource for Recording {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}
