//! Puts sites, libraries and files in their places.

use std::{borrow::Cow, collections::BTreeMap, sync::OnceLock};

use jiff::{SignedDuration, Timestamp};

use super::spec::{File, What};
use crate::{
    cloud::SimCloud,
    data::bulk::whole_seconds,
    directory::{Directory, User},
    graph::{
        drives::{
            Contents,
            drive::{Drive, encoded},
            ids::{Guid, drive_id, item_id},
            item::{Item, Kind, Person},
        },
        sites::site::{Column, List, Page, Readers, Row, Section, Site},
    },
};

/// How long before its last change a file was made.
const AGE: SignedDuration = SignedDuration::from_hours(20 * 24 + 5);

/// A page: its name, and what it says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageSpec {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) layout: &'static str,
    pub(crate) news: bool,
    pub(crate) author: &'static str,
    pub(crate) days: i64,
    pub(crate) sections: &'static [Section],
}

/// A list: its columns, and a row of values for each item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListSpec {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) columns: &'static [Column],
    pub(crate) rows: &'static [&'static [&'static str]],
    pub(crate) author: &'static str,
}

/// Makes the contents.
pub(crate) struct Maker {
    people: BTreeMap<String, Person>,
    pub(crate) users: Vec<User>,
    now: Timestamp,
    seed: u64,
    cloud: SimCloud,
    contents: Contents,
}

impl Maker {
    /// Starts with nothing.
    pub(crate) fn new(directory: &Directory, now: Timestamp, seed: u64, cloud: SimCloud) -> Self {
        let people = directory.users().iter().map(|user| {
            let given = user.upn.split(['.', '@']).next().unwrap_or_default();
            (given.to_owned(), person(user))
        });
        let (people, users) = (people.collect(), directory.users().to_vec());
        Self { people, users, now, seed, cloud, contents: Contents::default() }
    }

    /// Returns what was made.
    pub(crate) fn finish(self) -> Contents {
        self.contents
    }

    /// Returns the moment so many days ago.
    pub(crate) fn days_ago(&self, days: i64) -> Timestamp {
        self.hours_ago(days * 24)
    }

    fn hours_ago(&self, hours: i64) -> Timestamp {
        let span = SignedDuration::from_hours(hours);
        whole_seconds(self.now.checked_sub(span).unwrap_or(self.now))
    }

    /// Returns the GUID of a name.
    pub(crate) fn guid(&self, name: &str) -> Guid {
        Guid::of(self.seed, name)
    }

    fn person(&self, given: &str) -> Person {
        let unknown = || Person {
            oid: String::new(),
            name: "System Account".to_owned(),
            address: String::new(),
        };
        self.people.get(given).cloned().unwrap_or_else(unknown)
    }

    /// Describes a site that is like most: open to everyone, with no group, on the host that
    /// `host` is called in the worldwide cloud.
    pub(crate) fn described(
        &self,
        title: &str,
        host: &str,
        path: &'static str,
        description: &'static str,
    ) -> Site {
        let collection = self.guid(&format!("collection {host}{path}"));
        Site {
            collection,
            web: self.guid(&format!("web {host}{path}")),
            host: host.replace(SimCloud::Global.sharepoint(), self.cloud.sharepoint()),
            path: path.to_owned(),
            name: path.rsplit('/').next().unwrap_or_default(),
            title: title.to_owned(),
            description,
            parent: None,
            readers: Readers::Everyone,
            group: None,
            personal: false,
            followed: false,
            created: self.days_ago(640 + i64::from(collection.number() as u8)),
            modified: self.days_ago(2),
            lists: Vec::new(),
            pages: Vec::new(),
        }
    }

    /// Adds a site and returns its place.
    pub(crate) fn site(&mut self, site: Site) -> usize {
        self.contents.sites.push(site);
        self.contents.sites.len() - 1
    }

    /// Adds a library to a site and returns its place.
    pub(crate) fn library(
        &mut self,
        site: usize,
        name: &'static str,
        url_name: &'static str,
        files: Vec<File>,
    ) -> usize {
        let owner = self.person("adele");
        self.drive(site, name, url_name, owner, files)
    }

    /// Adds a drive that belongs to somebody.
    pub(crate) fn drive(
        &mut self,
        site: usize,
        name: &'static str,
        url_name: &'static str,
        owner: Person,
        files: Vec<File>,
    ) -> usize {
        let own = &self.contents.sites[site];
        let web_url = format!("{}/{}", own.url(), encoded(url_name));
        let list = self.guid(&web_url);
        let mut drive = Drive {
            id: drive_id(own.collection, own.web, list),
            list,
            name,
            url_name,
            web_url,
            site,
            kind: if own.personal { "business" } else { "documentLibrary" },
            of_pages: false,
            owner,
            items: Vec::new(),
            places: BTreeMap::new(),
        };
        self.add(&mut drive, None, &File::new("root", "adele", 300, What::Folder));
        for file in files {
            self.put(&mut drive, &file);
        }
        self.contents.drives.push(drive);
        self.contents.drives.len() - 1
    }

    fn put(&self, drive: &mut Drive, file: &File) {
        let names: Vec<_> = file.path.split('/').collect();
        let folders = &names[..names.len() - 1];
        let mut parent = 0;
        for depth in 1..=folders.len() {
            let path = folders[..depth].join("/");
            parent = drive.walk(0, &folders[..depth]).unwrap_or_else(|| {
                let folder =
                    File { age: file.age, ..File::new(path, file.author, 0, What::Folder) };
                self.add(drive, Some(parent), &folder)
            });
        }
        self.add(drive, Some(parent), file);
    }

    fn add(&self, drive: &mut Drive, parent: Option<usize>, file: &File) -> usize {
        let name = file.path.rsplit('/').next().unwrap_or_default().to_owned();
        let guid = self.guid(&format!("{}/{}", drive.web_url, file.path));
        let modified = self.hours_ago(file.age);
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
        let place = drive.items.len();
        let item = Item {
            guid,
            id: item_id(drive.list, guid),
            parent,
            title: file.title.map_or(Cow::Owned(stem), Cow::Borrowed),
            name: Cow::Owned(name),
            kind: kind(&file.what),
            created: modified.checked_sub(AGE).unwrap_or(modified),
            modified,
            author: self.person(file.author),
            editor: self.person(file.editor),
            number: place,
            lock: file.lock,
            sharing: file.sharing.clone(),
            gone: file.gone,
            words: OnceLock::new(),
        };
        drive.places.insert(item.id.clone(), place);
        drive.items.push(item);
        place
    }

    /// Returns where a folder of a library stands.
    pub(crate) fn folder(&self, drive: usize, names: &[&str]) -> usize {
        self.contents.drives[drive].walk(0, names).unwrap_or_default()
    }

    /// Adds a site's pages, and its classic ones, which only the library knows.
    pub(crate) fn pages(&mut self, site: usize, pages: &[PageSpec], classic: Vec<File>) {
        let files = pages.iter().map(page_file).chain(classic).collect();
        let drive = self.library(site, "Site Pages", "SitePages", files);
        self.contents.drives[drive].of_pages = true;
        let items = &self.contents.drives[drive].items;
        let own = items.iter().skip(1).zip(pages).map(|(item, page)| Page {
            guid: item.guid,
            title: page.title,
            description: page.description,
            layout: page.layout,
            news: page.news,
            sections: page.sections,
        });
        self.contents.sites[site].pages = own.collect();
    }

    /// Adds a list to a site.
    pub(crate) fn list(&mut self, site: usize, spec: &ListSpec) {
        let name = format!("{}/Lists/{}", self.contents.sites[site].url(), spec.name);
        let rows = (1_i64..).zip(spec.rows).map(|(number, values)| Row {
            number: usize::try_from(number).unwrap_or_default(),
            guid: self.guid(&format!("{name}/{number}")),
            values,
            author: self.person(spec.author),
            created: self.days_ago(60 - number * 2),
            modified: self.days_ago(40 - number),
        });
        let list = List {
            guid: self.guid(&name),
            name: spec.name,
            title: spec.title,
            description: spec.description,
            columns: spec.columns,
            rows: rows.collect(),
            author: self.person(spec.author),
            created: self.days_ago(200),
            modified: self.days_ago(3),
        };
        self.contents.sites[site].lists.push(list);
    }
}

/// Returns a user as files name them.
pub(crate) fn person(user: &User) -> Person {
    Person { oid: user.oid.clone(), name: user.display_name.clone(), address: user.upn.clone() }
}

fn kind(what: &What) -> Kind {
    match what {
        What::Folder => Kind::Folder,
        What::Package(kind) => Kind::Package(kind),
        What::File(body) => Kind::File(body.clone()),
        What::Shortcut(drive, item) => Kind::Shortcut { drive: *drive, item: *item },
    }
}

fn page_file(page: &PageSpec) -> File {
    let text = crate::graph::sites::page_text(page.description, page.sections);
    let what = What::File(crate::graph::drives::body::Body::Text(text.into()));
    File::new(page.name, page.author, page.days, what).titled(page.title)
}
