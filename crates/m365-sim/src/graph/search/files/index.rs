//! What the index knows, as far as the caller may see it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    graph::{
        drives::{View, item::Item, store::At},
        sites::{
            Listed, lists_of,
            site::{List, Row, Site},
        },
    },
    kql::{Document, Field, folded, joined},
};

/// What an entry of the index is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Entry<'a> {
    /// A file, a folder or a page, as itself or as an item of its list.
    Item(At),
    Row(&'a Site, &'a List, &'a Row),
    List(&'a Site, Listed<'a>),
    Site(&'a Site),
    Drive(usize),
}

/// An entry, and the type that it is found as.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'a> {
    pub(crate) view: &'a View<'a>,
    pub(crate) kind: &'static str,
    pub(crate) entry: Entry<'a>,
}

/// Returns all entries of the types that are asked for. Files are there as items of their lists
/// too, and what was deleted lately is still there.
pub(crate) fn all<'a>(view: &'a View<'a>, kinds: &[&str]) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    for kind in kinds {
        let (kind, entries) = match *kind {
            "driveItem" => ("driveItem", items(view).collect()),
            "listItem" => ("listItem", items(view).chain(rows(view)).collect()),
            "list" => ("list", lists(view)),
            "site" => ("site", sites(view).map(|(_, site)| Entry::Site(site)).collect()),
            _ => ("drive", drives(view)),
        };
        let entries: Vec<Entry<'a>> = entries;
        found.extend(entries.into_iter().map(|entry| Found { view, kind, entry }));
    }
    found
}

fn items<'a>(view: &'a View<'a>) -> impl Iterator<Item = Entry<'a>> {
    let drives = 0..view.contents.drives.len();
    let all = drives.flat_map(|drive| {
        (1..view.contents.drives[drive].items.len()).map(move |item| At { drive, item })
    });
    all.filter(|at| view.contents.may_see(view.user, *at)).map(Entry::Item)
}

fn sites<'a>(view: &'a View<'a>) -> impl Iterator<Item = (usize, &'a Site)> {
    let all = view.contents.sites.iter().enumerate();
    all.filter(|(_, site)| view.contents.may_enter(view.user, site))
}

fn rows<'a>(view: &'a View<'a>) -> impl Iterator<Item = Entry<'a>> {
    sites(view).flat_map(|(_, site)| {
        let lists = site.lists.iter();
        lists.flat_map(move |list| list.rows.iter().map(move |row| Entry::Row(site, list, row)))
    })
}

fn lists<'a>(view: &'a View<'a>) -> Vec<Entry<'a>> {
    let of_site = |(place, site): (usize, &'a Site)| {
        lists_of(view, place).into_iter().map(move |list| Entry::List(site, list))
    };
    sites(view).flat_map(of_site).collect()
}

fn drives<'a>(view: &'a View<'a>) -> Vec<Entry<'a>> {
    let all = sites(view).flat_map(|(place, _)| view.contents.drives_of(place));
    all.map(Entry::Drive).collect()
}

/// Returns the words in names and titles, by which misspelled ones are known.
pub(crate) fn vocabulary(view: &View<'_>) -> BTreeSet<String> {
    let items = items(view).filter_map(|entry| match entry {
        Entry::Item(at) => Some(view.contents.item(at).words()),
        _ => None,
    });
    let texts = items.flat_map(|words| [words.name.as_str(), words.title.as_str()]);
    texts.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

impl Found<'_> {
    /// Returns the file or folder that it is.
    pub(crate) fn item(&self) -> Option<&Item> {
        match self.entry {
            Entry::Item(at) => Some(self.view.contents.item(at)),
            _ => None,
        }
    }

    /// Returns its name.
    pub(crate) fn name(&self) -> String {
        match self.entry {
            Entry::Item(at) => self.view.contents.item(at).name.to_string(),
            Entry::Row(_, _, row) => row.values.first().copied().unwrap_or_default().to_owned(),
            Entry::List(_, Listed::Own(list)) => list.title.to_owned(),
            Entry::List(_, Listed::Library(_, drive)) => drive.name.to_owned(),
            Entry::Site(site) => site.title.clone(),
            Entry::Drive(drive) => self.view.contents.drives[drive].name.to_owned(),
        }
    }

    /// Returns what is searched beside names.
    pub(crate) fn text(&self) -> String {
        match self.entry {
            Entry::Item(at) => self.view.contents.item(at).text().to_owned(),
            Entry::Row(_, _, row) => row.values.join(" "),
            Entry::List(_, Listed::Own(list)) => format!("{} {}", list.name, list.description),
            Entry::List(_, Listed::Library(_, drive)) => drive.url_name.to_owned(),
            Entry::Site(site) => site.description.to_owned(),
            Entry::Drive(_) => String::new(),
        }
    }

    /// Returns the site that it belongs to, or is.
    pub(crate) fn site(&self) -> &Site {
        match self.entry {
            Entry::Item(at) => self.view.contents.site_of(at.drive),
            Entry::Row(site, ..) | Entry::List(site, _) | Entry::Site(site) => site,
            Entry::Drive(drive) => self.view.contents.site_of(drive),
        }
    }

    /// Returns its address, decoded and in lower case with a slash at its end.
    fn address(&self) -> String {
        match self.entry {
            Entry::Item(at) => self.view.contents.drive(at).plain_url(at.item),
            Entry::Drive(drive) | Entry::List(_, Listed::Library(drive, _)) => {
                self.view.contents.drives[drive].plain_url(0)
            }
            Entry::Row(site, list, row) => {
                format!("{}/lists/{}/{}_.000/", site.url(), list.name, row.number).to_lowercase()
            }
            Entry::List(site, Listed::Own(list)) => {
                format!("{}/lists/{}/", site.url(), list.name).to_lowercase()
            }
            Entry::Site(site) => format!("{}/", site.url().to_lowercase()),
        }
    }

    /// Returns the name of its maker.
    pub(crate) fn author(&self) -> String {
        match self.entry {
            Entry::Item(at) => self.view.contents.item(at).author.name.clone(),
            Entry::Row(_, _, row) => row.author.name.clone(),
            Entry::List(_, Listed::Own(list)) => list.author.name.clone(),
            _ => String::new(),
        }
    }

    /// Returns what SharePoint calls this sort of thing.
    pub(crate) fn class(&self) -> &'static str {
        match self.entry {
            Entry::Item(at) if self.view.contents.drive(at).of_pages => {
                "STS_ListItem_WebPageLibrary"
            }
            Entry::Item(_) => "STS_ListItem_DocumentLibrary",
            Entry::Row(..) => "STS_ListItem_GenericList",
            Entry::List(_, Listed::Own(_)) => "STS_List_GenericList",
            Entry::List(..) | Entry::Drive(_) => "STS_List_DocumentLibrary",
            Entry::Site(site) if site.parent.is_some() => "STS_Web",
            Entry::Site(_) => "STS_Site",
        }
    }

    /// Counts how often folded words occur, in names more than in what is in them.
    pub(crate) fn weight(&self, words: &[&str]) -> usize {
        let count =
            |text: &str| words.iter().map(|word| text.matches(*word).count()).sum::<usize>();
        match self.item() {
            Some(item) => {
                let own = item.words();
                count(&own.name) * 5 + count(&own.title) * 3 + count(&own.text)
            }
            None => count(&folded(&self.name())) * 5 + count(&folded(&self.text())),
        }
    }

    fn has(&self, words: &str) -> bool {
        match self.item() {
            Some(item) => {
                let own = item.words();
                [&own.name, &own.title, &own.text].iter().any(|text| text.contains(words))
            }
            None => {
                let address = self.site().name;
                joined([&*self.name(), &*self.text(), address].into_iter()).contains(words)
            }
        }
    }
}

impl Document for Found<'_> {
    fn holds(&self, field: Field, words: &str) -> bool {
        let is = |text: &str| folded(text).contains(words);
        match field {
            Field::Any => self.has(words),
            Field::FileName => self.item().is_some_and(|item| item.words().name.contains(words)),
            Field::FileType => self.item().is_some_and(|item| is(&item.extension())),
            Field::Title => match self.item() {
                Some(item) => item.words().title.contains(words),
                None => is(&self.name()),
            },
            Field::Author => match self.item() {
                Some(item) => item.words().author.contains(words),
                None => is(&self.author()),
            },
            Field::ContentClass => folded(self.class()).starts_with(words),
            _ => false,
        }
    }

    fn time(&self, field: Field) -> Timestamp {
        let (created, modified) = match self.entry {
            Entry::Item(at) => {
                let item = self.view.contents.item(at);
                (item.created, item.modified)
            }
            Entry::Row(_, _, row) => (row.created, row.modified),
            Entry::List(_, Listed::Own(list)) => (list.created, list.modified),
            Entry::List(site, _) | Entry::Site(site) => (site.created, site.modified),
            Entry::Drive(_) => (self.site().created, self.site().modified),
        };
        if field == Field::Created { created } else { modified }
    }

    fn size(&self) -> u64 {
        match self.entry {
            Entry::Item(at) => self.view.contents.item(at).body().map_or(0, |body| body.len()),
            _ => 0,
        }
    }

    fn is(&self, field: Field) -> bool {
        let of_pages = self.class() == "STS_ListItem_WebPageLibrary";
        let is_file = self.item().is_some_and(|item| item.body().is_some());
        field == Field::IsDocument && is_file && !of_pages
    }

    fn under(&self, field: Field, place: &str) -> bool {
        match field {
            Field::Site => format!("{}/", self.site().url().to_lowercase()).starts_with(place),
            _ => self.address().starts_with(place),
        }
    }
}
