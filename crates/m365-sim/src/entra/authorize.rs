//! The authorize endpoint.

use http::Method;

use super::{
    apps::{App, Platform},
    claims::Claims,
    failure::{Failure, Ids},
    interaction::Interaction,
    interactive, pages,
    params::Params,
    reply::{Mode, Reply},
    scopes::Asked,
    session,
    store::{Challenge, Code, Session},
    tenant, token,
};
use crate::{
    directory::User,
    http::{Request, Response},
    random,
    state::State,
};

/// An authorize request that passed its checks and waits for its user.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) app: App,
    pub(crate) reply: Reply,
    pub(crate) asked: Asked,
    pub(crate) prompt: Option<String>,
    pub(crate) login_hint: Option<String>,
    platform: Platform,
    challenge: Option<Challenge>,
    nonce: Option<String>,
    needs_mfa: bool,
    /// The browser's session cookie.
    browser: Option<String>,
}

/// Answers an authorize request.
pub(crate) async fn handle(state: &State, request: &Request, tenant: &str, ids: &Ids) -> Response {
    let (params, app, reply) = match trusted(state, request, tenant) {
        Ok(parts) => parts,
        Err(failure) => return pages::error(&failure, ids),
    };
    match Attempt::check(state, &params, app, reply.clone()) {
        Ok(mut attempt) => {
            attempt.browser = session::cookie(request).map(str::to_owned);
            attempt.proceed(state, request, ids).await
        }
        Err(failure) => reply.failure(&failure, ids),
    }
}

/// Checks all that must be right before an error may be sent to the app.
fn trusted(
    state: &State,
    request: &Request,
    tenant: &str,
) -> Result<(Params, App, Reply), Failure> {
    let text = match request.method {
        Method::GET => request.query.clone().unwrap_or_default().into_bytes(),
        Method::POST => request.body.to_vec(),
        _ => return Err(Failure::new(900_561, "The endpoint only accepts GET, POST requests.")),
    };
    let params = Params::parse(&text);
    if let Some(name) = params.duplicate() {
        return Err(token::duplicate(name));
    }
    tenant::check(tenant)?;
    let client_id = tenant::client_id(&params)?;
    let app = state.entra.with(|memory| memory.app(client_id).cloned());
    let app = app.ok_or_else(|| tenant::unknown_app(client_id))?;
    tenant::check_audience(tenant, &app)?;
    let reply = reply(&params, &app)?;
    Ok((params, app, reply))
}

fn reply(params: &Params, app: &App) -> Result<Reply, Failure> {
    let sent = params.get("redirect_uri").ok_or_else(|| Failure::missing("redirect_uri"))?;
    let (platform, registered) = app.match_redirect(sent).ok_or_else(|| {
        let text = format!(
            "The redirect URI '{sent}' specified in the request does not match the redirect \
             URIs configured for the application '{}'.",
            app.client_id
        );
        Failure::new(50_011, text)
    })?;
    Ok(Reply {
        redirect_uri: sent.to_owned(),
        platform: *platform,
        bare: super::apps::has_no_path(registered),
        mode: Mode::parse(params.get("response_mode")).unwrap_or(Mode::Query),
        state: params.get("state").map(str::to_owned),
    })
}

impl Attempt {
    /// Checks the rest of a request, whose errors the app may see.
    fn check(state: &State, params: &Params, app: App, reply: Reply) -> Result<Self, Failure> {
        response_type(params)?;
        if Mode::parse(params.get("response_mode")).is_none() {
            return Err(Failure::new(70_007, "The 'response_mode' is not a supported value."));
        }
        let prompt = prompt(params)?;
        let platform = reply.platform;
        let challenge = challenge(params, platform)?;
        let scope = params.get("scope").ok_or_else(|| Failure::missing("scope"))?;
        let asked = Asked::parse(scope, state.cloud)?;
        tenant::check_resource(state, params, &asked)?;
        let claims = Claims::parse(params.get("claims"))?;
        let hint = params.get("login_hint").filter(|_| prompt.as_deref() != Some("select_account"));
        Ok(Self {
            login_hint: hint.map(str::to_owned),
            nonce: params.get("nonce").map(str::to_owned),
            needs_mfa: claims.needs_mfa,
            app,
            reply,
            asked,
            prompt,
            platform,
            challenge,
            browser: None,
        })
    }

    /// Goes on as far as it goes without the user, or with the automatic one.
    async fn proceed(self, state: &State, request: &Request, ids: &Ids) -> Response {
        let sessions = session::of(state, request);
        if self.prompt.as_deref() == Some("none") {
            return match self.silent(state, &sessions) {
                Ok(session) => self.finish(state, &session),
                Err(failure) => self.reply.failure(&failure, ids),
            };
        }
        if let Some(next) = session::scripted(state) {
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
        if self.lacks_consent(state, &session.oid) {
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
        match session::sign_in(state, upn, mfa || self.asks_mfa(state, upn)) {
            Ok(session) => self.accept(state, &session, ids),
            Err(failure) => self.reply.failure(&failure, ids),
        }
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
        let account = state.entra.with(|memory| memory.account(&session.oid).clone());
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
        if (account.needs_mfa || self.needs_mfa) && !session.mfa {
            return Err(tenant::mfa_needed());
        }
        Ok(())
    }

    /// Returns whether the user has to be asked for consent.
    pub(crate) fn lacks_consent(&self, state: &State, oid: &str) -> bool {
        let missing = |asked: &Asked| {
            state.entra.with(|memory| memory.consents.missing(&self.app.client_id, oid, asked))
        };
        !missing(&self.asked).is_empty()
    }

    /// Returns whether this user will have to give a second factor.
    pub(crate) fn asks_mfa(&self, state: &State, user: &str) -> bool {
        let oid = state.directory.find(user).map(|user| user.oid.clone());
        let needs = |oid: String| state.entra.with(|memory| memory.account(&oid).needs_mfa);
        self.needs_mfa || oid.is_some_and(needs)
    }

    fn consent(&self, state: &State, session: &Session) -> Result<(), Failure> {
        let admin = state.directory.find(&session.oid).is_some_and(User::is_admin);
        let client_id = &self.app.client_id;
        let missing = state
            .entra
            .with(|memory| memory.consents.missing(client_id, &session.oid, &self.asked));
        let barred = |(resource, name): &&(_, String)| super::scopes::needs_admin(*resource, name);
        if let Some((_, name)) = missing.iter().find(barred).filter(|_| !admin) {
            let text = format!("Admin consent is required for the permission '{name}'.");
            return Err(Failure::new(90_094, text));
        }
        state.entra.with(|memory| memory.consents.user(client_id, &session.oid, &self.asked));
        Ok(())
    }

    /// Returns whether a hint allows this session's account.
    fn hinted(&self, state: &State, session: &Session) -> bool {
        let user = state.directory.find(&session.oid);
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
            oid: session.oid.clone(),
            mfa: session.mfa,
            issued: state.clock.now(),
            used: false,
            ended: false,
        };
        super::mint::remember(state, &code, |memory| {
            memory.codes.insert(code.clone(), record);
        });
        let response = self.reply.code(&code);
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

fn response_type(params: &Params) -> Result<(), Failure> {
    match params.get("response_type") {
        Some("code") => Ok(()),
        None => Err(Failure::missing("response_type")),
        Some("id_token" | "code id_token" | "id_token token" | "token") => {
            Err(Failure::new(700_054, "The response_type is not enabled for the application."))
        }
        Some(_) => Err(Failure::new(70_007, "The 'response_type' is not a supported value.")),
    }
}

fn prompt(params: &Params) -> Result<Option<String>, Failure> {
    match params.get("prompt") {
        None => Ok(None),
        Some(known @ ("login" | "none" | "consent" | "select_account")) => {
            Ok(Some(known.to_owned()))
        }
        Some(other) => {
            let text = format!("Unsupported 'prompt' value '{other}'.");
            Err(Failure::new(90_023, text))
        }
    }
}

fn challenge(params: &Params, platform: Platform) -> Result<Option<Challenge>, Failure> {
    let Some(value) = params.get("code_challenge") else {
        let text = "Proof Key for Code Exchange is required for cross-origin authorization code \
                    redemption.";
        let single_page = platform == Platform::SinglePage;
        return if single_page { Err(Failure::new(9_002_325, text)) } else { Ok(None) };
    };
    let hashed = match params.get("code_challenge_method") {
        Some("S256") => true,
        None | Some("plain") => false,
        Some(_) => {
            return Err(Failure::new(50_149, "Invalid Code_Challenge_method parameter."));
        }
    };
    let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    if !(43..=128).contains(&value.len()) || !value.chars().all(unreserved) {
        return Err(Failure::new(501_491, "Invalid size of Code_Challenge parameter."));
    }
    Ok(Some(Challenge { value: value.to_owned(), hashed }))
}
