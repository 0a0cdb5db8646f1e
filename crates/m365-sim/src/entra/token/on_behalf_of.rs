//! A caller's access token, exchanged for one of Graph on behalf of the caller.

use serde_json::Value;

use super::{
    assertion::Assertion,
    client,
    grant::{Exchange, disabled, revoked, unknown_user},
};
use crate::{
    directory::User,
    entra::{
        apps::Platform, claims::Claims, failure::Failure, mint::Issue, params::Params,
        scopes::Asked, tenant,
    },
};

impl Exchange<'_> {
    /// Exchanges the token of the app's caller.
    pub(super) fn on_behalf_of(&self) -> Result<Value, Failure> {
        check_use(&self.params)?;
        let proof = client::authenticate(self.state, &self.app, &self.params, &self.authority)?;
        let name = "assertion";
        let sent = self.params.get(name).ok_or_else(|| Failure::missing(name))?;
        let assertion = Assertion::check(self.state, sent, &self.authority, &self.app)?;
        let asked = self.asked_for()?;
        let claims = Claims::parse(self.params.get("claims"))?;
        let user = self.caller(&assertion, &claims)?;
        let scopes = self.consented(user, &asked)?;
        let sign_in = assertion.sign_in;
        self.check_policies(user, &asked, sign_in, &claims).map_err(Failure::on_behalf)?;
        let issue = Issue {
            client_id: &self.app.client_id,
            platform: Platform::Web,
            user,
            resource: asked.one_resource()?,
            scopes,
            asked: &asked,
            nonce: None,
            proof,
            sign_in,
            cae: claims.cae,
            not_before: claims.not_before,
            client_info: self.params.get("client_info") == Some("1"),
            spa_end: None,
        };
        Ok(issue.respond(self.state))
    }

    fn asked_for(&self) -> Result<Asked, Failure> {
        let scope = self.params.get("scope").ok_or_else(|| Failure::missing("scope"))?;
        let asked = Asked::parse(scope, self.state)?;
        asked.one_resource()?;
        tenant::check_resource(self.state, &self.params, &asked)?;
        Ok(asked)
    }

    /// Finds the caller, who must not have been thrown out since.
    fn caller(&self, assertion: &Assertion, claims: &Claims) -> Result<&User, Failure> {
        let id = &assertion.user;
        if self.state.entra.with(|memory| memory.account(id).disabled) {
            return Err(disabled());
        }
        // Challenges count in whole seconds, too coarse for what ended within the same one.
        let too_early = |least| assertion.issued < least || assertion.ended;
        if claims.not_before.is_some_and(too_early) {
            return Err(too_old(claims));
        }
        if assertion.ended {
            return Err(revoked());
        }
        let user = self.state.tenants.user(id);
        let user = user.and_then(|user| self.authority.entry_of(self.state, user));
        user.ok_or_else(unknown_user)
    }
}

fn check_use(params: &Params) -> Result<(), Failure> {
    match params.get("requested_token_use") {
        Some("on_behalf_of") => Ok(()),
        Some(other) => {
            let text = format!("Unsupported 'requested_token_use' value '{other}'.");
            Err(Failure::new(90_023, text))
        }
        None => Err(Failure::missing("requested_token_use")),
    }
}

/// Asks for a caller's token that is as new as a challenge demands.
fn too_old(claims: &Claims) -> Failure {
    let text = "Session is invalid due to expiration or recent password change.";
    let failure = Failure::new(50_133, text).interaction();
    match &claims.demanded {
        Some(demanded) => failure.with_claims(demanded),
        None => failure,
    }
}
