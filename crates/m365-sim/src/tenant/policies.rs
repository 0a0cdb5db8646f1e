//! What administrators demand of users.

use super::Sim;
use crate::entra::{policy::Policy, store::Distrust};

/// What administrators demand of users.
impl Sim {
    /// Adds a policy of Conditional Access.
    pub fn policy(&self, policy: Policy) {
        self.state.entra.with(|memory| memory.policies.push(policy));
    }

    /// Drops all policies of Conditional Access.
    pub fn clear_policies(&self) {
        self.state.entra.with(|memory| memory.policies.clear());
    }

    /// Gives a user a device that the organisation manages, from which later sign-ins come.
    pub fn register_device(&self, upn: &str) {
        self.state.change_account(upn, |account| account.has_device = true);
    }

    /// Lets a user's access tokens be used from an address (such as `203.0.113.7`) that policies
    /// forbid: Graph challenges those of clients that declared `cp1`, and takes later ones.
    pub fn leave_network(&self, upn: &str, address: &str) {
        let since = self.state.clock.now();
        let distrust = Distrust { since, address: Some(address.to_owned()) };
        if let Some(user) = self.state.tenants.find(upn) {
            self.state.entra.with(|memory| memory.distrust(&user.id(), &distrust));
        }
    }
}
