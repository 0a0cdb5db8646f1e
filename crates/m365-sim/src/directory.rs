//! The people, mailboxes and identifiers of the invented company.

/// The tenant's id.
pub(crate) const TENANT_ID: &str = "11111111-2222-4333-8444-555555555555";

/// The tenant's verified domain.
pub(crate) const DOMAIN: &str = "fjordlight.example";

/// The user whose mailbox holds most of the demo data.
pub(crate) const MAIN_USER: &str = "mira.solberg@fjordlight.example";

const ADMINISTRATOR: &str = "tom.okafor@fjordlight.example";

/// The company's name.
pub(crate) const COMPANY: &str = "Fjordlight Energy";

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

/// An entry of the directory.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct User {
    /// The user principal name, which is the mail address too.
    pub upn: String,
    /// The name shown to others.
    pub display_name: String,
    /// The object id.
    pub oid: String,
    /// What kind of recipient this is.
    pub kind: Kind,
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
}

impl User {
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

    /// Returns whether the user administers the tenant and may consent for everyone.
    pub(crate) fn is_admin(&self) -> bool {
        self.upn == ADMINISTRATOR
    }

    /// Returns the text that only this user's data contains.
    #[must_use]
    pub fn canary(&self) -> String {
        let tail: String = self.oid.chars().filter(char::is_ascii_hexdigit).rev().take(8).collect();
        format!("canary-{tail}-{}", self.upn.split('@').next().unwrap_or_default())
    }
}

/// The directory, which does not change while the demo tenant runs.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    users: Vec<User>,
}

impl Directory {
    /// Returns the invented company's directory.
    pub(crate) fn company() -> Self {
        Self { users: PEOPLE.iter().map(Row::user).collect() }
    }

    /// Returns everyone, persons first.
    pub(crate) fn users(&self) -> &[User] {
        &self.users
    }

    /// Finds a user by object id or user principal name, without regard to case.
    pub(crate) fn find(&self, name: &str) -> Option<&User> {
        let is = |user: &&User| {
            user.oid.eq_ignore_ascii_case(name) || user.upn.eq_ignore_ascii_case(name)
        };
        self.users.iter().find(is)
    }
}

struct Row(u16, Kind, &'static str, &'static str, &'static [&'static str; 5]);

impl Row {
    fn user(&self) -> User {
        let Self(number, kind, local, name, [job_title, department, office, language, time_zone]) =
            self;
        User {
            upn: if local.contains('@') {
                (*local).to_owned()
            } else {
                format!("{local}@{DOMAIN}")
            },
            display_name: (*name).to_owned(),
            oid: format!("6f1f0c1e-0000-4000-8000-000000000{number:03x}"),
            kind: *kind,
            job_title: (*job_title).to_owned(),
            department: (*department).to_owned(),
            office: (*office).to_owned(),
            language: (*language).to_owned(),
            time_zone: (*time_zone).to_owned(),
        }
    }
}

const OSLO: &str = "W. Europe Standard Time";
const PARIS: &str = "Romance Standard Time";

#[rustfmt::skip]
const PEOPLE: &[Row] = &[
    Row(0xa01, Kind::Person, "mira.solberg", "Mira Solberg", &["Program Manager", "Projects", "Bergen", "nb-NO", OSLO]),
    Row(0xa02, Kind::Person, "adele.vance", "Adele Vance", &["Finance Director", "Finance", "Seattle", "en-US", "Pacific Standard Time"]),
    Row(0xa03, Kind::Person, "jonas.lindqvist", "Jonas Lindqvist", &["Chief Engineer", "Engineering", "Bergen", "nb-NO", OSLO]),
    Row(0xa04, Kind::Person, "ingrid.haugen", "Ingrid Haugen", &["Chief Executive", "Management", "Oslo", "nb-NO", OSLO]),
    Row(0xa05, Kind::Person, "lukas.brandt", "Lukas Brandt", &["Procurement Lead", "Supply Chain", "Hamburg", "de-DE", OSLO]),
    Row(0xa06, Kind::Person, "claire.fontaine", "Claire Fontaine", &["Legal Counsel", "Legal", "Lyon", "fr-FR", PARIS]),
    Row(0xa07, Kind::Person, "haruto.tanaka", "田中 陽斗", &["Turbine Specialist", "Engineering", "Yokohama", "ja-JP", "Tokyo Standard Time"]),
    Row(0xa08, Kind::Person, "layla.haddad", "ليلى حداد", &["Regional Manager", "Sales", "Amman", "ar-JO", "Jordan Standard Time"]),
    Row(0xa09, Kind::Person, "noa.bendavid", "נועה בן-דוד", &["Data Scientist", "Analytics", "Haifa", "he-IL", "Israel Standard Time"]),
    Row(0xa0a, Kind::Person, "tom.okafor", "Tom Okafor", &["Security Officer", "IT", "London", "en-GB", "GMT Standard Time"]),
    Row(0xa0b, Kind::Person, "sofia.marin", "Sofía Marín", &["Recruiter", "People", "Madrid", "es-ES", PARIS]),
    Row(0xa0c, Kind::Person, "bjorn.aas", "Bjørn Ås", &["Site Manager", "Operations", "Ålesund", "nb-NO", OSLO]),
    Row(0xa0d, Kind::Person, "priya.nair", "Priya Nair", &["Account Executive", "Sales", "Kochi", "en-IN", "India Standard Time"]),
    Row(0xa0e, Kind::Kiosk, "dock.terminal", "Dock Terminal", &["Dock Operator", "Operations", "Bergen", "nb-NO", OSLO]),
    Row(0xa0f, Kind::Guest, "sam.rivers@northwind.example", "Sam Rivers", &["Auditor", "", "", "en-US", "Eastern Standard Time"]),
    Row(0xa10, Kind::Shared, "projects", "Projects", &["", "Projects", "Bergen", "en-US", OSLO]),
    Row(0xa11, Kind::Shared, "board", "Board of Directors", &["", "Management", "Oslo", "en-US", OSLO]),
    Row(0xa13, Kind::Room, "fram", "Room Fram", &["", "", "Bergen", "en-US", OSLO]),
    Row(0xa14, Kind::Room, "polar", "Room Polar", &["", "", "Bergen", "en-US", OSLO]),
    Row(0xa12, Kind::Group, "apollo", "Apollo Team", &["", "", "", "en-US", OSLO]),
];
