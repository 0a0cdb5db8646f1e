//! What happens to users, their tokens and consents, and to keys.

use std::sync::Arc;

use super::Sim;
use crate::{
    caller::CallerTokenBuilder,
    desktop::Desktop,
    entra::{apps, interaction::Interaction},
};

/// What happens to users, their tokens and consents, and to keys.
impl Sim {
    /// Issues a Graph access token for the desktop app, without signing in.
    ///
    /// # Panics
    ///
    /// When there is no such user.
    #[must_use]
    pub fn issue_token(&self, upn: &str, scopes: &[&str]) -> String {
        self.caller_token(upn).client(apps::LOCAL).for_graph(&scopes.join(" ")).issue()
    }

    /// Starts making a token with which a user calls the remote connector, without signing in.
    pub fn caller_token(&self, upn: &str) -> CallerTokenBuilder<'_> {
        CallerTokenBuilder::new(&self.state, upn)
    }

    /// Puts a user in front of a desktop host that calls the remote connector.
    #[must_use]
    pub fn desktop(&self, upn: &str) -> Desktop {
        let ca = self.ca.as_ref().map(|file| file.0.clone());
        Desktop::new(Arc::clone(&self.state), ca, upn)
    }

    /// Lets each access token issued so far expire at once.
    pub fn expire_tokens(&self) {
        let now = self.state.clock.now();
        self.state.entra.with(|memory| {
            memory.access_tokens.values_mut().for_each(|token| token.expires = now);
        });
    }

    /// Revokes a user's sessions: refresh tokens end (AADSTS50173), and Graph challenges the
    /// access tokens of clients that declared `cp1`.
    pub fn revoke(&self, upn: &str) {
        self.state.end_grants(upn, false);
    }

    /// Gives a user a new password, which ends the same things as [`revoke`](Self::revoke), but
    /// spares web apps.
    pub fn set_password(&self, upn: &str) {
        self.state.end_grants(upn, true);
    }

    /// Disables an account (AADSTS50057).
    pub fn disable(&self, upn: &str) {
        self.state.change_account(upn, |account| account.disabled = true);
    }

    /// Takes the app away from a user (AADSTS50105).
    pub fn unassign(&self, upn: &str) {
        self.state.change_account(upn, |account| account.unassigned = true);
    }

    /// Demands a second factor from now on (AADSTS50076).
    pub fn require_mfa(&self, upn: &str) {
        self.state.change_account(upn, |account| account.needs_mfa = true);
    }

    /// Withdraws the consent to a permission, from everyone (AADSTS65001).
    pub fn withdraw_consent(&self, scope: &str) {
        self.state.entra.with(|memory| memory.consents.withdraw(scope));
    }

    /// Consents to a Graph permission for everyone, in both apps.
    pub fn give_consent(&self, scope: &str) {
        self.state.give_consent(scope);
    }

    /// Lets an automatic user do this at the next sign-in page, after what waits already.
    pub fn script(&self, interaction: Interaction) {
        self.state.entra.with(|memory| memory.script.push_back(interaction));
    }

    /// Lets another key sign from now on, returns its id, and leaves the old one published.
    pub fn rotate_keys(&self) -> String {
        self.state.keys.rotate()
    }

    /// Takes a key out of the published set at once, by its id. Another one signs from now on if
    /// it was the one that did.
    pub fn withdraw_key(&self, kid: &str) {
        self.state.keys.withdraw(kid);
    }

    /// Takes all keys out of the published set that signed before the last rotation.
    pub fn withdraw_old_keys(&self) {
        self.state.keys.withdraw_old();
    }
}
