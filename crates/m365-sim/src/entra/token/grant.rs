//! Codes and refresh tokens, exchanged for access tokens.

use std::{collections::BTreeSet, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::client;
use crate::{
    directory::{User, UserId},
    entra::{
        apps::{App, Platform, Proof},
        claims::Claims,
        failure::Failure,
        mint::{Issue, after},
        params::Params,
        policy::Access,
        scopes::Asked,
        store::{Code, RefreshToken, SignIn},
        tenant::{self, Authority},
    },
    state::State,
};

const CODE_LIFE: Duration = Duration::from_secs(600);

/// A token request whose frame is in order.
pub(super) struct Exchange<'a> {
    pub(super) state: &'a State,
    pub(super) authority: Authority,
    pub(super) params: Params,
    pub(super) app: App,
    pub(super) origin: bool,
}

impl Exchange<'_> {
    /// Redeems an authorization code.
    pub(super) fn redeem(&self) -> Result<Value, Failure> {
        let sent = self.params.get("code").ok_or_else(|| Failure::missing("code"))?;
        if !sent.starts_with("1.A") {
            return Err(malformed("authorization code"));
        }
        let known = self.state.entra.with(|memory| memory.codes.get(sent).cloned());
        let code = known.ok_or_else(|| malformed("authorization code"))?;
        let proof = self.authenticate(code.platform)?;
        self.check_code(&code)?;
        self.check_challenge(&code)?;
        let used = self.state.entra.with(|memory| {
            let code = memory.codes.get_mut(sent);
            code.is_none_or(|code| std::mem::replace(&mut code.used, true))
        });
        if used {
            return Err(redeemed());
        }
        let asked = self.asked(&code.asked)?;
        asked.one_resource()?;
        if !code.asked.covers(&asked) {
            return Err(tenant::no_consent(&self.app));
        }
        let nonce = code.nonce.as_deref();
        self.issue(&Source::from(&code), &asked, nonce, proof)
    }

    /// Redeems a refresh token.
    pub(super) fn refresh(&self) -> Result<Value, Failure> {
        let name = "refresh_token";
        let sent = self.params.get(name).ok_or_else(|| Failure::missing(name))?;
        if !sent.starts_with("1.A") {
            return Err(malformed("refresh token"));
        }
        let known = self.state.entra.with(|memory| memory.refresh_tokens.get(sent).cloned());
        let token = known.ok_or_else(|| malformed("refresh token"))?;
        let proof = self.authenticate(token.platform)?;
        if !token.client_id.eq_ignore_ascii_case(&self.app.client_id) {
            return Err(Failure::new(70_000, "The refresh token was issued to another client."));
        }
        if self.state.clock.now() >= token.expires {
            return Err(expired(token.platform));
        }
        let asked = self.asked(&token.asked)?;
        self.issue(&Source::from(&token), &asked, None, proof)
    }

    /// Checks the secret and the `Origin` header as the platform of the redirect demands.
    fn authenticate(&self, platform: Platform) -> Result<Proof, Failure> {
        let sent = |name| self.params.get(name).is_some();
        let proof = match platform {
            Platform::Web => {
                client::authenticate(self.state, &self.app, &self.params, &self.authority)?
            }
            _ if sent("client_secret") || sent("client_assertion") => {
                let text = "Client is public so neither 'client_assertion' nor 'client_secret' \
                            should be presented.";
                return Err(Failure::new(700_025, text));
            }
            _ => Proof::None,
        };
        match (platform, self.origin) {
            (Platform::SinglePage, false) => Err(Failure::new(
                9_002_327,
                "Tokens issued for the 'Single-Page Application' client-type may only be \
                 redeemed via cross-origin requests.",
            )),
            (Platform::MobileAndDesktop | Platform::Web, true) => Err(Failure::new(
                9_002_326,
                "Cross-origin token redemption is permitted only for the 'Single-Page \
                 Application' client-type.",
            )),
            _ => Ok(proof),
        }
    }

    fn check_code(&self, code: &Code) -> Result<(), Failure> {
        if code.used {
            return Err(redeemed());
        }
        if !code.client_id.eq_ignore_ascii_case(&self.app.client_id) {
            return Err(Failure::new(70_000, "The code was issued to another client."));
        }
        if self.authority.tenant().is_some_and(|own| own.id() != code.user.tenant) {
            return Err(Failure::new(700_005, "The code was issued for another tenant."));
        }
        if self.state.clock.now() >= after(code.issued, CODE_LIFE) {
            let text = "The provided authorization code or refresh token has expired due to \
                        inactivity.";
            return Err(Failure::new(70_008, text));
        }
        let redirect = self.params.get("redirect_uri");
        if redirect.ok_or_else(|| Failure::missing("redirect_uri"))? != code.redirect_uri {
            let text = "The reply address does not match the reply address provided when \
                        requesting the authorization code.";
            return Err(Failure::new(500_112, text));
        }
        Ok(())
    }

    fn check_challenge(&self, code: &Code) -> Result<(), Failure> {
        let Some(challenge) = &code.challenge else {
            return Ok(());
        };
        let Some(verifier) = self.params.get("code_verifier") else {
            return Err(Failure::new(50_148, "The code_verifier is missing."));
        };
        let hashed = || URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        let answer = if challenge.hashed { hashed() } else { verifier.to_owned() };
        if answer != challenge.value {
            let text = "The code_verifier does not match the code_challenge supplied in the \
                        authorization request.";
            return Err(Failure::new(501_481, text));
        }
        Ok(())
    }

    /// Reads the scopes, falling back to those of the grant.
    fn asked(&self, granted: &Asked) -> Result<Asked, Failure> {
        let asked = match self.params.get("scope") {
            Some(scope) => Asked::parse(scope, self.state)?,
            None => granted.clone(),
        };
        tenant::check_resource(self.state, &self.params, &asked)?;
        Ok(asked)
    }

    fn issue(
        &self,
        source: &Source<'_>,
        asked: &Asked,
        nonce: Option<&str>,
        proof: Proof,
    ) -> Result<Value, Failure> {
        let resource = asked.one_resource()?;
        let claims = Claims::parse(self.params.get("claims"))?;
        let user = self.user(source)?;
        let scopes = self.consented(user, asked)?;
        self.check_policies(user, asked, source.sign_in, &claims)?;
        let issue = Issue {
            client_id: &self.app.client_id,
            platform: source.platform,
            user,
            resource,
            scopes,
            asked,
            nonce,
            proof,
            sign_in: source.sign_in,
            cae: claims.cae,
            not_before: claims.not_before,
            client_info: self.params.get("client_info") == Some("1"),
            spa_end: source.spa_end,
        };
        Ok(issue.respond(self.state))
    }

    /// Returns all that was consented to for the resource, which is what tokens carry.
    pub(super) fn consented(
        &self,
        user: &User,
        asked: &Asked,
    ) -> Result<BTreeSet<String>, Failure> {
        let resource = asked.one_resource()?;
        let client_id = &self.app.client_id;
        let scopes = self.state.entra.with(|memory| {
            let missing = memory.consents.missing(client_id, &user.id(), asked);
            missing.is_empty().then(|| memory.consents.of(client_id, resource, &user.id()))
        });
        let scopes = scopes.filter(|scopes| !scopes.is_empty());
        scopes.ok_or_else(|| tenant::no_consent(&self.app))
    }

    fn user(&self, source: &Source<'_>) -> Result<&User, Failure> {
        if self.state.entra.with(|memory| memory.account(source.user).disabled) {
            return Err(disabled());
        }
        if source.ended {
            return Err(revoked());
        }
        // A refresh token is good in each tenant that knows the person.
        let user = self.state.tenants.user(source.user);
        let user = user.and_then(|user| self.authority.entry_of(self.state, user));
        user.ok_or_else(unknown_user)
    }

    /// Refuses what Conditional Access does not allow.
    pub(super) fn check_policies(
        &self,
        user: &User,
        asked: &Asked,
        sign_in: SignIn,
        claims: &Claims,
    ) -> Result<(), Failure> {
        let resources = vec![asked.one_resource()?];
        Access { user, resources, sign_in, demand: &claims.demand }.check(self.state)
    }
}

/// What tokens are issued from: a code or a refresh token.
struct Source<'a> {
    user: &'a UserId,
    platform: Platform,
    sign_in: SignIn,
    ended: bool,
    spa_end: Option<Timestamp>,
}

impl<'a> From<&'a Code> for Source<'a> {
    fn from(code: &'a Code) -> Self {
        let Code { user, platform, sign_in, ended, .. } = code;
        Self { user, platform: *platform, sign_in: *sign_in, ended: *ended, spa_end: None }
    }
}

impl<'a> From<&'a RefreshToken> for Source<'a> {
    fn from(token: &'a RefreshToken) -> Self {
        let RefreshToken { user, platform, sign_in, ended, .. } = token;
        let spa_end = (*platform == Platform::SinglePage).then_some(token.expires);
        Self { user, platform: *platform, sign_in: *sign_in, ended: *ended, spa_end }
    }
}

/// Refuses whose account is disabled.
pub(super) fn disabled() -> Failure {
    Failure::new(50_057, "The user account is disabled.")
}

/// Refuses what was issued before sessions were revoked.
pub(super) fn revoked() -> Failure {
    let text = "The provided grant has expired due to it being revoked, a fresh auth token is \
                needed. The user might have changed or reset their password.";
    Failure::new(50_173, text)
}

/// Refuses who is not in the directory.
pub(super) fn unknown_user() -> Failure {
    Failure::new(50_034, "The user account does not exist.")
}

fn malformed(what: &str) -> Failure {
    Failure::grant(9_002_313, format!("Invalid request. The {what} is malformed or invalid."))
}

fn redeemed() -> Failure {
    Failure::new(54_005, "OAuth2 Authorization code was already redeemed, please retry.")
}

fn expired(platform: Platform) -> Failure {
    let text = "The refresh token has expired due to inactivity.";
    Failure::new(if platform == Platform::SinglePage { 700_084 } else { 700_082 }, text)
}
