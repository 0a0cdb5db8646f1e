//! What the person in front of the browser does, when nobody is there.

use std::time::Duration;

/// What an automatic user does at the next sign-in page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Interaction {
    /// Signs in as this user (by principal name), with a second factor if one is asked for, and
    /// accepts what is to be consented to.
    Approve(String),
    /// Closes the page by its *Cancel*.
    Cancel,
    /// Signs in, but declines to consent.
    Decline,
    /// Is refused by Entra ID with this AADSTS number, e.g. 53003 for Conditional Access.
    Refused(u32),
    /// Never finishes: the page stays open and nothing is redirected.
    Silence,
    /// As [`Approve`](Self::Approve), after a while of real time.
    Slow(Duration, String),
    /// As [`Approve`](Self::Approve), always with a second factor.
    Mfa(String),
    /// As [`Approve`](Self::Approve), but the app receives another `state` than it sent.
    WrongState(String),
}
