use std::{
    future::Future,
    io,
    pin::pin,
    time::{Duration, Instant},
};

use crate::{
    failure::{Failure, OTHER},
    terminal::Progress,
};

/// How often the time that is left is said anew.
const TICK: Duration = Duration::from_secs(1);

/// Waits for the user, who has `left` to finish `sign_in` in `place`; says how long that is, and stops in order when
/// he interrupts.
pub(super) async fn for_user<T>(
    place: &str,
    left: Duration,
    sign_in: impl Future<Output = m365_auth::Result<T>>,
) -> Result<T, Failure> {
    let end = Instant::now() + left;
    let progress = Progress::start(said(place, left));
    let mut sign_in = pin!(sign_in);
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    let mut second = tokio::time::interval(TICK);
    let ended = loop {
        tokio::select! {
            ended = &mut sign_in => break ended.map_err(Failure::from),
            stopped = &mut interrupt => break Err(interrupted(stopped)),
            _ = second.tick() => progress.say(said(place, end.saturating_duration_since(Instant::now()))),
        }
    };
    progress.clear();
    ended
}

fn interrupted(stopped: io::Result<()>) -> Failure {
    match stopped {
        Ok(()) => Failure::new(OTHER, "the sign-in was stopped; nothing has changed"),
        Err(error) => error.into(),
    }
}

fn said(place: &str, left: Duration) -> String {
    let seconds = left.as_secs();
    format!("Waiting for you in {place}, {}:{:02} left; Ctrl-C stops", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_is_left_is_said_in_minutes_and_seconds() {
        let text = said("the browser", Duration::from_millis(65_900));

        assert_eq!(text, "Waiting for you in the browser, 1:05 left; Ctrl-C stops");
    }
}
