//! Reading in the process of the caller.

use std::{panic::AssertUnwindSafe, time::Duration};

use tokio::{task::spawn_blocking, time::timeout};

use super::{
    File,
    protocol::{Answer, refused},
};
use crate::{
    document::{self, Options},
    refusal::RefusalKind,
};

/// Reads a file on a thread for work that blocks; nobody waits for it longer than `wall`.
pub(super) async fn read(file: File, options: &Options, wall: Duration) -> Answer {
    let options = options.clone();
    let work = AssertUnwindSafe(move || document::extract(&file.input(), &options));
    match timeout(wall, spawn_blocking(work)).await {
        Ok(Ok(result)) => result.into(),
        Ok(Err(_)) => refused(RefusalKind::Crashed, None),
        Err(_) => refused(RefusalKind::TimedOut, None),
    }
}
