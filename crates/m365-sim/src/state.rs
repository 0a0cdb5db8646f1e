//! Everything that the demo tenant's servers share.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use http::HeaderMap;

use crate::{
    clock::SimClock,
    cloud::SimCloud,
    directory::UserId,
    entra, graph,
    graph::trace::Trace,
    host::Hosts,
    http::Response,
    record::Records,
    strictness::Strictness,
    tenants::{Tenant, Tenants},
};

/// The addresses that the servers are reached at, without a slash at the end.
#[derive(Clone, Debug)]
pub(crate) struct Origins {
    /// The sign-in host.
    pub(crate) login: String,
    /// Graph.
    pub(crate) graph: String,
    /// The host for pre-authenticated downloads.
    pub(crate) download: String,
    /// A host that belongs to nobody.
    pub(crate) foreign: String,
}

/// What the bearer of a valid Graph token may do.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// The tenant whose data this is about.
    pub(crate) tenant: Arc<Tenant>,
    /// The signed-in user's object id.
    pub(crate) user_id: String,
    /// The signed-in user's principal name.
    pub(crate) upn: String,
    /// The delegated permissions by their short names, e.g. `Mail.Read`.
    pub(crate) scopes: BTreeSet<String>,
}

impl Grant {
    /// Returns what the user is known by among those of all tenants.
    pub(crate) fn user(&self) -> UserId {
        UserId { tenant: self.tenant.id().to_owned(), oid: self.user_id.clone() }
    }
}

/// The demo tenant, and those beside it.
#[derive(Debug)]
pub(crate) struct State {
    /// The cloud that it plays.
    pub(crate) cloud: SimCloud,
    /// Its time.
    pub(crate) clock: SimClock,
    /// Its addresses.
    pub(crate) origins: Origins,
    /// The organisations.
    pub(crate) tenants: Tenants,
    /// What signs tokens.
    pub(crate) keys: entra::keys::Keys,
    /// What Entra ID remembers.
    pub(crate) entra: entra::Store,
    /// What signs the addresses of downloads.
    pub(crate) link_key: String,
    /// What each server has of its own.
    pub(crate) hosts: Hosts,
    /// What reached the servers.
    pub(crate) records: Records,
    /// Whether other processes may ask for faults.
    pub(crate) test_mode: bool,
    /// The principal name of the user who signs in by himself, if any.
    pub(crate) auto_sign_in: Option<String>,
    /// Another App ID URI of the remote connector than the one that its client id makes.
    pub(crate) connector_uri: Option<String>,
    /// The version of the access tokens for the remote connector.
    pub(crate) connector_token_version: u8,
    /// How long ago new tokens say that they begin.
    pub(crate) back_dated: Duration,
    /// What varies between two tenants that are alike otherwise.
    pub(crate) seed: u64,
    /// Who was told by Graph to stay away.
    pub(crate) waits: graph::wait::Waits,
    /// Which of the rules with a switch hold.
    pub(crate) strictness: Strictness,
}

impl State {
    /// Ends a user's sessions and grants; `None` if there is no such user.
    pub(crate) fn end_grants(&self, upn: &str, new_password: bool) -> Option<()> {
        let (user, now) = (self.tenants.find(upn)?.id(), self.clock.now());
        self.entra.with(|memory| memory.end_grants(&user, now, new_password));
        Some(())
    }

    /// Changes the account of a user; `None` if there is no such user.
    pub(crate) fn change_account(
        &self,
        upn: &str,
        change: impl FnOnce(&mut entra::store::Account),
    ) -> Option<()> {
        let user = self.tenants.find(upn)?.id();
        self.entra.with(|memory| change(memory.account(&user)));
        Some(())
    }

    /// Lets the administrator consent to a Graph permission for everyone, in both apps.
    pub(crate) fn give_consent(&self, scope: &str) {
        let tenant = self.tenants.main().id();
        self.entra.with(|memory| {
            for app in [entra::apps::LOCAL, entra::apps::CONNECTOR] {
                memory.consents.admin(tenant, app, entra::scopes::Resource::Graph, [scope]);
            }
        });
    }

    /// Reads the bearer token of a Graph request.
    ///
    /// # Errors
    ///
    /// The 401 to answer with, when there is no token or it does not count (any more).
    pub(crate) fn grant(&self, headers: &HeaderMap, trace: &Trace) -> Result<Grant, Response> {
        entra::bearer::grant(self, headers, trace)
    }
}
