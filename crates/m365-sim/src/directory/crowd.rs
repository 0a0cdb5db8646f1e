//! Organisations of people who are there in great numbers, and of whom nothing else is known.

use super::{Directory, Kind, User};

impl Directory {
    /// Returns the directory of an organisation with so many users; the first one administers it.
    pub(crate) fn crowd(number: usize, users: usize) -> Self {
        let tenant = format!("{number:08x}-5555-4555-8555-555555555555");
        let (domain, company) = (format!("crowd{number}.example"), format!("Crowd {number}"));
        let user = |place: usize| User {
            upn: format!("user{place}@{domain}"),
            mail: format!("user{place}@{domain}"),
            display_name: format!("User {place}"),
            oid: format!("{number:08x}-0000-4000-8000-{place:012x}"),
            tenant: tenant.clone(),
            home_tenant: tenant.clone(),
            home_oid: format!("{number:08x}-0000-4000-8000-{place:012x}"),
            kind: Kind::Person,
            company: company.clone(),
            job_title: String::new(),
            department: String::new(),
            office: String::new(),
            language: "en-US".to_owned(),
            time_zone: "UTC".to_owned(),
            is_admin: place == 1,
        };
        let users = (1..=users).map(user).collect();
        Self::new(tenant.clone(), domain.clone(), company.clone(), users)
    }
}
