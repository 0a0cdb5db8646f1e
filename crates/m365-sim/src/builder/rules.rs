//! Rules of the services that have a switch.

use super::SimBuilder;

/// Which rules hold; all of them do unless told otherwise.
impl SimBuilder {
    /// Refuses readers the metadata behind sharing links (`accessDenied`), as the documentation
    /// has it, where in practice they mostly get it.
    #[must_use]
    pub fn shares_denied(mut self) -> Self {
        self.strictness.shares = false;
        self
    }

    /// Ignores a `resource` parameter that does not agree with the scopes, in place of
    /// AADSTS9010010.
    #[must_use]
    pub fn lenient_resource(mut self) -> Self {
        self.strictness.resource_check = false;
        self
    }

    /// Answers `findMeetingTimes` also to a token with `Calendars.Read` alone, where the
    /// documentation asks for `Calendars.Read.Shared`.
    #[must_use]
    pub fn lenient_find_meeting_times(mut self) -> Self {
        self.strictness.find_meeting_times_scope = false;
        self
    }

    /// Gives `joinUrl` with a selected `onlineMeeting` also where `isOnlineMeeting` is not selected.
    #[must_use]
    pub fn lenient_join_urls(mut self) -> Self {
        self.strictness.join_url_pair = false;
        self
    }

    /// Leaves `suberror` out of token errors, as some of Entra ID's answers do.
    #[must_use]
    pub fn without_suberrors(mut self) -> Self {
        self.strictness.suberrors = false;
        self
    }

    /// Lets `getSchedule` take up to a hundred addresses, as it does in practice, where 20 are
    /// documented.
    #[must_use]
    pub fn lenient_schedules(mut self) -> Self {
        self.strictness.schedule_limit = false;
        self
    }

    /// Sets whether transcripts tell who speaks; they do unless told otherwise.
    #[must_use]
    pub fn speaker_attribution(mut self, on: bool) -> Self {
        self.strictness.speaker_attribution = on;
        self
    }

    /// Sets whether Graph gives out transcripts, which it does not unless told otherwise.
    #[must_use]
    pub fn transcripts(mut self, on: bool) -> Self {
        self.strictness.transcripts = on;
        self
    }
}
