//! All sites and drives of the tenant, and who may see what of them.

use std::{
    collections::BTreeSet,
    sync::{LazyLock, Mutex, PoisonError},
};

use super::{
    drive::Drive,
    ids::Guid,
    item::{Item, Sharing},
};
use crate::{
    directory::{Kind, User},
    graph::{
        shares,
        sites::site::{Readers, Site},
    },
};

type Filler = Box<dyn FnOnce() -> Contents + Send>;

/// The sites and drives, and what the service remembers of their use.
#[derive(Debug)]
pub(crate) struct Store {
    contents: LazyLock<Contents, Filler>,
    /// The names of the sites that the apps were granted one by one (`Sites.Selected`).
    granted: Vec<String>,
    links: Mutex<BTreeSet<String>>,
}

impl Store {
    /// Starts with contents that are made when somebody asks for them first.
    pub(crate) fn new(
        granted: Vec<String>,
        fill: impl FnOnce() -> Contents + Send + 'static,
    ) -> Self {
        let contents = LazyLock::new(Box::new(fill) as Filler);
        Self { contents, granted, links: Mutex::default() }
    }

    /// Returns the sites and drives.
    pub(crate) fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Returns whether the apps were granted a site by itself.
    pub(crate) fn is_granted(&self, site: &Site) -> bool {
        self.granted.iter().any(|name| name.eq_ignore_ascii_case(site.name))
    }

    /// Remembers the secret part of an address that needs no token.
    pub(crate) fn give_out(&self, secret: &str) {
        self.links.lock().unwrap_or_else(PoisonError::into_inner).insert(secret.to_owned());
    }

    /// Returns the secret parts of the addresses given out so far.
    pub(crate) fn secrets(&self) -> Vec<String> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// The sites and the drives.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) sites: Vec<Site>,
    pub(crate) drives: Vec<Drive>,
}

/// An item by the place of its drive and its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) drive: usize,
    pub(crate) item: usize,
}

impl Contents {
    /// Returns the drive of an item.
    pub(crate) fn drive(&self, at: At) -> &Drive {
        &self.drives[at.drive]
    }

    /// Returns an item.
    pub(crate) fn item(&self, at: At) -> &Item {
        &self.drives[at.drive].items[at.item]
    }

    /// Returns the site of an item.
    pub(crate) fn site_of(&self, drive: usize) -> &Site {
        &self.sites[self.drives[drive].site]
    }

    /// Finds a drive by its id.
    pub(crate) fn find_drive(&self, id: &str) -> Option<usize> {
        self.drives.iter().position(|drive| drive.id == id)
    }

    /// Finds an item of any drive by its unique id.
    pub(crate) fn by_guid(&self, guid: Guid) -> Option<At> {
        (0..self.drives.len()).find_map(|drive| {
            let items = &self.drives[drive].items;
            let item = items.iter().position(|item| item.guid == guid && !item.gone)?;
            Some(At { drive, item })
        })
    }

    /// Returns the drive with a user's own files, if there is one yet.
    pub(crate) fn personal(&self, user: &User) -> Option<usize> {
        let own = |drive: &Drive| drive.kind == "business" && drive.owner.oid == user.oid;
        self.drives.iter().position(own)
    }

    /// Returns the drives that a site shows, its first library first.
    pub(crate) fn drives_of(&self, site: usize) -> impl Iterator<Item = usize> {
        let shown = move |(_, drive): &(usize, &Drive)| drive.site == site && !drive.of_pages;
        self.drives.iter().enumerate().filter(shown).map(|(place, _)| place)
    }

    /// Finds an item by its web address, decoded and in lower case without a slash at its end.
    pub(crate) fn by_url(&self, url: &str) -> Option<At> {
        let wanted = format!("{}/", url.trim_end_matches('/'));
        let all = (0..self.drives.len()).filter(|drive| {
            let root = self.drives[*drive].plain_url(0);
            wanted.starts_with(&root)
        });
        all.flat_map(|drive| {
            (0..self.drives[drive].items.len()).map(move |item| At { drive, item })
        })
        .find(|at| !self.item(*at).gone && self.drive(*at).plain_url(at.item) == wanted)
    }

    /// Returns the sharing link of the item at a web address.
    pub(crate) fn sharing_link(&self, web_url: &str) -> Option<String> {
        let decoded = percent_encoding::percent_decode_str(web_url).decode_utf8_lossy();
        let at = self.by_url(&decoded.to_lowercase())?;
        Some(shares::address(self, at))
    }

    /// Returns whether a user may see a site.
    pub(crate) fn may_enter(&self, user: &User, site: &Site) -> bool {
        match &site.readers {
            Readers::Everyone => !matches!(user.kind, Kind::Guest),
            Readers::Only(names) => names.iter().any(|name| name == short(user)),
        }
    }

    /// Returns whether a user may see an item.
    pub(crate) fn may_see(&self, user: &User, at: At) -> bool {
        let drive = self.drive(at);
        for place in drive.upwards(at.item) {
            match &drive.items[place].sharing {
                Sharing::Inherited => {}
                Sharing::Also(names) if names.contains(&short(user)) => return true,
                Sharing::Also(_) => {}
                Sharing::Only(names) => return names.contains(&short(user)),
            }
        }
        self.may_enter(user, self.site_of(at.drive))
    }
}

fn short(user: &User) -> &str {
    user.upn.split('@').next().unwrap_or_default()
}
