//! How an app proves who it is.

mod assertion;

use crate::entra::{
    apps::{App, Proof},
    failure::Failure,
    params::Params,
    tenant::Authority,
};
use crate::state::State;

/// Checks the secret or the assertion of a confidential client, sent to this tenant's endpoint.
///
/// # Errors
///
/// 7000218 without either and 7000216 with both; 7000215 for a wrong secret and 7000222 for one
/// that has expired.
pub(super) fn authenticate(
    state: &State,
    app: &App,
    params: &Params,
    authority: &Authority,
) -> Result<Proof, Failure> {
    match (params.get("client_secret"), params.get("client_assertion")) {
        (Some(_), Some(_)) => Err(twice()),
        (Some(secret), None) => check_secret(state, app, secret),
        (None, Some(sent)) => assertion::check(state, app, params, sent, authority),
        (None, None) => Err(nothing()),
    }
}

/// Says that a client proves who it is in more than one way.
pub(super) fn twice() -> Failure {
    let text = "The request must contain either 'client_assertion' or 'client_secret', not both.";
    Failure::new(7_000_216, text)
}

/// Says that a client has to prove who it is.
pub(crate) fn nothing() -> Failure {
    let text = "The request body must contain the following parameter: 'client_assertion' or \
                'client_secret'.";
    Failure::new(7_000_218, text)
}

fn check_secret(state: &State, app: &App, sent: &str) -> Result<Proof, Failure> {
    let client_id = &app.client_id;
    let known = app.credentials.secrets.iter().find(|secret| secret.value == sent).ok_or_else(|| {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the \
             client secret value, not the client secret ID, for a secret added to app \
             '{client_id}'."
        );
        Failure::new(7_000_215, text)
    })?;
    if known.expires.is_some_and(|end| state.clock.now() >= end) {
        let text = format!("The provided client secret keys for app '{client_id}' are expired.");
        return Err(Failure::new(7_000_222, text));
    }
    Ok(Proof::Secret)
}
