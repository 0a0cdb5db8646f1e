//! The invented company's data.

mod bulk;
pub(crate) mod calendar;
mod documents;
mod files;
mod meetings;
pub(crate) mod office;
mod people;
mod phrases;
pub(crate) mod random;
pub(crate) mod shared;
mod sites;
pub(crate) mod small;
mod story;
mod teams;

use std::sync::Arc;

use jiff::Timestamp;

use self::{bulk::Source, people::People, story::Writer};
use crate::{
    cloud::SimCloud,
    directory::{Directory, MAIN_USER, User},
    graph::{
        drives::Store as FilesStore,
        mail::{Contents, Mailbox, Store, folder::Folders, message::Message},
        meetings::Store as Meetings,
        teams::Store as Teams,
    },
};

/// How many messages a mailbox has that is not the main user's.
const SMALL: usize = 40;

/// Who may read the shared mailbox of the projects.
const PROJECT_TEAM: [&str; 2] = [MAIN_USER, "jonas.lindqvist@fjordlight.example"];

/// Makes the company's mailboxes: `messages` for the main user, dated back from `now`.
///
/// Only their frames: what is in a mailbox is made when somebody opens it. The stories are there
/// however few messages are asked for.
pub(crate) fn company(directory: &Directory, now: Timestamp, seed: u64, messages: usize) -> Store {
    let mut store = Store::default();
    let people = Arc::new(People::of(directory));
    for user in directory.users().iter().filter(|user| user.has_mailbox()) {
        let count = if user.upn == MAIN_USER { messages } else { SMALL };
        let (owner, people) = (user.clone(), Arc::clone(&people));
        let fill = move || contents(&Source { owner: &owner, people: &people, now, seed }, count);
        let mailbox = Mailbox::new(user.clone(), seed, fill);
        store.add(if is(user, "projects") { mailbox.shared_with(&PROJECT_TEAM) } else { mailbox });
    }
    store
}

/// Makes the online meetings, when somebody asks for them first.
pub(crate) fn meetings(directory: &Directory, now: Timestamp) -> Meetings {
    let directory = directory.clone();
    Meetings::new(move || meetings::all(&directory, now))
}

/// Makes what Teams holds, when somebody asks for it first.
pub(crate) fn teams(directory: &Directory, now: Timestamp) -> Teams {
    let directory = directory.clone();
    Teams::new(move || teams::contents(&directory, now))
}

/// Makes the company's sites and files, dated back from `now`, when somebody asks for them first.
/// `granted` are the names of the sites that the apps were granted one by one.
pub(crate) fn files(
    directory: &Directory,
    now: Timestamp,
    seed: u64,
    cloud: SimCloud,
    granted: Vec<String>,
) -> FilesStore {
    let directory = directory.clone();
    FilesStore::new(granted, move || sites::all(&directory, now, seed, cloud))
}

fn contents(source: &Source<'_>, count: usize) -> Contents {
    let mut folders = Folders::standard();
    let mut messages = Vec::with_capacity(count);
    stories(source, &mut folders, &mut messages);
    let rest = count.saturating_sub(messages.len());
    bulk::fill(source, &mut folders, &mut messages, rest);
    Contents::new(folders, messages)
}

fn stories(source: &Source<'_>, folders: &mut Folders, messages: &mut Vec<Message>) {
    let mut writer = Writer::new(source, folders, messages);
    writer.add(story::WELCOME);
    if source.owner.upn == MAIN_USER {
        story::MAIN.into_iter().for_each(|story| writer.add(story));
    } else if is(source.owner, "projects") {
        writer.add(story::PROJECTS);
    } else if is(source.owner, "board") {
        writer.add(story::BOARD);
    }
}

fn is(user: &User, name: &str) -> bool {
    user.upn.split('@').next() == Some(name)
}
