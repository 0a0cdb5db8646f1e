//! Sites, and what they hold beside drives.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::graph::{
    drives::{ids::Guid, item::Person},
    select::Type,
};

/// What may be selected of a site.
pub(crate) const SITE: Type = Type {
    name: "site",
    members: &[
        "createdBy",
        "createdDateTime",
        "description",
        "displayName",
        "eTag",
        "error",
        "id",
        "isPersonalSite",
        "lastModifiedBy",
        "lastModifiedDateTime",
        "name",
        "parentReference",
        "root",
        "sharepointIds",
        "siteCollection",
        "webUrl",
    ],
};

/// Who may see a site, by the first parts of their principal names.
#[derive(Clone, Debug)]
pub(crate) enum Readers {
    /// Everyone of the company.
    Everyone,
    Only(Vec<String>),
}

impl Readers {
    /// Lets nobody in but these.
    pub(crate) fn only(names: &[&str]) -> Self {
        Self::Only(names.iter().map(|name| (*name).to_owned()).collect())
    }
}

/// A site.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The id of its site collection, which it shares with its subsites.
    pub(crate) collection: Guid,
    /// Its own id.
    pub(crate) web: Guid,
    pub(crate) host: String,
    /// The path of its address, e.g. `/sites/Finance`; empty for the root.
    pub(crate) path: String,
    pub(crate) name: &'static str,
    pub(crate) title: String,
    pub(crate) description: &'static str,
    /// Where the site stands that it is a subsite of.
    pub(crate) parent: Option<usize>,
    pub(crate) readers: Readers,
    /// The id of its group, if it has one.
    pub(crate) group: Option<&'static str>,
    /// The home of one person's files.
    pub(crate) personal: bool,
    /// The main user follows it.
    pub(crate) followed: bool,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) lists: Vec<List>,
    pub(crate) pages: Vec<Page>,
}

impl Site {
    /// Returns its id: host, site collection and web.
    pub(crate) fn id(&self) -> String {
        format!("{},{},{}", self.host, self.collection, self.web)
    }

    /// Returns its address.
    pub(crate) fn url(&self) -> String {
        format!("https://{}{}", self.host, self.path)
    }

    /// Writes the site.
    pub(crate) fn json(&self, described: bool) -> Map<String, Value> {
        let mut site = Map::new();
        let mut set = |name: &str, value: Value| site.insert(name.to_owned(), value);
        set("createdDateTime", self.created.to_string().into());
        if described {
            set("description", self.description.into());
        }
        set("id", self.id().into());
        set("lastModifiedDateTime", self.modified.to_string().into());
        set("name", self.name.into());
        set("webUrl", self.url().into());
        set("displayName", self.title.clone().into());
        if self.personal {
            set("isPersonalSite", true.into());
        }
        if self.parent.is_none() {
            set("root", json!({}));
        }
        set("siteCollection", json!({"hostname": self.host}));
        site
    }
}

/// A list that is no library.
#[derive(Clone, Debug)]
pub(crate) struct List {
    pub(crate) guid: Guid,
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) columns: &'static [Column],
    pub(crate) rows: Vec<Row>,
    pub(crate) author: Person,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
}

/// A column of a list, by which may be filtered if there is an index for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) indexed: bool,
}

/// An item of a list, with a value for each of its columns.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) number: usize,
    pub(crate) guid: Guid,
    pub(crate) values: &'static [&'static str],
    pub(crate) author: Person,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
}

/// A modern page, whose file lies in the library of pages.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// The unique id of its list item, which is the page's id.
    pub(crate) guid: Guid,
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    /// `article` or `home`.
    pub(crate) layout: &'static str,
    pub(crate) news: bool,
    pub(crate) sections: &'static [Section],
}

/// A horizontal section: its layout, and its columns with their widths.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section {
    pub(crate) layout: &'static str,
    pub(crate) columns: &'static [(u8, &'static [Part])],
}

/// A part of a page.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    /// Text as HTML.
    Text(&'static str),
    /// A title, and links with theirs.
    Links(&'static str, &'static [(&'static str, &'static str)]),
}
