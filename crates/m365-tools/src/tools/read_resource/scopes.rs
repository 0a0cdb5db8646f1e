use super::transcript::{ATTENDANCE, INSIGHTS, RECORDINGS};
use crate::{
    calendar::access as calendars, drives::access as drives, mail::access as mailboxes,
    teams::access as teams,
};

/// What opens one kind of resource or another; each set is enough for one.
pub(super) const NEEDS: &[&[&str]] = &[
    &[mailboxes::READ],
    &[mailboxes::READ_BASIC],
    &[mailboxes::READ_SHARED],
    &[calendars::READ],
    &[calendars::READ_SHARED],
    &[teams::CHAT],
    &[teams::CHAT_BASIC],
    &[teams::CHANNEL_MESSAGES],
    &[drives::FILES_ALL],
    &[drives::FILES],
    &[drives::SITES_ALL],
    &[drives::SITES_SELECTED],
    &[calendars::TRANSCRIPTS, calendars::MEETINGS],
];

/// What adds to a channel or a transcript.
pub(super) const USES: &[&str] = &[teams::CHANNELS, ATTENDANCE, RECORDINGS, INSIGHTS];
