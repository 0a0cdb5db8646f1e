use super::{Check, LATE, Subject, about, in_time};
use crate::session::{self, Session};

pub(super) fn subject() -> Subject {
    about("broker", "Broker")
}

/// Says which broker signs in, if any.
pub(super) async fn check(session: &Session) -> Check {
    let Some(broker) = session::broker() else {
        return subject().ok("there is none in this system or build: sign-in uses the browser");
    };
    let name = broker.name();
    match in_time(session.client.broker()).await {
        Some(Some(name)) => subject().ok(format!("{name} signs in")),
        Some(None) => subject().ok(format!(
            "{name} does not serve this tenant or is not set up: sign-in uses the browser"
        )),
        None => subject().warning(
            format!("{name}: {LATE}"),
            "Restart the device; until then the browser signs in",
        ),
    }
}
