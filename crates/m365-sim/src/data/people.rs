//! Those who write to one another: colleagues from the directory, and people elsewhere.

use std::collections::BTreeMap;

use crate::{directory::Directory, graph::mail::message::Contact};

/// Everyone who appears in mail, by a short name.
#[derive(Clone, Debug)]
pub(crate) struct People {
    by_name: BTreeMap<String, Contact>,
}

/// People of other organisations, and machines that write: short name, name, address.
#[rustfmt::skip]
const OUTSIDE: &[(&str, &str, &str)] = &[
    ("petra", "Petra Novák", "petra.novak@tallowmere.example"),
    ("erik", "Erik Sørbø", "erik.sorbo@nordkabel.example"),
    ("greta", "Greta Schönfeld", "g.schoenfeld@windwerk.example"),
    ("kenji", "佐藤 健司", "kenji.sato@hokuto-turbine.example"),
    ("amelie", "Amélie Durand", "amelie.durand@cabinet-durand.example"),
    ("omar", "عمر الخطيب", "omar@desertgrid.example"),
    ("dana", "Dana Whitfield", "dana.whitfield@northwind.example"),
    ("marta", "Marta O'Neill", "marta.oneill@harbour-logistics.example"),
    ("sam", "Sam Rivers", "sam.rivers@northwind.example"),
    ("digest", "Offshore Digest", "news@offshoredigest.example"),
    ("shop", "Tinderbox Outdoor", "offers@mail.tinderbox.example"),
    ("travel", "Skyline Travel Desk", "no-reply@skyline-travel.example"),
    ("build", "Build Server", "builds@fjordlight.example"),
    ("facilities", "Facilities Bergen", "facilities@fjordlight.example"),
    ("stranger", "IT Helpdesk", "helpdesk@fjordlight-support.example"),
    ("lottery", "Claims Department", "claims@prize-office.example"),
    ("legacy", "Old Archive Account", "/O=EXCHANGELABS/OU=EXCHANGE ADMINISTRATIVE GROUP/CN=RECIPIENTS/CN=ARCHIVE01"),
    ("nameless", "", "unknown.sender@relay.example"),
];

impl People {
    /// Takes the company's people by the first part of their addresses.
    pub(crate) fn of(directory: &Directory) -> Self {
        let own = directory.users().iter().map(|user| {
            let local = user.upn.split(['@', '.']).next().unwrap_or_default();
            (local.to_owned(), Contact::new(&user.display_name, &user.upn))
        });
        let outside = OUTSIDE
            .iter()
            .map(|(short, name, address)| ((*short).to_owned(), Contact::new(name, address)));
        // Colleagues go before strangers of the same name.
        Self { by_name: outside.chain(own).collect() }
    }

    /// Returns a person by the short name; an unknown name becomes an address of its own.
    pub(crate) fn get(&self, name: &str) -> Contact {
        self.by_name.get(name).cloned().unwrap_or_else(|| Contact::new("", name))
    }

    /// Returns several people whose short names are separated by blanks or commas.
    pub(crate) fn list(&self, names: &str) -> Vec<Contact> {
        let names = names.split([' ', ',']).filter(|name| !name.is_empty());
        names.map(|name| self.get(name)).collect()
    }
}
