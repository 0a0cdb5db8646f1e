use std::{fmt, sync::Arc, time::Duration};

use oauth2::PkceCodeVerifier;
use tokio::{sync::watch, time::Instant};
use url::Url;

use super::core::Core;
use crate::{
    Account, Error, ErrorKind, Result,
    flow::{listener::Listener, pages},
    store::Method,
    wire::{
        answer::TokenAnswer,
        claims,
        fault::{Fault, Reaction},
        form::Form,
        id_token::{Expected, IdToken, Refused},
        refusal::Refusal,
        transport::RequestIds,
    },
};

mod begin;
mod keep;
mod late;
mod options;

pub(crate) use begin::{begin, completed};
pub(crate) use keep::{SignedIn, keep};
pub use options::{Prompt, SignInOptions};

use begin::{all_scopes, redirect_uri};

/// A sign-in that waits for the user; dropped, it is given up and its port is free again.
#[must_use = "nobody listens for the browser until finish is called"]
pub struct SignIn {
    core: Arc<Core>,
    listener: Listener,
    url: Url,
    secrets: Secrets,
    claims: Option<String>,
    client_request_id: String,
    deadline: Instant,
    newer: watch::Receiver<u64>,
    signed_out: watch::Receiver<u64>,
}

struct Secrets {
    state: String,
    nonce: String,
    verifier: PkceCodeVerifier,
}

impl SignIn {
    /// Returns the address to open in a browser on this machine.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Returns how much time the user has left.
    #[must_use]
    pub fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Waits for the user to come back from the browser, and keeps the account and its tokens.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Cancelled`] when the user or a later sign-in ends it,
    /// [`ErrorKind::TimedOut`] when nobody came back, [`ErrorKind::WrongAccount`] when another than
    /// the pinned account did; the other kinds as Entra ID answers. The session before stays then.
    /// A browser that comes back after that is told so, and changes nothing.
    pub async fn finish(mut self) -> Result<Account> {
        let parameters = match self.redirect().await {
            Ok(parameters) => parameters,
            Err(error) => return Err(self.given_up(error)),
        };
        let result = self.redeem(&parameters).await;
        if let Err(error) = &result {
            tracing::warn!(kind = ?error.kind(), aadsts = error.aadsts(),
                correlation_id = error.correlation_id(), "the sign-in did not work");
        }
        let notice = self.core.vault.memory().notices.texts().into_iter().next();
        self.listener.show(pages::outcome(&result, notice.as_deref())).await;
        result
    }

    async fn redirect(&mut self) -> Result<Vec<(String, String)>> {
        tokio::select! {
            redirect = self.listener.redirect(&self.secrets.state) => redirect.map_err(no_connections),
            _ = self.newer.changed() => Err(cancelled("Another sign-in was started")),
            _ = self.signed_out.changed() => Err(cancelled("The account was signed out meanwhile")),
            () = tokio::time::sleep_until(self.deadline) => Err(self.timed_out()),
        }
    }

    fn timed_out(&self) -> Error {
        Error::new(ErrorKind::TimedOut).with_message(format!(
            "Nobody came back from the browser in time ({}). Try again on this machine; if the page \
             showed AADSTS50011, 50194, 700016 or 9000411, the app registration or its IDs are wrong",
            self.core.settings.who(None)
        ))
    }

    async fn redeem(&self, parameters: &[(String, String)]) -> Result<Account> {
        let find = |name: &str| parameters.iter().find(|(present, _)| present == name);
        let issuer = self.core.settings.authority.issuer();
        if find("iss").is_some_and(|(_, iss)| *iss != issuer) {
            return Err(protocol("The redirect comes from another issuer; sign in again"));
        }
        let Some((_, code)) = find("code") else { return Err(self.refused(parameters)) };
        let scope = all_scopes(&self.core);
        let form = self.redemption(code, &scope)?;
        let ids = RequestIds { client_request_id: &self.client_request_id, anchor: None };
        match self.core.redeem(&form, &ids, &scope).await {
            Ok(answer) => self.accept(answer).await,
            Err(Refusal::Fault(fault)) => Err(refused_by_entra(&self.core, *fault)),
            Err(Refusal::NoReply(error)) => Err(error.into_error()),
            Err(Refusal::Useless(error)) => Err(error),
        }
    }

    fn redemption(&self, code: &str, scope: &str) -> Result<Form> {
        Ok(Form::new()
            .set("client_id", self.core.settings.client_id.as_str())
            .set("grant_type", "authorization_code")
            .set("code", code)
            .set("redirect_uri", redirect_uri(&self.listener))
            .set("code_verifier", self.secrets.verifier.secret().as_str())
            .set("scope", scope)
            .set("client_info", "1")
            .set("claims", claims::parameter(self.claims.as_deref())?))
    }

    fn refused(&self, parameters: &[(String, String)]) -> Error {
        let fault = Fault::from_redirect(parameters, &self.client_request_id);
        if fault.is_cancellation() {
            return fault.into_error(ErrorKind::Cancelled, &self.core.settings.context(None));
        }
        refused_by_entra(&self.core, fault)
    }

    /// Checks who signed in, and only then keeps anything.
    async fn accept(&self, answer: TokenAnswer) -> Result<Account> {
        let account = self.account(&answer)?;
        let signed_in = SignedIn { account, answer, method: Method::Browser, broker: None };
        keep(&self.core, &self.signed_out, signed_in).await
    }

    fn account(&self, answer: &TokenAnswer) -> Result<Account> {
        let settings = &self.core.settings;
        let Some(token) = &answer.id_token else {
            return Err(protocol("Entra ID's answer has no ID token; sign in again"));
        };
        let expected = Expected {
            authority: &settings.authority,
            client_id: &settings.client_id,
            nonce: &self.secrets.nonce,
            times: [Some(answer.access.obtained_at), answer.server_time],
        };
        let checked =
            IdToken::parse(token).and_then(|token| token.check(&expected).map(|()| token));
        match checked {
            Ok(token) => Ok(token.into_account(answer.home.clone())),
            Err(refused) => Err(self.refused_id_token(refused)),
        }
    }

    fn refused_id_token(&self, refused: Refused) -> Error {
        let clock = self.core.vault.memory().notices.clock.clone();
        let advice = clock.unwrap_or_else(|| {
            format!("Sign in again with an account of {}", self.core.settings.who(None))
        });
        Error::new(ErrorKind::Protocol)
            .with_message(format!("The sign-in is not accepted: {refused}. {advice}"))
            .with_ids(Some(self.client_request_id.clone()), None)
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("client_request_id", &self.client_request_id)
            .finish_non_exhaustive()
    }
}

/// Makes the error that the user sees, who has been to the page.
pub(crate) fn refused_by_entra(core: &Core, fault: Fault) -> Error {
    let reaction = fault.reaction();
    if reaction == Reaction::Policy {
        core.vault.memory().policy_shown = true;
    }
    fault.into_error(reaction.kind(ErrorKind::Denied), &core.settings.context(None))
}

pub(crate) fn cancelled(why: &str) -> Error {
    Error::new(ErrorKind::Cancelled).with_message(why)
}

fn protocol(message: &str) -> Error {
    Error::new(ErrorKind::Protocol).with_message(message)
}

fn no_port(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Unavailable)
        .with_message("The browser cannot come back to this program: no loopback port")
        .with_source(error)
}

fn no_connections(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Unavailable)
        .with_message("The browser cannot come back to this program: it takes no connections")
        .with_source(error)
}
