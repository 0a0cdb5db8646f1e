use std::time::Duration;

use tokio::time::Instant;

use super::SignIn;
use crate::{Error, flow::pages};

/// How long a browser that comes back too late is still told so.
const GRACE: Duration = Duration::from_secs(60);

impl SignIn {
    /// Gives the wait up because of `error`. A browser that comes back all the same is told why and
    /// brings nothing about; a newer sign-in, or the end of the client, ends that as well.
    pub(super) fn given_up(self, error: Error) -> Error {
        let page = pages::ended(&error);
        let Self { listener, secrets, deadline, mut newer, .. } = self;
        let until = deadline.max(Instant::now() + GRACE);
        tokio::spawn(async move {
            let late = async {
                if listener.redirect(&secrets.state).await.is_ok() {
                    listener.show(page).await;
                }
            };
            tokio::select! {
                () = late => {}
                _ = newer.changed() => {}
                () = tokio::time::sleep_until(until) => {}
            }
        });
        error
    }
}
