use crate::{
    calendar::access as calendars, drives::access as drives, mail::access as mailboxes,
    teams::access as teams,
};

/// What opens one kind of resource or another.
pub(super) const ALL: &[&str] = &[
    mailboxes::READ,
    mailboxes::READ_BASIC,
    mailboxes::READ_SHARED,
    calendars::READ,
    calendars::READ_SHARED,
    teams::CHAT,
    teams::CHAT_BASIC,
    teams::CHANNEL_MESSAGES,
    drives::FILES_ALL,
    drives::FILES,
    drives::SITES_ALL,
    drives::SITES_SELECTED,
    calendars::TRANSCRIPTS,
];
