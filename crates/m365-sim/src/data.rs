//! The invented company's data.

mod bulk;
mod people;
mod phrases;
pub(crate) mod random;

use std::sync::Arc;

use jiff::Timestamp;

use self::{bulk::Source, people::People};
use crate::{
    directory::{Directory, MAIN_USER, User},
    graph::mail::{Contents, Mailbox, Store, folder::Folders},
};

/// How many messages a mailbox has that is not the main user's.
const SMALL: usize = 40;

/// Makes the company's mailboxes: `messages` for the main user, dated back from `now`.
///
/// Only their frames: what is in a mailbox is made when somebody opens it.
pub(crate) fn company(directory: &Directory, now: Timestamp, seed: u64, messages: usize) -> Store {
    let mut store = Store::default();
    let people = Arc::new(People::of(directory));
    for user in directory.users().iter().filter(|user| user.has_mailbox()) {
        let count = if user.upn == MAIN_USER { messages } else { SMALL };
        let (owner, people) = (user.clone(), Arc::clone(&people));
        let fill = move || contents(&Source { owner: &owner, people: &people, now, seed }, count);
        store.add(Mailbox::new(user.clone(), seed, fill).shared_with(delegates(user)));
    }
    store
}

/// Those who may read a mailbox beside its owner.
fn delegates(user: &User) -> &'static [&'static str] {
    if user.upn.starts_with("projects@") {
        &[MAIN_USER, "jonas.lindqvist@fjordlight.example"]
    } else {
        &[]
    }
}

fn contents(source: &Source<'_>, count: usize) -> Contents {
    let mut folders = Folders::standard();
    let mut messages = Vec::with_capacity(count);
    bulk::fill(source, &mut folders, &mut messages, count);
    Contents::new(folders, messages)
}
