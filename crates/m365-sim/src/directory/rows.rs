//! Who is in which directory.

use super::{Directory, Kind, NORTHWIND_ID, TENANT_ID, User};

/// An organisation as it is written down here.
pub(super) struct Organisation {
    tenant: &'static str,
    domain: &'static str,
    company: &'static str,
    /// What object ids begin with.
    oids: &'static str,
    /// Who may consent for everyone, by the first part of the address.
    administrator: &'static str,
    people: &'static [Row],
    /// The rows of the guests: which one it is, and the tenant and object id of the person at home.
    guests: &'static [(u16, &'static str, &'static str)],
}

/// The company with most of the data.
pub(super) const FJORDLIGHT: Organisation = Organisation {
    tenant: TENANT_ID,
    domain: "fjordlight.example",
    company: "Fjordlight Energy",
    oids: "6f1f0c1e",
    administrator: "tom.okafor",
    people: PEOPLE,
    guests: &[(0xa0f, NORTHWIND_ID, "d0a3f1c2-0000-4000-8000-000000000b01")],
};

/// The company's auditors.
pub(super) const NORTHWIND: Organisation = Organisation {
    tenant: NORTHWIND_ID,
    domain: "northwind.example",
    company: "Northwind Audit",
    oids: "d0a3f1c2",
    administrator: "dana.whitfield",
    people: AUDITORS,
    guests: &[(0xb0f, TENANT_ID, "6f1f0c1e-0000-4000-8000-000000000a01")],
};

/// A carrier that has nothing to do with either.
pub(super) const TIDEWATER: Organisation = Organisation {
    tenant: "77777777-2222-4333-8444-555555555555",
    domain: "tidewater.example",
    company: "Tidewater Shipping",
    oids: "c85e1f90",
    administrator: "omar.said",
    people: CARRIERS,
    guests: &[],
};

impl Organisation {
    /// Returns the directory.
    pub(super) fn directory(&self) -> Directory {
        let users = self.people.iter().map(|row| self.user(row)).collect();
        let [tenant, domain, company] = [self.tenant, self.domain, self.company].map(str::to_owned);
        Directory::new(tenant, domain, company, users)
    }

    fn user(&self, row: &Row) -> User {
        let Row(number, kind, local, name, [job_title, department, office, language, time_zone]) =
            *row;
        let oid = format!("{}-0000-4000-8000-000000000{number:03x}", self.oids);
        let (home_tenant, home_oid) = self.home(number).unwrap_or((self.tenant, &oid));
        let upn = self.upn(local);
        User {
            mail: mail(&upn),
            display_name: name.to_owned(),
            tenant: self.tenant.to_owned(),
            home_tenant: home_tenant.to_owned(),
            home_oid: home_oid.to_owned(),
            kind,
            company: self.company.to_owned(),
            job_title: (*job_title).to_owned(),
            department: (*department).to_owned(),
            office: (*office).to_owned(),
            language: (*language).to_owned(),
            time_zone: (*time_zone).to_owned(),
            is_admin: local == self.administrator,
            upn,
            oid,
        }
    }

    fn home(&self, number: u16) -> Option<(&str, &str)> {
        let guest = self.guests.iter().find(|(own, ..)| *own == number);
        guest.map(|(_, tenant, oid)| (*tenant, *oid))
    }

    fn upn(&self, local: &str) -> String {
        if local.contains('@') { local.to_owned() } else { format!("{local}@{}", self.domain) }
    }
}

/// A guest's principal name has the mail address in it: `mira_fjord.example#EXT#@host.example`.
fn mail(upn: &str) -> String {
    let foreign = upn.split_once("#EXT#").and_then(|(own, _)| own.rsplit_once('_'));
    foreign.map_or_else(|| upn.to_owned(), |(local, domain)| format!("{local}@{domain}"))
}

pub(super) struct Row(u16, Kind, &'static str, &'static str, &'static [&'static str; 5]);

const OSLO: &str = "W. Europe Standard Time";
const PARIS: &str = "Romance Standard Time";
const EASTERN: &str = "Eastern Standard Time";
const SINGAPORE: &str = "Singapore Standard Time";

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
    Row(0xa0f, Kind::Guest, "sam.rivers@northwind.example", "Sam Rivers", &["Auditor", "", "", "en-US", EASTERN]),
    Row(0xa10, Kind::Shared, "projects", "Projects", &["", "Projects", "Bergen", "en-US", OSLO]),
    Row(0xa11, Kind::Shared, "board", "Board of Directors", &["", "Management", "Oslo", "en-US", OSLO]),
    Row(0xa13, Kind::Room, "fram", "Room Fram", &["", "", "Bergen", "en-US", OSLO]),
    Row(0xa14, Kind::Room, "polar", "Room Polar", &["", "", "Bergen", "en-US", OSLO]),
    Row(0xa12, Kind::Group, "apollo", "Apollo Team", &["", "", "", "en-US", OSLO]),
];

#[rustfmt::skip]
const AUDITORS: &[Row] = &[
    Row(0xb01, Kind::Person, "sam.rivers", "Sam Rivers", &["Auditor", "Assurance", "Boston", "en-US", EASTERN]),
    Row(0x00d, Kind::Person, "dana.whitfield", "Dana Whitfield", &["Managing Partner", "Management", "Boston", "en-US", EASTERN]),
    Row(0xb02, Kind::Person, "pavel.novak", "Pavel Novák", &["Tax Specialist", "Tax", "Boston", "en-US", EASTERN]),
    Row(0xb0f, Kind::Guest, "mira.solberg_fjordlight.example#EXT#", "Mira Solberg", &["", "", "", "nb-NO", OSLO]),
];

#[rustfmt::skip]
const CARRIERS: &[Row] = &[
    Row(0xc01, Kind::Person, "mei.tan", "Mei Tan", &["Fleet Manager", "Operations", "Singapore", "en-SG", SINGAPORE]),
    Row(0xc02, Kind::Person, "omar.said", "Omar Said", &["IT Manager", "IT", "Singapore", "en-SG", SINGAPORE]),
    Row(0xc03, Kind::Person, "lea.hoffmann", "Lea Hoffmann", &["Broker", "Chartering", "Hamburg", "de-DE", OSLO]),
];
