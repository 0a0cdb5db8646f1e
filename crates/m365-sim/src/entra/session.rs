//! Browser sessions, which let a user sign in without a page.

use http::header;

use super::{
    failure::Failure,
    interaction::Interaction,
    mint,
    store::{Session, SignIn},
    tenant::Authority,
};
use crate::{
    directory::User,
    http::{Request, Response},
    random,
    state::State,
};

const COOKIE: &str = "ESTSAUTHPERSISTENT";

/// Returns the accounts signed in in the request's browser that are known in a tenant, each by its
/// entry there.
pub(crate) fn of(state: &State, authority: &Authority, request: &Request) -> Vec<Session> {
    let id = cookie(request);
    let find = |id| state.entra.with(|memory| memory.sessions.get(id).cloned());
    let sessions: Vec<Session> = id.and_then(find).unwrap_or_default();
    let here = |session: Session| {
        let user = authority.entry_of(state, state.tenants.user(&session.user)?)?;
        Some(Session { user: user.id(), ..session })
    };
    sessions.into_iter().filter_map(here).collect()
}

/// Returns what was arranged for the attempt with this `state`.
pub(crate) fn arranged(state: &State, attempt: Option<&str>) -> Option<Interaction> {
    state.entra.with(|memory| memory.arranged.remove(attempt?))
}

/// Returns what the automatic user does next, if there is one.
pub(crate) fn scripted(state: &State) -> Option<Interaction> {
    let next = state.entra.with(|memory| memory.script.pop_front());
    next.or_else(|| state.auto_sign_in.clone().map(Interaction::Approve))
}

/// Signs a user in.
///
/// # Errors
///
/// 50034 for who cannot sign in here.
pub(crate) fn sign_in(
    state: &State,
    authority: &Authority,
    upn: &str,
    mfa: bool,
) -> Result<Session, Failure> {
    let user = authority.sign_in_name(state, upn);
    let user = user.ok_or_else(|| {
        let text = format!("The user account '{upn}' does not exist in the directory.");
        Failure::new(50_034, text)
    })?;
    let device = state.entra.with(|memory| memory.account(&user.id()).has_device);
    let sign_in = SignIn { at: state.clock.now(), mfa, device };
    Ok(Session { user: user.id(), sign_in })
}

/// Returns whether a `login_hint` means this user.
pub(crate) fn is_hint_for(hint: &str, user: &User) -> bool {
    user.upn.eq_ignore_ascii_case(hint)
        || user.mail.eq_ignore_ascii_case(hint)
        || mint::login_hint(user) == hint
}

/// Keeps a browser signed in, beside the accounts that it has already.
pub(crate) fn with_cookie(
    state: &State,
    response: Response,
    browser: Option<&str>,
    session: &Session,
) -> Response {
    let id = browser.map_or_else(|| random::opaque::<32>(""), str::to_owned);
    state.entra.with(|memory| {
        let accounts = memory.sessions.entry(id.clone()).or_default();
        accounts.retain(|known| known.user != session.user);
        accounts.push(session.clone());
    });
    let cookie = format!("{COOKIE}={id}; Path=/; HttpOnly; SameSite=Lax");
    response.also(header::SET_COOKIE, cookie)
}

/// Ends the browser's session.
pub(crate) fn forget(state: &State, request: &Request, response: Response) -> Response {
    if let Some(id) = cookie(request) {
        state.entra.with(|memory| memory.sessions.remove(id));
    }
    response.also(header::SET_COOKIE, format!("{COOKIE}=; Path=/; Max-Age=0"))
}

/// Returns the browser's cookie.
pub(crate) fn cookie(request: &Request) -> Option<&str> {
    let cookies = request.header(header::COOKIE)?;
    let named = |cookie: &'_ str| cookie.trim().strip_prefix(COOKIE).map(str::len);
    let found = cookies.split(';').find(|cookie| named(cookie).is_some())?;
    found.trim().strip_prefix(COOKIE)?.strip_prefix('=')
}
