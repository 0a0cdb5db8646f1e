//! The pages between an authorize request and its answer, for a person with a browser.

use http::StatusCode;

use super::{
    authorize::{self, Attempt},
    failure::{Failure, Ids},
    pages,
    params::Params,
    session,
    store::Session,
};
use crate::{
    directory::User,
    http::{Request, Response},
    random,
    state::State,
};

/// An attempt that waits for a form.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    attempt: Attempt,
    session: Option<Session>,
}

/// Shows the account picker.
pub(crate) fn sign_in(state: &State, attempt: Attempt, sessions: &[Session]) -> Response {
    let users = candidates(state, &attempt, sessions);
    let app = attempt.app.name.clone();
    let id = keep(state, Pending { attempt, session: None });
    pages::account_picker(&id, &app, &users)
}

/// Goes on with the form that a person sent.
pub(crate) fn submit(state: &State, request: &Request, ids: &Ids) -> Response {
    let form = Params::parse(&request.body);
    let id = form.get("ctx").unwrap_or_default();
    let Some(pending) = state.entra.with(|memory| memory.attempts.remove(id)) else {
        let failure = Failure::new(90_013, "The sign-in page has expired; start again.");
        return pages::error(&failure, ids);
    };
    let Pending { attempt, session } = pending;
    match (form.get("action"), session) {
        (Some("cancel"), None) => attempt.reply.cancelled(ids),
        (Some("cancel"), Some(_)) => attempt.reply.failure(&authorize::declined(), ids),
        (Some("accept"), Some(session)) => attempt.accept(state, &session, ids),
        (Some("approve"), Some(session)) => {
            consent(state, attempt, session.with_second_factor(), ids)
        }
        _ => chosen(state, attempt, form.get("account").unwrap_or_default(), ids),
    }
}

fn chosen(state: &State, attempt: Attempt, upn: &str, ids: &Ids) -> Response {
    match session::sign_in(state, &attempt.authority, upn, false) {
        Err(failure) => pages::error(&failure, ids),
        Ok(session) if attempt.asks_mfa(state, &session) => {
            let id = keep(state, Pending { attempt, session: Some(session) });
            pages::second_factor(&id, upn)
        }
        Ok(session) => consent(state, attempt, session, ids),
    }
}

fn consent(state: &State, attempt: Attempt, session: Session, ids: &Ids) -> Response {
    let may = attempt.admit(state, &session);
    if let Err(failure) = may.and_then(|()| attempt.may_consent(state, &session.user)) {
        return attempt.reply.failure(&failure, ids);
    }
    let asked = attempt.prompt.as_deref() == Some("consent");
    if !asked && !attempt.lacks_consent(state, &session.user) {
        return attempt.finish(state, &session);
    }
    let app = attempt.app.name.clone();
    let scopes: Vec<String> = attempt.asked.names().map(str::to_owned).collect();
    let upn = state.tenants.user(&session.user).map(|user| user.upn.clone());
    let id = keep(state, Pending { attempt, session: Some(session) });
    pages::consent(&id, &app, &upn.unwrap_or_default(), &scopes)
}

fn keep(state: &State, pending: Pending) -> String {
    let id = random::opaque::<32>("");
    state.entra.with(|memory| memory.attempts.insert(id.clone(), pending));
    id
}

/// Returns who is offered: the hinted user or those of the browser first, then all others.
fn candidates(state: &State, attempt: &Attempt, sessions: &[Session]) -> Vec<User> {
    let first = |user: &User| {
        let hint = attempt.login_hint.as_ref();
        let hinted = hint.is_some_and(|hint| session::is_hint_for(hint, user));
        hinted || hint.is_none() && sessions.iter().any(|session| session.user == user.id())
    };
    let users = attempt.authority.people(state).into_iter().cloned();
    let (mut firsts, rest): (Vec<_>, Vec<_>) = users.partition(first);
    firsts.extend(rest);
    firsts
}

/// Answers the sign-out page.
pub(crate) fn sign_out(state: &State, request: &Request) -> Response {
    let page = Response::html(StatusCode::OK, pages::signed_out());
    session::forget(state, request, page)
}
