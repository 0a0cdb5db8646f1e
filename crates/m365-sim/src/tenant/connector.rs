//! What happens to the remote connector's registration.

use super::Sim;
use crate::{
    directory::UserId,
    entra::apps::{self, App, Secret},
    record::Record,
};

/// What happens to the remote connector's registration.
impl Sim {
    /// Lets the remote connector's secrets expire at once (AADSTS7000222).
    pub fn expire_secret(&self) {
        let now = self.state.clock.now();
        self.connector(|app| {
            let secrets = &mut app.credentials.secrets;
            secrets.iter_mut().for_each(|secret| secret.expires = Some(now));
        });
    }

    /// Gives the remote connector one more secret.
    pub fn add_secret(&self, value: impl Into<String>) {
        let secret = Secret { value: value.into(), expires: None };
        self.connector(|app| app.credentials.secrets.push(secret));
    }

    /// Deletes the remote connector's secrets (AADSTS7000215), and gives it this one.
    pub fn replace_secret(&self, value: impl Into<String>) {
        self.connector(|app| app.credentials.secrets.clear());
        self.add_secret(value);
    }

    /// Registers one more certificate (in DER) of the remote connector.
    pub fn add_certificate(&self, der: impl Into<Vec<u8>>) {
        self.connector(|app| app.credentials.certificates.push(der.into()));
    }

    /// Deletes the remote connector's certificates (AADSTS700027), and registers this one.
    pub fn replace_certificate(&self, der: impl Into<Vec<u8>>) {
        self.connector(|app| app.credentials.certificates.clear());
        self.add_certificate(der);
    }

    fn connector(&self, change: impl FnOnce(&mut App)) {
        self.state.entra.with(|memory| memory.app_mut(apps::CONNECTOR).map(change));
    }
}

/// What the remote connector asked for.
impl Sim {
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
}
