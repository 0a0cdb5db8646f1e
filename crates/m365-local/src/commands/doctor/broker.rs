use super::{Check, Subject, about};
use crate::session::Session;

pub(super) fn subject() -> Subject {
    about("broker", "Broker")
}

/// Says which broker signs in, if any.
pub(super) async fn check(_session: &Session) -> Check {
    subject().ok("there is none: sign-in uses the browser")
}
