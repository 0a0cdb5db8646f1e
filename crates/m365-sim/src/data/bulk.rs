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

/// Adds `count` messages behind those that are there, newest first, and a few that are gone.
pub(crate) fn fill(
    source: &Source<'_>,
    folders: &mut Folders,
    messages: &mut Vec<Message>,
    count: usize,
) {
    let writer = Writer::new(source, folders);
    for number in 0..count {
        let thread = messages.len() as u32;
        messages.push(Message { thread, ..writer.message(number, count) });
    }
    // Deleted for good long ago, though the search index still lists them.
    for number in (count / 2..count).step_by(30) {
        let thread = messages.len() as u32;
        messages.push(Message { thread, gone: true, ..writer.message(number, count) });
    }
}

struct Writer<'a> {
    source: &'a Source<'a>,
    topics: Vec<Place>,
    own: Contact,
    sent: usize,
}

impl<'a> Writer<'a> {
    fn new(source: &'a Source<'a>, folders: &mut Folders) -> Self {
        let owner = source.owner;
        Self {
            source,
            topics: TOPICS.iter().map(|topic| Place::new(source, folders, topic)).collect(),
            own: Contact::new(&owner.display_name, &owner.upn),
            sent: folders.at("Sent Items"),
        }
    }

    fn message(&self, number: usize, count: usize) -> Message {
        let mut random = Random::new(mix(self.source.seed ^ number as u64));
        let which = random.below(self.topics.len());
        let mut message = self.topics[which].message(&mut random, which, &self.own, self.sent);
        date(&mut message, self.source, number, count);
        message
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
