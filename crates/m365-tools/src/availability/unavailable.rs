use schemars::JsonSchema;
use serde::Serialize;

use super::{Agenda, meeting::Times};

const UNKNOWN: &str = "Free and busy times are not known: there is no such mailbox, or it is outside of \
     the organisation. The times do not take account of it.";
const NEVER: &str = "Not available at any time at which the user is.";

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
        let reasons = attendees.iter().enumerate().filter_map(|(at, one)| match one.is_known {
            false => Some(Self::unknown(one.address.as_str())),
            true if times.never.contains(&at) => Some(Self::new(one.address.as_str(), NEVER)),
            true => None,
        });
        reasons.collect()
    }
}
