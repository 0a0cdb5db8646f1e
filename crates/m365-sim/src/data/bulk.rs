//! The ordinary mail of a working life, as much of it as is asked for.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};

use crate::{
    data::{
        people::People,
        phrases::{SUBJECTS, TOPICS, Topic, body},
        random::{Random, mix},
    },
    directory::User,
    graph::mail::{
        folder::Folders,
        message::{Contact, Flag, Importance, Message, Quoting, Text},
    },
};

/// How far back the mail goes: 18 months.
const SPAN: SignedDuration = SignedDuration::from_hours(548 * 24);

/// How many bodies there are for one topic.
const VARIANTS: usize = 64;

/// What the mail of one mailbox is made from.
pub(crate) struct Source<'a> {
    pub(crate) owner: &'a User,
    pub(crate) people: &'a People,
    pub(crate) now: Timestamp,
    pub(crate) seed: u64,
}

/// Adds `count` messages behind those that are there, newest first.
pub(crate) fn fill(
    source: &Source<'_>,
    folders: &mut Folders,
    messages: &mut Vec<Message>,
    count: usize,
) {
    let topics: Vec<_> = TOPICS.iter().map(|topic| Place::new(source, folders, topic)).collect();
    let sent = folders.at("Sent Items");
    let own = Contact::new(&source.owner.display_name, &source.owner.upn);
    let first = messages.len();
    for number in 0..count {
        let mut random = Random::new(mix(source.seed ^ number as u64));
        let which = random.below(topics.len());
        let mut message = topics[which].message(&mut random, which, &own, sent);
        date(&mut message, source, number, count);
        message.thread = 100_000 + (first + number) as u32;
        // Those of long ago that were deleted for good, which the search index still lists.
        message.gone = number > count / 2 && random.once_in(30);
        messages.push(message);
    }
}

/// A topic's folder and correspondents in one mailbox.
struct Place {
    topic: &'static Topic,
    folder: usize,
    people: Vec<Contact>,
}

impl Place {
    fn new(source: &Source<'_>, folders: &mut Folders, topic: &'static Topic) -> Self {
        let folder = folders.at(topic.folder);
        Self { topic, folder, people: source.people.list(topic.people) }
    }

    fn message(&self, random: &mut Random, which: usize, own: &Contact, sent: usize) -> Message {
        let other = random.pick(&self.people).clone();
        let cc =
            if random.once_in(4) { vec![random.pick(&self.people).clone()] } else { Vec::new() };
        let is_own = !self.topic.automatic && random.once_in(5);
        let (from, to) = if is_own { (own.clone(), other) } else { (other, own.clone()) };
        Message {
            folder: if is_own { sent } else { self.folder },
            from: Some(from),
            to: vec![to],
            cc,
            subject: Some(subject(random, self.topic)),
            importance: importance(random),
            unread: !is_own && random.once_in(6),
            other: self.topic.automatic,
            flag: flag(random),
            categories: categories(random),
            quoting: Quoting::Outlook,
            text: Text::Made(body, (random.below(VARIANTS) * TOPICS.len() + which) as u64),
            ..Message::default()
        }
    }
}

fn subject(random: &mut Random, topic: &Topic) -> Cow<'static, str> {
    let what = random.pick(topic.subjects);
    match SUBJECTS.get(random.below(SUBJECTS.len() * 3)) {
        Some(wrapped) => Cow::Owned(wrapped.replace("{}", what)),
        None => Cow::Borrowed(*what),
    }
}

fn importance(random: &mut Random) -> Importance {
    match random.below(20) {
        0 => Importance::Low,
        1 | 2 => Importance::High,
        _ => Importance::Normal,
    }
}

fn flag(random: &mut Random) -> Flag {
    match random.below(25) {
        0 | 1 => Flag::Flagged,
        2 => Flag::Complete,
        _ => Flag::None,
    }
}

fn categories(random: &mut Random) -> Vec<Cow<'static, str>> {
    const NAMES: [&str; 4] = ["Apollo", "Follow up", "Finance", "Red category"];
    if random.once_in(8) { vec![Cow::Borrowed(*random.pick(&NAMES))] } else { Vec::new() }
}

/// Spreads the messages evenly over the span, the first one an hour ago.
fn date(message: &mut Message, source: &Source<'_>, number: usize, count: usize) {
    let step = SPAN / i32::try_from(count.max(1)).unwrap_or(i32::MAX);
    let jitter = (mix(source.seed ^ number as u64 ^ 77) % 1000) as i32;
    let back = SignedDuration::from_hours(1)
        + step.checked_mul(i32::try_from(number).unwrap_or(i32::MAX)).unwrap_or(SPAN)
        + step / 1000 * jitter;
    let received = source.now.checked_sub(back).unwrap_or(source.now);
    message.received = whole_seconds(received);
    message.sent = whole_seconds(received - SignedDuration::from_secs(i64::from(jitter % 9)));
}

/// Graph tells no fractions of a second of mail.
pub(crate) fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}
