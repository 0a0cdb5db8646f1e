//! The other organisations: little of everything, so that each tool has something to answer.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    cloud::SimCloud,
    data::{bulk::Source, calendar, people::People, story::Writer},
    directory::Directory,
    graph::{
        drives,
        mail::{self, Contents, Mailbox, folder::Folders},
        meetings, teams,
    },
    tenants::Tenant,
};

/// Makes an organisation's tenant.
pub(crate) fn tenant(directory: Directory, now: Timestamp, seed: u64, _cloud: SimCloud) -> Tenant {
    Tenant {
        mail: mailboxes(&directory, now, seed),
        calendars: calendar::company(&directory, now, seed),
        meetings: meetings::Store::new(Vec::new),
        teams: teams::Store::new(teams::Contents::default),
        files: drives::Store::new(Vec::new(), drives::Contents::default),
        directory,
    }
}

fn mailboxes(directory: &Directory, now: Timestamp, seed: u64) -> mail::Store {
    let mut store = mail::Store::default();
    let people = Arc::new(People::of(directory));
    for user in directory.users().iter().filter(|user| user.has_mailbox()) {
        let (owner, people) = (user.clone(), Arc::clone(&people));
        let fill = move || contents(&Source { owner: &owner, people: &people, now, seed });
        store.add(Mailbox::new(user.clone(), seed, fill));
    }
    store
}

fn contents(source: &Source<'_>) -> Contents {
    let (mut folders, mut messages) = (Folders::standard(), Vec::new());
    Writer::new(source, &mut folders, &mut messages).add(include_str!("small/mail.txt"));
    Contents::new(folders, messages)
}
