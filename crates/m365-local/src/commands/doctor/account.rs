use m365_auth::{Clock, ErrorKind, SessionState, SignInMethod, Status, SystemClock, TokenRequest};

use super::{Check, LATE, Subject, about, in_time};
use crate::{
    commands::sign_in_command,
    failure::{Failure, PERMISSION, SIGN_IN, UNAVAILABLE, USAGE},
    moment,
    session::Session,
};

fn sign_in_fix() -> String {
    format!("Run {}", sign_in_command())
}

/// What helps where the sign-in of one process is not found by the next.
const STORE_FIX: &str = "See to the token store first, then run `m365-local sign-in`";

pub(super) fn subject() -> Subject {
    about("account", "Account")
}

/// Who is signed in, as far as the checks that follow depend on it.
pub(super) struct Standing {
    pub(super) check: Check,
    /// What was granted; empty when that is not known.
    pub(super) granted: Vec<String>,
    /// Whether Graph can be asked in the account's name.
    pub(super) has_token: bool,
}

/// Looks who is signed in, and renews the token if that takes no window. `keeps` tells whether the token
/// store would find a sign-in again.
pub(super) async fn look(session: &Session, login_is_reached: bool, keeps: bool) -> Standing {
    let renewed = match in_time(renew(session)).await {
        None => Some(Err(Failure::new(UNAVAILABLE, LATE))),
        Some(renewed) => renewed,
    };
    let status = session.client.status().await;
    let has_token = matches!(renewed, Some(Ok(())));
    let check = match renewed {
        None => nobody(&status, keeps),
        Some(Ok(())) if status.state == SessionState::NeedsInteraction => nobody(&status, keeps),
        Some(Ok(())) => subject().ok(described(&status)),
        Some(Err(_)) if !login_is_reached => subject().warning(
            format!("{}; not renewed, since the sign-in host does not answer", described(&status)),
            "Mend the network first",
        ),
        Some(Err(failure)) => refused(session, &status, &failure),
    };
    Standing { check, granted: status.granted, has_token }
}

/// Gets a token without a window; `None` when nobody is signed in.
async fn renew(session: &Session) -> Option<Result<(), Failure>> {
    if let Err(error) = session.settle().await {
        return Some(Err(error.into()));
    }
    if !session.client.status().await.is_signed_in() {
        return None;
    }
    match session.tokens().access_token(&TokenRequest::new()).await {
        Ok(_) => Some(Ok(())),
        Err(error) if error.kind() == ErrorKind::SignInRequired => None,
        Err(error) => Some(Err(error.into())),
    }
}

fn nobody(status: &Status, keeps: bool) -> Check {
    let what = status.pending.as_deref().unwrap_or("nobody is signed in");
    let who = status.account.as_ref().map(|account| format!("{account}: ")).unwrap_or_default();
    let fix = if keeps { sign_in_fix() } else { STORE_FIX.to_owned() };
    subject().failed(SIGN_IN, format!("{who}{what}"), fix)
}

fn refused(session: &Session, status: &Status, failure: &Failure) -> Check {
    let who = status.account.as_ref().map(|account| format!("{account}: ")).unwrap_or_default();
    let fix = match failure.code() {
        SIGN_IN => sign_in_fix(),
        PERMISSION => super::permissions::consent(session),
        USAGE => "Let an administrator check the app registration: \
            `m365-local entra-app az` prints what it needs"
            .to_owned(),
        _ => "Try again in a minute; then give an administrator the correlation id".to_owned(),
    };
    subject().failed(failure.code(), format!("{who}{}", failure.message()), fix)
}

fn described(status: &Status) -> String {
    let now = SystemClock::default().now();
    let who = status.account.as_ref().map_or("nobody".to_owned(), ToString::to_string);
    let method = match &status.method {
        Some(SignInMethod::Broker(name)) => format!(", signed in by {name}"),
        Some(_) => ", signed in by the browser".to_owned(),
        None => String::new(),
    };
    match status.access_token_expires_on {
        Some(end) => format!("{who}{method}; token until {}", moment::spoken(end, now)),
        None => format!("{who}{method}"),
    }
}
