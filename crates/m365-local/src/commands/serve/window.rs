use std::sync::atomic::{AtomicBool, Ordering};

use m365_auth::{ErrorKind, PublicClient, Result as AuthResult, SignInOptions};
use tokio::sync::{Mutex, watch};

type Ending = watch::Receiver<Option<AuthResult<bool>>>;

/// The broker's window; calls that need an account at the same moment share one.
#[derive(Debug, Default)]
pub(super) struct Window {
    latest: Mutex<Option<Ending>>,
    of_no_use: AtomicBool,
}

impl Window {
    /// Returns the broker that would open it, if there is one and it was of use so far.
    pub(super) async fn broker(&self, client: &PublicClient) -> Option<&'static str> {
        if self.of_no_use.load(Ordering::Relaxed) {
            return None;
        }
        client.broker().await
    }

    /// Opens the window, or joins the one that is open; `false` when the browser is to be used.
    pub(super) async fn finished(&self, client: &PublicClient) -> AuthResult<bool> {
        let mut ending = self.join(client).await;
        let ended = ending.wait_for(Option::is_some).await;
        let ended = ended.ok().and_then(|result| result.clone());
        let signed_in = ended.unwrap_or_else(|| Err(ErrorKind::Cancelled.into()))?;
        if !signed_in {
            self.of_no_use.store(true, Ordering::Relaxed);
        }
        Ok(signed_in)
    }

    async fn join(&self, client: &PublicClient) -> Ending {
        let mut latest = self.latest.lock().await;
        let open = latest.take().filter(|ending| ending.borrow().is_none());
        latest.insert(open.unwrap_or_else(|| open_for(client.clone()))).clone()
    }
}

/// Waits for the user in a task of its own.
fn open_for(client: PublicClient) -> Ending {
    let (sender, ending) = watch::channel(None);
    tokio::spawn(async move {
        let signed_in = client.sign_in_with_broker(&SignInOptions::new()).await;
        sender.send_replace(Some(signed_in.map(|account| account.is_some())));
    });
    ending
}
