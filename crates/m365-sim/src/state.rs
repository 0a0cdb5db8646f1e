//! Everything that the demo tenant's servers share.

use std::{collections::BTreeSet, time::Duration};

use http::HeaderMap;

use crate::{
    clock::SimClock, cloud::SimCloud, directory::Directory, entra, graph, graph::trace::Trace,
    host::Hosts, http::Response, record::Records, strictness::Strictness,
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
    /// The signed-in user's object id.
    pub(crate) user_id: String,
    /// The signed-in user's principal name.
    pub(crate) upn: String,
    /// The delegated permissions by their short names, e.g. `Mail.Read`.
    pub(crate) scopes: BTreeSet<String>,
}

/// The demo tenant.
#[derive(Debug)]
pub(crate) struct State {
    /// The cloud that it plays.
    pub(crate) cloud: SimCloud,
    /// Its time.
    pub(crate) clock: SimClock,
    /// Its addresses.
    pub(crate) origins: Origins,
    /// Its people.
    pub(crate) directory: Directory,
    /// What Entra ID remembers.
    pub(crate) entra: entra::Store,
    /// The calendars.
    pub(crate) calendars: graph::calendar::Store,
    /// The sites and drives.
    pub(crate) files: graph::drives::Store,
    /// What signs the addresses of downloads.
    pub(crate) link_key: String,
    /// The mailboxes.
    pub(crate) mail: graph::mail::Store,
    /// The online meetings.
    pub(crate) meetings: graph::meetings::Store,
    /// The chats and teams.
    pub(crate) teams: graph::teams::Store,
    /// What each server has of its own.
    pub(crate) hosts: Hosts,
    /// What reached the servers.
    pub(crate) records: Records,
    /// Whether other processes may ask for faults.
    pub(crate) test_mode: bool,
    /// The principal name of the user who signs in by himself, if any.
    pub(crate) auto_sign_in: Option<String>,
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
    /// Reads the bearer token of a Graph request.
    ///
    /// # Errors
    ///
    /// The 401 to answer with, when there is no token or it does not count (any more).
    #[expect(clippy::result_large_err, reason = "a refusal is made once and sent at once")]
    pub(crate) fn grant(&self, headers: &HeaderMap, trace: &Trace) -> Result<Grant, Response> {
        entra::bearer::grant(self, headers, trace)
    }
}
