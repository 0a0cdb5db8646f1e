//! The company's sites and files.

mod apollo;
mod bulk;
mod finance;
mod home;
mod intranet;
mod maker;
mod onedrive;
mod other;
mod script;
mod spec;

use jiff::Timestamp;

use self::maker::Maker;
use crate::{cloud::SimCloud, directory::Directory, graph::drives::Contents};

/// Where a small organisation keeps its files, and which there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Small {
    /// The hosts of sites and of personal files.
    pub(crate) hosts: [&'static str; 2],
    /// The title of the one site, its path and what it is for.
    pub(crate) site: [&'static str; 3],
    /// The files of its library.
    pub(crate) files: &'static str,
}

/// Makes the one site of a small organisation, and everybody's own drive.
pub(crate) fn small(
    directory: &Directory,
    now: Timestamp,
    seed: u64,
    cloud: SimCloud,
    small: Small,
) -> Contents {
    let Small { hosts: [host, personal], site: [title, path, description], files } = small;
    let mut maker = Maker::new(directory, now, seed, cloud);
    let site = maker.described(title, host, path, description);
    let site = maker.site(site);
    maker.library(site, "Documents", "Shared Documents", script::files(files));
    for user in directory.users().iter().filter(|user| user.has_mailbox()) {
        onedrive::personal_at(&mut maker, personal, &user.upn, Vec::new());
    }
    maker.finish()
}

/// Makes all sites and drives, dated back from `now`.
pub(crate) fn all(directory: &Directory, now: Timestamp, seed: u64, cloud: SimCloud) -> Contents {
    let mut maker = Maker::new(directory, now, seed, cloud);
    intranet::add(&mut maker);
    finance::add(&mut maker);
    let drawings = apollo::add(&mut maker);
    other::add(&mut maker);
    home::add(&mut maker, drawings);
    onedrive::add(&mut maker);
    maker.finish()
}
