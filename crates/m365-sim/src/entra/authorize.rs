//! The authorize endpoint.

mod check;

use super::{
    apps::{App, Platform},
    failure::{Failure, Ids},
    interaction::Interaction,
    interactive, mint, pages,
    policy::{Access, Demand},
    reply::Reply,
    scopes::{self, Asked},
    session,
    store::{Challenge, Code, Session},
    tenant::{self, Authority},
};
use crate::{
    directory::UserId,
    http::{Request, Response},
    random,
    state::State,
};

/// An authorize request that passed its checks and waits for its user.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) authority: Authority,
    pub(crate) app: App,
    pub(crate) reply: Reply,
    pub(crate) asked: Asked,
    pub(crate) prompt: Option<String>,
    pub(crate) login_hint: Option<String>,
    platform: Platform,
    challenge: Option<Challenge>,
    nonce: Option<String>,
    demand: Demand,
    client_info: bool,
    /// The browser's session cookie.
    browser: Option<String>,
}

/// Answers an authorize request.
pub(crate) async fn handle(state: &State, request: &Request, tenant: &str, ids: &Ids) -> Response {
    let trusted = match check::trusted(state, request, tenant) {
        Ok(trusted) => trusted,
        Err(failure) => return pages::error(&failure, ids),
    };
    let reply = trusted.reply.clone();
    match Attempt::check(state, trusted) {
        Ok(mut attempt) => {
            attempt.browser = session::cookie(request).map(str::to_owned);
            attempt.proceed(state, request, ids).await
        }
        Err(failure) => reply.failure(&failure, ids),
    }
}

impl Attempt {
    /// Goes on as far as it goes without the user, or with the automatic one.
    async fn proceed(self, state: &State, request: &Request, ids: &Ids) -> Response {
        let sessions = session::of(state, &self.authority, request);
        if self.prompt.as_deref() == Some("none") {
            return match self.silent(state, &sessions) {
                Ok(session) => self.finish(state, &session),
                Err(failure) => self.reply.failure(&failure, ids),
            };
        }
        let arranged = session::arranged(state, self.reply.state.as_deref());
        if let Some(next) = arranged.or_else(|| session::scripted(state)) {
            return self.automatic(state, next, ids).await;
        }
        match self.single_sign_on(state, &sessions) {
            Some(session) => self.finish(state, &session),
            None => interactive::sign_in(state, self, &sessions),
        }
    }

    /// Finds the one session that answers `prompt=none`.
    fn silent(&self, state: &State, sessions: &[Session]) -> Result<Session, Failure> {
        let text = "Session information is not sufficient for single-sign-on.";
        let mut fitting = sessions.iter().filter(|session| self.hinted(state, session));
        let session = fitting.next().ok_or_else(|| Failure::new(50_058, text))?;
        if fitting.next().is_some() {
            let text = "Either multiple user identities are available for the current request \
                        or selected account is not supported for the scenario.";
            return Err(Failure::new(16_000, text));
        }
        self.admit(state, session)?;
        if self.lacks_consent(state, &session.user) {
            return Err(tenant::no_consent(&self.app));
        }
        Ok(session.clone())
    }

    /// Finds a session that needs no page at all.
    fn single_sign_on(&self, state: &State, sessions: &[Session]) -> Option<Session> {
        if self.prompt.is_some() {
            return None;
        }
        self.silent(state, sessions).ok()
    }

    async fn automatic(self, state: &State, next: Interaction, ids: &Ids) -> Response {
        match next {
            Interaction::Approve(upn) => self.approve(state, &upn, false, ids),
            Interaction::Mfa(upn) => self.approve(state, &upn, true, ids),
            Interaction::Slow(time, upn) => {
                tokio::time::sleep(time).await;
                self.approve(state, &upn, false, ids)
            }
            Interaction::WrongState(upn) => {
                let mut attempt = self;
                attempt.reply.state = Some(random::opaque::<16>("wrong-"));
                attempt.approve(state, &upn, false, ids)
            }
            Interaction::Cancel => self.reply.cancelled(ids),
            Interaction::Decline => self.reply.failure(&declined(), ids),
            Interaction::Refused(code) => self.reply.failure(&refused(code), ids),
            Interaction::Silence => interactive::sign_in(state, self, &[]),
        }
    }

    fn approve(self, state: &State, upn: &str, mfa: bool, ids: &Ids) -> Response {
        match self.sign_in(state, upn, mfa) {
            Ok(session) => self.accept(state, &session, ids),
            Err(failure) => self.reply.failure(&failure, ids),
        }
    }

    fn sign_in(&self, state: &State, upn: &str, mfa: bool) -> Result<Session, Failure> {
        let mut session = session::sign_in(state, &self.authority, upn, mfa)?;
        session.sign_in.mfa |= self.asks_mfa(state, &session);
        Ok(session)
    }

    /// Records consent and finishes, as far as this user may.
    pub(crate) fn accept(&self, state: &State, session: &Session, ids: &Ids) -> Response {
        let consented = self.admit(state, session).and_then(|()| self.consent(state, session));
        match consented {
            Ok(()) => self.finish(state, session),
            Err(failure) => self.reply.failure(&failure, ids),
        }
    }

    /// Refuses who may not use the app, or has to prove more.
    pub(crate) fn admit(&self, state: &State, session: &Session) -> Result<(), Failure> {
        let account = state.entra.with(|memory| memory.account(&session.user).clone());
        if account.disabled {
            return Err(Failure::new(50_057, "The user account is disabled."));
        }
        if account.unassigned {
            let text = format!(
                "The signed in user is not assigned to a role for the application '{}'.",
                self.app.client_id
            );
            return Err(Failure::new(50_105, text));
        }
        tenant::check_principals(state, &session.user.tenant, &self.asked)?;
        match self.access(state, session) {
            Some(access) => access.check(state),
            None => Ok(()),
        }
    }

    fn access<'a>(&'a self, state: &'a State, session: &Session) -> Option<Access<'a>> {
        let user = state.tenants.user(&session.user)?;
        let resources = self.asked.resources.keys().copied().collect();
        Some(Access { user, resources, sign_in: session.sign_in, demand: &self.demand })
    }

    /// Returns whether the user has to be asked for consent.
    pub(crate) fn lacks_consent(&self, state: &State, user: &UserId) -> bool {
        let missing = |asked: &Asked| {
            state.entra.with(|memory| memory.consents.missing(&self.app.client_id, user, asked))
        };
        !missing(&self.asked).is_empty()
    }

    /// Returns whether this user will have to give a second factor.
    pub(crate) fn asks_mfa(&self, state: &State, session: &Session) -> bool {
        self.access(state, session).is_some_and(|access| access.needs_mfa(state))
    }

    /// Refuses users who may not consent to what is asked.
    pub(crate) fn may_consent(&self, state: &State, user: &UserId) -> Result<(), Failure> {
        let admin = state.tenants.user(user).is_some_and(|user| user.is_admin);
        let client_id = &self.app.client_id;
        let missing =
            state.entra.with(|memory| memory.consents.missing(client_id, user, &self.asked));
        let barred = |(resource, name): &&(_, String)| scopes::needs_admin(*resource, name);
        match missing.iter().find(barred).filter(|_| !admin) {
            Some((_, name)) => {
                let text = format!("Admin consent is required for the permission '{name}'.");
                Err(Failure::new(90_094, text))
            }
            None => Ok(()),
        }
    }

    fn consent(&self, state: &State, session: &Session) -> Result<(), Failure> {
        self.may_consent(state, &session.user)?;
        let client_id = &self.app.client_id;
        state.entra.with(|memory| memory.consents.user(client_id, &session.user, &self.asked));
        Ok(())
    }

    /// Returns whether a hint allows this session's account.
    fn hinted(&self, state: &State, session: &Session) -> bool {
        let user = state.tenants.user(&session.user);
        let same = |hint: &String| user.is_some_and(|user| session::is_hint_for(hint, user));
        self.login_hint.as_ref().is_none_or(same)
    }

    /// Issues a code.
    pub(crate) fn finish(&self, state: &State, session: &Session) -> Response {
        let code = random::opaque::<900>("1.AX");
        let record = Code {
            client_id: self.app.client_id.clone(),
            platform: self.platform,
            redirect_uri: self.reply.redirect_uri.clone(),
            challenge: self.challenge.clone(),
            nonce: self.nonce.clone(),
            asked: self.asked.clone(),
            user: session.user.clone(),
            sign_in: session.sign_in,
            issued: state.clock.now(),
            used: false,
            ended: false,
        };
        mint::remember(state, &code, |memory| {
            memory.codes.insert(code.clone(), record);
        });
        let user = state.tenants.user(&session.user).filter(|_| self.client_info);
        let response = self.reply.code(&code, user.map(mint::client_info));
        session::with_cookie(state, response, self.browser.as_deref(), session)
    }
}

/// The user's own refusal.
pub(crate) fn declined() -> Failure {
    Failure::new(65_004, "User declined to consent to access the app.")
}

fn refused(code: u32) -> Failure {
    Failure::new(code, "The sign-in was refused.")
}
