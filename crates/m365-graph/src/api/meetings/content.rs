use super::{MeetingsApi, get, transcript_path};
use crate::{Download, OnlineMeetingId, Result, TranscriptId};

/// Whether a transcript names its speakers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Attribution {
    /// WebVTT with the name of each speaker.
    Speakers,
    /// Times and text alone, where the tenant keeps the names back.
    Nobody,
}

impl Attribution {
    const fn content_type(self) -> &'static str {
        match self {
            Self::Speakers => "text/vtt",
            Self::Nobody => "application/vnd.microsoft.graph.transcript+text",
        }
    }
}

impl MeetingsApi {
    /// Reads what was said, at most `cap` bytes.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) with the code `SpeakerAttributionNotAllowed`
    /// where the tenant keeps the speakers' names back, or without a code of its own where the user
    /// may list the transcript and not read it; [`TooLarge`](crate::ErrorKind::TooLarge), and
    /// [what any request can meet](crate::ErrorKind).
    pub async fn transcript(
        &self,
        meeting: &OnlineMeetingId,
        id: &TranscriptId,
        attribution: Attribution,
        cap: usize,
    ) -> Result<Download> {
        let request = get(transcript_path(meeting, id).literal("content"));
        self.client.bytes(&request.accept(attribution.content_type()), cap).await
    }
}
