use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    InsightId,
    models::{Resource, lenient},
};

/// What Copilot wrote down of a call:
/// [callAiInsight](https://learn.microsoft.com/microsoft-365/copilot/extensibility/api/ai-services/meeting-insights/resources/callaiinsight).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AiInsight {
    /// The id.
    #[serde(deserialize_with = "lenient::parsed")]
    pub id: Option<InsightId>,
    /// What it has in common with the transcript of the same call.
    pub content_correlation_id: Option<String>,
    /// When it was written.
    #[serde(deserialize_with = "lenient::moment")]
    pub created_date_time: Option<Timestamp>,
    /// When the call ended.
    #[serde(deserialize_with = "lenient::moment")]
    pub end_date_time: Option<Timestamp>,
    /// The notes, by topic; a list leaves them out.
    #[serde(deserialize_with = "lenient::list")]
    pub meeting_notes: Vec<MeetingNote>,
    /// What is to be done; a list leaves it out.
    #[serde(deserialize_with = "lenient::list")]
    pub action_items: Vec<ActionItem>,
}

impl Resource for AiInsight {
    fn is_whole(&self) -> bool {
        self.id.is_some()
    }
}

/// What was said about a topic.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct MeetingNote {
    /// The topic.
    pub title: Option<String>,
    /// What was said.
    pub text: Option<String>,
    /// The same in detail.
    #[serde(deserialize_with = "lenient::list")]
    pub subpoints: Vec<MeetingNote>,
}

/// What somebody is to do.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ActionItem {
    /// In few words.
    pub title: Option<String>,
    /// In full.
    pub text: Option<String>,
    /// Who is to do it.
    pub owner_display_name: Option<String>,
}
