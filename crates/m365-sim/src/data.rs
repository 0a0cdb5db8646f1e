//! The invented company's data.

use jiff::Timestamp;

use crate::{directory::Directory, graph::mail::Store};

/// Makes the company's mailboxes: `messages` for the main user, dated back from `now`.
pub(crate) fn company(
    _directory: &Directory,
    _now: Timestamp,
    _seed: u64,
    _messages: usize,
) -> Store {
    Store::default()
}
