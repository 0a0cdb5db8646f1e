//! A chat and its members.

use std::sync::Arc;

use jiff::Timestamp;

use crate::graph::teams::message::{Message, Person};

/// What kind of chat it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    OneOnOne,
    Group,
    Meeting,
}

impl Kind {
    /// Returns its name in `chatType`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OneOnOne => "oneOnOne",
            Self::Group => "group",
            Self::Meeting => "meeting",
        }
    }
}

/// Someone in a chat, team or channel.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) person: Arc<Person>,
    pub(crate) owner: bool,
    /// Someone of an organisation that tells neither name nor address.
    pub(crate) unnamed: bool,
}

/// The meeting that a chat belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Meeting {
    pub(crate) join_url: String,
    pub(crate) organizer: String,
}

/// A chat.
#[derive(Clone, Debug)]
pub(crate) struct Chat {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) topic: Option<String>,
    pub(crate) created: Timestamp,
    /// When it was renamed or its members changed; messages do not count.
    pub(crate) updated: Timestamp,
    pub(crate) read: Timestamp,
    pub(crate) hidden: bool,
    pub(crate) members: Vec<Member>,
    /// Asking for the members fails each time.
    pub(crate) broken_members: bool,
    pub(crate) meeting: Option<Meeting>,
    /// The messages, oldest first.
    pub(crate) messages: Vec<Message>,
    /// The ids of the pinned messages.
    pub(crate) pinned: Vec<i64>,
}

impl Chat {
    /// Returns whether a user is in it.
    pub(crate) fn has(&self, user: &str) -> bool {
        is_among(&self.members, user)
    }

    /// Returns the latest message.
    pub(crate) fn latest(&self) -> Option<&Message> {
        self.messages.last()
    }
}

/// Returns whether a user, by the object id, is among members.
pub(crate) fn is_among(members: &[Member], user: &str) -> bool {
    members.iter().any(|member| member.person.id == user)
}
