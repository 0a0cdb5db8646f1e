//! The company's chats, teams and channels.
//!
//! What tells something is written by hand, in the files of `teams/`; the rest is made from the
//! sentences of the mail. The id of a message is the moment when it was written, so everything is
//! dated back from the midnight before now: two demo tenants of the same day have the same ids.
//!
//! A file has blocks that start with `=== kind key`, then lines of `name: value`, then messages:
//! `@ age sender #label`, or `@@` for a reply, lines of `+property`, and the body, in which
//! `{…}` stands for what cannot be typed (see [`markup`]).

mod bulk;
mod calls;
pub(crate) mod cast;
pub(crate) mod chats;
mod events;
pub(crate) mod ids;
mod markup;
mod rooms;
mod script;
mod writer;

use jiff::{Timestamp, tz::TimeZone};

use self::cast::Cast;
use crate::{directory::Directory, graph::teams::Contents};

const CHATS: [&str; 3] = [
    include_str!("teams/chats.txt"),
    include_str!("teams/odd.txt"),
    include_str!("teams/more.txt"),
];
const TEAMS: [&str; 2] = [include_str!("teams/finance.txt"), include_str!("teams/apollo.txt")];

/// Makes what Teams holds at `now`.
pub(crate) fn contents(directory: &Directory, now: Timestamp) -> Contents {
    written(directory, now, &CHATS, &TEAMS)
}

/// Makes what these files tell of chats, and those of teams.
pub(crate) fn written(
    directory: &Directory,
    now: Timestamp,
    chats: &[&str],
    teams: &[&str],
) -> Contents {
    let source = Source { cast: Cast::of(directory), now, today: midnight(now) };
    Contents {
        chats: chats.iter().flat_map(|text| chats::all(&source, text)).collect(),
        teams: teams.iter().flat_map(|text| rooms::all(&source, text)).collect(),
    }
}

/// What everything is made from.
pub(crate) struct Source {
    cast: Cast,
    now: Timestamp,
    today: Timestamp,
}

fn midnight(now: Timestamp) -> Timestamp {
    let day = now.to_zoned(TimeZone::UTC).start_of_day();
    day.map_or(now, |day| day.timestamp())
}
