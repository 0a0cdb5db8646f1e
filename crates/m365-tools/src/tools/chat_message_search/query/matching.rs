use std::cell::OnceCell;

use m365_graph::{ChatMember, ChatMessage};

use super::{Query, Term, is_object_id};
use crate::{
    teams::{
        body, fields,
        people::{self, Own, is_person, undashed, words},
    },
    words::fold,
};

/// How much is known of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Known {
    /// All of it.
    All,
    /// Graph's search has compared words and people, and the message was read since.
    Searched,
    /// Graph's search has compared words and people, and the message could not be read.
    Indexed,
}

/// A message, and what of it a query is compared with.
pub(in super::super) struct Facts<'a> {
    message: &'a ChatMessage,
    members: &'a [ChatMember],
    own: &'a Own,
    known: Known,
    text: OnceCell<Text>,
}

/// The text of a message, and its words, without regard to case and accents.
struct Text {
    folded: String,
    words: Vec<String>,
}

impl<'a> Facts<'a> {
    pub(in super::super) const fn new(
        message: &'a ChatMessage,
        members: &'a [ChatMember],
        own: &'a Own,
        known: Known,
    ) -> Self {
        Self { message, members, own, known, text: OnceCell::new() }
    }

    /// Tells whether somebody sent the message; what is not known here counts as yes.
    pub(in super::super) fn is_from(&self, wanted: &str) -> bool {
        let sender = fields::sender(self.message, self.members);
        sender.is_some_and(|one| is_person(&one.name, Some(&one.address), wanted))
    }

    /// Tells whether somebody else than the sender takes part in the chat.
    pub(in super::super) fn is_to(&self, wanted: &str) -> bool {
        let sender = people::sender(self.members, self.message);
        let mut others = self.members.iter().filter(|member| Some(*member) != sender);
        others.any(|one| is_person(&people::name(one), one.email.as_deref(), wanted))
    }

    fn mentions(&self, wanted: &str) -> bool {
        if is_object_id(wanted) {
            let mut ids = fields::mentioned_ids(self.message);
            return ids.any(|id| undashed(id) == undashed(wanted));
        }
        fields::mentions(self.message).iter().any(|name| is_person(name, None, wanted))
    }

    fn is_mentioned(&self) -> bool {
        fields::mentioned_ids(self.message).any(|id| self.own.has_id(self.members, id))
    }

    fn has_text(&self, phrase: &str, prefix: bool) -> bool {
        let text = self.text.get_or_init(|| Text::of(self.message));
        let wanted = words(phrase);
        let Some((last, whole)) = wanted.split_last() else { return true };
        if phrase.chars().any(is_unspaced) {
            return text.folded.contains(&fold(phrase));
        }
        let fits = |window: &[String]| {
            let end = window.last().is_some_and(|word| {
                if prefix { word.starts_with(last.as_str()) } else { word == last }
            });
            end && window.get(..whole.len()).is_some_and(|head| head == whole)
        };
        text.words.windows(wanted.len()).any(fits)
    }
}

impl Text {
    fn of(message: &ChatMessage) -> Self {
        let heading = message.subject.as_deref().unwrap_or_default();
        let folded = fold(&format!("{heading}\n{}", body::text(message)));
        Self { words: words(&folded), folded }
    }
}

/// Tells whether a letter is of a script that writes words without blanks between.
const fn is_unspaced(letter: char) -> bool {
    matches!(letter, '\u{0e00}'..='\u{0eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

impl Query {
    /// Tells whether the message fits; `None` where only Graph's search could tell.
    pub(in super::super) fn fits(&self, facts: &Facts<'_>) -> Option<bool> {
        self.holds(&|term| term.fits(facts))
    }
}

impl Term {
    fn fits(&self, facts: &Facts<'_>) -> Option<bool> {
        let here = facts.known == Known::All;
        let read = facts.known != Known::Indexed;
        match self {
            Self::Text { phrase, prefix } => here.then(|| facts.has_text(phrase, *prefix)),
            Self::From(who) => here.then(|| facts.is_from(who)),
            Self::To(who) => here.then(|| facts.is_to(who)),
            Self::IsMentioned(wanted) => here.then(|| facts.is_mentioned() == *wanted),
            Self::Mentions(who) => read.then(|| facts.mentions(who)),
            Self::HasAttachment(wanted) => {
                read.then(|| fields::has_attachments(facts.message) == *wanted)
            }
            Self::Sent { start, end } => facts.message.created_date_time.map(|sent| {
                start.is_none_or(|start| start <= sent) && end.is_none_or(|end| sent < end)
            }),
        }
    }
}
