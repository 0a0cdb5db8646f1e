//! A thread for each request: Windows' operations are waited for where nothing else waits.

use std::{
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use ::windows::core::{Error, HRESULT, Result};
use tokio::{sync::oneshot, time};

use super::calls::{self, Window};

/// How often a waiting thread lets its window answer and asks whether it is still wanted.
const BEAT: Duration = Duration::from_millis(50);
/// `ERROR_CANCELLED`, which the caller does not see any more.
const UNWANTED: HRESULT = HRESULT(0x8007_04C7_u32.cast_signed());

/// Why a thread gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missed {
    Late,
    Failed,
}

/// Tells a thread whether anybody still waits for it.
pub(super) struct Line<'a>(&'a dyn Fn() -> bool);

/// Runs `work` on a thread of its own for at most `limit`; dropping the future ends it, too.
pub(super) async fn run<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce(&Line<'_>) -> T + Send + 'static,
) -> std::result::Result<T, Missed> {
    let (sender, receiver) = oneshot::channel();
    let body = move || {
        calls::enter_apartment();
        let answer = work(&Line(&|| !sender.is_closed()));
        let _ = sender.send(answer);
    };
    let thread = thread::Builder::new().name("web-account-manager".to_owned());
    thread.spawn(body).map_err(|_| Missed::Failed)?;
    match time::timeout(limit, receiver).await {
        Ok(answer) => answer.map_err(|_| Missed::Failed),
        Err(_) => Err(Missed::Late),
    }
}

impl Line<'_> {
    /// Waits for an operation to end; one that nobody wants any more is cancelled.
    ///
    /// `when` hands the operation what to call at its end.
    pub(super) fn wait<T: Send + 'static>(
        &self,
        window: Option<&Window>,
        when: impl FnOnce(Box<dyn FnOnce(Result<T>) + Send>) -> Result<()>,
        cancel: impl FnOnce() -> Result<()>,
    ) -> Result<T> {
        let (sender, receiver) = mpsc::channel();
        when(Box::new(move |result| {
            let _ = sender.send(result);
        }))?;
        loop {
            match receiver.recv_timeout(BEAT) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Timeout) if (self.0)() => {
                    window.into_iter().for_each(Window::pump);
                }
                Err(_) => {
                    let _ = cancel();
                    return Err(Error::from_hresult(UNWANTED));
                }
            }
        }
    }
}
