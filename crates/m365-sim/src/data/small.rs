//! The other organisations: little of everything, so that each tool has something to answer.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    cloud::SimCloud,
    data::{bulk::Source, calendar, people::People, sites, story::Writer, teams},
    directory::{Directory, NORTHWIND_ID},
    graph::{
        drives,
        mail::{self, Contents as Mails, Mailbox, folder::Folders},
        meetings,
        teams::{Contents, Store as Teams},
    },
    tenants::Tenant,
};

/// What is written by hand of one organisation.
#[derive(Clone, Copy)]
struct Written {
    mail: &'static str,
    calendar: &'static str,
    chats: &'static str,
    teams: &'static str,
    files: sites::Small,
}

const NORTHWIND: Written = Written {
    mail: include_str!("small/northwind/mail.txt"),
    calendar: include_str!("small/northwind/calendar.txt"),
    chats: include_str!("small/northwind/teams.txt"),
    teams: include_str!("small/northwind/rooms.txt"),
    files: sites::Small {
        hosts: ["northwind.sharepoint.com", "northwind-my.sharepoint.com"],
        site: ["Assurance", "/sites/Assurance", "Plans and findings of the audits"],
        files: include_str!("small/northwind/files.txt"),
    },
};

const TIDEWATER: Written = Written {
    mail: include_str!("small/tidewater/mail.txt"),
    calendar: include_str!("small/tidewater/calendar.txt"),
    chats: include_str!("small/tidewater/teams.txt"),
    teams: include_str!("small/tidewater/rooms.txt"),
    files: sites::Small {
        hosts: ["tidewater.sharepoint.com", "tidewater-my.sharepoint.com"],
        site: ["Fleet", "/sites/Fleet", "Vessels and charters"],
        files: include_str!("small/tidewater/files.txt"),
    },
};

/// Makes the tenant of a crowd: everybody has a mailbox with a few messages, and a calendar.
pub(crate) fn crowd(directory: Directory, now: Timestamp, seed: u64) -> Tenant {
    Tenant {
        mail: mailboxes(&directory, now, seed, include_str!("small/crowd.txt")),
        calendars: calendar::small(&directory, now, seed, ""),
        meetings: meetings::Store::new(Vec::new),
        teams: Teams::new(Contents::default),
        files: drives::Store::new(Vec::new(), drives::Contents::default),
        directory,
    }
}

/// Makes an organisation's tenant.
pub(crate) fn tenant(directory: Directory, now: Timestamp, seed: u64, cloud: SimCloud) -> Tenant {
    let written = if directory.tenant == NORTHWIND_ID { NORTHWIND } else { TIDEWATER };
    let Written { chats, teams: rooms, files, .. } = written;
    let (own, others) = (directory.clone(), directory.clone());
    Tenant {
        mail: mailboxes(&directory, now, seed, written.mail),
        calendars: calendar::small(&directory, now, seed, written.calendar),
        meetings: meetings::Store::new(Vec::new),
        teams: Teams::new(move || teams::written(&own, now, &[chats], &[rooms])),
        files: drives::Store::new(Vec::new(), move || {
            sites::small(&others, now, seed, cloud, files)
        }),
        directory,
    }
}

fn mailboxes(directory: &Directory, now: Timestamp, seed: u64, story: &'static str) -> mail::Store {
    let mut store = mail::Store::default();
    let people = Arc::new(People::of(directory));
    for user in directory.users().iter().filter(|user| user.has_mailbox()) {
        let (owner, people) = (user.clone(), Arc::clone(&people));
        let fill = move || contents(&Source { owner: &owner, people: &people, now, seed }, story);
        store.add(Mailbox::new(user.clone(), seed, fill));
    }
    store
}

fn contents(source: &Source<'_>, story: &'static str) -> Mails {
    let (mut folders, mut messages) = (Folders::standard(), Vec::new());
    Writer::new(source, &mut folders, &mut messages).add(story);
    Mails::new(folders, messages)
}
