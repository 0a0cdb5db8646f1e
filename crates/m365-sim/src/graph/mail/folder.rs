//! A mailbox's folders.

use std::borrow::Cow;

/// A folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) name: Cow<'static, str>,
    /// The folder that it lies in, by its place; the root lies in itself.
    pub(crate) parent: usize,
    /// Its name in requests, in any language of the mailbox.
    pub(crate) well_known: Option<&'static str>,
    pub(crate) hidden: bool,
    /// A saved search rather than a place where mail lies.
    pub(crate) search: bool,
}

/// Every name that Graph takes for a folder's id.
pub(crate) const WELL_KNOWN: [&str; 17] = [
    "archive",
    "clutter",
    "conflicts",
    "conversationhistory",
    "deleteditems",
    "drafts",
    "inbox",
    "junkemail",
    "localfailures",
    "msgfolderroot",
    "outbox",
    "recoverableitemsdeletions",
    "scheduled",
    "searchfolders",
    "sentitems",
    "serverfailures",
    "syncissues",
];

/// The folders of one mailbox; the first one is the root.
#[derive(Clone, Debug)]
pub(crate) struct Folders {
    all: Vec<Folder>,
}

/// The place of the root.
pub(crate) const ROOT: usize = 0;

impl Folders {
    /// Makes the folders that every mailbox has.
    pub(crate) fn standard() -> Self {
        let mut folders = Self { all: Vec::new() };
        for (name, well_known, hidden) in STANDARD {
            folders.all.push(Folder {
                name: Cow::Borrowed(name),
                parent: ROOT,
                well_known: Some(well_known),
                hidden,
                search: false,
            });
        }
        folders.all.push(Folder {
            name: Cow::Borrowed("Unread or Flagged"),
            parent: ROOT,
            well_known: None,
            hidden: false,
            search: true,
        });
        folders
    }

    /// Returns the place of a folder by its well-known name or its path, e.g. `Projects/Apollo`.
    /// What of the path is missing is made. `~` stands for a slash inside a name.
    pub(crate) fn at(&mut self, path: &str) -> usize {
        path.split('/').fold(ROOT, |parent, name| self.child(parent, &name.replace('~', "/")))
    }

    fn child(&mut self, parent: usize, name: &str) -> usize {
        let found = self.children(parent).find(|(_, folder)| folder.name == name);
        if let Some((place, _)) = found {
            return place;
        }
        let name = Cow::Owned(name.to_owned());
        self.all.push(Folder { name, parent, well_known: None, hidden: false, search: false });
        self.all.len() - 1
    }

    /// Returns a folder by its place.
    pub(crate) fn get(&self, place: usize) -> Option<&Folder> {
        self.all.get(place)
    }

    /// Returns the place of a folder by its well-known name.
    pub(crate) fn well_known(&self, name: &str) -> Option<usize> {
        self.all.iter().position(|folder| folder.well_known == Some(name))
    }

    /// Returns the folders that lie in `parent`, with their places.
    pub(crate) fn children(&self, parent: usize) -> impl Iterator<Item = (usize, &Folder)> {
        let own = self.all.iter().enumerate();
        own.filter(move |(place, folder)| folder.parent == parent && *place != ROOT)
    }
}

const STANDARD: [(&str, &str, bool); 10] = [
    ("Top of Information Store", "msgfolderroot", false),
    ("Inbox", "inbox", false),
    ("Drafts", "drafts", false),
    ("Sent Items", "sentitems", false),
    ("Deleted Items", "deleteditems", false),
    ("Junk Email", "junkemail", false),
    ("Archive", "archive", false),
    ("Outbox", "outbox", false),
    ("Conversation History", "conversationhistory", false),
    ("Sync Issues", "syncissues", true),
];
