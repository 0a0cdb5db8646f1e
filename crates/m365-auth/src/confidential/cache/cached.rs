use std::time::Duration;

use jiff::Timestamp;

use super::super::{bounded::Ends, key::UserKey};
use crate::{
    AccessToken,
    wire::{answer::Granted, time::until},
};

/// A token with less time left counts as expired while there is hope for another.
const MARGIN: Duration = Duration::from_secs(300);
/// Renewals start within this last part of a token's life, and within this time at the most.
const LAST_PART: f64 = 0.1;
const LAST_TIME: Duration = Duration::from_secs(300);

/// A token, and for how long it may be handed out.
#[derive(Debug)]
pub(crate) struct Cached {
    pub(crate) token: AccessToken,
    pub(super) user: UserKey,
    pub(super) epoch: u64,
    fresh_until: Timestamp,
    renew_on: Option<Timestamp>,
    ends_on: Timestamp,
}

impl Cached {
    /// Notes a token got in an exchange that began with `epoch`; the caller's own token ends with
    /// `inbound_ends`, and this one with it. `spread` in 0..1 says when the renewal starts.
    pub(crate) fn new(
        granted: Granted,
        user: UserKey,
        epoch: u64,
        inbound_ends: Timestamp,
        spread: f64,
    ) -> Self {
        let early = granted.expires_on.checked_sub(MARGIN).unwrap_or(Timestamp::MIN);
        // The same assertion brings nothing that outlives it.
        let renewable = early < inbound_ends;
        let renew_on = renewable.then(|| renewal(&granted, early, spread));
        Self {
            fresh_until: early.min(inbound_ends),
            ends_on: granted.expires_on.min(inbound_ends),
            token: AccessToken::new(granted.secret, granted.expires_on, granted.scopes),
            renew_on,
            user,
            epoch,
        }
    }

    /// Tells whether the token is good enough for a new call.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        now < self.fresh_until
    }

    /// Tells whether it is time to get the next one.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.renew_on.is_some_and(|renew_on| renew_on <= now)
    }
}

impl Ends for Cached {
    fn ends_on(&self) -> Timestamp {
        self.ends_on
    }
}

/// Returns when to renew a token that counts as expired at `early`.
fn renewal(granted: &Granted, early: Timestamp, spread: f64) -> Timestamp {
    let life = until(early, granted.obtained_at);
    let window = life.mul_f64(LAST_PART).min(LAST_TIME);
    let last = early.checked_sub(window.mul_f64(spread)).unwrap_or(early);
    granted.refresh_on.map_or(last, |asked| asked.min(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + seconds).unwrap()
    }

    fn user() -> UserKey {
        UserKey::new(&"11111111-2222-4333-8444-555555555555".parse().unwrap(), "u")
    }

    fn granted(life: i64) -> Granted {
        Granted {
            secret: "graph".into(),
            scopes: Vec::new(),
            expires_on: at(life),
            refresh_on: None,
            obtained_at: at(0),
        }
    }

    #[test]
    fn e17_renewals_are_spread_over_the_last_part_of_a_life() {
        let due = |life: i64, spread: f64| {
            Cached::new(granted(life), user(), 0, at(100_000), spread).renew_on.unwrap()
        };

        // An hour less the margin of five minutes: the last tenth is 330 s, so five minutes count.
        assert_eq!((due(3600, 0.0), due(3600, 1.0)), (at(3300), at(3000)));
        assert_eq!((due(900, 0.0), due(900, 1.0)), (at(600), at(540)));
    }

    #[test]
    fn e17_an_early_renewal_that_entra_id_asks_for_comes_first() {
        let granted = Granted { refresh_on: Some(at(1000)), ..granted(3600) };

        let cached = Cached::new(granted, user(), 0, at(100_000), 0.5);

        assert!(!cached.is_due(at(999)) && cached.is_due(at(1000)));
    }
}
