//! Who chats, by short names.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    data::{people::People, teams::ids::guid},
    directory::{Directory, User},
    graph::teams::{chat::Member, message::Person},
};

/// The crew of the construction site, who have no mailbox here.
const CREW: [&str; 22] = [
    "Aksel Berg",
    "Amara Diallo",
    "Anneli Korhonen",
    "Carlos Pinto",
    "Dag Nilsen",
    "Edda Jónsdóttir",
    "Emeka Obi",
    "Finn Larsen",
    "Gro Eide",
    "Hamza Rauf",
    "Ines Duarte",
    "Jakub Wolski",
    "Kari Moen",
    "Liam Byrne",
    "Mateo Rossi",
    "Nadia Petrenko",
    "Odd Vik",
    "Pia Sund",
    "Rune Dahl",
    "Siri Foss",
    "Tariq Aziz",
    "Yusuf Demir",
];

/// Everyone who chats.
pub(crate) struct Cast {
    tenant: String,
    people: People,
    users: BTreeMap<String, User>,
}

impl Cast {
    /// Takes the company's people, and those elsewhere whom mail knows.
    pub(crate) fn of(directory: &Directory) -> Self {
        let users = directory.users().iter().map(|user| (user.upn.clone(), user.clone()));
        let (people, users) = (People::of(directory), users.collect());
        Self { tenant: directory.tenant.clone(), people, users }
    }

    /// Returns a person by the short name.
    pub(crate) fn person(&self, name: &str) -> Arc<Person> {
        let contact = self.people.get(name);
        let id = self.users.get(contact.address.as_ref()).map(|user| user.oid.clone());
        let own = id.is_some();
        Arc::new(Person {
            id: id.unwrap_or_else(|| guid(&contact.address)),
            name: contact.name.to_string(),
            address: contact.address.to_string(),
            tenant: if own { self.tenant.clone() } else { guid(domain(&contact.address)) },
        })
    }

    /// Returns the text that only one user's data contains.
    pub(crate) fn canary(&self, name: &str) -> String {
        let user = self.users.get(&self.person(name).address);
        user.map(User::canary).unwrap_or_default()
    }

    /// Returns members by their short names; `*` marks an owner, `?` one who is not named, and
    /// `crew` stands for all who build.
    pub(crate) fn members(&self, names: &str) -> Vec<Member> {
        let names = names.split_whitespace();
        let members = names.flat_map(|name| match name {
            "crew" => CREW.iter().map(|name| self.crew_member(name)).collect(),
            _ => vec![self.member(name)],
        });
        members.collect()
    }

    fn member(&self, name: &str) -> Member {
        let short = name.trim_end_matches(['*', '?']);
        Member {
            person: self.person(short),
            owner: name.ends_with('*'),
            unnamed: name.ends_with('?'),
        }
    }

    fn crew_member(&self, name: &str) -> Member {
        let address = format!("{}@crew.fjordlight.example", name.to_lowercase().replace(' ', "."));
        let (id, tenant) = (guid(&address), self.tenant.clone());
        let person = Person { id, name: name.to_owned(), address, tenant };
        Member { person: Arc::new(person), owner: false, unnamed: false }
    }
}

fn domain(address: &str) -> &str {
    address.split_once('@').map_or(address, |(_, domain)| domain)
}
