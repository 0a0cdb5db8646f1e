//! The people, mailboxes and identifiers of the invented organisations.

mod crowd;
mod rows;

use std::collections::HashMap;

/// The main tenant's id.
pub(crate) const TENANT_ID: &str = "11111111-2222-4333-8444-555555555555";

/// The id of the tenant beside it that uses the remote connector too.
pub(crate) const NORTHWIND_ID: &str = "99999999-8888-4777-8666-555555555555";

/// The user whose mailbox holds most of the demo data.
pub(crate) const MAIN_USER: &str = "mira.solberg@fjordlight.example";

/// What kind of recipient an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A person with a mailbox.
    Person,
    /// A person of another organisation, who has no mailbox here.
    Guest,
    /// A person without a mailbox, such as a kiosk worker.
    Kiosk,
    /// A mailbox that several people share and nobody signs in to.
    Shared,
    /// A meeting room, which has a calendar and no mail that Graph would read.
    Room,
    /// A Microsoft 365 group: an address without a mailbox that Graph would read.
    Group,
}

/// An entry of a tenant's directory.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct User {
    /// The user principal name, which is the mail address too, but for guests.
    pub upn: String,
    /// The mail address, by which a guest signs in.
    pub mail: String,
    /// The name shown to others.
    pub display_name: String,
    /// The object id.
    pub oid: String,
    /// The id of the tenant whose directory this is an entry of.
    pub tenant: String,
    /// The id of the tenant that the person comes from: another one for guests.
    pub home_tenant: String,
    /// The person's object id there.
    pub home_oid: String,
    /// What kind of recipient this is.
    pub kind: Kind,
    /// The name of the organisation.
    pub company: String,
    /// The job title.
    pub job_title: String,
    /// The department.
    pub department: String,
    /// The office.
    pub office: String,
    /// The preferred language, e.g. `nb-NO`.
    pub language: String,
    /// The mailbox's time zone by its Windows name, e.g. `W. Europe Standard Time`.
    pub time_zone: String,
    /// Whether the user administers the tenant and may consent for everyone.
    pub(crate) is_admin: bool,
}

/// An entry of some directory: an object id alone may be in two.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct UserId {
    pub(crate) tenant: String,
    pub(crate) oid: String,
}

impl User {
    /// Returns what the entry is known by among those of all tenants.
    pub(crate) fn id(&self) -> UserId {
        UserId { tenant: self.tenant.clone(), oid: self.oid.clone() }
    }

    /// Returns what the person is known by at home: for a guest another tenant's entry.
    pub(crate) fn home(&self) -> UserId {
        UserId { tenant: self.home_tenant.clone(), oid: self.home_oid.clone() }
    }

    /// Returns whether the user has a mailbox that Graph reads.
    pub(crate) fn has_mailbox(&self) -> bool {
        matches!(self.kind, Kind::Person | Kind::Shared)
    }

    /// Returns the given name and the family name.
    pub(crate) fn names(&self) -> (&str, &str) {
        self.display_name.rsplit_once(' ').unwrap_or((&self.display_name, ""))
    }

    /// Returns whether the user is one of the organisation's own, in Graph's words.
    pub(crate) fn user_type(&self) -> &'static str {
        if self.kind == Kind::Guest { "Guest" } else { "Member" }
    }

    /// Returns whether the user has a calendar.
    pub(crate) fn has_calendar(&self) -> bool {
        self.has_mailbox() || self.kind == Kind::Room
    }

    /// Returns whether the user signs in here.
    pub(crate) fn signs_in(&self) -> bool {
        matches!(self.kind, Kind::Person | Kind::Guest | Kind::Kiosk)
    }

    /// Returns the text that only this user's data contains.
    #[must_use]
    pub fn canary(&self) -> String {
        let tail: String = self.oid.chars().filter(char::is_ascii_hexdigit).rev().take(8).collect();
        format!("canary-{tail}-{}", self.upn.split('@').next().unwrap_or_default())
    }
}

/// A tenant's directory, which does not change while the demo tenant runs.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    /// The tenant's id.
    pub(crate) tenant: String,
    /// The verified domain.
    pub(crate) domain: String,
    /// The organisation's name.
    pub(crate) company: String,
    users: Vec<User>,
    /// Places of users by object id and principal name, in lower case.
    names: HashMap<String, usize>,
    /// Places of users by mail address, in lower case.
    mails: HashMap<String, usize>,
    /// Places of users by what they are at home.
    homes: HashMap<UserId, usize>,
}

impl Directory {
    /// Puts the users of an organisation into a directory.
    fn new(tenant: String, domain: String, company: String, users: Vec<User>) -> Self {
        let (mut names, mut mails, mut homes) =
            <(HashMap<_, _>, HashMap<_, _>, HashMap<_, _>)>::default();
        for (place, user) in users.iter().enumerate() {
            names.insert(user.oid.to_lowercase(), place);
            names.insert(user.upn.to_lowercase(), place);
            mails.insert(user.mail.to_lowercase(), place);
            homes.insert(user.home(), place);
        }
        Self { tenant, domain, company, users, names, mails, homes }
    }

    /// Returns the invented company's directory.
    pub(crate) fn company() -> Self {
        rows::FJORDLIGHT.directory()
    }

    /// Returns the directories of the other organisations, which are small.
    pub(crate) fn others() -> [Self; 2] {
        [rows::NORTHWIND.directory(), rows::TIDEWATER.directory()]
    }

    /// Gives the first entry the object id of somebody in another tenant.
    pub(crate) fn twin(self, of: &User) -> Self {
        let Self { tenant, domain, company, mut users, .. } = self;
        if let Some(first) = users.first_mut() {
            first.oid.clone_from(&of.oid);
            first.home_oid.clone_from(&of.oid);
        }
        Self::new(tenant, domain, company, users)
    }

    /// Returns everyone, persons first.
    pub(crate) fn users(&self) -> &[User] {
        &self.users
    }

    /// Returns whether the tenant has this id or domain.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(&self.tenant) || name.eq_ignore_ascii_case(&self.domain)
    }

    /// Finds a user by object id or user principal name, without regard to case.
    pub(crate) fn find(&self, name: &str) -> Option<&User> {
        self.users.get(*self.names.get(&name.to_lowercase())?)
    }

    /// Finds who signs in by this name: the principal name, or for a guest the one at home.
    pub(crate) fn sign_in_name(&self, name: &str) -> Option<&User> {
        let by_mail = || self.users.get(*self.mails.get(&name.to_lowercase())?);
        self.find(name).or_else(by_mail).filter(|user| user.signs_in())
    }

    /// Finds the entry of a person, who may be a guest here.
    pub(crate) fn entry_of(&self, person: &User) -> Option<&User> {
        self.users.get(*self.homes.get(&person.home())?)
    }
}
