//! Document libraries.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{
    ids::Guid,
    item::{Item, Person},
};
use crate::graph::select::Type;

/// What SharePoint leaves as it is in a web address.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'!')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b',');

/// A document library, or the files of one person.
#[derive(Clone, Debug)]
pub(crate) struct Drive {
    pub(crate) id: String,
    /// The id of the list behind it.
    pub(crate) list: Guid,
    pub(crate) name: &'static str,
    /// What it is called in addresses.
    pub(crate) url_name: &'static str,
    pub(crate) web_url: String,
    /// Where its site stands.
    pub(crate) site: usize,
    /// `business` for the files of one person, else `documentLibrary`.
    pub(crate) kind: &'static str,
    /// The library of a site's pages, which is not among its drives.
    pub(crate) of_pages: bool,
    pub(crate) owner: Person,
    /// The root first, each folder before what is in it.
    pub(crate) items: Vec<Item>,
    /// Where each item stands, by its id.
    pub(crate) places: BTreeMap<String, usize>,
}

impl Drive {
    /// Finds an item by its id, or by the unique id of its list item.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        let by_guid = || {
            let guid = Guid::parse(id)?;
            self.items.iter().position(|item| item.guid == guid)
        };
        let place = self.places.get(id).copied().or_else(by_guid)?;
        (!self.items[place].gone).then_some(place)
    }

    /// Returns where the items of a folder stand, in the order of their making.
    pub(crate) fn children(&self, folder: usize) -> impl Iterator<Item = usize> {
        let inside = move |(_, item): &(usize, &Item)| item.parent == Some(folder) && !item.gone;
        self.items.iter().enumerate().filter(inside).map(|(place, _)| place)
    }

    /// Follows names from a folder, without regard to case.
    pub(crate) fn walk(&self, from: usize, names: &[&str]) -> Option<usize> {
        names.iter().try_fold(from, |folder, name| {
            let name = name.to_lowercase();
            self.children(folder).find(|place| self.items[*place].name.to_lowercase() == name)
        })
    }

    /// Returns an item and the folders that it lies in, innermost first.
    pub(crate) fn upwards(&self, place: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(place), |place| self.items[*place].parent)
    }

    /// Returns the names from the root to an item, encoded and each behind a slash.
    pub(crate) fn path(&self, place: usize) -> String {
        let mut names: Vec<_> = self.names(place).map(encoded).collect();
        names.reverse();
        names.iter().map(|name| format!("/{name}")).collect()
    }

    /// Returns an item's address as the index has it: decoded, in lower case, a slash at its end.
    pub(crate) fn plain_url(&self, place: usize) -> String {
        let mut names: Vec<_> = self.names(place).collect();
        names.reverse();
        let root = percent_encoding::percent_decode_str(&self.web_url).decode_utf8_lossy();
        let names: String = names.iter().map(|name| format!("/{name}")).collect();
        format!("{root}{names}/").to_lowercase()
    }

    fn names(&self, place: usize) -> impl Iterator<Item = &str> {
        let inside = self.upwards(place).filter(|place| self.items[*place].parent.is_some());
        inside.map(|place| self.items[place].name.as_ref())
    }

    /// Returns an item's web address.
    pub(crate) fn url(&self, place: usize) -> String {
        format!("{}{}", self.web_url, self.path(place))
    }

    /// Returns how much is in a folder and below, or in a file.
    pub(crate) fn size(&self, place: usize) -> u64 {
        let item = &self.items[place];
        match item.body() {
            Some(body) => body.len(),
            None => self.children(place).map(|child| self.size(child)).sum(),
        }
    }

    /// Writes the drive itself.
    pub(crate) fn json(&self) -> Value {
        let first = &self.items[0];
        let total = self.size(0);
        json!({
            "createdDateTime": first.created.to_string(),
            "description": "",
            "id": self.id,
            "lastModifiedDateTime": first.modified.to_string(),
            "name": self.name,
            "webUrl": self.web_url,
            "driveType": self.kind,
            "createdBy": {"user": {"displayName": "System Account"}},
            "owner": {"user": person(&self.owner)},
            "quota": {"deleted": 0, "remaining": 1_099_511_627_776_u64 - total, "state": "normal",
                "total": 1_099_511_627_776_u64, "used": total},
        })
    }
}

/// What may be selected of a drive.
pub(crate) const DRIVE: Type = Type {
    name: "drive",
    members: &[
        "createdBy",
        "createdDateTime",
        "description",
        "driveType",
        "eTag",
        "id",
        "lastModifiedBy",
        "lastModifiedDateTime",
        "list",
        "name",
        "owner",
        "parentReference",
        "quota",
        "root",
        "sharePointIds",
        "system",
        "webUrl",
    ],
};

/// Writes a person as files have it.
pub(crate) fn person(person: &Person) -> Value {
    json!({"email": person.address, "id": person.oid, "displayName": person.name})
}

/// Encodes a name for an address.
pub(crate) fn encoded(name: &str) -> String {
    utf8_percent_encode(name, PLAIN).to_string()
}
