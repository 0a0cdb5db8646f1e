//! What a demo tenant is put together from.

use jiff::Timestamp;

use super::SimBuilder;
use crate::{
    clock::SimClock,
    data,
    directory::{Directory, NORTHWIND_ID, TENANT_ID},
    entra::{
        self,
        apps::{self, App},
        keys::Keys,
        store::Consents,
    },
    graph::wait::Waits,
    host::Hosts,
    random,
    record::Records,
    server::listener::Switch,
    state::{Origins, State},
    tenants::{Tenant, Tenants},
};

impl SimBuilder {
    /// Returns the demo tenant at these addresses.
    pub(super) fn state(&self, origins: Origins, switches: Vec<Switch>) -> State {
        let clock = self.now.map_or_else(SimClock::running, SimClock::standing_at);
        State {
            tenants: self.tenants(clock.now()),
            cloud: self.cloud,
            clock,
            origins,
            keys: Keys::new(),
            entra: entra::Store::new(self.apps(), self.consents()),
            link_key: random::opaque::<32>(""),
            hosts: Hosts::new(switches),
            records: Records::default(),
            auto_sign_in: self.auto_sign_in.clone(),
            test_mode: self.test_mode,
            seed: self.seed,
            back_dated: self.back_dated,
            connector_uri: self.connector_uri.clone(),
            connector_token_version: self.connector_token_version,
            waits: Waits::default(),
            strictness: self.strictness,
        }
    }

    fn tenants(&self, now: Timestamp) -> Tenants {
        let directory = Directory::company();
        let main = Tenant {
            mail: data::company(&directory, now, self.seed, self.messages),
            calendars: data::calendar::company(&directory, now, self.seed),
            meetings: data::meetings(&directory, now),
            teams: data::teams(&directory, now),
            files: data::files(&directory, now, self.seed, self.cloud, self.granted_sites.clone()),
            directory,
        };
        let twin = main.users().first().filter(|_| self.twin_oid).cloned();
        let others = Directory::others().map(|own| {
            let own = if let Some(twin) = &twin { own.twin(twin) } else { own };
            data::small::tenant(own, now, self.seed, self.cloud)
        });
        let crowds = self.crowds().map(|own| data::small::crowd(own, now, self.seed));
        Tenants::new(main, others.into_iter().chain(crowds))
    }

    fn crowds(&self) -> impl Iterator<Item = Directory> {
        let (tenants, users) = self.crowd;
        (1..=tenants).map(move |number| Directory::crowd(number, users))
    }

    fn apps(&self) -> Vec<App> {
        let mut apps = App::registered();
        if let Some(local) = apps.iter_mut().find(|app| app.client_id == apps::LOCAL) {
            local.redirects.extend(self.redirects.iter().cloned());
        }
        if let Some(connector) = apps.iter_mut().find(|app| app.client_id == apps::CONNECTOR) {
            connector.credentials.extend(self.connector.clone());
        }
        apps
    }

    /// The third tenant has never heard of the connector.
    fn consents(&self) -> Consents {
        let crowds = self.crowds().map(|own| own.tenant);
        let customers: Vec<_> = std::iter::once(NORTHWIND_ID.to_owned()).chain(crowds).collect();
        Consents::registered(TENANT_ID, &customers, &self.consent)
    }
}
