//! Who consented to what.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    directory::UserId,
    entra::{
        apps,
        scopes::{Asked, Resource},
    },
};

/// The one scope of the remote connector.
const ACCESS: &str = "access_as_user";

/// Who consented to what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Consents {
    grants: BTreeMap<Key, Grants>,
}

/// A tenant, an app in it and what the app wants to use.
type Key = (String, String, Resource);

#[derive(Clone, Debug, Default)]
struct Grants {
    everyone: BTreeSet<String>,
    users: BTreeMap<UserId, BTreeSet<String>>,
}

impl Consents {
    /// Starts with what administrators consented to: in the main tenant to all apps, with these
    /// scopes of Graph, and in the customers' tenants to the remote connector and to who calls it.
    pub(crate) fn registered(main: &str, customers: &[String], scopes: &[String]) -> Self {
        let mut consents = Self::default();
        consents.admin(main, apps::LOCAL, Resource::Graph, scopes);
        consents.admin(main, apps::LOCAL, Resource::Connector, [ACCESS]);
        for tenant in std::iter::once(main).chain(customers.iter().map(String::as_str)) {
            consents.admin(tenant, apps::CONNECTOR, Resource::Graph, scopes);
            consents.admin(tenant, apps::OTHER_HOST, Resource::Connector, [ACCESS]);
        }
        consents
    }

    /// Returns whether a tenant has an app among its enterprise applications, which the first
    /// consent puts there.
    pub(crate) fn has_principal(&self, tenant: &str, client_id: &str) -> bool {
        let mut keys = self.grants.keys();
        keys.any(|(own, app, _)| own == tenant && app.eq_ignore_ascii_case(client_id))
    }

    /// Records an administrator's consent for everyone.
    pub(crate) fn admin<S: Into<String>>(
        &mut self,
        tenant: &str,
        client_id: &str,
        resource: Resource,
        scopes: impl IntoIterator<Item = S>,
    ) {
        let grants = self.grants.entry(key(tenant, client_id, resource)).or_default();
        grants.everyone.extend(scopes.into_iter().map(Into::into));
    }

    /// Records one user's consent.
    pub(crate) fn user(&mut self, client_id: &str, user: &UserId, asked: &Asked) {
        for (resource, scopes) in &asked.resources {
            let grants = self.grants.entry(key(&user.tenant, client_id, *resource)).or_default();
            grants.users.entry(user.clone()).or_default().extend(scopes.iter().cloned());
        }
    }

    /// Forgets what a tenant allowed the remote connector on Graph, which stays among its apps.
    pub(crate) fn forget_connector(&mut self, tenant: &str) {
        self.grants.insert(key(tenant, apps::CONNECTOR, Resource::Graph), Grants::default());
    }

    /// Allows the remote connector in a tenant what the administrator of another one allowed it.
    pub(crate) fn follow(&mut self, other: &str, tenant: &str) {
        let grants = self.grants.get(&key(other, apps::CONNECTOR, Resource::Graph));
        let scopes = grants.map(|grants| grants.everyone.clone()).unwrap_or_default();
        self.admin(tenant, apps::CONNECTOR, Resource::Graph, scopes);
    }

    /// Takes a scope away from each app and user, in all tenants.
    pub(crate) fn withdraw(&mut self, scope: &str) {
        for grants in self.grants.values_mut() {
            grants.everyone.remove(scope);
            grants.users.values_mut().for_each(|scopes| {
                scopes.remove(scope);
            });
        }
    }

    /// Returns all that an app may do for a user on a resource.
    pub(crate) fn of(
        &self,
        client_id: &str,
        resource: Resource,
        user: &UserId,
    ) -> BTreeSet<String> {
        let preauthorised = self.is_preauthorised(&user.tenant, client_id, resource);
        let access = preauthorised.then(|| ACCESS.to_owned());
        let grants = self.grants.get(&key(&user.tenant, client_id, resource));
        let everyone = grants.into_iter().flat_map(|grants| &grants.everyone);
        let own = grants.and_then(|grants| grants.users.get(user)).into_iter().flatten();
        everyone.chain(own).cloned().chain(access).collect()
    }

    /// Returns whether the connector itself vouches for the app that calls it, so that nobody is
    /// asked.
    fn is_preauthorised(&self, tenant: &str, client_id: &str, resource: Resource) -> bool {
        resource == Resource::Connector
            && client_id.eq_ignore_ascii_case(apps::HOST)
            && self.has_principal(tenant, apps::CONNECTOR)
    }

    /// Returns the asked scopes that nobody consented to yet.
    pub(crate) fn missing(
        &self,
        client_id: &str,
        user: &UserId,
        asked: &Asked,
    ) -> Vec<(Resource, String)> {
        let missing = |(resource, scopes): (&Resource, &BTreeSet<String>)| {
            let consented = self.of(client_id, *resource, user);
            let lacking = scopes.difference(&consented).map(|scope| (*resource, scope.clone()));
            lacking.collect::<Vec<_>>()
        };
        asked.resources.iter().flat_map(missing).collect()
    }
}

fn key(tenant: &str, client_id: &str, resource: Resource) -> Key {
    (tenant.to_owned(), client_id.to_owned(), resource)
}
