use jiff::Timestamp;

use crate::{
    AccessToken, Error, ErrorKind, Record,
    store::StoredAccessToken,
    wire::{
        id_token::SKEW,
        time::{clock_advice, until},
    },
};

/// What a client knows between two calls.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) record: Option<Record>,
    /// The store's stamp when `record` was read or written; `None` before the first time.
    pub(crate) stamp: Option<u64>,
    /// The generation that the store has, 0 for nothing.
    pub(crate) stored_generation: u64,
    /// `record` could not be written and is newer than what the store has.
    pub(crate) unsaved: bool,
    /// The store could not be read, and is not tried again before this.
    pub(crate) unreadable_until: Option<Timestamp>,
    pub(crate) blocked: Option<Blocked>,
    pub(crate) notices: Notices,
    /// The user has been to the sign-in page, and a policy refused.
    pub(crate) policy_shown: bool,
}

/// A time in which Entra ID is not asked again.
#[derive(Clone, Debug)]
pub(crate) struct Blocked {
    pub(crate) until: Timestamp,
    pub(crate) error: Error,
    /// Entra ID has asked for it, so that it holds for every request.
    pub(crate) firm: bool,
}

/// What a person should know about the token store and the clock.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notices {
    pub(crate) store: Option<String>,
    pub(crate) clock: Option<String>,
}

impl Memory {
    /// Returns the cached token for `resource`.
    pub(crate) fn access_token(&self, resource: &str) -> Option<&StoredAccessToken> {
        let tokens = &self.record.as_ref()?.access_tokens;
        tokens.iter().find(|token| token.resource == resource)
    }

    /// Tells whether the record here, which could not be written, counts more than what the store
    /// has: nobody has written there since, or it only now can be read and is older.
    pub(crate) fn outlasts(&self, stored: u64) -> bool {
        let never_read = self.stamp.is_none() && self.stored_generation == 0;
        let newer = self.record.as_ref().is_some_and(|record| record.generation > stored);
        self.unsaved && (stored == self.stored_generation || (never_read && newer))
    }

    /// Drops a token that the resource refused.
    pub(crate) fn forget(&mut self, rejected: &AccessToken) {
        if let Some(record) = &mut self.record {
            record.access_tokens.retain(|token| token.token() != *rejected);
        }
    }

    /// Notes something about the store; logged when it is news.
    pub(crate) fn note_store(&mut self, notice: String) {
        note(&mut self.notices.store, notice);
    }

    /// Notes how far the clock is off; logged when it is news.
    pub(crate) fn note_server_time(&mut self, now: Timestamp, server: Option<Timestamp>) {
        let Some(server) = server else { return };
        match clock_advice(now, server, SKEW) {
            // The minutes change all the time; that is no news.
            Some(advice) if self.notices.clock.is_some() => self.notices.clock = Some(advice),
            Some(advice) => note(&mut self.notices.clock, advice),
            None => self.notices.clock = None,
        }
    }

    /// Forgets the account, and everything that was true of it.
    pub(crate) fn sign_out(&mut self) {
        *self = Self { notices: self.notices.clone(), stamp: Some(0), ..Self::default() };
    }
}

impl Blocked {
    /// Returns the error as it is at `now`, with the rest of the wait where waiting helps.
    pub(crate) fn error_at(&self, now: Timestamp) -> Error {
        let error = self.error.clone();
        match error.kind() {
            ErrorKind::Throttled | ErrorKind::Unavailable => {
                error.with_retry_after(until(self.until, now))
            }
            _ => error,
        }
    }
}

impl Notices {
    pub(crate) fn texts(&self) -> Vec<String> {
        [&self.store, &self.clock].into_iter().flatten().cloned().collect()
    }
}

fn note(place: &mut Option<String>, notice: String) {
    if place.as_ref() != Some(&notice) {
        tracing::warn!("{notice}");
        *place = Some(notice);
    }
}
