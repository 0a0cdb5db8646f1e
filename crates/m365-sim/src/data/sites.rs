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
