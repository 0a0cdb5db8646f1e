//! What administrators demand of users, and take away from them.

use super::Sim;
use crate::entra::{apps, policy::Policy, scopes::Resource, store::Distrust};

/// What administrators demand of users, and take away from them.
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
        let Some(user) = self.state.tenants.find(upn) else {
            return;
        };
        self.state.entra.with(|memory| {
            let tokens = memory.access_tokens.values_mut();
            let own = tokens.filter(|token| token.user == user.id());
            own.for_each(|token| token.distrusted = Some(distrust.clone()));
        });
    }

    /// Withdraws a tenant's consent to what the remote connector does on behalf of its users
    /// (AADSTS65001).
    pub fn withdraw_connector_consent(&self, tenant_id: &str) {
        self.state.entra.with(|memory| {
            memory.consents.forget(tenant_id, apps::CONNECTOR, Resource::Graph);
        });
    }

    /// Consents in a tenant to all that the remote connector does for anybody in the main one.
    pub fn give_connector_consent(&self, tenant_id: &str) {
        let main = self.tenant_id();
        self.state.entra.with(|memory| {
            let scopes = memory.consents.of_everyone(main, apps::CONNECTOR, Resource::Graph);
            memory.consents.admin(tenant_id, apps::CONNECTOR, Resource::Graph, scopes);
        });
    }
}
