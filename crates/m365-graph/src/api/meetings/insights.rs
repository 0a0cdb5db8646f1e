use super::{MeetingsApi, get, insights_path};
use crate::{AiInsight, InsightId, OnlineMeetingId, Page, Result, UserId};

impl MeetingsApi {
    /// Lists what Copilot wrote down of a meeting for `user`, the signed-in one, up to the limit on
    /// pages; the list leaves out the notes themselves.
    ///
    /// # Errors
    ///
    /// [`Forbidden`](crate::ErrorKind::Forbidden) without `OnlineMeetingAiInsight.Read.All` or a
    /// Copilot licence, and [what any request can meet](crate::ErrorKind).
    pub async fn insights(
        &self,
        user: &UserId,
        meeting: &OnlineMeetingId,
    ) -> Result<Page<AiInsight>> {
        self.all(insights_path(user, meeting)).await
    }

    /// Reads what Copilot wrote down of one call.
    ///
    /// # Errors
    ///
    /// As [`Self::insights`].
    pub async fn insight(
        &self,
        user: &UserId,
        meeting: &OnlineMeetingId,
        id: &InsightId,
    ) -> Result<AiInsight> {
        let path = insights_path(user, meeting).id("insight", id.as_str());
        self.client.entity(&get(path)).await
    }
}
