use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use reqwest::header::HeaderValue;
use tokio::sync::Semaphore;

use crate::{Limits, allowance::Allowance, gate, random::split_mix};

/// What binds requests together as one call of a tool.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Call {
    /// When the call must have its answer; if absent, [`Limits::call`](crate::Limits::call) from
    /// now.
    pub deadline: Option<Timestamp>,
    /// The GUID that Graph logs with each request; a fresh one if absent.
    pub client_request_id: Option<String>,
    /// The [trace](https://www.w3.org/TR/trace-context/) that the call is part of; it is sent to
    /// Graph if it is a `traceparent`, and left out if not.
    pub traceparent: Option<String>,
}

impl Call {
    /// Describes a call with the client's own limits and a fresh id.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets when the answer must be there.
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Timestamp) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sets the GUID that Graph logs with each request.
    #[must_use]
    pub fn with_client_request_id(mut self, id: impl Into<String>) -> Self {
        self.client_request_id = Some(id.into());
        self
    }

    /// Sets the trace that the call is part of.
    #[must_use]
    pub fn with_traceparent(mut self, traceparent: impl Into<String>) -> Self {
        self.traceparent = Some(traceparent.into());
        self
    }
}

/// A call in progress.
#[derive(Debug)]
pub(crate) struct CallState {
    pub(crate) deadline: Timestamp,
    pub(crate) client_request_id: Arc<str>,
    pub(crate) traceparent: Option<HeaderValue>,
    /// What its requests may still read.
    pub(crate) json: Allowance,
    /// Where its requests queue before they compete with other calls.
    pub(crate) line: Arc<Semaphore>,
}

impl CallState {
    pub(crate) fn new(call: Call, now: Timestamp, limits: &Limits) -> Self {
        let deadline =
            call.deadline.unwrap_or_else(|| now.checked_add(limits.call).unwrap_or(Timestamp::MAX));
        let id = call.client_request_id.unwrap_or_else(|| guid(now));
        let (json, line) = (Allowance::new(limits.json_bytes), gate::semaphore(limits.per_mailbox));
        let traceparent = call.traceparent.filter(|text| is_traceparent(text));
        let traceparent = traceparent.and_then(|text| HeaderValue::try_from(text).ok());
        Self { deadline, client_request_id: id.into(), traceparent, json, line }
    }

    /// Returns how much of the call's time is left.
    pub(crate) fn remaining(&self, now: Timestamp) -> Duration {
        Duration::try_from(self.deadline.duration_since(now)).unwrap_or_default()
    }
}

/// Tells whether `text` has the form of version 00, with ids that are not all zeros; hosts send it,
/// so it may be anything.
fn is_traceparent(text: &str) -> bool {
    let is_hex = |part: &&str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_id = |part: &&str| part.bytes().any(|byte| byte != b'0');
    let parts = text.split('-').filter(is_hex).collect::<Vec<_>>();
    let lengths = parts.iter().map(|part| part.len());
    lengths.eq([2, 32, 16, 2])
        && text.len() == 55
        && parts.first() == Some(&"00")
        && parts.iter().skip(1).take(2).all(is_id)
}

/// Makes a random GUID (RFC 9562 §5.4).
fn guid(now: Timestamp) -> String {
    let mut bytes = [0; 16];
    match getrandom::fill(&mut bytes) {
        Ok(()) => format_guid(u128::from_be_bytes(bytes)),
        Err(_) => format_guid(unrandom(now)),
    }
}

/// Makes do without the system's randomness: the time tells processes apart, a counter the calls
/// of one. The id only has to be found again in a log.
fn unrandom(now: Timestamp) -> u128 {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let time = u64::from_be_bytes(now.as_microsecond().to_be_bytes());
    u128::from(split_mix(time)) << 64 | u128::from(split_mix(call))
}

/// Writes `bits` with the marks of version 4.
fn format_guid(bits: u128) -> String {
    let value = bits & !(0xf << 76) & !(0b11 << 62) | (4 << 76) | (0b10 << 62);
    let hex = format!("{value:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_differ_without_a_source_of_randomness_too() {
        let now = Timestamp::UNIX_EPOCH;
        let times = [now, now, now, now + Duration::from_millis(1)];

        let ids = times.map(|time| format_guid(unrandom(time)));

        assert_eq!(HashSet::from(ids).len(), 4);
    }

    #[test]
    fn an_id_is_a_guid_of_version_4() {
        let id = format_guid(u128::MAX);

        assert_eq!(id, "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn only_a_traceparent_is_sent_as_one() {
        let sound = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

        assert!(is_traceparent(sound));
        for odd in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-zz-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert!(!is_traceparent(odd), "{odd}");
        }
    }
}
