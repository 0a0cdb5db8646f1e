//! Mailboxes.

pub(crate) mod attachment;
pub(crate) mod attachments;
mod body;
pub(crate) mod folder;
mod folders;
mod get;
pub(crate) mod ids;
mod item;
mod json;
mod list;
pub(crate) mod message;
mod mime;
mod routes;
mod view;
mod words;

use std::{collections::BTreeMap, sync::LazyLock};

use self::{
    folder::Folders,
    ids::Ids,
    message::{Flag, Message},
    words::Bodies,
};
pub(crate) use self::{
    json::recipient, list::columns, mime::message_id, routes::route, view::View, words::Indexed,
};
use crate::{
    directory::User,
    graph::{gate::Gates, search::Earlier},
};

/// The mailboxes of the tenant, and what the service remembers of their use.
#[derive(Debug, Default)]
pub(crate) struct Store {
    mailboxes: BTreeMap<String, Mailbox>,
    /// How busy each mailbox is.
    pub(crate) gates: Gates,
    /// The search pages that were given out.
    pub(crate) searched: Earlier,
}

impl Store {
    /// Adds a mailbox, in place of its owner's earlier one.
    pub(crate) fn add(&mut self, mailbox: Mailbox) {
        self.mailboxes.insert(mailbox.owner.oid.clone(), mailbox);
    }

    /// Returns a user's mailbox by the user's object id.
    pub(crate) fn mailbox(&self, oid: &str) -> Option<&Mailbox> {
        self.mailboxes.get(oid)
    }
}

/// Makes a mailbox's contents when somebody asks for them first.
type Filler = Box<dyn FnOnce() -> Contents + Send>;

/// One mailbox.
#[derive(Debug)]
pub(crate) struct Mailbox {
    /// Whose it is.
    pub(crate) owner: User,
    /// Its identifiers.
    pub(crate) ids: Ids,
    /// Those who may read it beside its owner, by their principal names.
    delegates: Vec<String>,
    contents: LazyLock<Contents, Filler>,
    bodies: Bodies,
}

impl Mailbox {
    /// Makes a mailbox whose contents are made when somebody asks for them first.
    pub(crate) fn new(
        owner: User,
        seed: u64,
        fill: impl FnOnce() -> Contents + Send + 'static,
    ) -> Self {
        let ids = Ids::new(&owner.oid, seed);
        let contents = LazyLock::new(Box::new(fill) as Filler);
        Self { owner, ids, delegates: Vec::new(), contents, bodies: Bodies::default() }
    }

    /// Lets others read the mailbox.
    pub(crate) fn shared_with(self, upns: &[&str]) -> Self {
        Self { delegates: upns.iter().map(|upn| (*upn).to_owned()).collect(), ..self }
    }

    /// Returns whether a user who is not the owner may read the mailbox.
    pub(crate) fn is_open_to(&self, upn: &str) -> bool {
        self.delegates.iter().any(|own| own.eq_ignore_ascii_case(upn))
    }

    /// Returns the folders.
    pub(crate) fn folders(&self) -> &Folders {
        &self.contents.folders
    }

    /// Returns the messages that lie in folders, newest first.
    pub(crate) fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.contents.messages.iter().filter(|message| !message.gone)
    }

    /// Returns whether a message lies in a folder, or is what a saved search finds.
    pub(crate) fn holds(&self, place: usize, message: &Message) -> bool {
        if self.folders().get(place).is_some_and(|folder| folder.search) {
            return message.unread || message.flag == Flag::Flagged;
        }
        message.folder == place
    }

    /// Returns what the search index knows, newest first: also messages that are gone.
    pub(crate) fn indexed(&self) -> impl Iterator<Item = Indexed<'_>> {
        self.contents.messages.iter().map(|message| Indexed { mailbox: self, message })
    }

    /// Returns a message by its key, also one that is gone.
    fn by_key(&self, key: u32) -> Option<&Message> {
        let place = *self.contents.places.get(key as usize)?;
        self.contents.messages.get(place as usize)
    }
}

/// What is in a mailbox.
#[derive(Debug)]
pub(crate) struct Contents {
    folders: Folders,
    /// Newest first.
    messages: Vec<Message>,
    /// Where among the messages the one with a key stands.
    places: Vec<u32>,
}

impl Contents {
    /// Puts messages into a mailbox; their keys become their places in `messages`.
    pub(crate) fn new(folders: Folders, mut messages: Vec<Message>) -> Self {
        for (key, message) in (0..).zip(&mut messages) {
            message.key = key;
        }
        messages.sort_by_key(|message| (std::cmp::Reverse(message.received), message.key));
        let mut places = vec![0; messages.len()];
        for (place, message) in (0..).zip(&messages) {
            places[message.key as usize] = place;
        }
        Self { folders, messages, places }
    }
}
