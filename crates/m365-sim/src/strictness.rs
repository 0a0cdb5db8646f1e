//! Rules that a test can switch off.

/// Which of the rules with a switch hold; all of them, unless told otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strictness {
    /// `findMeetingTimes` needs `Calendars.Read.Shared`, as documented.
    pub(crate) find_meeting_times_scope: bool,
    /// A selected `onlineMeeting` has its `joinUrl` only if `isOnlineMeeting` is selected too.
    pub(crate) join_url_pair: bool,
    /// A `resource` parameter must be the asked scopes' own.
    pub(crate) resource_check: bool,
    /// `getSchedule` takes the documented 20 addresses, not the hundred seen in practice.
    pub(crate) schedule_limit: bool,
    /// The metadata behind sharing links is given to readers too, which Graph promises only to
    /// writers.
    pub(crate) shares: bool,
    /// Transcripts tell who speaks.
    pub(crate) speaker_attribution: bool,
    /// Graph gives out transcripts.
    pub(crate) transcripts: bool,
    /// Token errors carry their `suberror`, where they have one.
    pub(crate) suberrors: bool,
}

impl Default for Strictness {
    fn default() -> Self {
        Self {
            find_meeting_times_scope: true,
            join_url_pair: true,
            resource_check: true,
            schedule_limit: true,
            shares: true,
            suberrors: true,
            speaker_attribution: true,
            transcripts: false,
        }
    }
}
