//! The ordinary messages of a working life.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::{
    data::{
        phrases::{sentence, subject},
        random::Random,
        teams::{
            Source, ids,
            script::{age, split},
            writer::moment,
        },
    },
    graph::teams::{
        chat::Member,
        message::{Mention, Mentioned, Message, Person, Reaction, Sender},
        team::Post,
    },
};

/// What many messages are made from: how many, of what topic, how far back they go.
pub(crate) struct Bulk<'a> {
    source: &'a Source,
    key: &'a str,
    members: &'a [Member],
    topic: &'a str,
    count: i32,
    span: SignedDuration,
}

impl<'a> Bulk<'a> {
    /// Reads `count topic span`, e.g. `130 Projects/Apollo 90d`.
    pub(crate) fn read(
        source: &'a Source,
        key: &'a str,
        members: &'a [Member],
        text: &'a str,
    ) -> Self {
        let (count, rest) = split(text);
        let (topic, span) = split(rest);
        Self { source, key, members, topic, count: count.parse().unwrap_or(0), span: age(span) }
    }

    /// Makes the messages, which go from `newest` back to the end of the span.
    pub(crate) fn messages(&self, newest: SignedDuration) -> Vec<Message> {
        let mut random = Random::new(ids::number(self.key));
        (1..=self.count).map(|number| self.message(&mut random, self.age(newest, number))).collect()
    }

    /// Makes posts, each with a few replies.
    pub(crate) fn posts(&self, newest: SignedDuration) -> Vec<Post> {
        let mut random = Random::new(ids::number(self.key));
        (1..=self.count)
            .map(|number| {
                let age = self.age(newest, number);
                let subject = subject(self.topic, &mut random).to_owned();
                let root = Message { subject: Some(subject), ..self.message(&mut random, age) };
                let replies = self.replies(&mut random, &root, age);
                Post { root, replies }
            })
            .collect()
    }

    fn replies(&self, random: &mut Random, root: &Message, age: SignedDuration) -> Vec<Message> {
        (0..random.below(4) as i32)
            .map(|number| {
                let age = age - SignedDuration::from_mins(i64::from(9 + 23 * number));
                Message { root: Some(root.id()), ..self.message(random, age.max(newest_age())) }
            })
            .collect()
    }

    /// Makes the replies to a post that is `age` old, up to the present day.
    pub(crate) fn thread(&self, root: i64, age: SignedDuration) -> Vec<Message> {
        let mut random = Random::new(ids::number(self.key) ^ root.cast_unsigned());
        (1..=self.count)
            .map(|number| {
                let age = age - age / (self.count + 1) * number;
                Message { root: Some(root), ..self.message(&mut random, age) }
            })
            .collect()
    }

    fn age(&self, newest: SignedDuration, number: i32) -> SignedDuration {
        newest + (self.span - newest) / self.count.max(1) * number
    }

    fn message(&self, random: &mut Random, age: SignedDuration) -> Message {
        let created = moment(self.source, self.key, age);
        let author = self.person(random);
        let sentences: Vec<_> =
            (0..=random.below(2)).map(|_| sentence(self.topic, random)).collect();
        let mut message = Message::new(
            created,
            Sender::Person(author),
            format!("<p>{}</p>", sentences.join(" ")),
        );
        if random.once_in(9) {
            message.html = false;
            message.body = sentences.join(" ");
        } else if random.once_in(9) {
            self.mention(random, &mut message);
        }
        if random.once_in(8) {
            self.react(random, &mut message);
        }
        message
    }

    fn person(&self, random: &mut Random) -> Arc<Person> {
        Arc::clone(&random.pick(self.members).person)
    }

    fn mention(&self, random: &mut Random, message: &mut Message) {
        let person = self.person(random);
        let text = person.name.clone();
        message.body = message.body.replacen("<p>", &format!("<p><at id=\"0\">{text}</at> "), 1);
        message.mentions.push(Mention { text, who: Mentioned::Person(person) });
    }

    fn react(&self, random: &mut Random, message: &mut Message) {
        let after = SignedDuration::from_mins(1 + random.below(600) as i64);
        let at = message.created.checked_add(after).unwrap_or(message.created);
        let at = at.min(self.source.now);
        let sign = (*random.pick(&["👍", "❤️", "😆", "🎉"])).to_owned();
        message.reactions.push(Reaction { sign, by: self.person(random), at });
        message.modified = at;
    }
}

/// No age is less than this.
fn newest_age() -> SignedDuration {
    SignedDuration::from_mins(1)
}
