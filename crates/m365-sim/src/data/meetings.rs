//! The company's online meetings, and what was said in them.

mod spoken;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use self::spoken::{Spoken, session};
use crate::{
    data::{
        shared::{
            BUDGET_JOIN_URL, BUDGET_SUBJECT, BUDGET_THREAD, FOREIGN_JOIN_URL, FOREIGN_THREAD,
            budget_occurrences, join_url,
        },
        teams::{cast::Cast, chats::thread},
    },
    directory::Directory,
    graph::meetings::{
        invited::{id, join_id},
        meeting::{Meeting, Session, State},
    },
};

/// Makes all meetings.
pub(crate) fn all(directory: &Directory, now: Timestamp) -> Vec<Meeting> {
    let cast = Cast::of(directory);
    let day = now.to_zoned(TimeZone::UTC).start_of_day();
    let make = Make { cast, now, today: day.map_or(now, |day| day.timestamp()) };
    let mut meetings = vec![make.budget(), make.workshop(), make.negotiation(), make.foreign()];
    meetings.push(make.meeting("standup", "Turbine sync", "jonas mira haruto bjorn", 7));
    meetings.push(make.meeting("board", "Board finance", "adele ingrid", 11));
    let lease = make.meeting("lease", "Borealis lease", "claire mira ingrid", 66);
    meetings.push(Meeting { state: State::Expired, ..lease });
    meetings
}

/// What meetings are made from.
struct Make {
    cast: Cast,
    now: Timestamp,
    today: Timestamp,
}

impl Make {
    /// Makes a meeting that took an hour, some days ago; the first of `names` organises it.
    fn meeting(&self, key: &str, subject: &str, names: &str, days: i64) -> Meeting {
        let mut people = names.split(' ').map(|name| self.cast.person(name));
        let organizer = people.next().unwrap_or_else(|| self.cast.person("mira"));
        let thread = if key == "budget" { BUDGET_THREAD.to_owned() } else { thread(key) };
        let back = SignedDuration::from_hours(days * 24 - 9);
        let start = self.today.checked_sub(back).unwrap_or(self.today);
        let hours = |hours| start + SignedDuration::from_hours(hours);
        let join_url = join_url(&thread, &organizer.id);
        Meeting {
            id: id(&organizer.id, &thread),
            state: State::Here,
            subject: subject.to_owned(),
            join_id: join_id(&join_url),
            join_url,
            thread,
            organizer,
            attendees: people.collect(),
            recurs: false,
            created: hours(-72),
            start,
            end: hours(1),
            closed: false,
            sessions: Vec::new(),
        }
    }

    /// The series: a session for each time that it was held.
    fn budget(&self) -> Meeting {
        let reviews = budget_occurrences(self.now);
        let held = || reviews.iter().filter(|review| review.held);
        let count = held().count();
        let sessions = (1..).zip(held()).map(|(number, review)| {
            let said = Spoken::budget(number, count);
            session(&self.cast, review.start, review.end, &said)
        });
        let usual = self.meeting("budget", BUDGET_SUBJECT, "adele mira lukas ingrid", 84);
        Meeting {
            join_url: BUDGET_JOIN_URL.to_owned(),
            recurs: true,
            start: reviews.first().map_or(usual.start, |review| review.start),
            end: reviews.last().map_or(usual.end, |review| review.end),
            sessions: sessions.collect(),
            ..usual
        }
    }

    /// Whose transcript uses everything that the format allows.
    fn workshop(&self) -> Meeting {
        let usual = self.meeting("risks", "Apollo risk workshop", "mira jonas noa lukas", 39);
        let said = Spoken::workshop();
        let session = Session { odd: true, ..session(&self.cast, usual.start, usual.end, &said) };
        Meeting { sessions: vec![session], ..usual }
    }

    /// Whose organizer keeps what was said to himself.
    fn negotiation(&self) -> Meeting {
        let usual = self.meeting("supplier", "Nordkabel negotiation", "lukas mira erik", 26);
        let session = session(&self.cast, usual.start, usual.end, &Spoken::negotiation());
        Meeting { closed: true, sessions: vec![session], ..usual }
    }

    /// To which another organisation invites.
    fn foreign(&self) -> Meeting {
        let usual = self.meeting("foreign", "Northwind audit kick-off", "dana mira sam", 17);
        Meeting {
            state: State::Elsewhere,
            thread: FOREIGN_THREAD.to_owned(),
            join_url: FOREIGN_JOIN_URL.to_owned(),
            ..usual
        }
    }
}
