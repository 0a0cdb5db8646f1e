use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Agenda,
    meeting::{Never, Times},
};

const UNKNOWN: &str = "Free and busy times are not known: there is no such mailbox, or it is outside of \
     the organisation. The times may not suit them.";
const BUSY: &str = "Not available at any time at which the user is.";
const OUTSIDE: &str = "Free only outside of their own working hours when the user is at work: \
     find_meeting_availability with workingHoursOnly false gives such times.";

/// A participant that the times do not suit, or could not take into account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Unavailable {
    /// The address.
    participant: String,
    /// Why.
    reason: String,
}

impl Unavailable {
    fn new(participant: &str, reason: &str) -> Self {
        Self { participant: participant.to_owned(), reason: reason.to_owned() }
    }

    /// Somebody whose calendar cannot be seen.
    pub(crate) fn unknown(participant: &str) -> Self {
        Self::new(participant, UNKNOWN)
    }

    /// Names those of whom nothing is known, and those who can come at no time.
    pub(crate) fn among(attendees: &[Agenda], times: &Times) -> Vec<Self> {
        let never = |at: usize| times.never.iter().find(|(one, _)| *one == at).map(|(_, why)| *why);
        let reasons = attendees.iter().enumerate().filter_map(|(at, one)| {
            let reason = match (one.is_known, never(at)) {
                (false, _) => UNKNOWN,
                (true, Some(Never::Busy)) => BUSY,
                (true, Some(Never::OutsideHours)) => OUTSIDE,
                (true, None) => return None,
            };
            Some(Self::new(one.address.as_str(), reason))
        });
        reasons.collect()
    }
}
