//! What happens to the remote connector's registration.

use super::Sim;
use crate::{
    directory::UserId,
    entra::apps::{Credentials, Secret},
    record::Record,
};

/// What happens to the remote connector's registration.
impl Sim {
    /// Lets the remote connector's secrets expire at once (AADSTS7000222).
    pub fn expire_secret(&self) {
        let now = self.state.clock.now();
        self.connector(|own| own.expire_secrets(now));
    }

    /// Gives the remote connector one more secret.
    pub fn add_secret(&self, value: impl Into<String>) {
        let secret = Secret { value: value.into(), expires: None };
        self.connector(|own| own.secrets.push(secret));
    }

    /// Deletes the remote connector's secrets (AADSTS7000215), and gives it this one.
    pub fn replace_secret(&self, value: impl Into<String>) {
        let secret = Secret { value: value.into(), expires: None };
        self.connector(|own| own.secrets = vec![secret]);
    }

    /// Registers one more certificate (in DER) of the remote connector.
    pub fn add_certificate(&self, der: impl Into<Vec<u8>>) {
        self.connector(|own| own.certificates.push(der.into()));
    }

    /// Deletes the remote connector's certificates (AADSTS700027), and registers this one.
    pub fn replace_certificate(&self, der: impl Into<Vec<u8>>) {
        self.connector(|own| own.certificates = vec![der.into()]);
    }

    /// Withdraws a tenant's consent to what the remote connector does on behalf of its users
    /// (AADSTS65001).
    pub fn withdraw_connector_consent(&self, tenant_id: &str) {
        self.state.entra.with(|memory| memory.consents.forget_connector(tenant_id));
    }

    /// Consents in a tenant to all that the remote connector may do in the main one.
    pub fn give_connector_consent(&self, tenant_id: &str) {
        self.state.entra.with(|memory| memory.consents.follow(self.tenant_id(), tenant_id));
    }

    /// Counts the exchanges on behalf of a user, by principal name, that reached the sign-in host
    /// since its log was cleared.
    #[must_use]
    pub fn exchanges(&self, upn: &str) -> usize {
        let tenants = &self.state.tenants;
        let own = |record: &Record| {
            let id = record.on_behalf_of().map(|(tenant, oid)| UserId { tenant, oid });
            let user = id.and_then(|id| tenants.user(&id));
            user.is_some_and(|user| user.upn.eq_ignore_ascii_case(upn))
        };
        self.entra().log().iter().filter(|record| own(record)).count()
    }

    /// Returns the secrets that the remote connector has at the moment.
    pub(super) fn connector_secrets(&self) -> Vec<String> {
        let mut secrets = Vec::new();
        self.connector(|own| {
            secrets.extend(own.secrets.iter().map(|secret| secret.value.clone()));
        });
        secrets
    }

    fn connector(&self, change: impl FnOnce(&mut Credentials)) {
        self.state.entra.with(|memory| memory.connector(change));
    }
}
