//! The tenants, and what each of them holds.

use std::sync::Arc;

use crate::{
    directory::{Directory, User, UserId},
    graph::{calendar, drives, mail, meetings, teams},
};

/// One organisation with all that is its own, which nobody of another one sees.
#[derive(Debug)]
pub struct Tenant {
    /// Its people.
    pub(crate) directory: Directory,
    /// The calendars.
    pub(crate) calendars: calendar::Store,
    /// The sites and drives.
    pub(crate) files: drives::Store,
    /// The mailboxes.
    pub(crate) mail: mail::Store,
    /// The online meetings.
    pub(crate) meetings: meetings::Store,
    /// The chats and teams.
    pub(crate) teams: teams::Store,
}

impl Tenant {
    /// Returns the tenant's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.directory.tenant
    }

    /// Returns the verified domain, e.g. `fjordlight.example`.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.directory.domain
    }

    /// Returns the organisation's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.directory.company
    }

    /// Returns everyone in its directory, guests too.
    #[must_use]
    pub fn users(&self) -> &[User] {
        self.directory.users()
    }
}

/// All tenants.
#[derive(Debug)]
pub(crate) struct Tenants {
    main: Arc<Tenant>,
    others: Vec<Arc<Tenant>>,
}

impl Tenants {
    /// Puts the main tenant before the others.
    pub(crate) fn new(main: Tenant, others: impl IntoIterator<Item = Tenant>) -> Self {
        Self { main: Arc::new(main), others: others.into_iter().map(Arc::new).collect() }
    }

    /// Returns the invented company's.
    pub(crate) fn main(&self) -> &Arc<Tenant> {
        &self.main
    }

    /// Returns all, the main one first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Tenant>> {
        std::iter::once(&self.main).chain(&self.others)
    }

    /// Finds a tenant by id or domain.
    pub(crate) fn named(&self, name: &str) -> Option<&Arc<Tenant>> {
        self.all().find(|tenant| tenant.directory.is_named(name))
    }

    /// Finds a user by the id of the entry.
    pub(crate) fn user(&self, id: &UserId) -> Option<&User> {
        self.named(&id.tenant)?.directory.find(&id.oid)
    }

    /// Finds a user by principal name or object id, in the main tenant first.
    pub(crate) fn find(&self, name: &str) -> Option<&User> {
        self.all().find_map(|tenant| tenant.directory.find(name))
    }

    /// Finds who signs in by a name where no tenant is named: people are at home in one only.
    pub(crate) fn at_home(&self, name: &str) -> Option<&User> {
        let found = self.all().filter_map(|tenant| tenant.directory.sign_in_name(name));
        let mut members = found.filter(|user| user.home_tenant == user.tenant);
        members.next()
    }

    /// Returns everyone who is at home somewhere, and not a guest.
    pub(crate) fn everyone(&self) -> impl Iterator<Item = &User> {
        let users = self.all().flat_map(|tenant| tenant.users());
        users.filter(|user| user.home_tenant == user.tenant)
    }
}
